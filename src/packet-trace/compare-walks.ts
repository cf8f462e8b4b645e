// Two walks side by side: hop by hop until they first differ. What differs for no other reason than that another request
// came before (the client's port, counters, times) is not a difference.

import type { Hop, TracedPacket, Walk } from '../protocol/messages.ts';
import { packetsOf } from '../state/stepping.ts';

export interface ComparedHop {
  readonly packet: TracedPacket;
  readonly hop: Hop;
  /** `node-1 nat KUBE-SERVICES rule 3 JUMP KUBE-SVC-…`, the same in both where they do the same. */
  readonly what: string;
}

export interface ComparedRow {
  readonly left: ComparedHop | null;
  readonly right: ComparedHop | null;
}

export interface Comparison {
  readonly rows: readonly ComparedRow[];
  /** Of `rows`; null where the walks are the same. */
  readonly firstDifference: number | null;
}

/** The packets that stepping stops at, in order. */
export function compareWalks(left: Walk, right: Walk): Comparison {
  const [a, b] = [hopsOf(left), hopsOf(right)];
  const rows = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => ({ left: a[index] ?? null, right: b[index] ?? null }));
  const first = rows.findIndex((row) => row.left?.what !== row.right?.what);
  return { rows, firstDifference: first < 0 ? null : first };
}

function hopsOf(walk: Walk): ComparedHop[] {
  return packetsOf(walk, { showFolded: false }).flatMap((packet) =>
    packet.hops.map((hop) => ({ packet, hop, what: `${packet.label} ${hop.node} ${doing(hop)}` })),
  );
}

function doing(hop: Hop): string {
  const change = hop.addr_after === undefined ? '' : ` ${plain(hop.addr)} becomes ${plain(hop.addr_after)}`;
  switch (hop.kind) {
    case 'if':
      return `${hop.ifc} ${hop.dir} ${plain(hop.addr)} TTL ${hop.ttl}`;
    case 'rule':
      return `${hop.table} ${hop.chain} ${hop.rule === 'policy' ? 'policy' : `rule ${hop.rule}`} ${hop.verdict}${change}`;
    case 'ct-nat':
      return `conntrack${change}`;
    default:
      return hop satisfies never;
  }
}

/** Addresses with the ports that a kernel picks for a client left out. */
function plain(addr: string): string {
  return addr.replace(/:(\d+)/g, (whole, port: string) => (Number(port) > 32_767 ? '' : whole));
}

/** The walk of the other run to lay beside this one: the same request if it was sent there too, else what was sent in its place. */
export function counterpart(walk: Walk, among: readonly Walk[], others: readonly Walk[]): Walk | null {
  const isSame = (other: Walk) => other.from === walk.from && other.to === walk.to;
  const place = among.filter(isSame).indexOf(walk);
  return others.filter(isSame)[place] ?? others[among.indexOf(walk)] ?? others.at(-1) ?? null;
}
