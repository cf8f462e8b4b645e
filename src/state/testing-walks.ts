// Small walks for tests: a lookup, a SYN that is rewritten at its third hop, its answer, and the bookkeeping around them.

import type { Hop, TracedPacket, Walk } from '../protocol/messages.ts';

export const outward = '10.244.1.11:40001->10.96.44.10:80';
export const rewritten = '10.244.1.11:40001->10.244.2.17:8080';

export function crossing(n: number, node: string, ifc: string, dir: 'rx' | 'tx' = 'tx', addr = outward, ttl = 64): Hop {
  return { n, timeUs: n * 5, node, addr, kind: 'if', ifc, dir, ttl };
}

export function matching(n: number, chain: string, rule: number, verdict: string, text: string, extra: Partial<Hop> = {}): Hop {
  const place = { node: 'node-1', hook: 'PREROUTING', table: 'nat', chain, rule, iif: 'cni0', oif: null } as const;
  const counted = { mark: '0x0', missed: 0, packets: 1, bytes: 60 };
  return { n, timeUs: n * 5, addr: outward, kind: 'rule', ...place, verdict, text, ...counted, ...extra } as Hop;
}

export const dnatHop = matching(
  3,
  'KUBE-SEP-NYHT3LPQ5RXUWZB2',
  2,
  'ACCEPT',
  '-A KUBE-SEP-NYHT3LPQ5RXUWZB2 -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination 10.244.2.17:8080',
  { addr_after: rewritten },
);

export const synHops: readonly Hop[] = [
  crossing(1, 'default/client', 'eth0'),
  crossing(2, 'node-1', 'veth3f9a1c2e', 'rx'),
  dnatHop,
  crossing(4, 'node-1', 'eth0', 'tx', rewritten, 63),
  crossing(5, 'default/web-7d4b9c6f5-x2x9z', 'eth0', 'rx', rewritten, 62),
];

export const replyHops: readonly Hop[] = [
  crossing(1, 'default/web-7d4b9c6f5-x2x9z', 'eth0', 'tx', '10.244.2.17:8080->10.244.1.11:40001'),
  {
    n: 2,
    timeUs: 60,
    node: 'node-1',
    kind: 'ct-nat',
    hook: 'POSTROUTING',
    addr: '10.244.2.17:8080->10.244.1.11:40001',
    addr_after: '10.96.44.10:80->10.244.1.11:40001',
    conntrack: 'tcp 6 60 SYN_RECV src=10.244.1.11 dst=10.96.44.10',
  },
  crossing(3, 'default/client', 'eth0', 'rx', '10.96.44.10:80->10.244.1.11:40001', 62),
];

export function packet(id: number, label: string, hops: readonly Hop[], more: Partial<TracedPacket> = {}): TracedPacket {
  return {
    id,
    protocol: 'tcp',
    label,
    direction: 'request',
    content: '',
    sizeBytes: 60,
    addr: hops[0]?.addr ?? outward,
    from: hops[0]?.node ?? 'default/client',
    sentUs: id * 100,
    hops: [...hops],
    fate: { kind: 'delivered', node: 'default/web-7d4b9c6f5-x2x9z', timeUs: id * 100 + 50, text: 'a socket took it' },
    ...more,
  };
}

/** ARP, SYN, SYN-ACK, ACK, DATA. */
export function answeredWalk(id = 0): Walk {
  return {
    id,
    from: 'pod/default/client',
    to: 'http://web',
    startUs: 0,
    endUs: 900,
    outcome: { ok: true, kind: 'answered', text: '200 from web-7d4b9c6f5-x2x9z', terminal: ['hello'], elapsedUs: 900 },
    reason: { title: '', detail: '', decidedBy: '', at: null, why: [] },
    packets: [
      packet(1, 'ARP', [crossing(1, 'node-1', 'eth0')], { protocol: 'arp' }),
      packet(2, 'SYN', synHops),
      packet(3, 'S·A', replyHops, { direction: 'reply' }),
      packet(4, 'ACK', synHops.slice(0, 2)),
      packet(5, 'DATA', synHops.slice(0, 2), { content: 'GET / HTTP/1.1' }),
    ],
    whys: {},
  };
}

/** The same request, refused at the SYN's third hop. */
export function refusedWalk(id = 0): Walk {
  const reject = matching(3, 'KUBE-SERVICES', 1, 'REJECT', '-A KUBE-SERVICES -j REJECT --reject-with icmp-port-unreachable', {
    table: 'filter',
    hook: 'FORWARD',
  } as Partial<Hop>);
  return {
    ...answeredWalk(id),
    outcome: {
      ok: false,
      kind: 'refused',
      text: 'connection refused',
      terminal: ['curl: (7) Failed to connect to web port 80: Connection refused'],
      elapsedUs: 30,
    },
    reason: {
      title: 'node-1 refuses: Service web has no endpoints.',
      detail: 'It selects no pod.',
      decidedBy: '',
      at: { packet: 2, hop: 3 },
      why: [{ text: 'REJECT, because Service `web` has no endpoints', role: 'cause' }],
    },
    packets: [
      packet(2, 'SYN', [...synHops.slice(0, 2), reject], {
        fate: { kind: 'refused', node: 'node-1', timeUs: 15, text: '-j REJECT --reject-with icmp-port-unreachable' },
      }),
    ],
  };
}
