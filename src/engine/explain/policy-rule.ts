// NetworkPolicies among the hops of a packet: the drop at the end of a pod's chain, and who was asked before it.

import { type PolicyRule, podOfRule, policyOfRule } from '../node/network-policy/comments.ts';
import { POD_CHAIN_PREFIX } from '../node/network-policy/names.ts';
import type { RuleHop, TracedPacket } from '../sim/trace.ts';

/** Whether the hop is the end of a pod's chain: asked all its policies, and none admitted the packet. */
export function isPolicyDrop(hop: RuleHop): boolean {
  return hop.verdict === 'DROP' && hop.chain.startsWith(POD_CHAIN_PREFIX) && podOfRule(hop.text) !== null;
}

/** The policies that were asked before the drop, in the order they were asked. */
export function policiesAsked(packet: TracedPacket, drop: RuleHop): PolicyRule[] {
  return packet.hops.flatMap((hop) => {
    if (hop.kind !== 'rule' || hop.n >= drop.n || hop.node !== drop.node || hop.chain !== drop.chain) return [];
    return policyOfRule(hop.text) ?? [];
  });
}

/** `policy deny-all`, `policies deny-all and allow-dns`. */
export function policyNames(policies: readonly PolicyRule[]): string {
  const names = [...new Set(policies.map(({ name }) => name))];
  const last = names.pop() ?? '';
  return names.length === 0 ? `policy ${last}` : `policies ${names.join(', ')} and ${last}`;
}
