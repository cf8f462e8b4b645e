// The chain of a pod that ClusterNetworkPolicies bind. Each direction by itself: the Admin tier, as long as no rule has
// decided; then the NetworkPolicies, whose word is the last one where there are any, as it is without tiers; where there
// are none, the Baseline tier, and after it everything may pass. Layout ours: kube-router knows no such policies.

import type { Address } from '../../net/address.ts';
import { podComment, policyComment } from './comments.ts';
import type { Direction } from './names.ts';
import type { BoundPod } from './node-rules.ts';
import { ADMITTED, type PolicyRules } from './policy-rules.ts';
import type { ResolvedPolicy } from './resolved-policy.ts';

const CLEAR = '-j MARK --set-xmark 0x0/0x30000';
/** Neither accepted nor passed on by an earlier policy of the tier. */
const UNDECIDED = '-m mark --mark 0x0/0x30000';
const UNADMITTED = '-m mark --mark 0x0/0x10000';

export function tieredLines(bound: BoundPod, address: Address, rulesOf: (policy: ResolvedPolicy) => PolicyRules): readonly string[] {
  return (['egress', 'ingress'] as const).flatMap((direction) => {
    if (bound[direction].length === 0) return [];
    return [...directionLines(bound, `${direction === 'egress' ? '-s' : '-d'} ${address}`, direction, rulesOf), CLEAR];
  });
}

function directionLines(
  bound: BoundPod,
  end: string,
  direction: Direction,
  rulesOf: (policy: ResolvedPolicy) => PolicyRules,
): readonly string[] {
  const policies = bound[direction];
  const jumps = (chosen: readonly ResolvedPolicy[], guard: string) =>
    chosen.map((policy) => `${end} ${policyComment(policy, direction)} ${guard} -j ${rulesOf(policy).names[direction]}`);
  const own = policies.filter(({ tier }) => tier === undefined);
  const admin = jumps(
    policies.filter(({ tier }) => tier === 'Admin'),
    UNDECIDED,
  );
  if (own.length > 0) {
    const drop = `${end} ${podComment('admitted by no policy of', bound.pod)} -m mark ! --mark ${ADMITTED} -j DROP`;
    return [...admin, ...jumps(own, UNADMITTED), drop];
  }
  const baseline = policies.filter(({ tier }) => tier === 'Baseline');
  return [...admin, ...jumps(baseline, UNADMITTED)];
}
