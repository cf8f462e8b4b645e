// The rows and columns of the connectivity matrix, read off a cluster: pods, nodes and the world by the ports of pods,
// of Services, and of the internet.

import { isLetThrough, parseFirewallRule } from '../api/firewall-rules.ts';
import type { KubeObject, Node, OwnerReference, Pod, Service, ServicePort } from '../api/types.ts';
import { isSystemObject } from '../apiserver/bootstrap.ts';
import { endpointsOf } from '../explain/endpoints.ts';
import { type Origins, viewKey } from '../explain/origin.ts';
import type { MatrixColumn, MatrixRow } from '../matrix-view.ts';
import type { FilterTarget } from '../node/network-policy/policy-filter.ts';

/** What the matrix looks at. */
export interface MatrixCluster extends Origins {
  /** Places that are no Kubernetes object, by address. */
  readonly places: ReadonlyMap<string, string>;
  readonly enforcesPolicies: boolean;
  /** What the firewall before the nodes lets in; null: there is none. */
  readonly firewall: readonly string[] | null;
  /** The address of the node's end of a tunnel to other nodes, where there is one. */
  tunnelAddressOf(node: string): string | null;
  /** `tcp 0.0.0.0:80`, one per socket that a container's program has open. */
  listensOf(pod: Pod, container: string): readonly string[];
}

export interface RowEnd {
  readonly row: MatrixRow;
  readonly address: string;
  /** A node's address as other nodes see it: that of its end of the tunnel, where there is one. */
  readonly afar: string;
  /** The node that it is, or runs on. */
  readonly node: string | null;
}

/** Where a connection ends after the Service address has been rewritten. */
export interface Endpoint extends FilterTarget {
  readonly name: string;
  readonly node: string | null;
}

export interface ColumnEnd {
  readonly column: MatrixColumn;
  readonly endpoints: readonly Endpoint[];
  readonly service: Service | null;
}

/** Pods first, then nodes, then the world. */
export function rowsOf(cluster: MatrixCluster): RowEnd[] {
  const nodes = cluster.store.list<Node>('Node').flatMap((node): RowEnd[] => {
    const address = addressOf(node);
    if (!address) return [];
    const end = endOf(cluster, node, '');
    const { name } = node.metadata;
    const afar = cluster.tunnelAddressOf(name) ?? address;
    return [{ row: { ...end, kind: 'node', source: `node/${name}` }, address, afar, node: name }];
  });
  const pods = podsOf(cluster).map((pod): RowEnd => {
    const { namespace, name } = pod.metadata;
    const row: MatrixRow = { ...endOf(cluster, pod, ''), kind: 'pod', source: `pod/${namespace}/${name}` };
    const address = pod.status?.podIP ?? '';
    return { row, address, afar: address, node: pod.spec.nodeName ?? null };
  });
  const world: MatrixRow = { ...OUTSIDE, key: 'world', name: 'world', kind: 'world', source: 'world' };
  const address = placeOf(cluster, 'the world client');
  return [...pods, ...nodes, { row: world, address, afar: address, node: null }];
}

/** Services first, then pods, then the internet. */
export function columnsOf(cluster: MatrixCluster): ColumnEnd[] {
  const nodes = cluster.store.list<Node>('Node');
  const services = cluster.store
    .list<Service>('Service')
    .filter(({ spec }) => spec.type !== 'ExternalName')
    .flatMap((service) => (service.spec.ports ?? []).map((port) => serviceColumn(cluster, service, port, nodes)));
  const pods = podsOf(cluster).flatMap((pod) => portsOf(cluster, pod).map((port) => podColumn(cluster, pod, port)));
  return [...services, ...pods, internetColumn(placeOf(cluster, 'the internet host'))];
}

/** Pods that have an address, by namespace and name; those of the cluster itself last. */
function podsOf({ store }: MatrixCluster): Pod[] {
  const running = store.list<Pod>('Pod').filter(({ status, metadata }) => {
    const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    return status?.podIP && !isOver && !metadata.deletionTimestamp;
  });
  const rank = (pod: Pod) => `${isSystemObject(pod) ? 1 : 0} ${pod.metadata.namespace}/${pod.metadata.name}`;
  return running
    .map((pod) => ({ pod, rank: rank(pod) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ pod }) => pod);
}

function placeOf({ places }: MatrixCluster, name: string): string {
  return [...places].find(([, one]) => one === name)?.[0] ?? '';
}

const OUTSIDE = { object: '', namespace: '', labels: {}, owner: null, system: false } as const;

function endOf(cluster: MatrixCluster, object: KubeObject, suffix: string) {
  const { name, namespace = '', labels = {} } = object.metadata;
  const key = viewKey(object);
  return { key: `${key}${suffix}`, object: key, name, namespace, labels, owner: topOwner(cluster, object), system: isSystemObject(object) };
}

/** A ReplicaSet's own owner is the Deployment, whose name stays when the template changes. */
function topOwner({ store }: MatrixCluster, object: KubeObject): string | null {
  let top: string | null = null;
  let current: KubeObject | undefined = object;
  for (let depth = 0; current && depth < 5; depth++) {
    const owner: OwnerReference | undefined = current.metadata.ownerReferences?.find(({ controller }) => controller);
    if (!owner) break;
    top = `${owner.kind}/${object.metadata.namespace ?? ''}/${owner.name}`;
    current = store.get(owner.kind, object.metadata.namespace ?? '', owner.name);
  }
  return top;
}

interface PodPort {
  readonly port: number;
  readonly protocol: MatrixColumn['protocol'];
  readonly name: string;
  readonly listens: boolean;
}

/** What is declared, and what is listened on without being declared. */
function portsOf(cluster: MatrixCluster, pod: Pod): PodPort[] {
  const sockets = pod.spec.containers.flatMap(({ name }) => cluster.listensOf(pod, name));
  const open = sockets.flatMap((socket) => {
    const [, protocol = '', port = ''] = /^(\w+) (?!127\.|\[?::1\]?:).*:(\d+)$/.exec(socket) ?? [];
    return protocol === '' ? [] : [`${protocol.toUpperCase()} ${port}`];
  });
  const declared = pod.spec.containers.flatMap(({ ports = [] }) => ports);
  const known = new Map(declared.map(({ protocol = 'TCP', containerPort, name = '' }) => [`${protocol} ${containerPort}`, name]));
  return [...new Set([...known.keys(), ...open])].map((key) => {
    const [protocol = 'TCP', port = '0'] = key.split(' ');
    return { port: Number(port), protocol: protocol as PodPort['protocol'], name: known.get(key) ?? '', listens: open.includes(key) };
  });
}

function podColumn(cluster: MatrixCluster, pod: Pod, { port, protocol, name, listens }: PodPort): ColumnEnd {
  const address = pod.status?.podIP ?? '';
  const target = targetText({ host: address, port, protocol, name });
  const column: MatrixColumn = {
    ...endOf(cluster, pod, ` ${port}/${protocol}`),
    kind: 'pod',
    port,
    protocol,
    targets: { pod: target, node: target, world: target },
    note: listens ? null : 'nothing listens',
  };
  return { column, endpoints: [{ address, port, protocol, name: pod.metadata.name, node: pod.spec.nodeName ?? null }], service: null };
}

function serviceColumn(cluster: MatrixCluster, service: Service, servicePort: ServicePort, nodes: readonly Node[]): ColumnEnd {
  const { port, name = '', appProtocol } = servicePort;
  const protocol = servicePort.protocol ?? 'TCP';
  const endpoints = readyEndpoints(cluster, service, servicePort);
  const isHeadless = service.spec.clusterIP === 'None';
  const [first] = endpoints;
  const inner = isHeadless ? first && { host: first.address, port: first.port } : { host: service.spec.clusterIP ?? '', port };
  const outer = outerWay(cluster, service, servicePort, endpoints, nodes);
  const text = (way: { host: string; port: number } | null | undefined) =>
    way ? targetText({ ...way, protocol, name: appProtocol ?? name }) : null;
  const column: MatrixColumn = {
    ...endOf(cluster, service, ` ${port}/${protocol}`),
    kind: 'service',
    port,
    protocol,
    targets: { pod: text(inner), node: text(inner), world: text(outer) },
    note: endpoints.length > 0 ? null : 'no ready endpoint',
  };
  return { column, endpoints, service };
}

function readyEndpoints({ store }: MatrixCluster, service: Service, { name = '', protocol = 'TCP' }: ServicePort): Endpoint[] {
  return endpointsOf(store, service).flatMap(({ address, ready, ports, pod }): Endpoint[] => {
    const found = ports.find((one) => one.name === name && one.protocol === protocol);
    if (!ready || !found) return [];
    const [, namespace = '', podName = ''] = pod?.split('/') ?? [];
    const node = pod ? (store.get<Pod>('Pod', namespace, podName)?.spec.nodeName ?? null) : null;
    return [{ address, port: found.port, protocol, name: podName || address, node }];
  });
}

/** Where the world knocks: at the balancer's address, else at an external address or a port of a node, where a firewall lets it. */
function outerWay(
  { firewall }: MatrixCluster,
  { spec, status }: Service,
  { port, nodePort = 0, protocol = 'TCP' }: ServicePort,
  endpoints: readonly Endpoint[],
  nodes: readonly Node[],
) {
  const ip = status?.loadBalancer?.ingress?.find((one) => one.ip)?.ip;
  if (ip) return { host: ip, port };
  const rules = firewall?.flatMap((text) => parseFirewallRule(text) ?? []);
  const isOpen = (door: number) => door > 0 && (!rules || isLetThrough(rules, protocol.toLowerCase(), door));
  const local = nodes.filter(({ metadata }) => endpoints.some((endpoint) => endpoint.node === metadata.name));
  const able = spec.externalTrafficPolicy === 'Local' && local.length > 0 ? local : nodes;
  const external = able.map(addressOf).find((address) => address && spec.externalIPs?.includes(address));
  if (external && isOpen(port)) return { host: external, port };
  const host = able[0] && addressOf(able[0]);
  return host && isOpen(nodePort) ? { host, port: nodePort } : null;
}

function internetColumn(address: string): ColumnEnd {
  const target = `http://${address}`;
  const column: MatrixColumn = {
    ...OUTSIDE,
    key: 'internet 80/TCP',
    name: 'internet',
    kind: 'internet',
    port: 80,
    protocol: 'TCP',
    targets: { pod: target, node: target, world: target },
    note: null,
  };
  return { column, endpoints: [{ address, port: 80, protocol: 'TCP', name: 'the internet host', node: null }], service: null };
}

const PLAIN_TCP_PORTS = new Set([3306, 5432, 5672, 6379, 9042, 9092, 11211, 27017]);
const PLAIN_TCP_NAMES = /^(tcp|redis|postgres|mysql|db|grpc|amqp|kafka)/;

/** Web servers are asked for a page, everything else gets a connection. */
function targetText({ host, port, protocol, name }: { host: string; port: number; protocol: string; name: string }): string {
  if (protocol === 'UDP') return `udp://${host}:${port}`;
  if (protocol === 'SCTP') return `sctp://${host}:${port}`;
  if (PLAIN_TCP_PORTS.has(port) || PLAIN_TCP_NAMES.test(name)) return `tcp://${host}:${port}`;
  return `http://${host}${port === 80 ? '' : `:${port}`}`;
}

function addressOf(node: Node): string | undefined {
  return node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
}
