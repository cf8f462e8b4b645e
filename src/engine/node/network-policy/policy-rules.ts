// What one policy becomes: a chain per direction, and the sets that its rules ask. A rule that admits the packet
// marks it 0x10000 and returns; a packet that leaves all chains without the mark is dropped by its pod's chain. Follows
// syncNetworkPolicyChains and appendRuleToPolicyChain in kube-router's pkg/controllers/netpol/policy.go, v2.
//
// Otherwise than there: a chain holds one direction only (with both in one chain, a rule for what comes in would let
// out what goes to a pod of the same policy); blocks with holes have a set each (in one set a hole of one block would
// pierce the other); and a port name next to a block or without peers counts on the pods that bear it.

import { type Address, type CIDR, type Family, familyOf, formatCIDR, parseCIDR } from '../../net/address.ts';
import { policyComment } from './comments.ts';
import { blockSetName, type Direction, namedPortSetName, peerSetName, policyChainName, type RulePlace, targetSetName } from './names.ts';
import type { PolicyPod } from './pods.ts';
import type { Block, ResolvedPolicy, ResolvedPort, ResolvedRule } from './resolved-policy.ts';

/** `-m mark`: a policy admits the packet. */
export const ADMITTED = '0x10000/0x10000';
/** A ClusterNetworkPolicy leaves the packet to the next tier. */
export const PASSED = '0x20000/0x20000';

/** Rules without their `-A CHAIN`, by chain. */
export type Chains = ReadonlyMap<string, readonly string[]>;

export interface SetContent {
  readonly type: 'hash:ip' | 'hash:net';
  /** As `ipset add` takes them. */
  readonly entries: ReadonlySet<string>;
}

/** A policy on a node, in one address family. */
export interface PolicyRules {
  /** The chain of each direction, whether the policy binds anybody in it or not. */
  readonly names: Readonly<Record<Direction, string>>;
  readonly chains: Chains;
  readonly sets: ReadonlyMap<string, SetContent>;
}

export function policyRules(policy: ResolvedPolicy, family: Family): PolicyRules {
  const chains = new Map<string, string[]>();
  const sets = new Map<string, SetContent>();
  const names = { ingress: policyChainName(policy, 'ingress', family), egress: policyChainName(policy, 'egress', family) };
  for (const direction of ['ingress', 'egress'] as const) {
    const rules = policy[direction];
    if (rules === null) continue;
    const target = targetSetName(policy, direction, family);
    sets.set(target, addressSet(policy.targets, family));
    const lines = rules.flatMap((rule, index) => ruleLines(rule, { policy, direction, index, family }, target, sets));
    chains.set(names[direction], lines);
  }
  return { names, chains, sets };
}

function ruleLines(rule: ResolvedRule, place: RulePlace, target: string, sets: Map<string, SetContent>): string[] {
  const comment = policyComment(place.policy, place.direction, place.index);
  const peers = peerConditions(rule, place, sets);
  const ports = portConditions(rule, place, sets);
  const [bound, other] = place.direction === 'ingress' ? ['dst', 'src'] : ['src', 'dst'];
  return peers.flatMap((peer) =>
    ports.flatMap((port) => {
      const asked = [
        comment,
        // The set of a named port on the way in holds only pods of the target set.
        ...(place.direction === 'ingress' && port.set !== null ? [] : [matchSet(target, bound)]),
        ...(peer === null ? [] : [matchSet(peer, other)]),
        ...(port.set === null ? [] : [matchSet(port.set, 'dst')]),
        ...port.words,
      ].join(' ');
      if (rule.action === 'Deny') return [`${asked} -j DROP`];
      const mark = rule.action === 'Pass' ? PASSED : ADMITTED;
      return [`${asked} -j MARK --set-xmark ${mark}`, `${asked} -m mark --mark ${mark} -j RETURN`];
    }),
  );
}

function matchSet(name: string, side: string | undefined): string {
  return `-m set --match-set ${name} ${side}`;
}

/** The sets of which one must hold the peer; a single null asks nothing, an empty list admits nobody. */
function peerConditions({ peers }: ResolvedRule, place: RulePlace, sets: Map<string, SetContent>): (string | null)[] {
  if (peers === null) return [null];
  const names: string[] = [];
  const pods = addressSet(peers.pods, place.family);
  if (pods.entries.size > 0) {
    names.push(peerSetName(place));
    sets.set(peerSetName(place), pods);
  }
  const blocks = peers.blocks.filter(({ cidr }) => cidr.family === place.family);
  const whole = blocks.filter(({ except }) => except.length === 0);
  const groups = [...(whole.length > 0 ? [whole] : []), ...blocks.filter(({ except }) => except.length > 0).map((block) => [block])];
  for (const [number, group] of groups.entries()) {
    const name = blockSetName(place, number);
    names.push(name);
    sets.set(name, { type: 'hash:net', entries: blockEntries(group) });
  }
  return names;
}

interface PortCondition {
  readonly words: readonly string[];
  readonly set: string | null;
}

function portConditions({ ports }: ResolvedRule, place: RulePlace, sets: Map<string, SetContent>): PortCondition[] {
  if (ports === null) return [{ words: [], set: null }];
  return ports.flatMap((port, position): PortCondition[] => {
    const words = portWords(port);
    if (port.pods === null) return [{ words, set: null }];
    const content = addressSet(port.pods, place.family);
    if (content.entries.size === 0) return [];
    const set = namedPortSetName(place, position);
    sets.set(set, content);
    return [{ words, set }];
  });
}

function portWords({ protocol, first, last }: ResolvedPort): string[] {
  const name = protocol.toLowerCase();
  if (first === null) return [`-p ${name}`];
  return [`-p ${name} -m ${name} --dport ${first === last ? first : `${first}:${last}`}`];
}

/** One set for one list of pods: policies that ask the same share the answer, and nodes compare it only once. */
function addressSet(pods: readonly PolicyPod[], family: Family): SetContent {
  const known = addressSets[family].get(pods);
  if (known) return known;
  const own = (address: Address) => familyOf(address) === family;
  const content: SetContent = { type: 'hash:ip', entries: new Set(pods.flatMap(({ addresses }) => addresses.filter(own))) };
  addressSets[family].set(pods, content);
  return content;
}

const addressSets = { 4: new WeakMap<readonly PolicyPod[], SetContent>(), 6: new WeakMap<readonly PolicyPod[], SetContent>() };

/** Holes as `nomatch`. A hash:net cannot hold a prefix of length 0: two halves stand for it. */
function blockEntries(blocks: readonly Block[]): Set<string> {
  const entries = new Map<string, string>();
  for (const { cidr, except } of blocks) {
    for (const half of halves(cidr)) entries.set(half, half);
    for (const hole of except) entries.set(formatCIDR(hole), `${formatCIDR(hole)} nomatch`);
  }
  return new Set(entries.values());
}

function halves(cidr: CIDR): string[] {
  if (cidr.prefix > 0) return [formatCIDR(cidr)];
  const texts = cidr.family === 4 ? ['0.0.0.0/1', '128.0.0.0/1'] : ['::/1', '8000::/1'];
  return texts.flatMap((text) => parseCIDR(text) ?? []).map(formatCIDR);
}
