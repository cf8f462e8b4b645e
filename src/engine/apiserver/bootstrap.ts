// What a fresh cluster has before anybody applies anything: as kubeadm 1.33 leaves it, with the nodes of a scenario that
// names none. The control plane itself is outside the picture; only its address is known, as the endpoint of `kubernetes`.

import type { Deployment, EndpointSlice, KubeObject, Namespace, Node, Service } from '../api/types.ts';
import { addressAt, cidrContains, formatCIDR, parseAddress, parseCIDR } from '../net/address.ts';

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';
const CONTROL_PLANE = '192.168.56.10';
const NODE_NETWORK = parseCIDR('192.168.56.0/21');
/** Of the node network: the world's client, and the addresses of load balancers. */
const KEPT_CLEAR = ['192.168.56.100/32', '192.168.56.200/29', '192.168.56.208/28', '192.168.56.224/27'].map(parseCIDR);
const FIRST_NODE = 11;
const CAPACITY = { cpu: '4', memory: '8Gi', pods: '110' };

/**
 * The objects that the cluster brings itself, unless the user defines them, and the user's Namespaces and Nodes
 * completed. The user's other objects are not among them.
 */
export function bootstrapObjects(userObjects: readonly KubeObject[], ranges: Ranges = KUBEADM_RANGES): KubeObject[] {
  const defined = new Set(userObjects.map(keyOf));
  const isMissing = (object: KubeObject) => !defined.has(keyOf(object));
  const userNodes = userObjects.filter((object): object is Node => object.kind === 'Node');
  const userNamespaces = userObjects.filter((object): object is Namespace => object.kind === 'Namespace');
  const nodes =
    userNodes.length > 0 ? userNodes : [1, 2, 3].map((n): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${n}` } }));
  return [
    ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map(namespaceNamed).filter(isMissing),
    ...userNamespaces.map(withNameLabel),
    ...completeNodes(nodes, ranges),
    ...[...kubernetesService(addressIn(ranges.services, 1)), kubeDNSService(addressIn(ranges.services, 10)), coreDNSDeployment()].filter(
      isMissing,
    ),
  ];
}

/** The Services' range, and the pods' with the length of each node's share of it. */
export interface Ranges {
  readonly services: string;
  readonly pods: string;
  readonly nodeMask: number;
}

/** kubeadm's Services, flannel's pods. */
const KUBEADM_RANGES: Ranges = { services: '10.96.0.0/12', pods: '10.244.0.0/16', nodeMask: 24 };

function addressIn(range: string, place: number): string {
  const cidr = parseCIDR(range);
  const address = cidr && addressAt(cidr, place);
  if (!address) throw new Error(`no address ${place} in ${range}`);
  return address;
}

/** Whether the cluster itself brought the object: what lives in kube-system, the Service `kubernetes`, what every namespace gets. */
export function isSystemObject(object: KubeObject): boolean {
  const { namespace, name } = object.metadata;
  if (namespace === 'kube-system') return true;
  if (object.kind === 'Namespace') return /^(default|kube-system|kube-public|kube-node-lease)$/.test(name);
  if (object.kind === 'ServiceAccount') return name === 'default';
  if (object.kind === 'ConfigMap') return name === 'kube-root-ca.crt';
  return namespace === 'default' && name === 'kubernetes' && /^(Service|Endpoints|EndpointSlice)$/.test(object.kind);
}

function keyOf(object: KubeObject): string {
  // Without a namespace a namespaced object is in `default`; for cluster-scoped kinds the word does no harm.
  return `${object.kind}/${object.metadata.namespace ?? 'default'}/${object.metadata.name}`;
}

function namespaceNamed(name: string): Namespace {
  return withNameLabel({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

function withNameLabel(namespace: Namespace): Namespace {
  const { metadata } = namespace;
  return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, [NAMESPACE_LABEL]: metadata.name } } };
}

/** Gives every node what its kubelet and the controller manager would: addresses and pod ranges in order, skipping taken ones. */
function completeNodes(nodes: readonly Node[], ranges: Omit<Ranges, 'services'>): Node[] {
  const addresses = nodes.map(internalIPs);
  const podCIDRs = nodes.map(({ spec }) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []));
  const nextAddress = nodeAddresses(new Set(addresses.flat()));
  const nextPodCIDR = podRanges(podCIDRs.flat(), ranges);
  return nodes.map((node, index) =>
    completeNode(
      node,
      addresses[index]?.length ? null : nextAddress(),
      podCIDRs[index]?.length ? (podCIDRs[index] ?? []) : [nextPodCIDR()],
    ),
  );
}

/** A node that joins: with the next address and pod range that no other has, and the word of its kubelet. */
export function completeNewNode(node: Node, others: readonly Node[], ranges: Omit<Ranges, 'services'>): Node {
  const conditions = node.status?.conditions?.filter(({ type }) => type !== 'Ready') ?? [];
  const unheard: Node = { ...node, status: { ...node.status, conditions } };
  return completeNodes([...others, unheard], ranges).at(-1) ?? node;
}

function completeNode(node: Node, address: string | null, podCIDRs: string[]): Node {
  const { name, labels } = node.metadata;
  const conditions = node.status?.conditions ?? [];
  const ready = { type: 'Ready', status: 'True' as const, reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  const hostname = { type: 'Hostname', address: name };
  return {
    ...node,
    metadata: {
      ...node.metadata,
      labels: { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels },
    },
    spec: { ...node.spec, podCIDR: podCIDRs[0], podCIDRs },
    status: {
      ...node.status,
      addresses: address === null ? node.status?.addresses : [{ type: 'InternalIP', address }, ...(node.status?.addresses ?? [hostname])],
      allocatable: { ...CAPACITY, ...node.status?.allocatable },
      conditions: conditions.some((condition) => condition.type === 'Ready') ? conditions : [...conditions, ready],
    },
  };
}

function internalIPs(node: Node): readonly string[] {
  return (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => parseAddress(address) ?? address);
}

function nodeAddresses(taken: ReadonlySet<string>): () => string {
  let n = FIRST_NODE;
  return () => {
    for (; ; n++) {
      const address = NODE_NETWORK && addressAt(NODE_NETWORK, n);
      if (!address) throw new Error('the node network has an address for every node');
      if (taken.has(address) || KEPT_CLEAR.some((cidr) => cidr && cidrContains(cidr, address))) continue;
      n++;
      return address;
    }
  };
}

/** 10.244.1.0/24, 10.244.2.0/24 and so on: the first share is the control plane's. Past the range's end it goes on. */
function podRanges(taken: readonly string[], { pods, nodeMask }: Omit<Ranges, 'services'>): () => string {
  const known = new Set(taken);
  const cidr = parseCIDR(pods);
  if (cidr?.family !== 4) throw new Error(`${pods} is no IPv4 range`);
  const share = (n: number) =>
    formatCIDR({ family: 4, value: (cidr.value + (BigInt(n) << BigInt(32 - nodeMask))) & 0xffff_ffffn, prefix: nodeMask });
  let n = 1;
  return () => {
    while (known.has(share(n))) n++;
    return share(n++);
  };
}

/** The Service that leads to the API server, with the endpoints that the API server writes itself. */
function kubernetesService(address: string): KubeObject[] {
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const port = { name: 'https', port: 6443, protocol: 'TCP' as const };
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { ...clusterIPSpec(address), ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }] },
  };
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [CONTROL_PLANE], conditions: { ready: true } }],
    ports: [port],
  };
  const endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: CONTROL_PLANE }], ports: [port] }],
  };
  return [service, slice, endpoints];
}

function kubeDNSService(address: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      ...clusterIPSpec(address),
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
        { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 53 },
        { name: 'metrics', protocol: 'TCP', port: 9153, targetPort: 9153 },
      ],
    },
  };
}

function coreDNSDeployment(): Deployment {
  const labels = { 'k8s-app': 'kube-dns' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: {
          dnsPolicy: 'Default',
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          priorityClassName: 'system-cluster-critical',
          serviceAccountName: 'coredns',
          tolerations: [
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
            { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
          ],
          containers: [
            {
              name: 'coredns',
              image: 'registry.k8s.io/coredns/coredns:v1.12.0',
              args: ['-conf', '/etc/coredns/Corefile'],
              resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
              ports: [
                { name: 'dns', containerPort: 53, protocol: 'UDP' },
                { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
                { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
              ],
            },
          ],
        },
      },
    },
  };
}

function clusterIPSpec(clusterIP: string): Service['spec'] {
  return {
    type: 'ClusterIP',
    clusterIP,
    clusterIPs: [clusterIP],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
  };
}
