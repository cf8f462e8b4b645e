// ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2), as far as the engine looks at it: what an administrator says
// before (tier Admin) and after (tier Baseline) the NetworkPolicies of namespaces. Field names are the API's own,
// kubernetes-sigs/network-policy-api apis/v1alpha2 @ 0eec1b0e5fa9.

import type { KubeObject, LabelSelector } from './types.ts';

export type PolicyTier = 'Admin' | 'Baseline';
export type PolicyAction = 'Accept' | 'Deny' | 'Pass';

/** Pods of the namespaces that a selector finds. */
export interface NamespacedPods {
  namespaceSelector?: LabelSelector;
  podSelector?: LabelSelector;
}

/** One of the fields is set. */
export interface ClusterPolicyPeer {
  namespaces?: LabelSelector;
  pods?: NamespacedPods;
  /** CIDRs, of receivers only. */
  networks?: string[];
}

export interface DestinationPort {
  number?: number;
  range?: { start: number; end: number };
}

/** One of the fields is set. */
export interface ClusterPolicyProtocol {
  tcp?: { destinationPort?: DestinationPort };
  udp?: { destinationPort?: DestinationPort };
  sctp?: { destinationPort?: DestinationPort };
  destinationNamedPort?: string;
}

export interface ClusterPolicyRule {
  name?: string;
  action?: PolicyAction;
  from?: ClusterPolicyPeer[];
  to?: ClusterPolicyPeer[];
  protocols?: ClusterPolicyProtocol[];
}

export interface ClusterNetworkPolicy extends KubeObject {
  kind: 'ClusterNetworkPolicy';
  spec?: {
    tier?: PolicyTier;
    priority?: number;
    subject?: Pick<ClusterPolicyPeer, 'namespaces' | 'pods'>;
    ingress?: ClusterPolicyRule[];
    egress?: ClusterPolicyRule[];
  };
}
