// A node's iptables-save with the rules lit that the packet in view has matched there.

import type { TracedPacket } from '../protocol/messages.ts';
import { ruleParts } from './rule-text.ts';

export interface RuleLine {
  readonly text: string;
  /** The same in pieces that each stay on one line: counters and chain, then option by option. */
  readonly parts: readonly string[];
  /** `head`: a table or chain line. */
  readonly kind: 'head' | 'rule' | 'comment';
  readonly lit: 'no' | 'matched' | 'deciding';
  readonly n: number | null;
}

/** The lines of a dump. `n` is the hop at which a lit rule matched; the hop in view is the deciding one. */
export function litRules(dump: string, node: string, packet: TracedPacket | null, hop: number): readonly RuleLine[] {
  const matches = new Map<string, number>();
  for (const passed of packet?.hops ?? []) {
    if (passed.kind === 'rule' && passed.node === node && passed.n <= hop) matches.set(`${passed.table} ${passed.text}`, passed.n);
  }
  let table = '';
  return dump.split('\n').map((text) => {
    if (text.startsWith('*')) table = text.slice(1);
    // Counters stand before the rule when they are shown: `[1:60] -A ...`.
    const rule = text.replace(/^\[\d+:\d+\] /, '');
    const n = matches.get(`${table} ${rule}`) ?? null;
    const kind = text.startsWith('#') ? 'comment' : rule.startsWith('-A') ? 'rule' : 'head';
    const parts = kind === 'rule' ? [text.slice(0, text.length - rule.length) + rule.split(' ', 2).join(' '), ...ruleParts(rule)] : [text];
    return { text, parts, kind, n, lit: n === null ? 'no' : n === hop ? 'deciding' : 'matched' };
  });
}

/** The lines that hold every word of a search; all lines without one. Table lines stay, so that a rule keeps its table. */
export function searchRules(lines: readonly RuleLine[], query: string): readonly RuleLine[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return lines;
  return lines.filter((line) => line.text.startsWith('*') || words.every((word) => line.text.toLowerCase().includes(word)));
}
