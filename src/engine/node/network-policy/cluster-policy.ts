// A ClusterNetworkPolicy with its selectors answered. Follows the field texts of policy.networking.k8s.io/v1alpha2: tiers
// are asked in the order Admin, NetworkPolicies, Baseline; within a tier the smaller priority first, then rule by rule;
// the first rule that fits decides. Peers by node or by domain name find nobody here.

import type {
  ClusterNetworkPolicy,
  ClusterPolicyPeer,
  ClusterPolicyProtocol,
  ClusterPolicyRule,
} from '../../api/cluster-network-policy.ts';
import type { NetworkPolicy } from '../../api/types.ts';
import { parseSloppyCIDR } from '../../api/validation/network-policy.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { Direction } from './names.ts';
import type { PodIndex, PolicyPod } from './pods.ts';
import { type ResolvedPolicy, type ResolvedPort, type ResolvedRule, resolvePolicy } from './resolved-policy.ts';

/** All policies of a store, in the order in which a packet meets them. */
export function resolvePolicies(store: ObjectStore, index: PodIndex): ResolvedPolicy[] {
  const clusterWide = store
    .list<ClusterNetworkPolicy>('ClusterNetworkPolicy')
    .toSorted((a, b) => (a.spec?.priority ?? 0) - (b.spec?.priority ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((policy) => resolveClusterPolicy(policy, index));
  return [
    ...clusterWide.filter(({ tier }) => tier === 'Admin'),
    ...store.list<NetworkPolicy>('NetworkPolicy').map((policy) => resolvePolicy(policy, index)),
    ...clusterWide.filter(({ tier }) => tier === 'Baseline'),
  ];
}

/** How many there are, of both kinds. */
export function countPolicies(store: ObjectStore): number {
  return store.list('NetworkPolicy').length + store.list('ClusterNetworkPolicy').length;
}

export function resolveClusterPolicy({ metadata, spec = {} }: ClusterNetworkPolicy, index: PodIndex): ResolvedPolicy {
  const targets = podsOf(spec.subject ?? {}, index);
  const resolve = (direction: Direction) => {
    const rules = spec[direction] ?? [];
    // Unlike a NetworkPolicy it shuts nothing by being there.
    return rules.length === 0 ? null : rules.map((rule) => resolveRule(rule, direction, targets, index));
  };
  return {
    namespace: '',
    name: metadata.name,
    tier: spec.tier ?? 'Admin',
    targets,
    ingress: resolve('ingress'),
    egress: resolve('egress'),
  };
}

function resolveRule(
  { action = 'Deny', from, to, protocols = [] }: ClusterPolicyRule,
  direction: Direction,
  targets: readonly PolicyPod[],
  index: PodIndex,
): ResolvedRule {
  const listed = (direction === 'ingress' ? from : to) ?? [];
  const pods = [...new Set(listed.flatMap((peer) => podsOf(peer, index)))];
  const networks = listed.flatMap((peer) => peer.networks ?? []).flatMap((text) => parseSloppyCIDR(text) ?? []);
  const peers = { pods, blocks: networks.map((cidr) => ({ cidr, except: [] })) };
  const destinations = direction === 'ingress' ? targets : networks.length > 0 ? index.all : pods;
  const ports = protocols.length === 0 ? null : protocols.flatMap((protocol) => resolveProtocol(protocol, destinations));
  return { peers, ports, action };
}

function podsOf({ namespaces, pods }: ClusterPolicyPeer, index: PodIndex): readonly PolicyPod[] {
  if (namespaces) return index.selectPeer('', { namespaceSelector: namespaces });
  return pods ? index.selectPeer('', { namespaceSelector: pods.namespaceSelector ?? {}, podSelector: pods.podSelector ?? {} }) : [];
}

const PROTOCOLS = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const;

function resolveProtocol(protocol: ClusterPolicyProtocol, destinations: readonly PolicyPod[]): ResolvedPort[] {
  const { destinationNamedPort } = protocol;
  if (destinationNamedPort !== undefined) return namedPorts(destinationNamedPort, destinations);
  return (['tcp', 'udp', 'sctp'] as const).flatMap((name): ResolvedPort[] => {
    if (!protocol[name]) return [];
    const { number, range } = protocol[name].destinationPort ?? {};
    return [{ protocol: PROTOCOLS[name], first: number ?? range?.start ?? null, last: number ?? range?.end ?? null, pods: null }];
  });
}

/** A name stands for what each pod gives it, whatever the protocol. */
function namedPorts(name: string, destinations: readonly PolicyPod[]): ResolvedPort[] {
  const found = new Map<string, { port: ResolvedPort; pods: PolicyPod[] }>();
  for (const pod of destinations)
    for (const { name: own, protocol, number } of pod.namedPorts) {
      if (own !== name) continue;
      const pods: PolicyPod[] = found.get(`${protocol} ${number}`)?.pods ?? [];
      pods.push(pod);
      const port = { protocol: protocol as ResolvedPort['protocol'], first: number, last: number, pods };
      found.set(`${protocol} ${number}`, { port, pods });
    }
  return [...found.values()].map(({ port }) => port);
}
