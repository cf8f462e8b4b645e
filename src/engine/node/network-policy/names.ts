// How kube-router names its chains and sets: sixteen base32 characters of a SHA-256. Follows networkPolicyChainName,
// podFirewallChainName and the policy…IPSetName functions of pkg/controllers/netpol, v2. There the hash of a chain also
// holds the time of the sync, so that every sync has chains of its own; here names stay, and the chain of a policy
// holds its direction instead, because each direction has a chain. A slash parts namespace and name: without one,
// pods a/bc and ab/c would share a chain.

import type { Family } from '../../net/address.ts';
import { base32, sha256 } from '../kube-proxy/sha256.ts';

export type Direction = 'ingress' | 'egress';

/** A policy or pod by name. */
export interface Named {
  readonly namespace: string;
  readonly name: string;
}

const HASH_LENGTH = 16;

export const POD_CHAIN_PREFIX = 'KUBE-POD-FW-';
export const POLICY_CHAIN_PREFIX = 'KUBE-NWPLCY-';

function hash(text: string): string {
  return base32(sha256(text), HASH_LENGTH);
}

/** The comment of the jump from a built-in chain, which tells kube-router its own rule from others. */
export function topLevelComment(builtIn: string, chain: string): string {
  const comment = 'kube-router netpol';
  return `${comment} - ${hash(`${builtIn}-mcomment--comment${comment}-j${chain}`)}`;
}

export function podChainName({ namespace, name }: Named): string {
  return POD_CHAIN_PREFIX + hash(`${namespace}/${name}`);
}

export function policyChainName({ namespace, name }: Named, direction: Direction, family: Family): string {
  return POLICY_CHAIN_PREFIX + hash(`${namespace}/${name}${direction}${familyName(family)}`);
}

/** The pods that a policy selects: destinations of what comes in, sources of what goes out. */
export function targetSetName(policy: Named, direction: Direction, family: Family): string {
  return setName(direction === 'ingress' ? 'KUBE-DST-' : 'KUBE-SRC-', policy, '', family);
}

/** Where a set belongs: rule `index` of one direction of a policy. */
export interface RulePlace {
  readonly policy: Named;
  readonly direction: Direction;
  readonly index: number;
  readonly family: Family;
}

/** The pods that the peers of a rule find. */
export function peerSetName(place: RulePlace): string {
  return setName(peerPrefix(place), place.policy, `${ruleText(place)}pod`, place.family);
}

/** The blocks of a rule. A block with holes has a set to itself; all but the first set carry their number. */
export function blockSetName(place: RulePlace, number: number): string {
  return setName(peerPrefix(place), place.policy, `${ruleText(place)}ipblock${number === 0 ? '' : number}`, place.family);
}

/** The pods on which the named port at `position` of a rule is one certain number. */
export function namedPortSetName(place: RulePlace, position: number): string {
  return setName('KUBE-DST-', place.policy, `${ruleText(place)}namedport${position}`, place.family);
}

function ruleText({ direction, index }: RulePlace): string {
  return `${direction}rule${index}`;
}

function peerPrefix({ direction }: RulePlace): string {
  return direction === 'ingress' ? 'KUBE-SRC-' : 'KUBE-DST-';
}

function setName(prefix: string, { namespace, name }: Named, what: string, family: Family): string {
  return `${family === 6 ? 'inet6:' : ''}${prefix}${hash(`${namespace}/${name}${what}${familyName(family)}`)}`;
}

function familyName(family: Family): string {
  return family === 4 ? 'IPv4' : 'IPv6';
}
