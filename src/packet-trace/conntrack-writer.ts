// Which hop wrote the conntrack entry that a later hop was translated by.

import type { Hop, TracedPacket, Walk } from '../protocol/messages.ts';
import { parseEnds } from './rewrite.ts';

/** The first rewrite by a rule, on the same node, of an earlier packet with these very ends; null if this walk has none. */
export function writerOfEntry(walk: Walk, packet: TracedPacket, hop: Hop): { readonly packet: number; readonly hop: number } | null {
  const known = new Set([hop.addr, hop.addr_after ?? hop.addr].map(parseEnds).flatMap(({ src, dst }) => [src, dst]));
  for (const earlier of walk.packets) {
    if (earlier.id >= packet.id) break;
    for (const candidate of earlier.hops) {
      if (candidate.kind !== 'rule' || candidate.node !== hop.node || candidate.addr_after === undefined) continue;
      const { src, dst } = parseEnds(candidate.addr_after);
      if (known.has(src) && known.has(dst)) return { packet: earlier.id, hop: candidate.n };
    }
  }
  return null;
}
