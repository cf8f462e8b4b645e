// The sentences for the rules of NetworkPolicies.

import { type PolicyRule, podOfRule, policyOfRule } from '../node/network-policy/comments.ts';
import { PASSED } from '../node/network-policy/policy-rules.ts';
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
  if (policy) return askedSentence(place, hop, way, policy);
  if (hop.verdict === 'CONTINUE') return `${place} takes the mark off again: the policies of this pod are content.`;
  if (hop.text.includes('--src-type LOCAL')) return `${place} lets it through: a pod's own node may always call.`;
  if (hop.verdict === 'ACCEPT') return `${place} knows the connection: replies need no rule.`;
  return null;
}

function askedSentence(place: string, hop: RuleHop, way: string, { namespace, name, direction, index }: PolicyRule): string {
  const policy = namespace === '' ? `cluster policy ${name}` : `policy ${name}`;
  if (hop.verdict.startsWith('JUMP ')) return `${place} asks ${policy} about what ${way}.`;
  if (hop.verdict === 'DROP') return `${policy} denies it: ${direction}[${index}]; nobody is told.`;
  if (hop.verdict !== 'CONTINUE') return `${policy} has spoken: back to the pod's chain.`;
  const says = hop.text.includes(`--set-xmark ${PASSED}`) ? 'passes it on' : 'admits it';
  return `${policy} ${says}: ${direction}[${index}]. The mark says so.`;
}

function dropSentence(packet: TracedPacket, place: string, hop: RuleHop): string {
  const policies = policiesAsked(packet, hop).filter(({ namespace }) => namespace !== '');
  if (policies.length === 0) return `${place} drops it: no policy admits it; nobody is told.`;
  const names = policyNames(policies);
  return `${names} ${names.startsWith('policies') ? 'drop' : 'drops'} the packet; nobody is told.`;
}
