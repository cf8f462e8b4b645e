// What a node's packet filter holds for the policies that bind its pods. Follows ensureTopLevelChains in
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
import { podComment, policyComment } from './comments.ts';
import { podChainName, topLevelComment } from './names.ts';
import type { PolicyPod } from './pods.ts';
import { ADMITTED, type Chains, type PolicyRules, type SetContent } from './policy-rules.ts';
import type { ResolvedPolicy } from './resolved-policy.ts';
import { tieredLines } from './tiers.ts';

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

/** How an enforcer treats connections that stand when a policy changes: most let them be, some cut them. */
export type EstablishedConnections = 'keep' | 'cut';

/** Nothing at all where no pod is bound. */
export function nodeRules(
  pods: readonly BoundPod[],
  rulesOf: (policy: ResolvedPolicy) => PolicyRules,
  family: Family,
  established: EstablishedConnections = 'keep',
): NodeRules {
  const chains = new Map<string, readonly string[]>();
  const sets = new Map<string, SetContent>();
  const local = pods.flatMap((bound) => podRules(bound, rulesOf, family, established) ?? []);
  if (local.length === 0) return { chains, sets };
  const egress = local.flatMap(({ from }) => from ?? []);
  const ingress = local.flatMap(({ to }) => to ?? []);
  chains.set(TOP_LEVEL_CHAINS.INPUT, egress);
  chains.set(TOP_LEVEL_CHAINS.FORWARD, [...egress, ...ingress]);
  chains.set(TOP_LEVEL_CHAINS.OUTPUT, ingress);
  for (const { chain, lines } of local) chains.set(chain, lines);
  for (const policy of new Set(pods.flatMap((pod) => [...pod.egress, ...pod.ingress]))) {
    const rules = rulesOf(policy);
    for (const [chain, lines] of rules.chains) chains.set(chain, lines);
    for (const [name, content] of rules.sets) sets.set(name, content);
  }
  return { chains, sets };
}

/** What one bound pod adds: its chain, and the jumps to it for what it sends and for what is sent to it. */
interface PodRules {
  readonly chain: string;
  readonly lines: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
}

/** Null for a pod without an address of the family. The rules stay the same for a pod that the same policies bind. */
function podRules(
  bound: BoundPod,
  rulesOf: (policy: ResolvedPolicy) => PolicyRules,
  family: Family,
  established: EstablishedConnections,
): PodRules | null {
  const { pod, ingress, egress } = bound;
  const address = pod.addresses.find((one) => familyOf(one) === family);
  if (!address) return null;
  const jumps = [
    ...egress.map((policy) => `-s ${address} ${policyComment(policy, 'egress')} -j ${rulesOf(policy).names.egress}`),
    ...ingress.map((policy) => `-d ${address} ${policyComment(policy, 'ingress')} -j ${rulesOf(policy).names.ingress}`),
  ];
  const isTiered = [...egress, ...ingress].some(({ tier }) => tier !== undefined);
  const asked = isTiered ? tieredLines(bound, address, rulesOf) : untieredLines(pod, jumps);
  const key = `${established} ${asked.join()}`;
  const known = writtenRules[family].get(pod);
  if (known?.key === key) return known.rules;
  const chain = podChainName(pod);
  const rules: PodRules = {
    chain,
    lines: podLines(bound, address, asked, established),
    from: egress.length > 0 ? `-s ${address} ${podComment('from', pod)} -j ${chain}` : null,
    to: ingress.length > 0 ? `-d ${address} ${podComment('to', pod)} -j ${chain}` : null,
  };
  writtenRules[family].set(pod, { key, rules });
  return rules;
}

type WrittenRules = WeakMap<PolicyPod, { readonly key: string; readonly rules: PodRules }>;

const writtenRules: Readonly<Record<Family, WrittenRules>> = { 4: new WeakMap(), 6: new WeakMap() };

function podLines({ ingress }: BoundPod, address: Address, asked: readonly string[], established: EstablishedConnections): string[] {
  // Who asks for every packet on its way there can cut a connection; what comes back still passes by state.
  const direction = established === 'cut' ? ' --ctdir REPLY' : '';
  // Without its neighbours a pod reaches nobody, whatever its policies admit (ARP is no IP packet and meets no rule).
  const neighbours = ['neighbour-solicitation', 'neighbour-advertisement'].map(
    (type) => `-p ipv6-icmp -m comment --comment "Neighbour Discovery" -m icmp6 --icmpv6-type ${type} -j ACCEPT`,
  );
  return [
    ...(familyOf(address) === 6 ? neighbours : []),
    `-m comment --comment "replies" -m conntrack --ctstate RELATED,ESTABLISHED${direction} -j ACCEPT`,
    '-m comment --comment "of no connection" -m conntrack --ctstate INVALID -j DROP',
    ...(ingress.length > 0
      ? [`-d ${address} -m comment --comment "from the node that runs the pod" -m addrtype --src-type LOCAL -j ACCEPT`]
      : []),
    ...asked,
  ];
}

/** All policies, and then no mark: DROP. */
function untieredLines(pod: PolicyPod, jumps: readonly string[]): readonly string[] {
  return [
    ...jumps,
    `${podComment('admitted by no policy of', pod)} -m mark ! --mark ${ADMITTED} -j DROP`,
    '-j MARK --set-xmark 0x0/0x10000',
  ];
}
