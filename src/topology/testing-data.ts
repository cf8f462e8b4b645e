// A recorded kernel walk (host-gw, iptables, one endpoint) as the page receives walks, and two more of the same form: one
// refused for want of endpoints, one bridged within a node. For tests and the preview page.

import type { ConntrackHop, Hook, Hop, InterfaceHop, ObjectView, RuleHop, TableName, TracedPacket, Walk } from '../protocol/messages.ts';
import { aNode, aPod, aService } from './testing-cluster.ts';

function seen(n: number, node: string, ifc: string, dir: 'rx' | 'tx', addr: string, ttl: number): InterfaceHop {
  return { n, timeUs: n * 5, node, addr, kind: 'if', ifc, dir, ttl };
}

/** `place` is hook, table and chain. */
function ruled(
  n: number,
  node: string,
  place: string,
  rule: number | 'policy',
  verdict: string,
  addr: string,
  text: string,
  after?: string,
): RuleHop {
  const [hook, table, chain] = place.split(' ') as [Hook, TableName, string];
  const counted = { mark: '0x0', missed: 0, packets: 1, bytes: 60, iif: null, oif: null };
  return {
    n,
    timeUs: n * 5,
    node,
    addr,
    kind: 'rule',
    hook,
    table,
    chain,
    rule,
    verdict,
    text,
    ...counted,
    ...(after && { addr_after: after }),
  };
}

function restored(n: number, node: string, hook: Hook, addr: string, after: string): ConntrackHop {
  const conntrack =
    'tcp 6 60 SYN_RECV src=10.244.1.11 dst=10.96.0.17 sport=40001 dport=80 src=10.244.2.10 dst=10.244.1.11 sport=8080 dport=40001';
  return { n, timeUs: n * 5, node, addr, kind: 'ct-nat', hook, addr_after: after, conntrack };
}

// biome-ignore format: one hop a line
const requestHops: Hop[] = [
  seen(1, 'default/client', 'eth0', 'tx', '10.244.1.11:40001->10.96.0.17:80', 64),
  seen(2, 'node-1', 'veth3f9a1c2e', 'rx', '10.244.1.11:40001->10.96.0.17:80', 64),
  ruled(3, 'node-1', 'PREROUTING nat PREROUTING', 1, 'JUMP KUBE-SERVICES', '10.244.1.11:40001->10.96.0.17:80', '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'),
  ruled(4, 'node-1', 'PREROUTING nat KUBE-SERVICES', 7, 'JUMP KUBE-SVC-EDM56NRYSGS4MPZY', '10.244.1.11:40001->10.96.0.17:80', '-A KUBE-SERVICES -d 10.96.0.17/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-SVC-EDM56NRYSGS4MPZY'),
  ruled(5, 'node-1', 'PREROUTING nat KUBE-SVC-EDM56NRYSGS4MPZY', 2, 'JUMP KUBE-SEP-BUTIPZNWCBII5GK2', '10.244.1.11:40001->10.96.0.17:80', '-A KUBE-SVC-EDM56NRYSGS4MPZY -m comment --comment "default/web -> 10.244.2.10:8080" -j KUBE-SEP-BUTIPZNWCBII5GK2'),
  ruled(6, 'node-1', 'PREROUTING nat KUBE-SEP-BUTIPZNWCBII5GK2', 2, 'ACCEPT', '10.244.1.11:40001->10.96.0.17:80', '-A KUBE-SEP-BUTIPZNWCBII5GK2 -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination 10.244.2.10:8080', '10.244.1.11:40001->10.244.2.10:8080'),
  seen(7, 'node-1', 'cni0', 'rx', '10.244.1.11:40001->10.244.2.10:8080', 64),
  ruled(8, 'node-1', 'FORWARD filter FORWARD', 1, 'JUMP KUBE-PROXY-FIREWALL', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL'),
  ruled(9, 'node-1', 'FORWARD filter FORWARD', 2, 'JUMP LAB-NETPOL', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -j LAB-NETPOL'),
  ruled(10, 'node-1', 'FORWARD filter FORWARD', 3, 'JUMP KUBE-FORWARD', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD'),
  ruled(11, 'node-1', 'FORWARD filter FORWARD', 4, 'JUMP KUBE-SERVICES', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'),
  ruled(12, 'node-1', 'FORWARD filter FORWARD', 5, 'JUMP KUBE-EXTERNAL-SERVICES', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES'),
  ruled(13, 'node-1', 'FORWARD filter FORWARD', 6, 'JUMP FLANNEL-FWD', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD'),
  ruled(14, 'node-1', 'FORWARD filter FLANNEL-FWD', 1, 'ACCEPT', '10.244.1.11:40001->10.244.2.10:8080', '-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT'),
  ruled(15, 'node-1', 'POSTROUTING nat POSTROUTING', 1, 'JUMP KUBE-POSTROUTING', '10.244.1.11:40001->10.244.2.10:8080', '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING'),
  ruled(16, 'node-1', 'POSTROUTING nat KUBE-POSTROUTING', 1, 'RETURN', '10.244.1.11:40001->10.244.2.10:8080', '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN'),
  ruled(17, 'node-1', 'POSTROUTING nat POSTROUTING', 2, 'JUMP FLANNEL-POSTRTG', '10.244.1.11:40001->10.244.2.10:8080', '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG'),
  ruled(18, 'node-1', 'POSTROUTING nat FLANNEL-POSTRTG', 2, 'RETURN', '10.244.1.11:40001->10.244.2.10:8080', '-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN'),
  ruled(19, 'node-1', 'POSTROUTING nat POSTROUTING', 'policy', 'ACCEPT', '10.244.1.11:40001->10.244.2.10:8080', ':POSTROUTING ACCEPT [0:0]'),
  seen(20, 'node-1', 'eth0', 'tx', '10.244.1.11:40001->10.244.2.10:8080', 63),
  seen(21, 'wire', 'to-node-1', 'rx', '10.244.1.11:40001->10.244.2.10:8080', 63),
  seen(22, 'wire', 'to-node-2', 'tx', '10.244.1.11:40001->10.244.2.10:8080', 63),
  seen(23, 'node-2', 'eth0', 'rx', '10.244.1.11:40001->10.244.2.10:8080', 63),
  ruled(24, 'node-2', 'PREROUTING nat PREROUTING', 1, 'JUMP KUBE-SERVICES', '10.244.1.11:40001->10.244.2.10:8080', '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'),
  ruled(25, 'node-2', 'PREROUTING nat PREROUTING', 'policy', 'ACCEPT', '10.244.1.11:40001->10.244.2.10:8080', ':PREROUTING ACCEPT [0:0]'),
  ruled(26, 'node-2', 'FORWARD filter FORWARD', 1, 'JUMP KUBE-PROXY-FIREWALL', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL'),
  ruled(27, 'node-2', 'FORWARD filter FORWARD', 2, 'JUMP LAB-NETPOL', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -j LAB-NETPOL'),
  ruled(28, 'node-2', 'FORWARD filter FORWARD', 3, 'JUMP KUBE-FORWARD', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD'),
  ruled(29, 'node-2', 'FORWARD filter FORWARD', 4, 'JUMP KUBE-SERVICES', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'),
  ruled(30, 'node-2', 'FORWARD filter FORWARD', 5, 'JUMP KUBE-EXTERNAL-SERVICES', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES'),
  ruled(31, 'node-2', 'FORWARD filter FORWARD', 6, 'JUMP FLANNEL-FWD', '10.244.1.11:40001->10.244.2.10:8080', '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD'),
  ruled(32, 'node-2', 'FORWARD filter FLANNEL-FWD', 1, 'ACCEPT', '10.244.1.11:40001->10.244.2.10:8080', '-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT'),
  ruled(33, 'node-2', 'POSTROUTING nat POSTROUTING', 1, 'JUMP KUBE-POSTROUTING', '10.244.1.11:40001->10.244.2.10:8080', '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING'),
  ruled(34, 'node-2', 'POSTROUTING nat KUBE-POSTROUTING', 1, 'RETURN', '10.244.1.11:40001->10.244.2.10:8080', '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN'),
  ruled(35, 'node-2', 'POSTROUTING nat POSTROUTING', 2, 'JUMP FLANNEL-POSTRTG', '10.244.1.11:40001->10.244.2.10:8080', '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG'),
  ruled(36, 'node-2', 'POSTROUTING nat FLANNEL-POSTRTG', 3, 'RETURN', '10.244.1.11:40001->10.244.2.10:8080', '-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.2.0/24 -m comment --comment "flanneld masq" -j RETURN'),
  ruled(37, 'node-2', 'POSTROUTING nat POSTROUTING', 'policy', 'ACCEPT', '10.244.1.11:40001->10.244.2.10:8080', ':POSTROUTING ACCEPT [0:0]'),
  seen(38, 'node-2', 'cni0', 'tx', '10.244.1.11:40001->10.244.2.10:8080', 62),
  seen(39, 'node-2', 'veth82c0d4b1', 'tx', '10.244.1.11:40001->10.244.2.10:8080', 62),
  seen(40, 'default/web-7d4b9c6f5-x2x9z', 'eth0', 'rx', '10.244.1.11:40001->10.244.2.10:8080', 62),
];

// biome-ignore format: one hop a line
const replyHops: Hop[] = [
  seen(1, 'default/web-7d4b9c6f5-x2x9z', 'eth0', 'tx', '10.244.2.10:8080->10.244.1.11:40001', 64),
  seen(2, 'node-2', 'veth82c0d4b1', 'rx', '10.244.2.10:8080->10.244.1.11:40001', 64),
  seen(3, 'node-2', 'cni0', 'rx', '10.244.2.10:8080->10.244.1.11:40001', 64),
  ruled(4, 'node-2', 'FORWARD filter FORWARD', 2, 'JUMP LAB-NETPOL', '10.244.2.10:8080->10.244.1.11:40001', '-A FORWARD -j LAB-NETPOL'),
  ruled(5, 'node-2', 'FORWARD filter FORWARD', 3, 'JUMP KUBE-FORWARD', '10.244.2.10:8080->10.244.1.11:40001', '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD'),
  ruled(6, 'node-2', 'FORWARD filter KUBE-FORWARD', 3, 'ACCEPT', '10.244.2.10:8080->10.244.1.11:40001', '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
  seen(7, 'node-2', 'eth0', 'tx', '10.244.2.10:8080->10.244.1.11:40001', 63),
  seen(8, 'wire', 'to-node-2', 'rx', '10.244.2.10:8080->10.244.1.11:40001', 63),
  seen(9, 'wire', 'to-node-1', 'tx', '10.244.2.10:8080->10.244.1.11:40001', 63),
  seen(10, 'node-1', 'eth0', 'rx', '10.244.2.10:8080->10.244.1.11:40001', 63),
  ruled(11, 'node-1', 'FORWARD filter FORWARD', 2, 'JUMP LAB-NETPOL', '10.244.2.10:8080->10.244.1.11:40001', '-A FORWARD -j LAB-NETPOL'),
  ruled(12, 'node-1', 'FORWARD filter FORWARD', 3, 'JUMP KUBE-FORWARD', '10.244.2.10:8080->10.244.1.11:40001', '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD'),
  ruled(13, 'node-1', 'FORWARD filter KUBE-FORWARD', 3, 'ACCEPT', '10.244.2.10:8080->10.244.1.11:40001', '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
  restored(14, 'node-1', 'POSTROUTING', '10.244.2.10:8080->10.244.1.11:40001', '10.96.0.17:80->10.244.1.11:40001'),
  seen(15, 'node-1', 'cni0', 'tx', '10.96.0.17:80->10.244.1.11:40001', 62),
  seen(16, 'node-1', 'veth3f9a1c2e', 'tx', '10.96.0.17:80->10.244.1.11:40001', 62),
  seen(17, 'default/client', 'eth0', 'rx', '10.96.0.17:80->10.244.1.11:40001', 62),
];

// biome-ignore format: one hop a line
const refusedHops: Hop[] = [
  seen(1, 'default/client', 'eth0', 'tx', '10.244.1.11:40001->10.96.0.17:80', 64),
  seen(2, 'node-1', 'veth3f9a1c2e', 'rx', '10.244.1.11:40001->10.96.0.17:80', 64),
  ruled(3, 'node-1', 'PREROUTING nat PREROUTING', 1, 'JUMP KUBE-SERVICES', '10.244.1.11:40001->10.96.0.17:80', '-A PREROUTING -j KUBE-SERVICES'),
  ruled(4, 'node-1', 'PREROUTING nat PREROUTING', 'policy', 'ACCEPT', '10.244.1.11:40001->10.96.0.17:80', ':PREROUTING ACCEPT [0:0]'),
  seen(5, 'node-1', 'cni0', 'rx', '10.244.1.11:40001->10.96.0.17:80', 64),
  ruled(6, 'node-1', 'FORWARD filter FORWARD', 4, 'JUMP KUBE-SERVICES', '10.244.1.11:40001->10.96.0.17:80', '-A FORWARD -m conntrack --ctstate NEW -j KUBE-SERVICES'),
  ruled(7, 'node-1', 'FORWARD filter KUBE-SERVICES', 1, 'REJECT', '10.244.1.11:40001->10.96.0.17:80', '-A KUBE-SERVICES -d 10.96.0.17/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable'),
];

// biome-ignore format: one hop a line
const errorHops: Hop[] = [
  seen(1, 'node-1', 'cni0', 'tx', '10.96.0.17->10.244.1.11', 64),
  seen(2, 'node-1', 'veth3f9a1c2e', 'tx', '10.96.0.17->10.244.1.11', 64),
  seen(3, 'default/client', 'eth0', 'rx', '10.96.0.17->10.244.1.11', 64),
];

// biome-ignore format: one hop a line
const bridgedHops: Hop[] = [
  seen(1, 'default/client', 'eth0', 'tx', '10.244.1.11:40002->10.244.1.14:8080', 64),
  seen(2, 'node-1', 'veth3f9a1c2e', 'rx', '10.244.1.11:40002->10.244.1.14:8080', 64),
  ruled(3, 'node-1', 'FORWARD filter FORWARD', 6, 'JUMP FLANNEL-FWD', '10.244.1.11:40002->10.244.1.14:8080', '-A FORWARD -j FLANNEL-FWD'),
  ruled(4, 'node-1', 'FORWARD filter FLANNEL-FWD', 1, 'ACCEPT', '10.244.1.11:40002->10.244.1.14:8080', '-A FLANNEL-FWD -s 10.244.0.0/16 -j ACCEPT'),
  seen(5, 'node-1', 'veth6b1e77aa', 'tx', '10.244.1.11:40002->10.244.1.14:8080', 64),
  seen(6, 'default/web-7d4b9c6f5-t6rqd', 'eth0', 'rx', '10.244.1.11:40002->10.244.1.14:8080', 64),
];

function packet(id: number, label: string, hops: Hop[], more: Partial<TracedPacket>): TracedPacket {
  const first = hops[0] as Hop;
  return {
    id,
    protocol: 'tcp',
    label,
    direction: 'request',
    content: '',
    sizeBytes: 60,
    addr: first.addr,
    from: first.node,
    sentUs: 0,
    hops: withMissed(hops),
    fate: null,
    ...more,
  };
}

/** How many rules of its chain each rule hop passed without a match. */
function withMissed(hops: readonly Hop[]): Hop[] {
  const last = new Map<string, number>();
  return hops.map((hop) => {
    if (hop.kind !== 'rule' || hop.rule === 'policy') return hop;
    const place = `${hop.node} ${hop.hook} ${hop.table} ${hop.chain}`;
    const missed = hop.rule - 1 - (last.get(place) ?? 0);
    last.set(place, hop.rule);
    return { ...hop, missed };
  });
}

function walk(id: number, to: string, packets: TracedPacket[], more: Partial<Walk>): Walk {
  return {
    id,
    from: 'pod/default/client',
    to,
    startUs: 0,
    endUs: 400,
    outcome: { ok: true, kind: 'answered', text: '200 from web-7d4b9c6f5-x2x9z', terminal: [], elapsedUs: 400 },
    reason: { title: '', detail: '', decidedBy: '', at: null, why: [] },
    packets,
    whys: {},
    ...more,
  };
}

export const serviceWalk: Walk = walk(
  1,
  'http://web',
  [
    packet(1, 'SYN', requestHops, {
      fate: { kind: 'delivered', node: 'default/web-7d4b9c6f5-x2x9z', timeUs: 200, text: 'web listening on 0.0.0.0:8080' },
    }),
    packet(2, 'S·A', replyHops, { direction: 'reply', fate: { kind: 'delivered', node: 'default/client', timeUs: 400, text: '' } }),
  ],
  {},
);

export const refusedWalk: Walk = walk(
  2,
  'http://web',
  [
    packet(3, 'SYN', refusedHops, {
      fate: { kind: 'refused', node: 'node-1', timeUs: 35, text: '-j REJECT --reject-with icmp-port-unreachable' },
    }),
    packet(4, '3/3', errorHops, {
      protocol: 'icmp',
      direction: 'reply',
      about: 3,
      fate: { kind: 'delivered', node: 'default/client', timeUs: 50, text: '' },
    }),
  ],
  { outcome: { ok: false, kind: 'refused', text: 'connection refused', terminal: [], elapsedUs: 50 } },
);

export const bridgedWalk: Walk = walk(
  3,
  'http://10.244.1.14:8080',
  [packet(5, 'SYN', bridgedHops, { fate: { kind: 'delivered', node: 'default/web-7d4b9c6f5-t6rqd', timeUs: 30, text: '' } })],
  {},
);

const veth = (name: string, pod: string) => ({ name, kind: 'veth', addresses: [], mac: '', master: 'cni0', pod }) as const;
const node1 = aNode(1);
const node2 = aNode(2);
const webPods = [
  aPod('web-7d4b9c6f5-t6rqd', 1, 14, { app: 'web' }),
  aPod('web-7d4b9c6f5-x2x9z', 2, 10, { app: 'web' }),
  aPod('web-7d4b9c6f5-m8k2p', 3, 9, { app: 'web' }),
];

/** The cluster in which these walks were taken. */
export const sampleObjects: readonly ObjectView[] = [
  {
    ...node1,
    interfaces: [...node1.interfaces, veth('veth3f9a1c2e', 'default/client'), veth('veth6b1e77aa', 'default/web-7d4b9c6f5-t6rqd')],
  },
  { ...node2, interfaces: [...node2.interfaces, veth('veth82c0d4b1', 'default/web-7d4b9c6f5-x2x9z')] },
  aNode(3),
  { ...aPod('client', 1, 11), containers: [{ name: 'curl', image: 'curl', state: 'running', message: '', listens: [] }] },
  ...webPods,
  aPod('redis-0', 2, 5, { app: 'redis' }),
  {
    ...aPod('coredns-6f6b679f8f-9wqzl', 3, 4, { 'k8s-app': 'kube-dns' }),
    namespace: 'kube-system',
    system: true,
    containers: [{ name: 'coredns', image: 'coredns', state: 'running', message: '', listens: [] }],
  },
  aService('web', '10.96.0.17', { app: 'web' }, webPods),
  {
    ...aService('kube-dns', '10.96.0.10', { 'k8s-app': 'kube-dns' }),
    system: true,
    ports: [{ name: 'dns', protocol: 'UDP', port: 53, targetPort: '53', nodePort: null }],
  },
  {
    ...aService('kubernetes', '10.96.0.1', {}),
    selector: null,
    system: true,
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: '6443', nodePort: null }],
  },
];
