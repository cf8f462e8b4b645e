// The question that a teacher asks before the next step, from what the next hop will be. It never gives the answer.

import type { HopInView } from '../state/stepping.ts';

export function nextQuestion({ packet, hop }: HopInView): string {
  const next = packet.hops[hop.n];
  if (!next) return packet.direction === 'request' ? 'Next: what comes back?' : 'Next: what does the client do?';
  const ahead = packet.hops.slice(hop.n);
  if (next.addr_after !== undefined)
    return next.kind === 'ct-nat' ? 'Next: which address does conntrack put back?' : 'Next: what does a rule change?';
  if (next.kind === 'rule')
    return ahead.some((later) => later.addr_after !== undefined && later.node === next.node)
      ? 'Next: which rule matches?'
      : 'Next: does a rule stop it?';
  if (next.kind === 'if' && next.dir === 'tx') return 'Next: which interface does it leave by?';
  return next.node === hop.node ? 'Next: where does the node take it?' : 'Next: who receives it?';
}
