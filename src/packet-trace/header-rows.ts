// A packet's header at a hop, field by field, with what the hop changes.

import type { Hop, TracedPacket } from '../protocol/messages.ts';
import { carriedAt } from '../state/tunnel.ts';
import { parseEnds } from './rewrite.ts';

export interface HeaderRow {
  readonly field: string;
  readonly before: string;
  /** Where the hop changes it. */
  readonly after?: string;
}

/** Fields in the order that the inspector lists them: src, dst, ttl, mark, flags. */
export function headerRows(packet: TracedPacket, hop: Hop): readonly HeaderRow[] {
  const before = parseEnds(hop.addr);
  const after = parseEnds(hop.addr_after ?? hop.addr);
  const carried = carriedAt(packet, hop.n);
  const rows: HeaderRow[] = [changed('src', before.src, after.src), changed('dst', before.dst, after.dst)];
  if (packet.protocol === 'arp') return rows;
  const ttl = ttlAt(packet, hop.n, carried);
  if (ttl !== null) rows.push({ field: 'ttl', before: String(ttl) });
  if (hop.kind === 'rule') rows.push(changed('mark', markBefore(packet, hop), hop.mark));
  if (carried !== null) {
    const inside = `${packet.protocol.toUpperCase()} ${packet.label} ${carried.replace('->', ' -> ')}`;
    return [...rows, { field: 'inside', before: inside }];
  }
  if (packet.protocol === 'tcp') rows.push({ field: 'flags', before: flagNames[packet.label] ?? packet.label });
  return rows;
}

function changed(field: string, before: string, after: string): HeaderRow {
  return before === after ? { field, before } : { field, before, after };
}

/** The TTL as the last interface saw it. An outer packet that has just been sent shows it at its first one. */
function ttlAt(packet: TracedPacket, n: number, carried: string | null): number | null {
  const isSame = (hop: Hop) => hop.kind === 'if' && (carriedAt(packet, hop.n) === null) === (carried === null);
  const seen = packet.hops.slice(0, n).findLast(isSame) ?? (carried === null ? undefined : packet.hops.slice(n).find(isSame));
  return seen?.kind === 'if' ? seen.ttl : null;
}

/** The mark that the packet came with: that of the rule before it on the same machine. */
function markBefore(packet: TracedPacket, hop: Hop): string {
  const earlier = packet.hops.slice(0, hop.n - 1).findLast((passed) => passed.kind === 'rule' && passed.node === hop.node);
  return earlier?.kind === 'rule' ? earlier.mark : '0x0';
}

const flagNames: Readonly<Record<string, string>> = { S·A: 'SYN ACK', F·A: 'FIN ACK', DATA: 'PSH ACK' };
