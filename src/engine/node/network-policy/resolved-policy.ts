// A NetworkPolicy with its selectors answered: who is bound, and per rule which pods, blocks and ports it admits. Follows
// buildNetworkPoliciesInfo in kube-router's pkg/controllers/netpol/policy.go, v2, and the field texts of
// networking.k8s.io/v1. A port name is looked up on the pods that the connection goes to.

import type { PolicyAction, PolicyTier } from '../../api/cluster-network-policy.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicyRule } from '../../api/types.ts';
import { parseSloppyCIDR } from '../../api/validation/network-policy.ts';
import type { CIDR } from '../../net/address.ts';
import type { Direction } from './names.ts';
import type { PodIndex, PolicyPod } from './pods.ts';

export interface Block {
  readonly cidr: CIDR;
  readonly except: readonly CIDR[];
}

/** `pods` is set for a port that was given by name: those on which the name stands for `first`. */
export interface ResolvedPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** Null: every port of the protocol. */
  readonly first: number | null;
  readonly last: number | null;
  readonly pods: readonly PolicyPod[] | null;
}

export interface ResolvedRule {
  /** Null: every peer, inside the cluster or out. */
  readonly peers: { readonly pods: readonly PolicyPod[]; readonly blocks: readonly Block[] } | null;
  /** Null: every port of every protocol. */
  readonly ports: readonly ResolvedPort[] | null;
  /** What becomes of a packet that fits; a rule of a NetworkPolicy has none, and admits. */
  readonly action?: PolicyAction;
}

export interface ResolvedPolicy {
  /** Empty for a ClusterNetworkPolicy. */
  readonly namespace: string;
  readonly name: string;
  /** Of a ClusterNetworkPolicy: whether it is asked before or after the NetworkPolicies. */
  readonly tier?: PolicyTier;
  /** The pods that it binds. */
  readonly targets: readonly PolicyPod[];
  /** The rules of a direction; null where it binds nobody in that direction. */
  readonly ingress: readonly ResolvedRule[] | null;
  readonly egress: readonly ResolvedRule[] | null;
}

export function resolvePolicy(policy: NetworkPolicy, index: PodIndex): ResolvedPolicy {
  const { metadata, spec = {} } = policy;
  const namespace = metadata.namespace ?? '';
  const targets = index.select(namespace, spec.podSelector);
  const resolve = (direction: Direction) => {
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    if (!spec.policyTypes?.includes(type)) return null;
    return (spec[direction] ?? []).map((rule) => resolveRule(rule ?? {}, { namespace, direction, targets, index }));
  };
  return { namespace, name: metadata.name, targets, ingress: resolve('ingress'), egress: resolve('egress') };
}

interface RulePlace {
  readonly namespace: string;
  readonly direction: Direction;
  readonly targets: readonly PolicyPod[];
  readonly index: PodIndex;
}

function resolveRule(rule: NetworkPolicyRule, place: RulePlace): ResolvedRule {
  const listed = (place.direction === 'ingress' ? rule.from : rule.to) ?? [];
  const peers = listed.length === 0 ? null : resolvePeers(listed, place);
  if (!rule.ports?.length) return { peers, ports: null };
  const destinations = place.direction === 'ingress' ? place.targets : peers && peers.blocks.length === 0 ? peers.pods : place.index.all;
  return { peers, ports: rule.ports.flatMap((port) => resolvePort(port ?? {}, destinations)) };
}

function resolvePeers(peers: readonly NetworkPolicyPeer[], { namespace, index }: RulePlace): NonNullable<ResolvedRule['peers']> {
  const found = peers.filter(({ ipBlock }) => !ipBlock).map((peer) => index.selectPeer(namespace, peer));
  return {
    pods: found.length === 1 ? (found[0] ?? []) : [...new Set(found.flat())],
    blocks: peers.flatMap(({ ipBlock }) => {
      const cidr = ipBlock ? parseSloppyCIDR(ipBlock.cidr) : null;
      return cidr ? [{ cidr, except: (ipBlock?.except ?? []).flatMap((text) => parseSloppyCIDR(text) ?? []) }] : [];
    }),
  };
}

function resolvePort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, destinations: readonly PolicyPod[]): ResolvedPort[] {
  if (port === undefined || port === null) return [{ protocol, first: null, last: null, pods: null }];
  if (typeof port === 'number') return [{ protocol, first: port, last: endPort ?? port, pods: null }];
  const byNumber = new Map<number, PolicyPod[]>();
  for (const pod of destinations) {
    const named = pod.namedPorts.find((one) => one.name === port && one.protocol === protocol);
    if (!named) continue;
    const others = byNumber.get(named.number);
    if (others) others.push(pod);
    else byNumber.set(named.number, [pod]);
  }
  return [...byNumber].map(([number, pods]) => ({ protocol, first: number, last: number, pods }));
}
