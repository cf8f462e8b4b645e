import { expect, test } from 'vitest';
import type { DaemonSet, KubeObject, Node, Pod } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startDaemonSetController } from './daemonset.ts';
import { startScheduler } from './scheduler.ts';

const node = (name: string, spec: Node['spec'] = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { disk: name } },
  spec,
});
const daemon = (podSpec: object = {}, image = 'agent:1'): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'agent', image }], ...podSpec } },
  },
});

function newCluster(objects: readonly KubeObject[]) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  for (const object of objects) store.create(object);
  startDaemonSetController({ store, clock });
  startScheduler({ store, clock });
  store.watch<Pod>('Pod', ({ type, object }) => {
    const { name, deletionTimestamp } = object.metadata;
    const conditions = [{ type: 'Ready', status: 'True' as const }];
    if (type === 'MODIFIED' && deletionTimestamp)
      clock.after(10_000, () => store.get('Pod', 'default', name) && store.delete('Pod', 'default', name, { gracePeriodSeconds: 0 }));
    else if (type === 'MODIFIED' && object.spec.nodeName && object.status?.phase !== 'Running')
      clock.after(10_000, () => store.updateStatus<Pod>({ ...object, status: { phase: 'Running', conditions } }));
  });
  const settle = () => {
    clock.runUntil(() => false, Number.POSITIVE_INFINITY);
    return store.list<Pod>('Pod').map(({ spec }) => spec.nodeName);
  };
  return { clock, store, settle };
}

test('one pod on each node, on a new one too, and with the name that it would have had anyway', () => {
  const { store, settle } = newCluster([node('a'), node('b'), daemon()]);
  expect(settle()).toEqual(['a', 'b']);
  store.create(node('c'));
  expect(settle()).toEqual(['a', 'b', 'c']);
  expect(store.get('DaemonSet', 'default', 'agent')?.status).toMatchObject({ desiredNumberScheduled: 3, numberReady: 3 });
  const fresh = newCluster([node('c'), daemon()]);
  fresh.settle();
  expect(fresh.store.list('Pod')[0]?.metadata.name).toBe(store.list('Pod')[2]?.metadata.name);
});

test('a taint keeps it away unless tolerated; a cordoned node gets one all the same', () => {
  const nodes = [node('a', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] }), node('b', { unschedulable: true })];
  expect(newCluster([...nodes, daemon()]).settle()).toEqual(['b']);
  expect(newCluster([...nodes, daemon({ tolerations: [{ operator: 'Exists' }] })]).settle()).toEqual(['a', 'b']);
});

test('nodeSelector chooses the nodes; a node that loses the label loses the pod', () => {
  const { store, settle } = newCluster([node('a'), node('b'), daemon({ nodeSelector: { disk: 'b' } })]);
  expect(settle()).toEqual(['b']);
  store.update({ ...node('b'), metadata: { name: 'b', labels: {} } });
  expect(settle()).toEqual([]);
});

test('a rolling update takes one node at a time', () => {
  const { clock, store, settle } = newCluster([node('a'), node('b'), node('c'), daemon()]);
  settle();
  store.update(daemon({}, 'agent:2'));
  const ready = () => store.list<Pod>('Pod').filter((pod) => pod.status?.phase === 'Running' && !pod.metadata.deletionTimestamp);
  while (clock.step()) expect(ready().length).toBeGreaterThanOrEqual(2);
  expect(ready().map(({ spec }) => spec.containers[0]?.image)).toEqual(['agent:2', 'agent:2', 'agent:2']);
});

test('with maxSurge the new pod is there before the old one goes', () => {
  const surging = (image: string): DaemonSet => {
    const set = daemon({}, image);
    return { ...set, spec: { ...set.spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } };
  };
  const { clock, store, settle } = newCluster([node('a'), node('b'), node('c'), surging('agent:1')]);
  settle();
  store.update(surging('agent:2'));
  const pods = () => store.list<Pod>('Pod').filter((pod) => !pod.metadata.deletionTimestamp);
  while (clock.step()) {
    const serving = new Set(pods().flatMap((pod) => (pod.status?.phase === 'Running' ? (pod.spec.nodeName ?? '') : [])));
    expect([serving.size, pods().length <= 4]).toEqual([3, true]);
  }
  expect(pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(['agent:2', 'agent:2', 'agent:2']);
});
