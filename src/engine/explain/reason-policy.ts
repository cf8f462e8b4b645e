// Why NetworkPolicies dropped a packet: which of them bind the pod, what their rules list, and what the packet is
// instead. The verdict is the rule's on the node; the selectors are asked here once more only to tell what fell short.

import type { NetworkPolicy, NetworkPolicyRule } from '../api/types.ts';
import { cidrContains } from '../net/address.ts';
import { podOfRule, policyOfRule } from '../node/network-policy/comments.ts';
import { PodIndex } from '../node/network-policy/pods.ts';
import { type ResolvedPolicy, type ResolvedRule, resolvePolicy } from '../node/network-policy/resolved-policy.ts';
import type { Hop, RuleHop, TracedPacket } from '../sim/trace.ts';
import type { HopWhy, Reason, TextEdit, WhyStep } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import type { Evidence } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { split } from './narrate.ts';
import { type Origins, originOf, rangeOf, viewKey } from './origin.ts';
import { policiesAsked, policyNames } from './policy-rule.ts';
import { peerWords, portWords, selectorWords } from './policy-words.ts';
import { explainClusterPolicyHop } from './reason-cluster-policy.ts';

type Told = Pick<Reason, 'title' | 'detail' | 'why' | 'suggestion'>;

/** A connection as policies see it. */
export interface PolicyQuestion {
  readonly evidence: Origins;
  readonly book: AddressBook;
  readonly direction: 'ingress' | 'egress';
  readonly source: string;
  readonly destination: string;
  readonly port: number | null;
  readonly protocol: string;
}

/** The packet at the moment of the drop, and what was asked about it. */
interface Drop extends PolicyQuestion {
  readonly pod: string;
  readonly isRewritten: boolean;
}

/** One rule held against the packet: does it list the other end? If so, the ports fell short. */
interface AskedRule {
  readonly policy: NetworkPolicy;
  readonly rule: NetworkPolicyRule;
  /** `ingress[0]` */
  readonly place: string;
  readonly listsPeer: boolean;
}

/** `hop` is the drop at the end of a pod's chain. */
export function policyDropReason(evidence: Evidence, book: AddressBook, packet: TracedPacket, hop: RuleHop): Told {
  // Cluster policies were asked, too, and left the packet to these.
  const asked = policiesAsked(packet, hop).filter(({ namespace }) => namespace !== '');
  const drop = dropOf(evidence, book, packet, hop, asked[0]?.direction ?? 'ingress');
  const policies = asked.flatMap(({ namespace, name }) => evidence.store.get<NetworkPolicy>('NetworkPolicy', namespace, name) ?? []);
  const index = new PodIndex(evidence.store);
  const rules = policies.map((policy) => askedRules(drop, policy, resolvePolicy(policy, index)));
  const wrongPorts = rules.flat().filter(({ listsPeer, rule }) => listsPeer && rule.ports?.length);
  const isForgottenDNS = packet.protocol === 'udp' && packet.label.endsWith('?') && drop.direction === 'egress';
  const suggestion = isForgottenDNS ? dnsSuggestion(evidence, policies[0]) : portSuggestion(drop, wrongPorts);
  const names = policyNames(asked);
  const what = isForgottenDNS ? 'the question to DNS' : 'the packet';
  return {
    title: `${names} ${names.startsWith('policies') ? 'drop' : 'drops'} ${what}; nobody is told.`,
    detail: isForgottenDNS ? forgottenDNS(drop) : detailOf(drop, wrongPorts),
    why: [
      ...policies.flatMap((policy, i) => [selects(evidence, policy, drop.pod), ...ruleSteps(drop, policy, rules[i] ?? [])]),
      otherEnd(drop),
    ],
    ...(suggestion ? { suggestion } : {}),
  };
}

/** What the inspector says of a rule of a policy. */
export function explainPolicyHop(evidence: Evidence, hop: Hop): HopWhy | null {
  const rule = hop.kind === 'rule' ? policyOfRule(hop.text) : null;
  const policy = rule && evidence.store.get<NetworkPolicy>('NetworkPolicy', rule.namespace, rule.name);
  if (!rule || !policy) return explainClusterPolicyHop(evidence, hop);
  const { name, direction, index } = rule;
  if (index === null) {
    return {
      title: `Policy ${name} is asked about ${direction}.`,
      detail: 'It binds the pod in this direction: from now on only what some policy lists may pass.',
      why: [selects(evidence, policy)],
    };
  }
  const path = `spec.${direction}[${index}]`;
  return {
    title: `Policy ${name} admits the packet.`,
    detail: 'One rule of one policy is enough: policies only ever add to what is admitted.',
    why: [step(`Its \`${direction}[${index}]\` lists this peer and port`, 'cause', viewKey(policy), rangeOf(evidence, policy, path))],
  };
}

function dropOf(evidence: Evidence, book: AddressBook, packet: TracedPacket, hop: RuleHop, direction: Drop['direction']): Drop {
  const [from = '', to = ''] = hop.addr.split('->');
  const { host, port } = split(to);
  return {
    evidence,
    book,
    direction,
    pod: podOfRule(hop.text)?.name ?? '',
    source: split(from).host,
    destination: host,
    port: port === '' ? null : Number(port),
    protocol: packet.protocol.toUpperCase(),
    isRewritten: packet.addr.split('->')[1] !== to,
  };
}

function detailOf({ direction, pod, isRewritten, port, protocol }: Drop, wrongPorts: readonly AskedRule[]): string {
  const way = direction === 'egress' ? 'on the way out' : 'on the way in';
  const named = wrongPorts[0]?.rule.ports?.map(portWords).join(', ');
  if (named && port === null) return `A policy binds ${pod} ${way}. Its rule lists ports, and ${protocol} has none.`;
  if (named && isRewritten) {
    return `Policies are asked after the rewrite, when the packet is on its way to port ${port} of a pod. The rule lists ${named}.`;
  }
  if (named) return `A policy binds ${pod} ${way}. Its rule admits the other end, but only on ${named}.`;
  return `A policy binds ${pod} ${way}, and no rule lists this packet. The client waits until it gives up.`;
}

function forgottenDNS({ pod }: Drop): string {
  return `Egress was shut for ${pod}, and DNS was forgotten: no rule lists port 53, so the name is never looked up and the request is never sent.`;
}

/** Which pods a policy binds, and that this is one of them. */
export function selects(evidence: Origins, policy: NetworkPolicy, pod?: string): WhyStep {
  const labels = selectorWords(policy.spec?.podSelector);
  const whom = labels ? `\`${labels}\`` : `every pod of namespace \`${policy.metadata.namespace}\``;
  const text = `Policy \`${policy.metadata.name}\` selects ${pod ? `pod \`${pod}\`: ` : ''}${whom}`;
  return step(text, 'cause', viewKey(policy), rangeOf(evidence, policy, 'spec.podSelector'));
}

/** The rules of a policy, each held against the connection. */
export function askedRules(
  { direction, source, destination }: PolicyQuestion,
  policy: NetworkPolicy,
  resolved: ResolvedPolicy,
): AskedRule[] {
  const other = direction === 'ingress' ? source : destination;
  return (policy.spec?.[direction] ?? []).map((rule, index) => {
    const answered = resolved[direction]?.[index];
    return { policy, rule, place: `${direction}[${index}]`, listsPeer: answered !== undefined && admitsPeer(answered, other) };
  });
}

/** At which list of each rule the packet fell through. */
export function ruleSteps(drop: PolicyQuestion, policy: NetworkPolicy, rules: readonly AskedRule[]): WhyStep[] {
  const { evidence, direction } = drop;
  if (rules.length > 0) return rules.slice(0, MOST_RULES).map((asked) => ruleStep(drop, asked));
  const path = ['spec.policyTypes', `spec.${direction}`].find((one) => originOf(evidence, policy)?.source.has(one)) ?? 'spec';
  return [step(`It lists no \`${direction}\` rule: nothing is admitted`, 'cause', viewKey(policy), rangeOf(evidence, policy, path))];
}

const MOST_RULES = 4;

function ruleStep({ evidence, direction, port, protocol }: PolicyQuestion, { policy, rule, place, listsPeer }: AskedRule): WhyStep {
  if (listsPeer && rule.ports?.length) {
    const wanted = port === null ? `${protocol} has no port` : `the packet goes to ${port}/${protocol}`;
    const text = `\`${place}\` lists this ${direction === 'ingress' ? 'sender' : 'receiver'}, on ${rule.ports.map(portWords).join(', ')}; ${wanted}`;
    return step(text, 'cause', viewKey(policy), rangeOf(evidence, policy, `spec.${place}.ports`));
  }
  const list = direction === 'ingress' ? 'from' : 'to';
  const peers = (rule[list] ?? []).map((peer) => peerWords(peer, policy.metadata.namespace ?? '')).join(', or ');
  return step(`\`${place}.${list}\` lists ${peers}`, 'cause', viewKey(policy), rangeOf(evidence, policy, `spec.${place}.${list}`));
}

function admitsPeer({ peers }: ResolvedRule, address: string): boolean {
  if (peers === null || peers.pods.some(({ addresses }) => addresses.includes(address))) return true;
  return peers.blocks.some(({ cidr, except }) => cidrContains(cidr, address) && !except.some((hole) => cidrContains(hole, address)));
}

/** Who the packet comes from, or goes to, in the words that selectors look at. */
export function otherEnd({ evidence, book, direction, source, destination }: PolicyQuestion): WhyStep {
  const address = direction === 'ingress' ? source : destination;
  const who = direction === 'ingress' ? 'sender' : 'receiver';
  const owner = book.owner(address);
  if (owner?.kind !== 'pod') {
    return step(`The ${who} ${address} (${book.describe(address)}) is no pod: only an \`ipBlock\` could list it`, 'evidence');
  }
  const { pod } = owner;
  const labels = Object.entries(pod.metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const text = `The ${who} is pod \`${pod.metadata.name}\` of namespace \`${pod.metadata.namespace}\`, labels ${labels.map((label) => `\`${label}\``).join(', ') || 'none'}`;
  return step(text, 'evidence', viewKey(pod), rangeOf(evidence, pod, 'metadata.labels'));
}

/** The port that the packet goes to, in place of the only one that the rule lists. */
function portSuggestion({ evidence, port, isRewritten }: Drop, [wrong, ...others]: readonly AskedRule[]): TextEdit | null {
  if (!wrong || others.length > 0 || port === null || !isRewritten || wrong.rule.ports?.length !== 1) return null;
  const origin = originOf(evidence, wrong.policy);
  const path = `spec.${wrong.place}.ports[0].port`;
  if (!origin?.source.has(path)) return null;
  return { title: 'Suggested change', range: origin.source.rangeOf(path), newText: String(port) };
}

/** One more egress rule, for DNS. */
function dnsSuggestion(evidence: Origins, policy: NetworkPolicy | undefined): TextEdit | null {
  const origin = policy ? originOf(evidence, policy) : null;
  const count = policy?.spec?.egress?.length ?? 0;
  const path = `spec.egress[0]`;
  if (!origin?.source.has(path) || count === 0) return null;
  const { startLine, startColumn } = origin.source.rangeOf(path);
  // The entry begins after its dash; a list in brackets is left alone.
  if (startLine === origin.source.keyRangeOf('spec.egress').startLine || startColumn < 3) return null;
  const dash = ' '.repeat(startColumn - 3);
  const lines = ['- ports:', '    - protocol: UDP', '      port: 53', '    - protocol: TCP', '      port: 53'];
  const place = { startLine, startColumn: 1, endLine: startLine, endColumn: 1 };
  return { title: 'Suggested change: let DNS out', range: place, newText: lines.map((line) => `${dash}${line}\n`).join('') };
}
