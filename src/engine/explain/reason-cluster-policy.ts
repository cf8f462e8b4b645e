// What ClusterNetworkPolicies did to a packet, and what they say of a cell of the matrix: they alone can deny, and order
// decides among them.

import type { ClusterNetworkPolicy, ClusterPolicyPeer, PolicyTier } from '../api/cluster-network-policy.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { type PolicyRule, policyOfRule } from '../node/network-policy/comments.ts';
import type { Hop, RuleHop } from '../sim/trace.ts';
import type { HopWhy, Reason, WhyStep } from '../view.ts';
import { step } from './hop-why.ts';
import { type Origins, rangeOf, viewKey } from './origin.ts';
import { selectorWords } from './policy-words.ts';

/** Where explanations look for policies and their lines. */
export type PolicyOrigins = Origins & { readonly store: ObjectStore };

const TIER_WORDS: Readonly<Record<PolicyTier, string>> = {
  Admin: 'It is of tier Admin: asked before every NetworkPolicy, and its first rule that fits decides.',
  Baseline: 'It is of tier Baseline: asked because no NetworkPolicy selects the pod in this direction.',
};

/** Whether the hop is a rule of a ClusterNetworkPolicy that denies. */
export function isClusterPolicyDeny(hop: RuleHop): boolean {
  return hop.verdict === 'DROP' && clusterRuleOf(hop.text) !== null;
}

export function clusterDenyReason(origins: PolicyOrigins, hop: RuleHop): Pick<Reason, 'title' | 'detail' | 'why'> {
  const rule = clusterRuleOf(hop.text);
  const policy = rule && policyNamed(origins, rule.name);
  return {
    title: `cluster policy ${rule?.name} denies the packet; nobody is told.`,
    detail: `${TIER_WORDS[policy?.spec?.tier ?? 'Admin']} The client waits until it gives up.`,
    why: policy && rule ? clusterRuleSteps(origins, policy, `${rule.direction}[${rule.index}]`) : [],
  };
}

/** What the inspector says of a rule of a ClusterNetworkPolicy, or of the jump to it; null for any other rule. */
export function explainClusterPolicyHop(origins: PolicyOrigins, hop: Hop): HopWhy | null {
  const rule = hop.kind === 'rule' ? policyOfRule(hop.text) : null;
  const policy = rule?.namespace === '' ? policyNamed(origins, rule.name) : undefined;
  if (!rule || !policy) return null;
  const { name, direction, index } = rule;
  const detail = TIER_WORDS[policy.spec?.tier ?? 'Admin'];
  if (index === null) return { title: `Cluster policy ${name} is asked about ${direction}.`, detail, why: [subjectStep(origins, policy)] };
  const action = policy.spec?.[direction]?.[index]?.action ?? 'Deny';
  const does = {
    Accept: 'accepts the packet: nobody after it is asked',
    Deny: 'denies the packet',
    Pass: 'passes the packet on: NetworkPolicies decide',
  };
  return { title: `Cluster policy ${name} ${does[action]}.`, detail, why: clusterRuleSteps(origins, policy, `${direction}[${index}]`) };
}

/** The rule that decided, and whom its policy binds. */
export function clusterRuleSteps(origins: Origins, policy: ClusterNetworkPolicy, place: string): WhyStep[] {
  const [, direction = 'ingress', index = '0'] = /^(\w+)\[(\d+)\]$/.exec(place) ?? [];
  const rule = policy.spec?.[direction === 'egress' ? 'egress' : 'ingress']?.[Number(index)];
  const named = rule?.name ? `, \`${rule.name}\`,` : '';
  const text = `The first rule of \`${policy.metadata.name}\` that fits is \`${place}\`${named} and says ${rule?.action}`;
  return [step(text, 'cause', viewKey(policy), rangeOf(origins, policy, `spec.${place}`)), subjectStep(origins, policy)];
}

export function policyNamed({ store }: PolicyOrigins, name: string): ClusterNetworkPolicy | undefined {
  return store.get<ClusterNetworkPolicy>('ClusterNetworkPolicy', '', name);
}

function subjectStep(origins: Origins, policy: ClusterNetworkPolicy): WhyStep {
  const text = `Cluster policy \`${policy.metadata.name}\` binds ${podsWords(policy.spec?.subject ?? {})}`;
  return step(text, 'cause', viewKey(policy), rangeOf(origins, policy, 'spec.subject'));
}

function podsWords({ namespaces, pods }: ClusterPolicyPeer): string {
  const where = selectorWords(namespaces ?? pods?.namespaceSelector);
  const which = selectorWords(pods?.podSelector);
  return `${which ? `pods \`${which}\`` : 'every pod'} of ${where ? `namespaces \`${where}\`` : 'every namespace'}`;
}

function clusterRuleOf(text: string): PolicyRule | null {
  const rule = policyOfRule(text);
  return rule?.namespace === '' && rule.index !== null ? rule : null;
}
