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

/** The n-th cluster of a seed, with as many requests. */
export function drawCluster(seed: number, n: number, requests: number): DrawnCluster {
  const chance = new Chance(new Random(seed, `cluster ${n}`));
  const nodes = Array.from({ length: 1 + chance.below(4) }, (_, i) => `node-${i + 1}`);
  const pods = Array.from({ length: 2 + chance.below(6) }, (_, i) => drawPod(chance, i, nodes));
  const services = Array.from({ length: 1 + chance.below(5) }, (_, i) => drawService(chance, i));
  const policies = chance.is(0.3) ? Array.from({ length: 1 + chance.below(2) }, (_, i) => drawPolicy(chance, i)) : [];
  const scenario: KubeObject = {
    apiVersion: 'packetwalk.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'drawn' },
    cluster: { cni: 'host-gw', cloudProvider: chance.is(0.5) },
  };
  const objects = [scenario, ...nodes.map(nodeNamed), ...pods, ...services, ...policies];
  const rules = new Map(chance.is(0.4) ? chance.some(nodes, 0.7).map((node): [string, string] => [node, drawRules(chance)]) : []);
  return { objects, rules, requests: Array.from({ length: requests }, () => drawRequest(chance, { nodes, pods, services })) };
}

function nodeNamed(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name } };
}

function drawPod(chance: Chance, i: number, nodes: readonly string[]): KubeObject {
  const hostNetwork = chance.is(0.1);
  // Pods on a node's own network share its ports.
  const shift = hostNetwork ? 1000 * (i + 1) : 0;
  const tcp = chance.some(TCP_PORTS, 0.6).map((port) => `tcp:${chance.is(0.05) ? '127.0.0.1' : '0.0.0.0'}:${port + shift}`);
  const udp = chance.some(UDP_PORTS, 0.4).map((port) => `udp:0.0.0.0:${port + shift}`);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${i}`,
      labels: { app: chance.pick(APPS) },
      annotations: { 'packetwalk.dev/listen': [...tcp, ...udp].join(',') },
    },
    spec: { nodeName: chance.pick(nodes), ...(hostNetwork ? { hostNetwork } : {}), containers: [{ name: 'main', image: 'example/app' }] },
  };
}

function drawService(chance: Chance, i: number): KubeObject {
  const type = chance.pick(['ClusterIP', 'ClusterIP', 'NodePort', 'NodePort', 'LoadBalancer']);
  const isOutside = type !== 'ClusterIP';
  const count = 1 + chance.below(2);
  const ports = Array.from({ length: count }, (_, place) => {
    const isTCP = chance.is(0.75);
    return {
      name: `port-${place}`,
      port: 80 + place,
      protocol: isTCP ? 'TCP' : 'UDP',
      targetPort: isTCP ? chance.pick(TCP_PORTS) : chance.pick(UDP_PORTS),
      ...(isOutside ? { nodePort: 30_000 + 10 * i + place } : {}),
    };
  });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `service-${i}` },
    spec: {
      type,
      selector: { app: chance.is(0.1) ? 'nobody' : chance.pick(APPS) },
      ports,
      ...(isOutside ? chance.maybe(0.5, () => ({ externalTrafficPolicy: 'Local' })) : {}),
      ...chance.maybe(0.25, () => ({ internalTrafficPolicy: 'Local' })),
      ...chance.maybe(0.25, () => ({ sessionAffinity: 'ClientIP' })),
      ...chance.maybe(0.2, () => ({ externalIPs: [chance.pick(['192.168.56.11', '203.0.113.77', '192.168.56.180'])] })),
      ...(type === 'LoadBalancer'
        ? chance.maybe(0.4, () => ({ loadBalancerSourceRanges: [chance.pick(['192.168.56.100/32', '10.0.0.0/8', '172.16.0.0/12'])] }))
        : {}),
    },
  };
}

function drawPolicy(chance: Chance, i: number): KubeObject {
  const peer = () =>
    chance.pick<object>([
      { podSelector: { matchLabels: { app: chance.pick(APPS) } } },
      { namespaceSelector: {} },
      { ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.1.0/24'] } },
      { ipBlock: { cidr: '192.168.56.0/24' } },
    ]);
  const ports = () =>
    chance.maybe(0.5, () => ({ ports: [{ protocol: chance.pick(['TCP', 'UDP']), port: chance.pick([...TCP_PORTS, ...UDP_PORTS]) }] }));
  const ingress = chance.is(0.8);
  const egress = !ingress || chance.is(0.3);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${i}` },
    spec: {
      podSelector: chance.is(0.2) ? {} : { matchLabels: { app: chance.pick(APPS) } },
      policyTypes: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])],
      ...(ingress ? { ingress: chance.is(0.2) ? [] : [{ from: [peer()], ...ports() }] } : {}),
      ...(egress ? { egress: chance.is(0.2) ? [] : [{ to: [peer()], ...ports() }] } : {}),
    },
  };
}

interface Drawn {
  readonly nodes: readonly string[];
  readonly pods: readonly KubeObject[];
  readonly services: readonly KubeObject[];
}

/** Targets are names of what was drawn (`service/service-1`, `pod/pod-2`), which the cluster has yet to give addresses. */
function drawRequest(chance: Chance, { nodes, pods, services }: Drawn): Request {
  const pod = () => chance.pick(pods).metadata.name;
  const from = chance.pick([
    () => `pod/default/${pod()}`,
    () => `pod/default/${pod()}`,
    () => `node/${chance.pick(nodes)}`,
    () => 'world',
  ])();
  const service = chance.pick(services);
  const { port, nodePort, protocol } = chance.pick<{ port: number; nodePort?: number; protocol: string }>(service.spec.ports);
  const scheme = protocol === 'UDP' ? 'udp' : chance.pick(['http', 'http', 'tcp']);
  const { name } = service.metadata;
  const kind = chance.below(20);
  if (kind < 8) return { from, to: `${scheme}://{service/${name}}:${port}` };
  if (kind < 12 && nodePort) return { from, to: `${scheme}://{node/${chance.pick(nodes)}}:${nodePort}` };
  if (kind < 13 && nodePort) return { from, to: `${scheme}://127.0.0.1:${nodePort}` };
  if (kind < 14) return { from, to: `${scheme}://{outside/${name}}:${port}` };
  if (kind < 17) return { from, to: `${chance.pick(['http', 'tcp'])}://{pod/${pod()}}:${chance.pick([...TCP_PORTS, 7])}` };
  return {
    from,
    to: chance.pick([
      `udp://{pod/${pod()}}:${chance.pick([...UDP_PORTS, 7])}`,
      `icmp://{pod/${pod()}}`,
      `icmp://{node/${chance.pick(nodes)}}`,
      `icmp://{service/${name}}`,
      'icmp://203.0.113.10',
      'http://203.0.113.10',
      'http://203.0.113.10:81',
      'http://10.244.1.200',
      'http://10.244.200.1',
      'http://192.168.56.77',
      `http://{service/${name}}:7`,
      `http://{node/${chance.pick(nodes)}}:7`,
      'http://10.96.0.1:443',
      'udp://10.96.0.10:53',
    ]),
  };
}
