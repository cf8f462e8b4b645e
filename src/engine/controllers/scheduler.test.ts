import { expect, test } from 'vitest';
import type { KubeObject, Pod } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startScheduler } from './scheduler.ts';

const node = (name: string, fields = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { disk: name } },
  ...fields,
});
const pod = (name: string, spec = {}, owner?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    ...(owner ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] } : {}),
  },
  spec: { containers: [{ name: 'c' }], ...spec },
});

/** The node of each pod, or why it has none. */
function schedule(objects: readonly KubeObject[]) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  for (const object of objects) store.create(object);
  startScheduler({ store, clock });
  const placed = () => {
    clock.runUntil(() => false, Number.POSITIVE_INFINITY);
    return store
      .list<Pod>('Pod')
      .map(({ spec, status }) => spec.nodeName ?? status?.conditions?.find((one) => one.type === 'PodScheduled')?.message);
  };
  return { store, placed };
}

const three = [node('a'), node('b'), node('c')];
const cpu = (amount: string) => ({ containers: [{ name: 'c', resources: { requests: { cpu: amount } } }] });
const NOT_HELPFUL = 'Preemption is not helpful for scheduling.';
const NO_VICTIMS = 'No preemption victims found for incoming pod.';

test('pods of one owner are spread; others go where it is emptiest, first node first', () => {
  const pods = [pod('p1'), pod('p2'), pod('w1', {}, 'web'), pod('w2', {}, 'web'), pod('w3', {}, 'web'), pod('p3')];
  expect(schedule([...three, ...pods]).placed()).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
});

test('a nodeName that is given is honoured and counted', () => {
  expect(schedule([...three, pod('fixed', { nodeName: 'a' }), pod('free')]).placed()).toEqual(['a', 'b']);
});

test('nodeSelector and node affinity choose by label', () => {
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['c'] }] }],
    },
  };
  const objects = [
    ...three,
    pod('p1', { nodeSelector: { disk: 'b' } }),
    pod('p2', { affinity: { nodeAffinity } }),
    pod('p3', { nodeSelector: { disk: 'x' } }),
  ];
  expect(schedule(objects).placed()).toEqual([
    'b',
    'c',
    `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 ${NOT_HELPFUL}`,
  ]);
});

test('taints keep pods away unless they tolerate them; a cordoned node takes none', () => {
  const tainted = node('a', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } });
  const cordoned = node('b', { spec: { unschedulable: true } });
  const tolerations = [{ key: 'gpu', operator: 'Equal', value: 'yes', effect: 'NoSchedule' }];
  expect(schedule([tainted, cordoned, pod('p1', { tolerations }), pod('p2')]).placed()).toEqual([
    'a',
    `0/2 nodes are available: 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 2 ${NOT_HELPFUL}`,
  ]);
});

test('requests fill a node up', () => {
  const small = node('a', { status: { allocatable: { cpu: '1', memory: '1Gi', pods: '110' } } });
  expect(schedule([small, pod('p1', cpu('600m')), pod('p2', cpu('600m')), pod('p3', cpu('400m'))]).placed()).toEqual([
    'a',
    `0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 ${NO_VICTIMS}`,
    'a',
  ]);
});

test('a host port is taken once per node, unless the addresses differ', () => {
  const port = (hostIP?: string) => ({ containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 8080, hostIP }] }] });
  expect(schedule([node('a'), pod('p1', port('10.0.0.1')), pod('p2', port('10.0.0.2')), pod('p3', port())]).placed()).toEqual([
    'a',
    'a',
    `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. preemption: 0/1 nodes are available: 1 ${NO_VICTIMS}`,
  ]);
});

test('a pending pod is placed when room appears: a node, or the end of another pod', () => {
  const { store, placed } = schedule([pod('p1', cpu('2')), pod('p2', cpu('2'))]);
  expect(placed()).toEqual(['no nodes available to schedule pods', 'no nodes available to schedule pods']);
  store.create(node('a', { status: { allocatable: { cpu: '2' } } }));
  expect(placed()[0]).toBe('a');
  store.delete('Pod', 'default', 'p1', { gracePeriodSeconds: 0 });
  expect(placed()).toEqual(['a']);
});
