import { expect, test } from 'vitest';
import type { Event, Pod } from '../api/types.ts';
import { Cluster } from '../cluster.ts';
import { wholeParts } from '../whole-parts.ts';

function clusterWith(...pods: readonly string[]): Cluster {
  const documents = pods.map(
    (spec, index) => `apiVersion: v1\nkind: Pod\nmetadata: {name: web-${index + 1}}\nspec: {nodeName: node-1, ${spec}}\n`,
  );
  const node = 'apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\nstatus: {allocatable: {cpu: "2", memory: 4Gi, pods: "110"}}\n';
  return Cluster.atRest([node, ...documents].join('---\n'), 1, wholeParts);
}

function statusOf({ store }: Cluster, name: string): Pod['status'] {
  return store.get<Pod>('Pod', 'default', name)?.status;
}

const web = (rest: string) => `containers: [{name: web, image: nginx, ${rest}}]`;

test.each([
  [
    'a hostPort that another pod has',
    web('ports: [{containerPort: 80, hostPort: 8080}]'),
    'NodePorts',
    "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  ],
  [
    'a node without the label',
    `nodeSelector: {disk: ssd}, ${web('')}`,
    'NodeAffinity',
    "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  ],
  [
    'more CPU than is left',
    web('resources: {requests: {cpu: 1500m}}'),
    'OutOfcpu',
    "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
  ],
])('a pod that is tied to its node by nodeName and wants %s has failed', (_what, wants, reason, message) => {
  const first = web('ports: [{containerPort: 80, hostPort: 8080}], resources: {requests: {cpu: "1"}}');
  const cluster = clusterWith(first, wants);
  expect(statusOf(cluster, 'web-1')).toMatchObject({ phase: 'Running' });
  expect(statusOf(cluster, 'web-2')).toMatchObject({ phase: 'Failed', reason, message });
  expect(statusOf(cluster, 'web-2')?.podIP).toBeUndefined();
});

test('the pods of a ReplicaSet that names its node come to nothing one after the other', () => {
  const pod = `{nodeName: node-1, ${web('ports: [{containerPort: 80, hostPort: 8080}]')}}`;
  const text = `apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: ${pod}}
`;
  const cluster = Cluster.atRest(text, 1, wholeParts);
  const pods = cluster.store.list<Pod>('Pod', 'default');
  expect(pods.filter(({ status }) => status?.phase === 'Running')).toHaveLength(1);
  const failed = pods.filter(({ status }) => status?.reason === 'NodePorts');
  expect(failed.length).toBeGreaterThan(2);
  expect(failed.length).toBeLessThan(10);
  const events = cluster.store.list<Event>('Event').filter(({ reason }) => reason === 'NodePorts');
  expect(events.map(({ source, message }) => `${source.component} ${message}`)[0]).toBe(
    "kubelet Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  );
});
