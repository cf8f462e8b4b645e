// Addresses of a hop and what the hop makes of them: a rule's DNAT or SNAT, or what conntrack repeats and puts back.

import type { Hop, TracedPacket } from '../protocol/messages.ts';

export interface Ends {
  readonly src: string;
  readonly dst: string;
}

export interface Rewrite {
  /** `DNAT`, `SNAT`, both, or `un-NAT` when conntrack puts a reply's address back. */
  readonly name: string;
  readonly changes: readonly { readonly field: 'src' | 'dst'; readonly before: string; readonly after: string }[];
  /** By a rule; put back on a reply by conntrack; or repeated by conntrack on a later packet. */
  readonly by: 'rule' | 'put-back' | 'repeated';
}

/** `10.244.1.11:40001->10.96.0.17:80` as its two ends. */
export function parseEnds(addr: string): Ends {
  const [src = '', dst = ''] = addr.split('->');
  return { src, dst };
}

/** What a hop rewrites, or null. */
export function rewriteOf(hop: Hop, direction: TracedPacket['direction']): Rewrite | null {
  if (hop.addr_after === undefined) return null;
  const before = parseEnds(hop.addr);
  const after = parseEnds(hop.addr_after);
  const changes = (['src', 'dst'] as const)
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, before: before[field], after: after[field] }));
  if (changes.length === 0) return null;
  const names = changes.map(({ field }) => (field === 'dst' ? 'DNAT' : 'SNAT')).reverse();
  if (hop.kind === 'rule') return { name: names.join(' and '), changes, by: 'rule' };
  return direction === 'reply' ? { name: 'un-NAT', changes, by: 'put-back' } : { name: names.join(' and '), changes, by: 'repeated' };
}

/** The last rewrite at or before a hop: what the packet still shows. */
export function lastRewrite(packet: TracedPacket, n: number): { rewrite: Rewrite; hop: number } | null {
  for (const hop of packet.hops.slice(0, n).reverse()) {
    const rewrite = rewriteOf(hop, packet.direction);
    if (rewrite) return { rewrite, hop: hop.n };
  }
  return null;
}
