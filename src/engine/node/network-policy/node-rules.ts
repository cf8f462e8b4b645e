// What a node's packet filter holds for the NetworkPolicies that bind its pods. Follows ensureTopLevelChains in
// kube-router's npc_iptables.go and syncPodFirewallChains in pod.go, pkg/controllers/netpol, v2.
//
//   FORWARD -> KUBE-ROUTER-FORWARD -> KUBE-POD-FW-…  (pod bound on the way out: -s, or in: -d)
//                                        known connection: ACCEPT    from the pod's own node: ACCEPT
//                                        -> KUBE-NWPLCY-… per policy and direction: mark what it admits
//                                        no mark: DROP               mark: taken off, on with FORWARD
//
// FORWARD comes after DNAT and before masquerade, and with br_netfilter it also sees what stays on the bridge. Otherwise
// than in kube-router: the last word is DROP, as with most enforcers, where kube-router says REJECT; only bound pods and
// directions have rules; all egress jumps come before all ingress jumps, so that the sender's policies are asked first on
// one node as they are on two; ping is bound like everything else; what is admitted goes on to the other rules of the
// chain instead of being accepted at once. Left out: the log rule, the second set of jumps for bridged packets (the
// first sees them too), and the exceptions for Service addresses, which kube-router's own Service proxy needs.

import { type Address, type Family, familyOf } from '../../net/address.ts';
import { type Direction, podChainName, policyChainName, topLevelComment } from './names.ts';
import type { PolicyPod } from './pods.ts';
import { ADMITTED, type Chains, type PolicyRules, policyComment, type SetContent } from './policy-rules.ts';
import type { ResolvedPolicy } from './resolved-policy.ts';

/** A pod of the node with the policies that bind it. */
export interface BoundPod {
  readonly pod: PolicyPod;
  readonly ingress: readonly ResolvedPolicy[];
  readonly egress: readonly ResolvedPolicy[];
}

/** Everything that a node should hold in one address family. */
export interface NodeRules {
  readonly chains: Chains;
  readonly sets: ReadonlyMap<string, SetContent>;
}

/** The built-in chains that lead here, and the chains that they lead to. */
export const TOP_LEVEL_CHAINS = {
  INPUT: 'KUBE-ROUTER-INPUT',
  FORWARD: 'KUBE-ROUTER-FORWARD',
  OUTPUT: 'KUBE-ROUTER-OUTPUT',
} as const;

/** `-A FORWARD …`, without the `-A FORWARD`. */
export function topLevelJump(builtIn: keyof typeof TOP_LEVEL_CHAINS): string {
  const chain = TOP_LEVEL_CHAINS[builtIn];
  return `-m comment --comment "${topLevelComment(builtIn, chain)}" -j ${chain}`;
}

/** Nothing at all where no pod is bound. */
export function nodeRules(pods: readonly BoundPod[], rulesOf: (policy: ResolvedPolicy) => PolicyRules, family: Family): NodeRules {
  const chains = new Map<string, readonly string[]>();
  const sets = new Map<string, SetContent>();
  const local = pods.flatMap((bound) => {
    const address = bound.pod.addresses.find((one) => familyOf(one) === family);
    return address ? [{ ...bound, address, chain: podChainName(bound.pod) }] : [];
  });
  if (local.length === 0) return { chains, sets };
  for (const [chain, lines] of topLevelRules(local)) chains.set(chain, lines);
  for (const pod of local) chains.set(pod.chain, podLines(pod, family));
  for (const policy of new Set(local.flatMap(({ ingress, egress }) => [...egress, ...ingress]))) {
    const rules = rulesOf(policy);
    for (const [chain, lines] of rules.chains) chains.set(chain, lines);
    for (const [name, content] of rules.sets) sets.set(name, content);
  }
  return { chains, sets };
}

interface LocalPod extends BoundPod {
  readonly address: Address;
  readonly chain: string;
}

function topLevelRules(pods: readonly LocalPod[]): [string, string[]][] {
  const jump = ({ pod, address, chain }: LocalPod, direction: Direction) =>
    `${direction === 'egress' ? '-s' : '-d'} ${address} ${podComment(direction === 'egress' ? 'from' : 'to', pod)} -j ${chain}`;
  const egress = pods.filter((pod) => pod.egress.length > 0).map((pod) => jump(pod, 'egress'));
  const ingress = pods.filter((pod) => pod.ingress.length > 0).map((pod) => jump(pod, 'ingress'));
  return [
    [TOP_LEVEL_CHAINS.INPUT, egress],
    [TOP_LEVEL_CHAINS.FORWARD, [...egress, ...ingress]],
    [TOP_LEVEL_CHAINS.OUTPUT, ingress],
  ];
}

function podLines({ pod, address, ingress, egress }: LocalPod, family: Family): string[] {
  const jump = (policy: ResolvedPolicy, direction: Direction) =>
    `${direction === 'egress' ? '-s' : '-d'} ${address} ${policyComment(policy, direction)} -j ${policyChainName(policy, direction, family)}`;
  return [
    '-m comment --comment "replies" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-m comment --comment "of no connection" -m conntrack --ctstate INVALID -j DROP',
    ...(ingress.length > 0
      ? [`-d ${address} -m comment --comment "from the node that runs the pod" -m addrtype --src-type LOCAL -j ACCEPT`]
      : []),
    ...egress.map((policy) => jump(policy, 'egress')),
    ...ingress.map((policy) => jump(policy, 'ingress')),
    `${podComment('admitted by no policy of', pod)} -m mark ! --mark ${ADMITTED} -j DROP`,
    '-j MARK --set-xmark 0x0/0x10000',
  ];
}

function podComment(words: string, { namespace, name }: PolicyPod): string {
  return `-m comment --comment "${`${words} pod ${namespace}/${name}`.slice(0, 255)}"`;
}
