// ClusterNetworkPolicies. Follows the schema and the rules of their custom resource definition, kubernetes-sigs/
// network-policy-api apis/v1alpha2 @ 0eec1b0e5fa9, in the words in which the API server reports a schema.

import type { ClusterNetworkPolicy, ClusterPolicyPeer, ClusterPolicyProtocol, ClusterPolicyRule } from '../cluster-network-policy.ts';
import { type FieldError, invalid, notSupported, required, tooMany } from '../field-error.ts';
import { checkCIDR } from './addresses.ts';
import { validateLabelSelector, validateObjectMeta } from './metadata.ts';
import { checkDNS1123Subdomain } from './names.ts';

const TIERS = ['Admin', 'Baseline'];
const MOST_PRIORITY = 1000;
const MOST_RULES = 25;
const SUBJECTS = ['namespaces', 'pods'] as const;
const SENDERS = ['namespaces', 'pods'] as const;
const RECEIVERS = ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'] as const;
const PROTOCOLS = ['tcp', 'udp', 'sctp', 'destinationNamedPort'] as const;

export function validateClusterNetworkPolicy(policy: ClusterNetworkPolicy): FieldError[] {
  const { tier, priority, subject, ingress = [], egress = [] } = policy.spec ?? {};
  return [
    ...validateObjectMeta(policy, false, checkDNS1123Subdomain),
    ...(tier === undefined ? [required('spec.tier')] : TIERS.includes(tier) ? [] : [notSupported('spec.tier', tier, TIERS)]),
    ...validatePriority(priority),
    ...(subject ? validatePeer(subject, 'spec.subject', SUBJECTS) : [required('spec.subject')]),
    ...validateRules(ingress, 'spec.ingress', tier),
    ...validateRules(egress, 'spec.egress', tier),
  ];
}

function validatePriority(priority: number | undefined): FieldError[] {
  const path = 'spec.priority';
  if (priority === undefined) return [required(path)];
  if (priority < 0) return [invalid(path, priority, `${path} in body should be greater than or equal to 0`)];
  return priority > MOST_PRIORITY ? [invalid(path, priority, `${path} in body should be less than or equal to ${MOST_PRIORITY}`)] : [];
}

function validateRules(rules: readonly ClusterPolicyRule[], path: string, tier: string | undefined): FieldError[] {
  if (rules.length > MOST_RULES) return [tooMany(path, rules.length, MOST_RULES)];
  return rules.flatMap((rule, index) => validateRule(rule, `${path}[${index}]`, tier));
}

function validateRule({ action, from, to, protocols = [] }: ClusterPolicyRule, path: string, tier: string | undefined): FieldError[] {
  // What passes the last tier has nowhere to go.
  const actions = tier === 'Baseline' ? ['Accept', 'Deny'] : ['Accept', 'Deny', 'Pass'];
  const isIngress = path.startsWith('spec.ingress');
  const list = isIngress ? 'from' : 'to';
  const peers = (isIngress ? from : to) ?? [];
  return [
    ...(action === undefined
      ? [required(`${path}.action`)]
      : actions.includes(action)
        ? []
        : [notSupported(`${path}.action`, action, actions)]),
    ...(peers.length === 0 ? [required(`${path}.${list}`)] : []),
    ...peers.flatMap((peer, index) => validatePeer(peer, `${path}.${list}[${index}]`, isIngress ? SENDERS : RECEIVERS)),
    ...protocols.flatMap((protocol, index) => validateProtocol(protocol, `${path}.protocols[${index}]`)),
  ];
}

function validatePeer(peer: ClusterPolicyPeer, path: string, fields: readonly (typeof RECEIVERS)[number][]): FieldError[] {
  const { namespaces, pods, networks = [] } = peer;
  return [
    ...exactlyOne(peer, path, fields),
    ...(namespaces ? validateLabelSelector(namespaces, `${path}.namespaces`) : []),
    ...(pods?.namespaceSelector ? validateLabelSelector(pods.namespaceSelector, `${path}.pods.namespaceSelector`) : []),
    ...(pods?.podSelector ? validateLabelSelector(pods.podSelector, `${path}.pods.podSelector`) : []),
    ...networks.flatMap((text, index) => checkCIDR(`${path}.networks[${index}]`, text)),
  ];
}

function validateProtocol(protocol: ClusterPolicyProtocol, path: string): FieldError[] {
  const ports = (['tcp', 'udp', 'sctp'] as const).flatMap((name) => {
    const { number, range } = protocol[name]?.destinationPort ?? {};
    const here = `${path}.${name}.destinationPort`;
    const isBackwards = range !== undefined && range.start >= range.end;
    return [
      ...(number !== undefined && (number < 1 || number > 65535)
        ? [invalid(`${here}.number`, number, 'must be between 1 and 65535, inclusive')]
        : []),
      ...(isBackwards ? [invalid(`${here}.range`, { go: 'object' }, 'Start port must be less than End port')] : []),
    ];
  });
  return [...exactlyOne(protocol, path, PROTOCOLS), ...ports];
}

/** A union of which one member is set. */
function exactlyOne(object: object, path: string, fields: readonly string[]): FieldError[] {
  const given = fields.filter((field) => Reflect.get(object, field) !== undefined);
  return given.length === 1 ? [] : [invalid(path, { go: 'object' }, `exactly one of the fields in [${fields.join(' ')}] must be set`)];
}
