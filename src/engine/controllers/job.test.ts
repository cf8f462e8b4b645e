import { expect, test } from 'vitest';
import type { Job, Pod } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startJobController } from './job.ts';
import { indexText } from './job-indexes.ts';

const job = (spec: object): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'pi', namespace: 'default' },
  spec: { parallelism: 1, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'perl' }] } }, ...spec },
});

/** Every pod runs for a second; the first `failures` of them fail. */
function run(object: Job, failures = 0, failed: Pod['status'] = {}) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  startJobController({ store, clock });
  startGarbageCollector({ store, clock });
  const startedS: number[] = [];
  let most = 0;
  store.watch<Pod>('Pod', ({ type, object: pod }) => {
    if (type !== 'ADDED') return;
    startedS.push(Math.floor(clock.nowUs / 1_000_000));
    most = Math.max(most, store.list<Pod>('Pod').filter(({ status }) => status?.phase === 'Pending').length);
    const phase = startedS.length <= failures ? ('Failed' as const) : ('Succeeded' as const);
    const status = { ...(phase === 'Failed' ? failed : {}), phase };
    clock.after(1_000_000, () => store.get('Pod', 'default', pod.metadata.name) && store.updateStatus<Pod>({ ...pod, status }));
  });
  store.create(object);
  clock.runUntil(() => false, Number.POSITIVE_INFINITY);
  const status = store.get<Job>('Job', 'default', 'pi')?.status;
  return { store, status, startedS, most, conditions: status?.conditions?.map(({ type, reason }) => `${type} ${reason}`) };
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

test('an indexed job gives every pod a number, and does each number once', () => {
  const { store, status } = run(job({ completions: 4, parallelism: 2, completionMode: 'Indexed' }), 1);
  expect(status).toMatchObject({ succeeded: 4, failed: 1, completedIndexes: '0-3' });
  const pods = store.list<Pod>('Pod');
  expect(pods.map(({ spec }) => spec.hostname).toSorted()).toEqual(['pi-0', 'pi-0', 'pi-1', 'pi-2', 'pi-3']);
  expect(pods[1]?.metadata.annotations).toEqual({ 'batch.kubernetes.io/job-completion-index': '1' });
  expect(pods[1]?.metadata.name).toMatch(/^pi-1-[a-z0-9]{5}$/);
  expect(pods[1]?.spec.containers[0]?.env?.[0]?.name).toBe('JOB_COMPLETION_INDEX');
});

test.each([
  [[0, 1, 2, 5], '0-2,5'],
  [[0, 1, 4], '0,1,4'],
  [[], ''],
])('indexes %j read %j', (indexes, text) => {
  expect(indexText(indexes)).toBe(text);
});

test('activeDeadlineSeconds ends it, ttlSecondsAfterFinished takes it away', () => {
  const late = run(job({ completions: 9, activeDeadlineSeconds: 3 }));
  expect(late.conditions?.at(-1)).toBe('Failed DeadlineExceeded');
  expect(late.startedS).toEqual([0, 1, 2]);
  expect(run(job({ completions: 1, ttlSecondsAfterFinished: 60 })).status).toBeUndefined();
});

const exited = (exitCode: number): Pod['status'] => ({
  containerStatuses: [{ name: 'pi', ready: false, restartCount: 0, image: 'perl', state: { terminated: { exitCode, reason: 'Error' } } }],
});

test('podFailurePolicy: the first rule that fits ends the job, or lets a failure not count', () => {
  const disrupted: Pod['status'] = { ...exited(137), conditions: [{ type: 'DisruptionTarget', status: 'True' }] };
  const rules = [
    { action: 'FailJob', onExitCodes: { containerName: 'pi', operator: 'In', values: [42] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [1, 137] } },
  ];
  const spec = { completions: 1, backoffLimit: 1, podFailurePolicy: { rules } };
  const fatal = run(job(spec), 1, exited(42));
  expect(fatal.status).toMatchObject({ failed: 1, active: 0 });
  expect(fatal.status?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'PodFailurePolicy' });
  const name = fatal.store.list<Pod>('Pod')[0]?.metadata.name;
  expect(fatal.status?.conditions?.at(-1)?.message).toBe(
    `Container pi for pod default/${name} failed with exit code 42 matching FailJob rule at index 0`,
  );
  expect(run(job(spec), 3, disrupted).status).toMatchObject({ succeeded: 1, failed: 0 });
  expect(run(job(spec), 3, exited(1)).conditions?.at(-1)).toBe('Failed BackoffLimitExceeded');
  expect(run(job(spec), 1, exited(7)).status?.conditions?.at(-1)?.message).toContain('exit code 7 matching FailJob rule at index 2');
});
