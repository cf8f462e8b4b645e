// One hop as a row of the table: where, which rule or interface, and what it did, in the tools' words.

import type { Hop, RuleHop, TracedPacket } from '../protocol/messages.ts';
import { placeName } from './place.ts';
import { type Rewrite, rewriteOf } from './rewrite.ts';

export interface HopRow {
  readonly n: number;
  readonly place: string;
  /** `interface`, `nat PREROUTING`, `conntrack`. */
  readonly where: string;
  /** `cni0 in`, `KUBE-SERVICES rule 7`, `POSTROUTING, no rule`. */
  readonly what: string;
  readonly detail: string;
  readonly rewrite: Rewrite | null;
  /** A rule that ended the packet badly: `REJECT`, `DROP`. */
  readonly isBad: boolean;
}

export function hopRow(packet: TracedPacket, hop: Hop): HopRow {
  const base = { n: hop.n, place: placeName(hop.node), rewrite: rewriteOf(hop, packet.direction), isBad: false };
  switch (hop.kind) {
    case 'if':
      return { ...base, where: 'interface', what: `${hop.ifc} ${hop.dir === 'rx' ? 'in' : 'out'}`, detail: interfaceDetail(hop, packet) };
    case 'rule':
      return {
        ...base,
        where: `${hop.table} ${hop.hook}`,
        what: `${hop.chain} ${hop.rule === 'policy' ? 'policy' : `rule ${hop.rule}`}`,
        detail: ruleDetail(hop),
        isBad: hop.verdict === 'REJECT' || hop.verdict === 'DROP',
      };
    case 'ct-nat':
      return { ...base, where: 'conntrack', what: `${hop.hook}, no rule`, detail: '' };
    default:
      return hop satisfies never;
  }
}

function interfaceDetail(hop: Hop & { kind: 'if' }, packet: TracedPacket): string {
  const end = hop.n === packet.hops.length && packet.fate ? packet.fate.text : '';
  const parts = [packet.protocol !== 'arp' ? `ttl ${hop.ttl}` : '', hop.route ? `route ${hop.route}` : '', hop.socket ?? end];
  return parts.filter((part) => part !== '').join(', ');
}

function ruleDetail(hop: RuleHop): string {
  const chance = /--probability ([\d.]+)/.exec(hop.text)?.[1];
  if (hop.verdict === 'NOT SIMULATED') return 'not simulated, taken not to match';
  const words = [hop.rule === 'policy' ? 'end of chain' : 'matched'];
  if (chance)
    words.push(
      `probability ${Number(chance)
        .toFixed(3)
        .replace(/\.?0+$/, '')}`,
    );
  if (hop.verdict === 'REJECT') return /--reject-with \S+/.exec(hop.text)?.[0] ?? '';
  if (hop.verdict === 'DROP') return hop.rule === 'policy' ? 'policy DROP, no answer is sent' : 'no answer is sent';
  const [verb, chain] = hop.verdict.split(' ');
  words.push(chain ? `${verb?.toLowerCase()} ${chain}` : markDetail(hop));
  return words.join(', ');
}

function markDetail(hop: RuleHop): string {
  return hop.verdict === 'CONTINUE' && hop.text.includes('-j MARK') ? `mark ${hop.mark}` : hop.verdict;
}
