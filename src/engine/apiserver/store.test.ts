import { expect, test } from 'vitest';
import type { KubeObject, Pod } from '../api/types.ts';
import { Clock } from '../sim/clock.ts';
import { ApiError } from './api-error.ts';
import { createObjectStore } from './store.ts';
import type { WatchEvent } from './types.ts';

const pod = (name: string, fields: Partial<Pod> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx' }], nodeName: 'node-1' },
  ...fields,
});

const deployment = (replicas: number, status = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas },
  status,
});

function newStore() {
  const clock = new Clock();
  return { clock, store: createObjectStore(clock, 1) };
}

test('a new object is told when it was made, and by which uid and version it is known', () => {
  const { clock, store } = newStore();
  clock.advanceTo(61_500_000);
  const { metadata } = store.create(pod('web-1'));
  expect(metadata.creationTimestamp).toBe('2026-01-01T00:01:01Z');
  expect(metadata.resourceVersion).toBe('1');
  expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('uids depend on the seed and the name; a name used again is another object', () => {
  const { store } = newStore();
  const first = store.create(pod('web-1')).metadata.uid;
  expect(newStore().store.create(pod('web-1')).metadata.uid).toBe(first);
  expect(createObjectStore(new Clock(), 2).create(pod('web-1')).metadata.uid).not.toBe(first);
  store.delete('Pod', 'default', 'web-1', { gracePeriodSeconds: 0 });
  expect(store.create(pod('web-1')).metadata.uid).not.toBe(first);
});

test('generation counts changes of the spec only', () => {
  const { store } = newStore();
  const generations = [
    store.create(deployment(1)),
    store.update(deployment(1, { replicas: 1 })),
    store.update(deployment(2)),
    store.updateStatus(deployment(9, { replicas: 2 })),
  ].map((object) => object.metadata.generation);
  expect(generations).toEqual([1, 1, 2, 2]);
  expect(store.get('Deployment', 'default', 'web')).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2 } });
  expect(store.create(pod('web-1')).metadata.generation).toBeUndefined();
});

test('a manifest without status leaves the status alone', () => {
  const { store } = newStore();
  store.create(deployment(1, { replicas: 1 }));
  const { status: _status, ...manifest } = deployment(2);
  expect(store.update<KubeObject>(manifest as KubeObject)).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1 } });
});

test('an equal object is no change: no version, no event', () => {
  const { store } = newStore();
  store.create(deployment(1));
  const events: WatchEvent[] = [];
  store.watchAll((event) => events.push(event));
  store.update(deployment(1));
  expect(store.resourceVersion).toBe(1);
  expect(events).toEqual([]);
});

test('refusals are a Status in the words of the API', () => {
  const { store } = newStore();
  store.create(deployment(1));
  const refusal = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      if (error instanceof ApiError) return [error.message, error.status.reason, error.status.code];
    }
    return null;
  };
  expect(refusal(() => store.delete('Pod', 'default', 'x'))).toEqual(['pods "x" not found', 'NotFound', 404]);
  expect(refusal(() => store.update(pod('x')))).toEqual(['pods "x" not found', 'NotFound', 404]);
  expect(refusal(() => store.create(deployment(2)))).toEqual(['deployments.apps "web" already exists', 'AlreadyExists', 409]);
});

test('a pod on a node terminates for its grace period, until the kubelet says it is gone', () => {
  const { store } = newStore();
  store.create(pod('web-1'));
  const types: string[] = [];
  store.watch('Pod', (event) => types.push(event.type));
  store.delete('Pod', 'default', 'web-1');
  expect(store.get('Pod', 'default', 'web-1')?.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:30Z',
    deletionGracePeriodSeconds: 30,
  });
  store.delete('Pod', 'default', 'web-1');
  store.update(pod('web-1'));
  expect(store.get('Pod', 'default', 'web-1')?.metadata.deletionTimestamp).toBe('2026-01-01T00:00:30Z');
  store.delete('Pod', 'default', 'web-1', { gracePeriodSeconds: 0 });
  expect(store.get('Pod', 'default', 'web-1')).toBeUndefined();
  expect(types).toEqual(['MODIFIED', 'DELETED']);
});

test('a pod that no node runs, or that has ended, goes at once', () => {
  const { store } = newStore();
  store.create(pod('waiting', { spec: { containers: [] } }));
  store.create(pod('done', { status: { phase: 'Succeeded' } }));
  for (const name of ['waiting', 'done']) store.delete('Pod', 'default', name);
  expect(store.list('Pod')).toEqual([]);
});

test('an object with a finalizer stays until the last one is taken off', () => {
  const { store } = newStore();
  const held = (finalizers: string[]) => ({ ...deployment(1), metadata: { name: 'web', namespace: 'default', finalizers } });
  store.create(held(['example.com/hold']));
  store.delete('Deployment', 'default', 'web');
  expect(store.get('Deployment', 'default', 'web')?.metadata.deletionTimestamp).toBeDefined();
  store.update(held([]));
  expect(store.get('Deployment', 'default', 'web')).toBeUndefined();
});

test('a namespace that is being deleted takes nothing new', () => {
  const { store } = newStore();
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  store.delete('Namespace', '', 'default');
  expect(store.get('Namespace', '', 'default')?.status.phase).toBe('Terminating');
  expect(() => store.create(pod('web-1'))).toThrow(
    'pods "web-1" is forbidden: unable to create new content in namespace default because it is being terminated',
  );
});

test('lists keep the order of creation; label and owner indexes follow every change', () => {
  const { store } = newStore();
  const owned = { name: 'c', namespace: 'default', ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u-1' }] };
  for (const name of ['b', 'a']) store.create(pod(name));
  store.create(pod('c', { metadata: owned }));
  store.update(pod('b', { metadata: { name: 'b', namespace: 'default', labels: { app: 'db' } } }));
  const names = (objects: readonly KubeObject[]) => objects.map((object) => object.metadata.name);
  expect(names(store.list('Pod', 'default'))).toEqual(['b', 'a', 'c']);
  expect(names(store.listLabelled('Pod', 'default', { app: 'web' }))).toEqual(['a']);
  expect(names(store.listLabelled('Pod', 'default', { app: 'db' }))).toEqual(['b']);
  expect(names(store.listLabelled('Pod', 'other', { app: 'web' }))).toEqual([]);
  expect(names(store.listOwned('u-1'))).toEqual(['c']);
  store.delete('Pod', 'default', 'c', { gracePeriodSeconds: 0 });
  expect(store.listOwned('u-1')).toEqual([]);
});

test('every watcher hears every change in order, also when one of them writes', () => {
  const { store } = newStore();
  const heard: string[] = [];
  store.watch<Pod>('Pod', ({ type, object }) => {
    if (type === 'ADDED') store.update({ ...object, status: { phase: 'Running' } });
  });
  const stop = store.watch<Pod>('Pod', ({ type, object, previous }) =>
    heard.push(`${type} ${previous?.status?.phase}->${object.status?.phase}`),
  );
  store.create(pod('web-1'));
  stop();
  store.delete('Pod', 'default', 'web-1');
  expect(heard).toEqual(['ADDED undefined->undefined', 'MODIFIED undefined->Running']);
});
