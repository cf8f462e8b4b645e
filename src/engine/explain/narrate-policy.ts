// The sentences for the rules of NetworkPolicies.

import { podOfRule, policyOfRule } from '../node/network-policy/comments.ts';
import type { RuleHop, TracedPacket } from '../sim/trace.ts';
import { isPolicyDrop, policiesAsked, policyNames } from './policy-rule.ts';

/** Null where the hop is no rule of a policy. */
export function policySentence(packet: TracedPacket, place: string, hop: RuleHop): string | null {
  if (!/^KUBE-(ROUTER|POD-FW|NWPLCY)-/.test(hop.chain)) {
    return hop.verdict.startsWith('JUMP KUBE-ROUTER-') ? `${place} asks whether a NetworkPolicy binds one of its pods here.` : null;
  }
  if (isPolicyDrop(hop)) return dropSentence(packet, place, hop);
  const policy = policyOfRule(hop.text);
  const way = policy?.direction === 'egress' ? 'goes out' : 'comes in';
  if (hop.verdict.startsWith('JUMP KUBE-POD-FW-')) return `${place} finds pod ${podOfRule(hop.text)?.name ?? ''} bound by policies.`;
  if (policy && hop.verdict.startsWith('JUMP ')) return `${place} asks policy ${policy.name} about what ${way}.`;
  if (policy && hop.verdict === 'CONTINUE')
    return `policy ${policy.name} admits it: ${policy.direction}[${policy.index}]. The mark says so.`;
  if (policy) return `policy ${policy.name} has spoken: back to the pod's chain.`;
  if (hop.verdict === 'CONTINUE') return `${place} takes the mark off again: the policies of this pod are content.`;
  if (hop.text.includes('--src-type LOCAL')) return `${place} lets it through: a pod's own node may always call.`;
  if (hop.verdict === 'ACCEPT') return `${place} knows the connection: replies need no rule.`;
  return null;
}

function dropSentence(packet: TracedPacket, place: string, hop: RuleHop): string {
  const policies = policiesAsked(packet, hop);
  if (policies.length === 0) return `${place} drops it: no policy admits it; nobody is told.`;
  const names = policyNames(policies);
  return `${names} ${names.startsWith('policies') ? 'drop' : 'drops'} the packet; nobody is told.`;
}
