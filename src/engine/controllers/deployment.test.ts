import { expect, test } from 'vitest';
import type { Deployment, Event, KubeObject, Pod, ReplicaSet } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { Clock } from '../sim/clock.ts';
import { startDeploymentController } from './deployment.ts';
import { startReplicaSetController } from './replicaset.ts';
import { startReplicationControllerController } from './replicationcontroller.ts';

const deployment = (replicas: number, image = 'nginx:1', spec = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }], nodeName: 'node-1' } },
    ...spec,
  },
});

/** A store with both controllers and a kubelet that makes a pod ready, or removes it, 10 ms after it heard of it. */
function newCluster() {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  startDeploymentController({ store, clock });
  startReplicaSetController({ store, clock });
  startReplicationControllerController({ store, clock });
  const ready = { phase: 'Running' as const, conditions: [{ type: 'Ready', status: 'True' as const }] };
  store.watch<Pod>('Pod', ({ type, object }) => {
    const { namespace = '', name, deletionTimestamp } = object.metadata;
    if (type === 'ADDED') clock.after(10_000, () => store.get('Pod', namespace, name) && store.updateStatus({ ...object, status: ready }));
    if (type === 'MODIFIED' && deletionTimestamp)
      clock.after(10_000, () => store.get('Pod', namespace, name) && store.delete('Pod', namespace, name, { gracePeriodSeconds: 0 }));
  });
  const settle = () => clock.runUntil(() => false, Number.POSITIVE_INFINITY);
  return { clock, store, settle };
}

const names = (objects: readonly KubeObject[]) => objects.map((object) => object.metadata.name);
const sizes = (store: ObjectStore) => store.list<ReplicaSet>('ReplicaSet').map((replicaSet) => replicaSet.spec.replicas);

test('a Deployment makes a ReplicaSet, which makes pods, each owned by the one above', () => {
  const { store, settle } = newCluster();
  const { metadata } = store.create(deployment(3));
  settle();
  const [replicaSet] = store.list<ReplicaSet>('ReplicaSet');
  const pods = store.list<Pod>('Pod');
  expect(replicaSet?.metadata.name).toMatch(/^web-[bcdf-hj-np-tv-z24-9]{6,10}$/);
  expect(replicaSet?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Deployment', uid: metadata.uid, controller: true });
  expect(pods).toHaveLength(3);
  for (const pod of pods) {
    expect(pod.metadata.name).toMatch(/^web-[a-z0-9]{6,10}-[a-z0-9]{5}$/);
    expect(pod.metadata.ownerReferences?.[0]?.uid).toBe(replicaSet?.metadata.uid);
    expect(pod.metadata.labels?.['pod-template-hash']).toBe(replicaSet?.metadata.labels?.['pod-template-hash']);
  }
  expect(store.get('Deployment', 'default', 'web')?.status).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
  });
});

test('scaling from 3 to 4 adds one pod and renames none, now or from the start', () => {
  const { store, settle } = newCluster();
  store.create(deployment(3));
  settle();
  const three = names(store.list('Pod'));
  store.update(deployment(4));
  settle();
  expect(names(store.list('Pod')).slice(0, 3)).toEqual(three);
  const fresh = newCluster();
  fresh.store.create(deployment(4));
  fresh.settle();
  expect(names(fresh.store.list('Pod'))).toEqual(names(store.list('Pod')));
});

test('a deleted pod is replaced by one with another name', () => {
  const { store, settle } = newCluster();
  store.create(deployment(2));
  settle();
  const [first = '', second = ''] = names(store.list('Pod'));
  store.delete('Pod', 'default', first);
  settle();
  const after = names(store.list('Pod'));
  expect(after).toHaveLength(2);
  expect(after).toContain(second);
  expect(after).not.toContain(first);
});

test('a rolling update never has too few available pods nor too many in all', () => {
  const { clock, store, settle } = newCluster();
  store.create(deployment(4));
  settle();
  store.update(deployment(4, 'nginx:2', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }));
  while (clock.step()) {
    const alive = store.list<Pod>('Pod').filter((pod) => !pod.metadata.deletionTimestamp);
    expect(alive.length).toBeLessThanOrEqual(5);
    expect(alive.filter((pod) => pod.status?.conditions?.length).length).toBeGreaterThanOrEqual(3);
  }
  expect(sizes(store)).toEqual([0, 4]);
  expect(store.list<Pod>('Pod').map((pod) => pod.spec.containers[0]?.image)).toEqual(Array(4).fill('nginx:2'));
  expect(store.get('Deployment', 'default', 'web')?.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '2' });
});

test('going back to an old template uses its ReplicaSet again, as the newest revision', () => {
  const { store, settle } = newCluster();
  for (const image of ['nginx:1', 'nginx:2', 'nginx:1']) {
    if (store.get('Deployment', 'default', 'web')) store.update(deployment(2, image));
    else store.create(deployment(2, image));
    settle();
  }
  expect(sizes(store)).toEqual([2, 0]);
  expect(store.list('ReplicaSet').map((one) => one.metadata.annotations?.['deployment.kubernetes.io/revision'])).toEqual(['3', '2']);
});

test('Recreate starts the new pods when the old ones are gone', () => {
  const { clock, store, settle } = newCluster();
  store.create(deployment(2, 'nginx:1', { strategy: { type: 'Recreate' } }));
  settle();
  store.update(deployment(2, 'nginx:2', { strategy: { type: 'Recreate' } }));
  while (clock.step()) expect(new Set(store.list<Pod>('Pod').map((pod) => pod.spec.containers[0]?.image)).size).toBeLessThanOrEqual(1);
  expect(sizes(store)).toEqual([0, 2]);
});

test('scaling in the middle of a rollout keeps the proportions', () => {
  const { clock, store, settle } = newCluster();
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
  store.create(deployment(10, 'nginx:1', { strategy }));
  settle();
  store.update(deployment(10, 'nginx:2', { strategy }));
  clock.runUntil(() => sizes(store).join() === '8,5', Number.POSITIVE_INFINITY);
  store.update(deployment(15, 'nginx:2', { strategy }));
  clock.runUntil(() => sizes(store)[0] !== 8, Number.POSITIVE_INFINITY);
  expect(sizes(store)).toEqual([11, 7]);
  settle();
  expect(sizes(store)).toEqual([0, 15]);
});

test('minReadySeconds holds back availability', () => {
  const { clock, store } = newCluster();
  store.create(deployment(1, 'nginx:1', { minReadySeconds: 10 }));
  clock.advanceTo(5_000_000);
  expect(store.list<Pod>('Pod')).toHaveLength(1);
  store.updateStatus({
    ...(store.list<Pod>('Pod')[0] as Pod),
    status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:05Z' }] },
  });
  clock.advanceTo(14_000_000);
  expect(store.get('Deployment', 'default', 'web')?.status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
  clock.advanceTo(16_000_000);
  expect(store.get('Deployment', 'default', 'web')?.status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
});

test('a ReplicationController adopts a pod that matches, and lets go of one that no longer does', () => {
  const { store, settle } = newCluster();
  const pod = (labels: Record<string, string>): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'stray', namespace: 'default', labels },
    spec: { containers: [], nodeName: 'node-1' },
  });
  store.create(pod({ app: 'web' }));
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [], nodeName: 'node-1' } };
  store.create({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 2, template },
  });
  settle();
  expect(names(store.list('Pod'))).toEqual(['stray', expect.stringMatching(/^web-[a-z0-9]{5}$/)]);
  const owned = store.get<Pod>('Pod', 'default', 'stray') as Pod;
  store.update({ ...owned, metadata: { ...owned.metadata, labels: { app: 'quarantine' } } });
  settle();
  expect(store.get('Pod', 'default', 'stray')?.metadata.ownerReferences).toEqual([]);
  expect(store.listLabelled('Pod', 'default', { app: 'web' })).toHaveLength(2);
});

test('a rollout that does not get on says so when its deadline is over, and takes it back when it does', () => {
  const { clock, store } = newCluster();
  store.create(deployment(1, 'nginx:1', { progressDeadlineSeconds: 60 }));
  clock.advanceTo(1_000_000);
  const progressing = () => {
    const { conditions = [] } = (store.get('Deployment', 'default', 'web') as KubeObject).status;
    return conditions.find(({ type }: { type: string }) => type === 'Progressing');
  };
  expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  store.update(deployment(1, 'broken', { progressDeadlineSeconds: 60 }));
  clock.advanceTo(1_008_000);
  const stuck = store.list<Pod>('Pod').at(-1) as Pod;
  // This one never becomes ready: the kubelet hears of it no more.
  clock.after(7_001, () => store.updateStatus<Pod>({ ...stuck, status: { phase: 'Pending' } }));
  clock.advanceTo(30_000_000);
  expect(progressing()).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
  clock.advanceTo(90_000_000);
  expect(progressing()).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  expect(progressing().message).toMatch(/^ReplicaSet "web-[a-z0-9]+" has timed out progressing\.$/);
  const pod = store.list<Pod>('Pod').at(-1) as Pod;
  store.updateStatus<Pod>({ ...pod, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } });
  clock.advanceTo(91_000_000);
  expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
});

test('what a Deployment does is told in its events', () => {
  const { store, settle } = newCluster();
  store.create(deployment(2));
  settle();
  store.update(deployment(1));
  settle();
  const [name] = names(store.list<ReplicaSet>('ReplicaSet'));
  const told = store.list<Event>('Event').filter(({ source }) => source.component === 'deployment-controller');
  expect(told.map(({ reason, message }) => `${reason} ${message}`)).toEqual([
    `ScalingReplicaSet Scaled up replica set ${name} from 0 to 2`,
    `ScalingReplicaSet Scaled down replica set ${name} from 2 to 1`,
  ]);
});
