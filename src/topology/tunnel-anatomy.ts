// What a tunnel puts around a packet, in bytes (RFC 7348): Ethernet, IP, UDP and VXLAN outside, the inner frame untouched.
// And which hops of a machine belong to the inner packet's walk, and which to the outer one's.

import { carriedAt, isTunnel } from '../state/tunnel.ts';
import type { Followed } from './followed.ts';
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
  /** All that leaves the machine. */
  readonly total: number;
  /** This machine made it; else it came from another. */
  readonly leaves: boolean;
}

const ethernet = 14;
const udp = 8;
const vxlan = 8;

/** The layers of the outer packet at this hop; null where the packet travels by itself. */
export function anatomyOf({ packet, hop, carried }: Followed): Anatomy | null {
  if (carried === null) return null;
  const around = endsOf(hop.addr);
  const inside = endsOf(carried);
  const ip = (end: string) => (end.startsWith('[') ? 40 : 20);
  const outerIP = ip(around.source);
  const innerIP = ip(inside.source);
  const port = (end: string) => end.slice(end.lastIndexOf(':') + 1);
  const outer: HeaderPart[] = [
    { name: 'Ethernet', bytes: ethernet, lines: ['to the other', 'node'] },
    { name: 'IP', bytes: outerIP, lines: [hostOf(around.source), `to ${hostOf(around.destination)}`] },
    { name: 'UDP', bytes: udp, lines: [`sport ${port(around.source)}`, `dport ${port(around.destination)}`] },
    { name: 'VXLAN', bytes: vxlan, lines: ['vni 1', ''] },
  ];
  const inner: HeaderPart[] = [
    { name: 'Ethernet', bytes: ethernet, lines: ['to the other', 'flannel.1'] },
    { name: 'IP', bytes: innerIP, lines: [hostOf(inside.source), `to ${hostOf(inside.destination)}`] },
    {
      name: packet.protocol.toUpperCase(),
      bytes: packet.sizeBytes - innerIP,
      lines: [`sport ${port(inside.source)}`, `dport ${port(inside.destination)}`],
    },
  ];
  const added = outerIP + udp + vxlan + ethernet;
  const leaves = packet.hops.some((each) => each.kind === 'if' && each.dir === 'tx' && each.node === hop.node && isTunnel(each.ifc));
  return { outer, inner, added, total: ethernet + added + packet.sizeBytes, leaves };
}

/** `inner packet hops 2-18, outer packet hops 19-31` of the machine that the packet is on; null without a tunnel. */
export function twoWalks({ packet, hop }: Followed): { readonly inner: string; readonly outer: string } | null {
  const here = packet.hops.flatMap((each, i) =>
    each.node === hop.node ? [{ n: each.n, isOuter: carriedAt(packet, i + 1) !== null }] : [],
  );
  const range = (isOuter: boolean) => {
    const numbers = here.filter((each) => each.isOuter === isOuter).map(({ n }) => n);
    const [first, last] = [numbers[0], numbers.at(-1)];
    return first === undefined ? null : first === last ? `hop ${first}` : `hops ${first}-${last}`;
  };
  const [inner, outer] = [range(false), range(true)];
  return inner && outer ? { inner, outer } : null;
}
