// Which NetworkPolicy a rule on a node stands for. The policy controller says so in its comments: `policy
// default/deny-all, egress` (asked), `policy default/allow-web, ingress[0]` (admits), `… of pod default/web` (drops).

import type { RuleHop, TracedPacket } from '../sim/trace.ts';

export interface PolicyRule {
  readonly namespace: string;
  readonly name: string;
  readonly direction: 'ingress' | 'egress';
  /** The entry of `spec.ingress` or `spec.egress` that the rule was made of; null for the jump to the whole policy. */
  readonly index: number | null;
}

const POLICY = /--comment "policy ([^/ ]+)\/([^, ]+), (ingress|egress)(?:\[(\d+)\])?"/;
const POD = / pod ([^/ ]+)\/([^" ]+)"/;

export function policyOfRule(text: string): PolicyRule | null {
  const match = text.match(POLICY);
  if (!match) return null;
  const [, namespace = '', name = '', direction, index] = match;
  return { namespace, name, direction: direction === 'egress' ? 'egress' : 'ingress', index: index === undefined ? null : Number(index) };
}

/** The bound pod that a jump, or the drop at the end of its chain, is about. */
export function podOfRule(text: string): { readonly namespace: string; readonly name: string } | null {
  const [, namespace, name] = text.match(POD) ?? [];
  return namespace && name ? { namespace, name } : null;
}

/** Whether the hop is the end of a pod's chain: asked all its policies, and none admitted the packet. */
export function isPolicyDrop(hop: RuleHop): boolean {
  return hop.verdict === 'DROP' && hop.chain.startsWith('KUBE-POD-FW-') && podOfRule(hop.text) !== null;
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
