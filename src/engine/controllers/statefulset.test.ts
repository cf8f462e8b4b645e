import { expect, test } from 'vitest';
import type { Event, Pod, StatefulSet } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startStatefulSetController } from './statefulset.ts';

const set = (replicas: number, spec: object = {}, image = 'redis:7'): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'default' },
  spec: {
    replicas,
    serviceName: 'db',
    selector: { matchLabels: { app: 'db' } },
    template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image }], nodeName: 'node-1' } },
    ...spec,
  },
});

/** A kubelet that makes pods ready, or removes them, 10 ms after it heard of them; pods in `unwell` never get ready. */
function newCluster(unwell: readonly string[] = []) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  startStatefulSetController({ store, clock });
  const log: string[] = [];
  store.watch<Pod>('Pod', ({ type, object }) => {
    const { name, deletionTimestamp } = object.metadata;
    if (type === 'ADDED') log.push(`+${name}`);
    if (type === 'DELETED') log.push(`-${name}`);
    const conditions = [{ type: 'Ready', status: unwell.includes(name) ? ('False' as const) : ('True' as const) }];
    if (type === 'ADDED') clock.after(10_000, () => store.updateStatus<Pod>({ ...object, status: { phase: 'Running', conditions } }));
    if (type === 'MODIFIED' && deletionTimestamp)
      clock.after(10_000, () => store.delete('Pod', 'default', name, { gracePeriodSeconds: 0 }));
  });
  const settle = () => {
    clock.runUntil(() => false, Number.POSITIVE_INFINITY);
    return log.splice(0);
  };
  return { clock, store, settle };
}

const alive = (pods: readonly Pod[]) => pods.filter(({ metadata }) => !metadata.deletionTimestamp).length;

test('pods have stable names, hostnames under the Service, and come one after another', () => {
  const { clock, store } = newCluster();
  store.create(set(3));
  let most = 0;
  while (clock.step()) most = Math.max(most, store.list<Pod>('Pod').filter(({ status }) => status?.phase === 'Pending').length);
  expect(most).toBe(1);
  expect(store.list<Pod>('Pod').map(({ spec }) => `${spec.hostname}.${spec.subdomain}`)).toEqual(['db-0.db', 'db-1.db', 'db-2.db']);
  expect(store.get('StatefulSet', 'default', 'db')?.status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
  expect(store.get('Pod', 'default', 'db-2')?.metadata.labels).toMatchObject({
    app: 'db',
    'apps.kubernetes.io/pod-index': '2',
    'statefulset.kubernetes.io/pod-name': 'db-2',
  });
});

test('the next one waits for a pod that is not ready; Parallel does not', () => {
  const ordered = newCluster(['db-1']);
  ordered.store.create(set(3));
  expect(ordered.settle()).toEqual(['+db-0', '+db-1']);
  const parallel = newCluster(['db-1']);
  parallel.store.create(set(3, { podManagementPolicy: 'Parallel' }));
  expect(parallel.settle()).toEqual(['+db-0', '+db-1', '+db-2']);
});

test('scaling down goes from the top, one at a time; a deleted pod comes back under its name', () => {
  const { store, settle } = newCluster();
  store.create(set(4));
  settle();
  store.update(set(1));
  expect(settle()).toEqual(['-db-3', '-db-2', '-db-1']);
  store.delete('Pod', 'default', 'db-0');
  expect(settle()).toEqual(['-db-0', '+db-0']);
});

test('ordinals.start moves the numbers', () => {
  const { store, settle } = newCluster();
  store.create(set(2, { ordinals: { start: 5 } }));
  expect(settle()).toEqual(['+db-5', '+db-6']);
});

test('a rolling update replaces from the highest down to the partition, with at most one pod away', () => {
  const { clock, store, settle } = newCluster();
  store.create(set(3));
  settle();
  store.update(set(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }, 'redis:8'));
  while (clock.step()) expect(alive(store.list<Pod>('Pod'))).toBeGreaterThanOrEqual(2);
  expect(settle()).toEqual(['-db-2', '+db-2', '-db-1', '+db-1']);
  const image = (name: string) => store.get<Pod>('Pod', 'default', name)?.spec.containers[0]?.image;
  expect([image('db-0'), image('db-1'), image('db-2')]).toEqual(['redis:7', 'redis:8', 'redis:8']);
  // Below the partition a pod comes back as it was.
  store.delete('Pod', 'default', 'db-0');
  settle();
  expect(image('db-0')).toBe('redis:7');
  expect(store.list('ControllerRevision').map(({ revision }) => revision)).toEqual([1, 2]);
});

test('a pod that is relabelled keeps its name from the set, which says so and goes on when the name is free', () => {
  const { store, settle } = newCluster();
  store.create(set(1));
  settle();
  const pod = store.get<Pod>('Pod', 'default', 'db-0') as Pod;
  store.update<Pod>({ ...pod, metadata: { ...pod.metadata, labels: { app: 'other' } } });
  store.update<StatefulSet>(set(1, {}, 'redis:8'));
  settle();
  expect(store.get('StatefulSet', 'default', 'db')?.status).toMatchObject({ replicas: 0, observedGeneration: 2 });
  expect(store.list<Event>('Event').map(({ message }) => message)).toContain(
    'create Pod db-0 in StatefulSet db failed error: pods "db-0" already exists',
  );
  store.delete('Pod', 'default', 'db-0');
  expect(settle()).toEqual(['-db-0', '+db-0']);
  expect(store.get<Pod>('Pod', 'default', 'db-0')?.metadata.labels).toMatchObject({ app: 'db' });
});
