// A PodDisruptionBudget lets so many pods be evicted at a time, and says why not more.

import { expect, test } from 'vitest';
import { admit } from '../api/admit.ts';
import type { KubeObject, Pod } from '../api/types.ts';
import { createApi } from '../apiserver/api.ts';
import { answerOf } from '../apiserver/api-error.ts';
import { evictPod } from '../apiserver/eviction.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startDisruptionController } from './disruption.ts';
import { startReplicaSetController } from './replicaset.ts';

/** Three pods of one ReplicaSet, ready 10 ms after they were made, under a budget. */
function cluster(budget: object) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  const api = createApi(store, { serviceCIDRs: [], nodePortRange: '30000-32767' }, admit);
  startReplicaSetController({ store, clock });
  startDisruptionController({ store, clock });
  store.watch<Pod>('Pod', ({ type, object }) => {
    const status = { phase: 'Running' as const, conditions: [{ type: 'Ready', status: 'True' as const }] };
    if (type === 'ADDED')
      clock.after(10_000, () => store.get('Pod', 'default', object.metadata.name) && store.updateStatus({ ...object, status }));
  });
  const labels = { app: 'web' };
  const object = (apiVersion: string, kind: string, spec: object): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: labels }, ...spec },
  });
  store.create(
    object('apps/v1', 'ReplicaSet', { replicas: 3, template: { metadata: { labels }, spec: { containers: [{ name: 'web' }] } } }),
  );
  store.create(object('policy/v1', 'PodDisruptionBudget', budget));
  const settle = () => {
    while (clock.step());
  };
  settle();
  const evict = () => {
    const { metadata } = store.list<Pod>('Pod').find((pod) => pod.status?.phase === 'Running') as Pod;
    const answer = answerOf(() => evictPod(api, 'default', metadata.name));
    return 'status' in answer ? `${answer.status.code} ${answer.status.message} ${answer.status.details.causes?.[0]?.message}` : 'evicted';
  };
  return { evict, settle, status: () => store.get('PodDisruptionBudget', 'default', 'web')?.status };
}

test('minAvailable: one at a time, and the next when its replacement is ready', () => {
  const { evict, settle, status } = cluster({ minAvailable: 2 });
  expect(status()).toMatchObject({ currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1, expectedPods: 3 });
  expect(evict()).toBe('evicted');
  expect(evict()).toBe(
    "429 Cannot evict pod as it would violate the pod's disruption budget. The disruption budget web needs 2 healthy pods and has 3 currently",
  );
  settle();
  expect(evict()).toBe('evicted');
});

test('maxUnavailable counts from the replicas that there should be', () => {
  expect(cluster({ maxUnavailable: '50%' }).status()).toMatchObject({ desiredHealthy: 1, disruptionsAllowed: 2 });
  expect(cluster({ maxUnavailable: 0 }).evict()).toContain('needs 3 healthy pods and has 3 currently');
});
