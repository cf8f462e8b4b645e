import { expect, test } from 'vitest';
import { admittedFields } from '../api/pod-admission.ts';
import type { Event, KubeObject, Node, Pod } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startNodeLifecycleController } from './node-lifecycle.ts';

const node = (ready: 'True' | 'False' | 'Unknown', spec: Node['spec'] = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  spec,
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const pod = (name: string, tolerations: object[] = []): KubeObject => {
  const spec = { nodeName: 'node-1', containers: [], tolerations, terminationGracePeriodSeconds: 0 };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { ...spec, ...admittedFields(spec) } };
};

function newCluster(...objects: readonly KubeObject[]) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  for (const object of objects) store.create(object);
  startNodeLifecycleController({ store, clock });
  const podsAfter = (seconds: number) => {
    clock.advanceTo(seconds * 1_000_000);
    return store.list<Pod>('Pod').map(({ metadata }) => metadata.name);
  };
  const taints = () => store.get<Node>('Node', '', 'node-1')?.spec?.taints?.map(({ key, effect }) => `${key.split('/')[1]}:${effect}`);
  return { store, podsAfter, taints };
}

test('a node that is not ready, or cordoned, is tainted; when it is well again the taints go', () => {
  const { store, podsAfter, taints } = newCluster(node('False', { unschedulable: true }));
  podsAfter(1);
  expect(taints()).toEqual(['unschedulable:NoSchedule', 'not-ready:NoSchedule', 'not-ready:NoExecute']);
  store.update({ ...node('True'), spec: { taints: store.get<Node>('Node', '', 'node-1')?.spec?.taints } });
  podsAfter(2);
  expect(taints()).toEqual([]);
});

test('its pods stay for five minutes, or as long as they say', () => {
  const patient = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' };
  const { podsAfter } = newCluster(
    node('Unknown'),
    pod('web'),
    pod('brief', [{ ...patient, tolerationSeconds: 20 }]),
    pod('agent', [patient]),
  );
  expect(podsAfter(19)).toEqual(['web', 'brief', 'agent']);
  expect(podsAfter(21)).toEqual(['web', 'agent']);
  expect(podsAfter(301)).toEqual(['agent']);
});

test('a NoExecute taint of somebody else drives out at once who does not tolerate it', () => {
  const taint = { key: 'maintenance', effect: 'NoExecute' };
  const { podsAfter } = newCluster(
    node('True', { taints: [taint] }),
    pod('web'),
    pod('agent', [{ key: 'maintenance', operator: 'Exists' }]),
  );
  expect(podsAfter(1)).toEqual(['agent']);
});

test('what becomes of a node and its pods is told in events', () => {
  const { store, podsAfter } = newCluster(node('True'), pod('web'));
  podsAfter(1);
  store.updateStatus(node('Unknown'));
  podsAfter(310);
  const told = store.list<Event>('Event').map(({ reason, message, source }) => `${source.component}: ${reason} ${message}`);
  expect(told).toEqual([
    'node-controller: NodeNotReady Node node-1 status is now: NodeNotReady',
    'taint-eviction-controller: TaintManagerEviction Marking for deletion Pod default/web',
  ]);
});
