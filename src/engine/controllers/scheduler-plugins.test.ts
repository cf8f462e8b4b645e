// Pods that look at other pods before they choose a node: topology spread and inter-pod affinity, with the scheduler's words.

import { expect, test } from 'vitest';
import type { KubeObject, Pod } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startScheduler } from './scheduler.ts';
import { interPodAffinity } from './scheduler-pod-affinity.ts';
import { topologySpread } from './scheduler-topology-spread.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';
const node = (name: string, zone: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { [HOSTNAME]: name, [ZONE]: zone } },
});
const pod = (name: string, app: string, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app } },
  spec: { containers: [{ name: 'c' }], ...spec },
});
const NODES = [node('a', 'east'), node('b', 'east'), node('c', 'west')];

/** Where the pods come to be, or what the scheduler says of them before it speaks of preemption. */
function schedule(objects: readonly KubeObject[]) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  startScheduler({ store, clock, plugins: [topologySpread, interPodAffinity] });
  for (const object of objects) {
    store.create(object);
    while (clock.step());
  }
  const messageOf = ({ status }: Pod) => status?.conditions?.find((one) => one.type === 'PodScheduled')?.message?.split(' preemption')[0];
  return store.list<Pod>('Pod').map((one) => one.spec.nodeName ?? messageOf(one));
}

const selector = (app: string) => ({ matchLabels: { app } });
const spread = (topologyKey: string, more: object = {}) => ({
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector('web'), ...more }],
});
const affinity = (kind: 'podAffinity' | 'podAntiAffinity', app: string, topologyKey: string, more: object = {}) => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: selector(app), topologyKey, ...more }] } },
});

test('spread by zone goes to the zone that has fewer', () => {
  const web = ['w1', 'w2', 'w3', 'w4'].map((name) => pod(name, 'web', spread(ZONE)));
  const placed = schedule([...NODES, ...web]);
  expect(placed.map((name) => (name === 'c' ? 'west' : 'east')).toSorted()).toEqual(['east', 'east', 'west', 'west']);
});

test('spread that cannot be kept leaves the pod pending, and says so', () => {
  const full = pod('old', 'web', { nodeName: 'a' });
  const bound = { ...spread(HOSTNAME), nodeSelector: { [ZONE]: 'east' } };
  expect(schedule([...NODES, full, pod('next', 'web', bound)])).toEqual(['a', 'b']);
  const onlyA = { ...spread(HOSTNAME, { nodeAffinityPolicy: 'Ignore' }), nodeSelector: { [HOSTNAME]: 'a' } };
  expect(schedule([...NODES, full, pod('next', 'web', onlyA)])[1]).toBe(
    "0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints, 2 node(s) didn't match Pod's node affinity/selector.",
  );
  expect(schedule([...NODES, pod('next', 'web', spread('rack'))])[0]).toBe(
    "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label).",
  );
});

test('spread that is only a wish is followed as far as possible', () => {
  const wish = spread(HOSTNAME, { whenUnsatisfiable: 'ScheduleAnyway' });
  expect(schedule([...NODES, pod('w1', 'web', { nodeName: 'a' }), pod('w2', 'web', wish), pod('w3', 'web', wish)])).toEqual([
    'a',
    'b',
    'c',
  ]);
});

test('affinity waits for the pod that it wants to be near, and follows it', () => {
  const near = pod('web', 'web', affinity('podAffinity', 'db', HOSTNAME));
  expect(schedule([...NODES, near])[0]).toBe("0/3 nodes are available: 3 node(s) didn't match pod affinity rules.");
  expect(schedule([...NODES, near, pod('db', 'db', { nodeName: 'b' })])).toEqual(['b', 'b']);
});

test('the first of a group that wants to be together may go anywhere', () => {
  const together = (name: string) => pod(name, 'web', affinity('podAffinity', 'web', HOSTNAME));
  expect(schedule([...NODES, together('w1'), together('w2'), together('w3')])).toEqual(['a', 'a', 'a']);
});

test('anti-affinity keeps away on both sides', () => {
  const alone = (name: string) => pod(name, 'db', affinity('podAntiAffinity', 'db', ZONE));
  const placed = schedule([...NODES, alone('d1'), alone('d2'), alone('d3'), pod('d4', 'db')]);
  expect(placed.slice(0, 2)).toEqual(['a', 'c']);
  expect(placed[2]).toBe("0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.");
  expect(placed[3]).toBe("0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules.");
});

test('a term looks at its own namespace, unless it names others', () => {
  const elsewhere = { ...pod('db', 'db', { nodeName: 'c' }), metadata: { name: 'db', namespace: 'data', labels: { app: 'db' } } };
  const wants = (more: object) => pod('web', 'web', affinity('podAffinity', 'db', HOSTNAME, more));
  expect(schedule([...NODES, elsewhere, wants({})])[1]).toContain("didn't match pod affinity rules");
  expect(schedule([...NODES, elsewhere, wants({ namespaces: ['data'] })])[1]).toBe('c');
});

test('preferences weigh more than emptiness', () => {
  const preferred = [{ weight: 10, preference: { matchExpressions: [{ key: ZONE, operator: 'In', values: ['west'] }] } }];
  const likes = pod('web', 'web', { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } });
  expect(schedule([...NODES, pod('x', 'x', { nodeName: 'c' }), likes])[1]).toBe('c');
});

test('a resource that no node has is named; a daemon is bound to its node by name', () => {
  const gpu = pod('g', 'gpu', { containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': '1' } } }] });
  expect(schedule([...NODES, gpu])[0]).toBe('0/3 nodes are available: 3 Insufficient nvidia.com/gpu.');
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }];
  const required = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
  const daemon = pod('d', 'd', { affinity: required, containers: [{ name: 'c', resources: { requests: { 'example.com/disk': '1' } } }] });
  expect(schedule([...NODES, daemon])[0]).toBe(
    "0/3 nodes are available: 1 Insufficient example.com/disk, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
  );
});
