// Draws clusters and requests by chance, from a seed: nodes, pods, Services of every type and policy, NetworkPolicies,
// and requests of every kind from everywhere. What is drawn is valid; whether it works is the kernel's to say.

import type { KubeObject } from '../../engine/api/types.ts';
import { Random } from '../../engine/sim/random.ts';
import { Chance } from './chance.ts';
import { drawRules } from './random-rules.ts';
import type { Request } from './requests.ts';

export interface DrawnCluster {
  readonly objects: readonly KubeObject[];
  readonly requests: readonly Request[];
  /** Node -> rules of other hands. */
  readonly rules: ReadonlyMap<string, string>;
}

const APPS = ['a', 'b', 'c'] as const;
const TCP_PORTS = [80, 8080, 9090] as const;
const UDP_PORTS = [53, 5000] as const;
const NAMESPACES = ['default', 'default', 'blue'] as const;

/** The n-th cluster of a seed, with as many requests. */
export function drawCluster(seed: number, n: number, requests: number): DrawnCluster {
  const chance = new Chance(new Random(seed, `cluster ${n}`));
  const isLarge = chance.is(0.15);
  const several = <T>(least: number, more: number, draw: (i: number) => T) =>
    Array.from({ length: least + chance.below(more) }, (_, i) => draw(i));
  const nodes = several(isLarge ? 4 : 1, 4, (i) => `node-${i + 1}`);
  const pods = several(isLarge ? 10 : 2, isLarge ? 8 : 6, (i) => drawPod(chance, i, nodes));
  const services = several(isLarge ? 6 : 1, 5, (i) => drawService(chance, i));
  const slices = services.filter(({ spec }) => spec.selector === undefined).map((service) => drawSlice(chance, service));
  const policies = chance.is(0.4) ? several(1, 3, (i) => drawPolicy(chance, i)) : [];
  const scenario: KubeObject = {
    apiVersion: 'packetwalk.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'drawn' },
    cluster: {
      cni: 'host-gw',
      cloudProvider: chance.is(0.5),
      nodes: Object.fromEntries(chance.some(nodes, 0.2).map((name) => [name, { sysctls: drawSysctls(chance) }])),
    },
  };
  const proxies = chance.is(0.3) ? [drawProxySettings(chance)] : [];
  const blue: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'blue', labels: { team: 'blue' } } };
  const objects = [
    scenario,
    ...proxies,
    blue,
    ...nodes.map((name) => drawNode(chance, name)),
    ...pods,
    ...services,
    ...slices,
    ...policies,
  ];
  const rules = new Map(chance.is(0.4) ? chance.some(nodes, 0.7).map((node): [string, string] => [node, drawRules(chance)]) : []);
  return { objects, rules, requests: Array.from({ length: requests }, () => drawRequest(chance, { nodes, pods, services })) };
}

function drawSysctls(chance: Chance): Record<string, number> {
  return chance.pick<Record<string, number>>([
    { 'net.ipv4.conf.all.rp_filter': 1 },
    { 'net.ipv4.conf.all.rp_filter': 2 },
    { 'net.ipv4.conf.all.send_redirects': 0 },
    { 'net.ipv4.conf.all.send_redirects': 0, 'net.ipv4.conf.eth0.send_redirects': 0 },
    { 'net.ipv4.conf.eth0.rp_filter': 1 },
    { 'net.ipv4.conf.cni0.forwarding': 0 },
    { 'net.ipv4.ip_forward': 0, 'net.ipv4.conf.cni0.forwarding': 1 },
    { 'net.ipv4.conf.cni0.route_localnet': 1 },
    { 'net.ipv4.ip_default_ttl': 128 },
    { 'net.bridge.bridge-nf-call-iptables': 0 },
    { 'net.ipv4.ip_forward': 0 },
  ]);
}

function drawProxySettings(chance: Chance): KubeObject {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    ...chance.pick<object>([
      { iptables: { masqueradeAll: true } },
      { iptables: { localhostNodePorts: false } },
      { iptables: { masqueradeBit: 10 } },
      { nodePortAddresses: ['192.168.56.0/24'] },
      { nodePortAddresses: ['primary'] },
      { conntrack: { tcpBeLiberal: true } },
      { detectLocalMode: 'NodeCIDR' },
      { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cni0' } },
      { clusterCIDR: '10.244.0.0/16' },
    ]),
  } as KubeObject; // A document, not an object of the API: it has no metadata.
}

function drawNode(chance: Chance, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'topology.kubernetes.io/zone': chance.pick(['east', 'west']) } } };
}

function drawPod(chance: Chance, i: number, nodes: readonly string[]): KubeObject {
  const hostNetwork = chance.is(0.1);
  // Pods on a node's own network share its ports.
  const shift = hostNetwork ? 1000 * (i + 1) : 0;
  const tcp = chance.some(TCP_PORTS, 0.6).map((port) => `tcp:${chance.is(0.05) ? '127.0.0.1' : '0.0.0.0'}:${port + shift}`);
  const udp = chance.some(UDP_PORTS, 0.4).map((port) => `udp:0.0.0.0:${port + shift}`);
  const ports = hostNetwork ? {} : { ports: [{ name: 'web', containerPort: chance.pick(TCP_PORTS) }] };
  const probe = chance.maybe(0.08, () => ({ readinessProbe: { tcpSocket: { port: 7 }, periodSeconds: 60 } }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${i}`,
      namespace: chance.pick(NAMESPACES),
      labels: { app: chance.pick(APPS) },
      annotations: { 'packetwalk.dev/listen': [...tcp, ...udp].join(',') },
    },
    spec: {
      nodeName: chance.pick(nodes),
      ...(hostNetwork ? { hostNetwork } : {}),
      containers: [{ name: 'main', image: 'example/app', ...ports, ...probe }],
    },
  };
}

function drawService(chance: Chance, i: number): KubeObject {
  const type = chance.pick(['ClusterIP', 'ClusterIP', 'NodePort', 'NodePort', 'LoadBalancer', 'LoadBalancer']);
  const isOutside = type !== 'ClusterIP';
  const hasNodePorts = isOutside && !(type === 'LoadBalancer' && chance.is(0.1));
  const ports = Array.from({ length: 1 + chance.below(2) }, (_, place) => {
    const isTCP = chance.is(0.75);
    return {
      name: `port-${place}`,
      port: 80 + place,
      protocol: isTCP ? 'TCP' : 'UDP',
      targetPort: isTCP ? chance.pick([...TCP_PORTS, 'web']) : chance.pick(UDP_PORTS),
      ...(hasNodePorts ? { nodePort: 30_000 + 10 * i + place } : {}),
    };
  });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `service-${i}`, namespace: chance.pick(NAMESPACES) },
    spec: {
      type,
      ...chance.maybe(0.92, () => ({ selector: { app: chance.is(0.1) ? 'nobody' : chance.pick(APPS) } })),
      ports,
      ...(isOutside ? chance.maybe(0.5, () => ({ externalTrafficPolicy: 'Local' })) : chance.maybe(0.1, () => ({ clusterIP: 'None' }))),
      ...(isOutside && !hasNodePorts ? { allocateLoadBalancerNodePorts: false } : {}),
      ...chance.maybe(0.25, () => ({ internalTrafficPolicy: 'Local' })),
      ...chance.maybe(0.15, () => ({ trafficDistribution: 'PreferClose' })),
      ...chance.maybe(0.25, () => ({ sessionAffinity: 'ClientIP' })),
      ...chance.maybe(0.2, () => ({ externalIPs: [chance.pick(['192.168.56.11', '203.0.113.77', '192.168.56.180'])] })),
      ...(type === 'LoadBalancer' ? chance.maybe(0.4, () => ({ loadBalancerSourceRanges: drawSourceRanges(chance) })) : {}),
    },
  };
}

function drawSourceRanges(chance: Chance): string[] {
  return chance.pick([['192.168.56.100/32'], ['10.0.0.0/8'], ['172.16.0.0/12'], ['10.244.1.0/24', '192.168.56.0/24'], ['0.0.0.0/0']]);
}

/** What stands behind a Service without a selector: hosts outside of the cluster, one of which does not answer. */
function drawSlice(chance: Chance, { metadata, spec }: KubeObject): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${metadata.name}-by-hand`, namespace: metadata.namespace, labels: { 'kubernetes.io/service-name': metadata.name } },
    addressType: 'IPv4',
    ports: spec.ports.map(({ name, protocol }: { name: string; protocol: string }) => ({ name, protocol, port: 80 })),
    endpoints: chance.some(['203.0.113.10', '203.0.113.11', '192.168.56.100'], 0.6).map((address) => ({ addresses: [address] })),
  };
}

function drawPolicy(chance: Chance, i: number): KubeObject {
  const app = () => ({ matchLabels: { app: chance.pick(APPS) } });
  const peer = () =>
    chance.pick<object>([
      { podSelector: app() },
      {
        podSelector: {
          matchExpressions: [{ key: 'app', operator: chance.pick(['In', 'NotIn']), values: chance.some(APPS, 0.7).concat('a') }],
        },
      },
      { namespaceSelector: {} },
      { namespaceSelector: { matchLabels: { team: 'blue' } }, podSelector: app() },
      { ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.1.0/24'] } },
      { ipBlock: { cidr: '192.168.56.0/24' } },
    ]);
  const port = () =>
    chance.pick<object>([
      { protocol: chance.pick(['TCP', 'UDP']), port: chance.pick([...TCP_PORTS, ...UDP_PORTS]) },
      { port: 8080, endPort: 9999 },
      { port: 'web' },
      { protocol: 'UDP' },
    ]);
  const several = (draw: () => object) => Array.from({ length: 1 + chance.below(2) }, draw);
  const entries = (peers: 'from' | 'to') =>
    chance.is(0.2)
      ? []
      : several(() => ({
          ...chance.maybe(0.85, () => ({ [peers]: several(peer) })),
          ...chance.maybe(0.5, () => ({ ports: several(port) })),
        }));
  const ingress = chance.is(0.8);
  const egress = !ingress || chance.is(0.3);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${i}`, namespace: chance.pick(NAMESPACES) },
    spec: {
      podSelector: chance.is(0.2) ? {} : app(),
      policyTypes: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])],
      ...(ingress ? { ingress: entries('from') } : {}),
      ...(egress ? { egress: entries('to') } : {}),
    },
  };
}

interface Drawn {
  readonly nodes: readonly string[];
  readonly pods: readonly KubeObject[];
  readonly services: readonly KubeObject[];
}

/** Targets name what was drawn (`{service/service-1}`, `{pod/pod-2}`), which the cluster has yet to give addresses. */
function drawRequest(chance: Chance, { nodes, pods, services }: Drawn): Request {
  const pod = () => chance.pick(pods).metadata;
  const from = chance.pick([() => podSource(pod()), () => podSource(pod()), () => `node/${chance.pick(nodes)}`, () => 'world'])();
  const service = chance.pick(services);
  const { port, nodePort, protocol } = chance.pick<{ port: number; nodePort?: number; protocol: string }>(service.spec.ports);
  const scheme = protocol === 'UDP' ? 'udp' : chance.pick(['http', 'http', 'tcp']);
  const { name, namespace } = service.metadata;
  const kind = chance.below(20);
  if (kind < 6) return { from, to: `${scheme}://{service/${name}}:${port}` };
  if (kind < 8) return { from, to: `${scheme}://${name}.${namespace}.svc.cluster.local:${port}` };
  if (kind < 12 && nodePort) return { from, to: `${scheme}://{node/${chance.pick(nodes)}}:${nodePort}` };
  if (kind < 13 && nodePort) return { from, to: `${scheme}://${chance.pick(['127.0.0.1', 'localhost'])}:${nodePort}` };
  if (kind < 14) return { from, to: `${scheme}://{outside/${name}}:${port}` };
  if (kind < 17) return { from, to: `${chance.pick(['http', 'tcp'])}://{pod/${pod().name}}:${chance.pick([...TCP_PORTS, 7])}` };
  return {
    from,
    to: chance.pick([
      `udp://{pod/${pod().name}}:${chance.pick([...UDP_PORTS, 7])}`,
      `icmp://{pod/${pod().name}}`,
      `icmp://{node/${chance.pick(nodes)}}`,
      `icmp://{service/${name}}`,
      `http://{node/${chance.pick(nodes)}}:{health/${name}}`,
      `http://localhost:${chance.pick(TCP_PORTS)}`,
      'icmp://203.0.113.10',
      'http://203.0.113.10',
      'http://203.0.113.10:81',
      'udp://203.0.113.10:7',
      'http://10.244.1.200',
      'http://10.244.200.1',
      'http://192.168.56.77',
      `http://{service/${name}}:7`,
      `http://{node/${chance.pick(nodes)}}:7`,
      'http://10.96.0.1:443',
      'udp://10.96.0.10:53',
      `dns://${name}`,
      'dns://nobody.example.com',
    ]),
  };
}

function podSource({ name, namespace }: KubeObject['metadata']): string {
  return `pod/${namespace}/${name}`;
}
