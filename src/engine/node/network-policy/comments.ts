// The comments of policy rules, written and read: `policy default/deny-all, egress` (asked), `policy default/allow-web,
// ingress[0]` (admits), `admitted by no policy of pod default/web` (drops). A comment has room for 255 characters; where
// a name is longer than that leaves room for, the rule still works, but says less.

import type { Direction, Named } from './names.ts';

const MOST_CHARACTERS = 255;

function comment(text: string): string {
  return `-m comment --comment "${text.slice(0, MOST_CHARACTERS)}"`;
}

/** On the jump to a policy's chain and, with the number of the entry, on the rules made of it. */
export function policyComment({ namespace, name }: Named, direction: Direction, index?: number): string {
  const policy = namespace === '' ? `cluster policy ${name}` : `policy ${namespace}/${name}`;
  return comment(`${policy}, ${direction}${index === undefined ? '' : `[${index}]`}`);
}

/** On the jumps to a pod's chain and on the drop at its end. */
export function podComment(words: string, { namespace, name }: Named): string {
  return comment(`${words} pod ${namespace}/${name}`);
}

/** Without a namespace, of a ClusterNetworkPolicy. */
export interface PolicyRule extends Named {
  readonly direction: Direction;
  /** The entry of `spec.ingress` or `spec.egress` that the rule was made of; null for the jump to the whole policy. */
  readonly index: number | null;
}

const POLICY = /--comment "(?:policy ([^/ ]+)\/|cluster policy )([^, ]+), (ingress|egress)(?:\[(\d+)\])?"/;
const POD = / pod ([^/ ]+)\/([^" ]+)"/;

/** Which policy a rule of iptables-save stands for. */
export function policyOfRule(text: string): PolicyRule | null {
  const match = text.match(POLICY);
  if (!match) return null;
  const [, namespace = '', name = '', direction, index] = match;
  return { namespace, name, direction: direction === 'egress' ? 'egress' : 'ingress', index: index === undefined ? null : Number(index) };
}

/** The bound pod that a jump, or the drop at the end of its chain, is about. */
export function podOfRule(text: string): Named | null {
  const [, namespace, name] = text.match(POD) ?? [];
  return namespace && name ? { namespace, name } : null;
}
