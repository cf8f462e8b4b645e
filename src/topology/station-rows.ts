// The rows of an iptables station: which chains the followed packet is in, and which one decided.

import { type Followed, rewriteOf } from './followed.ts';
import { shortenEnd } from './text.ts';

export interface StationRow {
  readonly text: string;
  readonly right?: string;
  /** `memory` is conntrack: dashed, because no rule was asked. */
  readonly tone: 'plain' | 'current' | 'rewrite' | 'memory' | 'bad';
}

export interface Station {
  /** The table in which the packet is or was last. */
  readonly table: string;
  readonly rows: readonly StationRow[];
  /** How the station is lit: the packet is here now, it has passed, or it ended here. */
  readonly state: 'here' | 'passed' | 'ended';
}

const rowLength = 14;

/** The first row's baseline below the station's upper edge, and the way to the next: three end above the packet's way. */
export const rowPlace = { first: 33, pitch: 15 } as const;

/** The station of `node` as the packet has seen it so far; null where it has not been. */
export function stationOf(followed: Followed, node: string): Station | null {
  const { packet, index } = followed;
  const hops = packet.hops.slice(0, index + 1).filter((hop) => hop.node === node && hop.kind !== 'if');
  const last = hops.at(-1);
  if (!last || last.kind === 'if') return null;
  const here = followed.hop === last;
  const state = here ? (last.kind === 'rule' && isEnd(last.verdict) ? 'ended' : 'here') : 'passed';
  if (last.kind === 'ct-nat') return { table: '', rows: fromMemory(hops, here), state };
  const run: string[] = [];
  for (const hop of hops.toReversed()) {
    if (hop.kind !== 'rule' || hop.hook !== last.hook || hop.table !== last.table) break;
    run.unshift(hop.chain);
  }
  const chains = run.filter((chain, i) => run.lastIndexOf(chain) === i);
  const rows: StationRow[] = chains.map((chain) => ({ text: shortenEnd(chain, rowLength), tone: 'plain' }));
  if (isEnd(last.verdict)) rows.push({ text: last.verdict, tone: 'bad' });
  else if (here) rows[rows.length - 1] = { text: shortenEnd(last.chain, rowLength), tone: rewriteOf(packet, last) ? 'rewrite' : 'current' };
  return { table: last.table, rows: rows.slice(-3), state };
}

function isEnd(verdict: string): boolean {
  return verdict === 'REJECT' || verdict === 'DROP';
}

function fromMemory(hops: readonly { readonly kind: string; readonly table?: string }[], here: boolean): StationRow[] {
  const asked = (table: string) => hops.some((hop) => hop.kind === 'rule' && hop.table === table);
  return [
    { text: 'nat', right: asked('nat') ? 'asked' : 'not asked', tone: 'plain' },
    { text: 'filter', right: asked('filter') ? 'accepted' : 'not asked', tone: 'plain' },
    { text: 'conntrack', tone: here ? 'memory' : 'plain' },
  ];
}
