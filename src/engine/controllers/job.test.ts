import { expect, test } from 'vitest';
import type { Job, Pod } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startJobController } from './job.ts';

const job = (spec: object): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'pi', namespace: 'default' },
  spec: { parallelism: 1, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'perl' }] } }, ...spec },
});

/** Every pod runs for a second; the first `failures` of them fail. */
function run(object: Job, failures = 0) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  startJobController({ store, clock });
  const startedS: number[] = [];
  let most = 0;
  store.watch<Pod>('Pod', ({ type, object: pod }) => {
    if (type !== 'ADDED') return;
    startedS.push(Math.floor(clock.nowUs / 1_000_000));
    most = Math.max(most, store.list<Pod>('Pod').filter(({ status }) => status?.phase === 'Pending').length);
    const phase = startedS.length <= failures ? ('Failed' as const) : ('Succeeded' as const);
    clock.after(1_000_000, () => store.get('Pod', 'default', pod.metadata.name) && store.updateStatus<Pod>({ ...pod, status: { phase } }));
  });
  store.create(object);
  clock.runUntil(() => false, Number.POSITIVE_INFINITY);
  const { status } = store.get<Job>('Job', 'default', 'pi') as Job;
  return { status, startedS, most, conditions: status?.conditions?.map(({ type, reason }) => `${type} ${reason}`) };
}

test('runs pods until so many have succeeded, no more than parallelism at once', () => {
  const { status, most, startedS, conditions } = run(job({ completions: 5, parallelism: 2 }));
  expect(status).toMatchObject({ succeeded: 5, failed: 0, active: 0, completionTime: expect.stringMatching(/Z$/) });
  expect([startedS.length, most]).toEqual([5, 2]);
  expect(conditions).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
});

test('a failed pod is followed by another after 10 s, 20 s and so on', () => {
  const { status, startedS } = run(job({ completions: 1 }), 3);
  expect(startedS).toEqual([0, 11, 32, 73]);
  expect(status).toMatchObject({ succeeded: 1, failed: 3 });
});

test('backoffLimit ends it', () => {
  const { status, conditions } = run(job({ completions: 1, backoffLimit: 2 }), 99);
  expect(status).toMatchObject({ failed: 3, active: 0 });
  expect(conditions).toEqual(['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']);
});

test('without completions one success is enough; a suspended job starts nothing', () => {
  expect(run(job({ parallelism: 3 })).status).toMatchObject({ succeeded: 3 });
  expect(run(job({ completions: 1, suspend: true })).startedS).toEqual([]);
});
