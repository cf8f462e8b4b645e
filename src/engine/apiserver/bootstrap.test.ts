import { expect, test } from 'vitest';
import type { KubeObject, Node } from '../api/types.ts';
import { bootstrapObjects, isSystemObject } from './bootstrap.ts';

const node = (name: string, fields = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, ...fields });
const nodesOf = (objects: readonly KubeObject[]) =>
  bootstrapObjects(objects)
    .filter((object) => object.kind === 'Node')
    .map(({ metadata, spec, status }) => [
      metadata.name,
      status.addresses.find((one: { type: string }) => one.type === 'InternalIP').address,
      spec.podCIDR,
    ]);

test('an empty scenario is three nodes, the API server behind a Service, and cluster DNS', () => {
  expect(bootstrapObjects([]).map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name].filter(Boolean).join('/'))).toEqual([
    'Namespace/default',
    'Namespace/kube-system',
    'Namespace/kube-public',
    'Namespace/kube-node-lease',
    'Node/node-1',
    'Node/node-2',
    'Node/node-3',
    'Service/default/kubernetes',
    'EndpointSlice/default/kubernetes',
    'Endpoints/default/kubernetes',
    'Service/kube-system/kube-dns',
    'Deployment/kube-system/coredns',
  ]);
  expect(nodesOf([])).toEqual([
    ['node-1', '192.168.56.11', '10.244.1.0/24'],
    ['node-2', '192.168.56.12', '10.244.2.0/24'],
    ['node-3', '192.168.56.13', '10.244.3.0/24'],
  ]);
});

test('nodes keep what they give; the rest is filled in order, past what is taken', () => {
  const given = [
    node('a'),
    node('b', { spec: { podCIDR: '10.244.1.0/24' }, status: { addresses: [{ type: 'InternalIP', address: '192.168.56.11' }] } }),
    node('c'),
  ];
  expect(nodesOf(given)).toEqual([
    ['a', '192.168.56.12', '10.244.2.0/24'],
    ['b', '192.168.56.11', '10.244.1.0/24'],
    ['c', '192.168.56.13', '10.244.3.0/24'],
  ]);
});

test('a node is ready unless it says otherwise', () => {
  const unready = node('b', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  const statuses = bootstrapObjects([node('a'), unready])
    .filter((object): object is Node => object.kind === 'Node')
    .map(({ status }) => status?.conditions?.map((condition) => `${condition.type}=${condition.status}`));
  expect(statuses).toEqual([['Ready=True'], ['Ready=False']]);
});

test('many nodes get addresses of their own, clear of the client and the load balancers', () => {
  const nodes = nodesOf(Array.from({ length: 400 }, (_, n) => node(`n${n}`)));
  expect(new Set(nodes.map(([, address]) => address)).size).toBe(400);
  expect(new Set(nodes.map(([, , podCIDR]) => podCIDR)).size).toBe(400);
  const loadBalancers = Array.from({ length: 51 }, (_, n) => `192.168.56.${200 + n}`);
  for (const address of ['192.168.56.100', ...loadBalancers]) expect(nodes.map((one) => one[1])).not.toContain(address);
});

test("the user's own definition wins, and every namespace carries its name as a label", () => {
  const own = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'coredns', namespace: 'kube-system' }, spec: { replicas: 0 } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client' } },
  ];
  const objects = bootstrapObjects(own);
  expect(objects.map((object) => object.kind)).not.toContain('Deployment');
  expect(objects.map((object) => object.kind)).not.toContain('Pod');
  expect(objects.find((object) => object.metadata.name === 'shop')?.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'shop' });
});

test('what the cluster brought is told from what the user wrote', () => {
  const brought = bootstrapObjects([]).filter((object) => object.kind !== 'Node');
  expect(brought.every(isSystemObject)).toBe(true);
  expect(isSystemObject({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' } })).toBe(false);
});
