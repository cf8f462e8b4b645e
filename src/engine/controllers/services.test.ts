import { expect, test } from 'vitest';
import type { EndpointSlice, Endpoints, KubeObject, Node, Pod, Service } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startControllers } from './controller-manager.ts';

function newCluster(cloudProvider = false) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  startControllers({ store, clock, loadBalancer: cloudProvider ? 'cloud' : null });
  store.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
  const settle = (untilUs = Number.POSITIVE_INFINITY) => clock.runUntil(() => false, untilUs);
  const slices = (service: string) =>
    store
      .listLabelled<EndpointSlice>('EndpointSlice', 'default', { 'kubernetes.io/service-name': service })
      .map(({ endpoints, ports }) => ({ addresses: endpoints.flatMap((one) => one.addresses), ports: ports?.map((port) => port.port) }));
  return { clock, store, settle, slices };
}

const pod = (name: string, podIP: string, ready: 'True' | 'False' = 'True'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }], nodeName: 'node-1' },
  status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions: [{ type: 'Ready', status: ready }] },
});

const service = (name: string, spec: Partial<Service['spec']> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { clusterIP: '10.96.0.50', ipFamilies: ['IPv4'], selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
});

const handWritten = (ip: string, fields = {}): Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'db', namespace: 'default', ...fields },
  subsets: [{ addresses: [{ ip }], ports: [{ port: 5432 }] }],
});

const kinds = (objects: readonly KubeObject[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

test('slices and Endpoints follow readiness, labels and deletion', () => {
  const { store, settle, slices } = newCluster();
  store.create(service('web'));
  for (const one of [pod('p1', '10.244.1.2'), pod('p2', '10.244.1.3', 'False')]) store.create(one);
  settle();
  expect(slices('web')).toEqual([{ addresses: ['10.244.1.2', '10.244.1.3'], ports: [8080] }]);
  expect(store.get<Endpoints>('Endpoints', 'default', 'web')?.subsets).toMatchObject([
    { addresses: [{ ip: '10.244.1.2' }], notReadyAddresses: [{ ip: '10.244.1.3' }], ports: [{ port: 8080 }] },
  ]);
  store.update({ ...pod('p1', '10.244.1.2'), metadata: { name: 'p1', namespace: 'default', labels: { app: 'db' } } });
  store.delete('Pod', 'default', 'p2');
  settle();
  expect(store.list<EndpointSlice>('EndpointSlice')[0]?.endpoints).toMatchObject([{ conditions: { ready: false, terminating: true } }]);
  expect(store.get<Endpoints>('Endpoints', 'default', 'web')?.subsets).toEqual([]);
});

test('a slice keeps its name from placeholder to full and back', () => {
  const { store, settle } = newCluster();
  const names = () => store.list('EndpointSlice').map((slice) => slice.metadata.name);
  store.create(service('web'));
  settle();
  const [placeholder] = names();
  expect(placeholder).toMatch(/^web-[a-z0-9]{5}$/);
  store.create(pod('p1', '10.244.1.2'));
  settle();
  expect(names()).toEqual([placeholder]);
  store.delete('Pod', 'default', 'p1', { gracePeriodSeconds: 0 });
  settle();
  expect(names()).toEqual([placeholder]);
});

test('one pod more in a large Service changes one slice', () => {
  const { store, settle } = newCluster();
  store.create(service('web'));
  for (let n = 0; n < 250; n++) store.create(pod(`p${n}`, `10.244.1.${n}`));
  settle();
  const versions = () => new Map(store.list('EndpointSlice').map((slice) => [slice.metadata.name, slice.metadata.resourceVersion]));
  const before = versions();
  store.create(pod('last', '10.244.2.1'));
  settle();
  expect([...versions()].filter(([name, version]) => before.get(name) !== version)).toHaveLength(1);
  expect(store.list<EndpointSlice>('EndpointSlice').map((slice) => slice.endpoints.length)).toEqual([100, 100, 51]);
});

test('a managed slice that somebody spoils is mended', () => {
  const { store, settle, slices } = newCluster();
  store.create(service('web'));
  store.create(pod('p1', '10.244.1.2'));
  settle();
  const [slice] = store.list<EndpointSlice>('EndpointSlice');
  store.update({ ...(slice as EndpointSlice), endpoints: [] });
  settle();
  expect(slices('web')).toEqual([{ addresses: ['10.244.1.2'], ports: [8080] }]);
});

test('a pod whose node is not known becomes an endpoint when the node comes', () => {
  const { store, settle, slices } = newCluster();
  store.create(service('web'));
  const lonely = pod('p1', '10.244.9.2');
  store.create({ ...lonely, spec: { ...lonely.spec, nodeName: 'node-9' } });
  // In time: the pods of a node that stays away are deleted after 40 s.
  settle(30_000_000);
  expect(slices('web')).toEqual([{ addresses: [], ports: [] }]);
  store.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9', labels: { 'topology.kubernetes.io/zone': 'a' } } });
  settle();
  expect(store.list<EndpointSlice>('EndpointSlice')[0]?.endpoints).toMatchObject([{ addresses: ['10.244.9.2'], zone: 'a' }]);
});

test('Endpoints written by hand are mirrored, as long as their Service has no selector', () => {
  const { store, settle, slices } = newCluster();
  store.create(service('db', { selector: undefined }));
  store.create(handWritten('192.168.56.30'));
  settle();
  expect(slices('db')).toEqual([{ addresses: ['192.168.56.30'], ports: [5432] }]);
  store.update(handWritten('192.168.56.31'));
  settle();
  expect(slices('db')).toEqual([{ addresses: ['192.168.56.31'], ports: [5432] }]);
  store.update(handWritten('192.168.56.31', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }));
  settle();
  expect(slices('db')).toEqual([]);
});

test('what belongs to a deleted Service goes with it', () => {
  const { store, settle } = newCluster();
  store.create(service('web'));
  settle();
  store.delete('Service', 'default', 'web');
  settle();
  expect(kinds([...store.list('EndpointSlice'), ...store.list('Endpoints')])).toEqual([]);
});

test('a load balancer has an address only where a cloud gives it one, and always the same', () => {
  const address = (cloudProvider: boolean, spec = {}, earlier: readonly string[] = []) => {
    const { store, settle } = newCluster(cloudProvider);
    for (const name of earlier) store.create(service(name, { type: 'LoadBalancer' }));
    store.create(service('web', { type: 'LoadBalancer', ...spec }));
    settle();
    return store.get<Service>('Service', 'default', 'web')?.status?.loadBalancer?.ingress?.[0]?.ip;
  };
  expect(address(false)).toBeUndefined();
  expect(address(true)).toMatch(/^192\.168\.56\.2[0-5]\d$/);
  expect(address(true, {}, ['other'])).toBe(address(true));
  expect(address(true, { loadBalancerIP: '192.168.56.222' })).toBe('192.168.56.222');
  expect(address(true, { loadBalancerIP: '8.8.8.8' })).toBeUndefined();
  expect(address(true, { loadBalancerClass: 'example.com/other' })).toBeUndefined();
});

test('a load balancer that waits gets the address that another gives back', () => {
  const { store, settle } = newCluster(true);
  for (let n = 0; n < 52; n++) store.create(service(`lb-${n}`, { type: 'LoadBalancer' }));
  settle();
  const pending = () =>
    store.list<Service>('Service').filter(({ spec, status }) => spec.type === 'LoadBalancer' && !status?.loadBalancer?.ingress);
  expect(pending()).toHaveLength(1);
  store.update(service('lb-0', { type: 'ClusterIP' }));
  settle();
  expect(kinds(pending())).toEqual([]);
});

test('deleting an owner deletes what it made; deleting a namespace deletes all that is in it', () => {
  const { store, settle } = newCluster();
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c' }] } };
  const deployment = (namespace: string): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  });
  for (const name of ['default', 'shop']) store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const namespace of ['default', 'shop']) store.create(deployment(namespace));
  settle();
  expect(store.list('Pod')).toHaveLength(4);
  // No kubelet here: the test confirms each pod's end itself.
  store.watch<Pod>('Pod', ({ type, object: { metadata } }) => {
    if (type === 'MODIFIED' && metadata.deletionTimestamp)
      store.delete('Pod', metadata.namespace ?? '', metadata.name, { gracePeriodSeconds: 0 });
  });
  store.delete('Deployment', 'default', 'web');
  settle();
  expect(kinds([...store.list('ReplicaSet', 'default'), ...store.list('Pod', 'default')])).toEqual([]);
  store.delete('Namespace', '', 'shop');
  settle();
  expect(store.get('Namespace', '', 'shop')).toBeUndefined();
  expect(store.kinds.flatMap((kind) => store.list(kind, 'shop'))).toEqual([]);
});

test('every namespace has a service account and the root certificate', () => {
  const { store, settle } = newCluster();
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  settle();
  expect(kinds([...store.list('ServiceAccount', 'shop'), ...store.list('ConfigMap', 'shop')])).toEqual([
    'ServiceAccount/default',
    'ConfigMap/kube-root-ca.crt',
  ]);
});
