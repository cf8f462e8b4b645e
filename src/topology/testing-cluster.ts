// Small clusters for the tests of this folder.

import type { NodeView, ObjectView, PodView, ServiceView } from '../protocol/messages.ts';

export function aNode(number: number): NodeView {
  return {
    kind: 'Node',
    key: `Node//node-${number}`,
    name: `node-${number}`,
    namespace: '',
    labels: {},
    source: null,
    address: `192.168.56.${10 + number}`,
    podCIDR: `10.244.${number}.0/24`,
    ready: true,
    interfaces: [
      { name: 'eth0', kind: 'ethernet', addresses: [`192.168.56.${10 + number}/24`], mac: '' },
      { name: 'cni0', kind: 'bridge', addresses: [`10.244.${number}.1/24`], mac: '' },
    ],
    ruleCount: 44,
  };
}

export function aPod(name: string, node: number | null, host: number, labels: Record<string, string> = { app: name }): PodView {
  return {
    kind: 'Pod',
    key: `Pod/default/${name}`,
    name,
    namespace: 'default',
    labels,
    source: null,
    node: node === null ? null : `node-${node}`,
    address: node === null ? null : `10.244.${node}.${host}`,
    status: node === null ? 'Pending' : 'Running',
    ready: node !== null,
    hostNetwork: false,
    containers: [{ name: labels.app ?? name, image: labels.app ?? name, state: 'running', message: '', listens: [] }],
    owner: null,
    system: false,
    interfaces: [],
  };
}

export function aService(name: string, clusterIP: string, selector: Record<string, string>, pods: readonly PodView[] = []): ServiceView {
  return {
    kind: 'Service',
    key: `Service/default/${name}`,
    name,
    namespace: 'default',
    labels: {},
    source: null,
    dnsName: 'web.default.svc.cluster.local',
    type: 'ClusterIP',
    clusterIP,
    externalName: '',
    externalTrafficPolicy: '',
    externalIP: '',
    externalIPs: [],
    selector,
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: '8080', nodePort: null }],
    endpoints: pods.map((pod) => ({
      pod: pod.key,
      address: pod.address ?? '',
      ready: pod.ready,
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    })),
    candidates: pods.map((pod) => ({ pod: pod.key, endpoint: true, why: 'its labels match' })),
    selectorRange: null,
    system: false,
  };
}

/** `nodeCount` nodes with `podsEach` pods, and `serviceCount` Services. */
export function generated(nodeCount: number, podsEach: number, serviceCount: number): ObjectView[] {
  const nodes = Array.from({ length: nodeCount }, (_, i) => aNode(i + 1));
  const pods = nodes.flatMap((_, n) => Array.from({ length: podsEach }, (_, i) => aPod(`app-${n + 1}-${i}`, n + 1, i + 2)));
  const services = Array.from({ length: serviceCount }, (_, i) => aService(`service-${i}`, `10.96.1.${i + 1}`, { app: 'app' }));
  return [...nodes, ...pods, ...services];
}
