// What a tunnel puts around a packet, in bytes (RFC 7348): Ethernet, IP, UDP and VXLAN outside, the inner frame untouched.

import type { Followed } from './followed.ts';
import type { Cluster } from './graph.ts';
import { endsOf, hostOf } from './text.ts';

export interface HeaderPart {
  readonly name: string;
  readonly bytes: number;
  readonly lines: readonly [string, string];
}

export interface Anatomy {
  readonly outer: readonly HeaderPart[];
  readonly inner: readonly HeaderPart[];
  /** What the tunnel adds inside of the link's own header. */
  readonly added: number;
  /** The inner IP packet, as the pod sent it. */
  readonly inside: number;
  /** All that is on the wire. */
  readonly total: number;
}

const ethernet = 14;
const udp = 8;
const vxlan = 8;

/** What is put around a packet by a device that sends from this address: 50 bytes over IPv4, 70 over IPv6. */
export function addedBytes(outerSource: string): number {
  return ipHeader(outerSource) + udp + vxlan + ethernet;
}

function ipHeader(end: string): number {
  return end.startsWith('[') ? 40 : 20;
}

/** The layers of a packet in its tunnel, from the addresses outside and inside. */
export function anatomyOf(
  { packet }: Pick<Followed, 'packet'>,
  { outside, carried }: { readonly outside: string; readonly carried: string },
  { nodes }: Pick<Cluster, 'nodes'>,
): Anatomy {
  const around = endsOf(outside);
  const inside = endsOf(carried);
  const to = hostOf(around.destination);
  const other = nodes.find(({ address, second }) => address === to || second === to)?.name ?? 'the other node';
  const innerIP = ipHeader(inside.source);
  const outer: HeaderPart[] = [
    { name: 'Ethernet', bytes: ethernet, lines: [`to ${other}`, ''] },
    { name: 'IP', bytes: ipHeader(around.source), lines: [hostOf(around.source), `to ${to}`] },
    { name: 'UDP', bytes: udp, lines: portLines(around) },
    { name: 'VXLAN', bytes: vxlan, lines: ['vni 1', ''] },
  ];
  const inner: HeaderPart[] = [
    { name: 'Ethernet', bytes: ethernet, lines: ['to flannel.1', `of ${other}`] },
    { name: 'IP', bytes: innerIP, lines: [hostOf(inside.source), `to ${hostOf(inside.destination)}`] },
    {
      name: packet.protocol.toUpperCase(),
      bytes: packet.sizeBytes - innerIP,
      lines: packet.protocol === 'icmp' ? [packet.label, ''] : portLines(inside),
    },
  ];
  const added = addedBytes(around.source);
  return { outer, inner, added, inside: packet.sizeBytes, total: ethernet + added + packet.sizeBytes };
}

function portLines({ source, destination }: ReturnType<typeof endsOf>): [string, string] {
  const port = (end: string) => end.slice(end.lastIndexOf(':') + 1);
  return [`sport ${port(source)}`, `dport ${port(destination)}`];
}
