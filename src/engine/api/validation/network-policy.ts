// NetworkPolicies. Follows pkg/apis/networking/validation/validation.go (Kubernetes 1.33).

import { cidrContains, formatCIDR, parseCIDR } from '../../net/address.ts';
import { type FieldError, forbidden, goList, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicyRule } from '../types.ts';
import { checkCIDR, parseSloppyAddress } from './addresses.ts';
import { validateLabelSelector, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { checkDNS1123Subdomain, checkPortName, checkPortNumber } from './names.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

export function validateNetworkPolicy(policy: NetworkPolicy): FieldError[] {
  return [...validateObjectMeta(policy, true, checkDNS1123Subdomain), ...validateSpec(policy, new Set())];
}

/** A block that the stored policy has already may stay, even if a new one would be refused. */
export function validateNetworkPolicyUpdate(policy: NetworkPolicy, old: NetworkPolicy): FieldError[] {
  const rules = [...(old.spec?.ingress ?? []), ...(old.spec?.egress ?? [])];
  const blocks = rules.flatMap((rule) => [...(rule.from ?? []), ...(rule.to ?? [])].flatMap(({ ipBlock }) => ipBlock ?? []));
  const known = new Set(blocks.flatMap(({ cidr, except }) => [cidr, ...(except ?? [])]));
  return [...validateObjectMetaUpdate(policy, old), ...validateSpec(policy, known)];
}

type KnownBlocks = ReadonlySet<string>;

function validateSpec(policy: NetworkPolicy, known: KnownBlocks): FieldError[] {
  const spec = policy.spec ?? {};
  return [
    ...validateLabelSelector(spec.podSelector ?? {}, 'spec.podSelector'),
    ...(spec.ingress ?? []).flatMap((rule, index) => validateRule(rule, 'from', `spec.ingress[${index}]`, known)),
    ...(spec.egress ?? []).flatMap((rule, index) => validateRule(rule, 'to', `spec.egress[${index}]`, known)),
    ...validatePolicyTypes(spec.policyTypes ?? []),
  ];
}

function validatePolicyTypes(types: readonly string[]): FieldError[] {
  const path = 'spec.policyTypes';
  if (types.length > POLICY_TYPES.length) {
    return [invalid(path, goList('networking.PolicyType', types), 'may not specify more than two policyTypes')];
  }
  return types.flatMap((type, index) => (POLICY_TYPES.includes(type) ? [] : [notSupported(`${path}[${index}]`, type, POLICY_TYPES)]));
}

function validateRule(rule: NetworkPolicyRule, side: 'from' | 'to', path: string, known: KnownBlocks): FieldError[] {
  return [
    ...(rule?.ports ?? []).flatMap((port, index) => validatePort(port ?? {}, `${path}.ports[${index}]`)),
    ...(rule?.[side] ?? []).flatMap((peer, index) => validatePeer(peer ?? {}, `${path}.${side}[${index}]`, known)),
  ];
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] {
  const isKnown = protocol === undefined || protocol === null || PROTOCOLS.includes(protocol);
  const errors = isKnown ? [] : [notSupported(`${path}.protocol`, protocol, PROTOCOLS)];
  const at = `${path}.endPort`;
  const hasEnd = endPort !== undefined && endPort !== null;
  if (port === undefined || port === null) {
    if (hasEnd) errors.push(invalid(at, endPort, 'may not be specified when `port` is not specified'));
    return errors;
  }
  if (typeof port === 'string') {
    if (hasEnd) errors.push(invalid(at, endPort, 'may not be specified when `port` is non-numeric'));
    return [...errors, ...invalidEach(`${path}.port`, port, checkPortName(port))];
  }
  errors.push(...checkPortNumber(port).map((detail) => invalid(`${path}.port`, port, detail)));
  if (!hasEnd) return errors;
  if (endPort < port) errors.push(invalid(at, endPort, 'must be greater than or equal to `port`'));
  return [...errors, ...checkPortNumber(endPort).map((detail) => invalid(at, endPort, detail))];
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: string, known: KnownBlocks): FieldError[] {
  const errors: FieldError[] = [];
  if (podSelector) errors.push(...validateLabelSelector(podSelector, `${path}.podSelector`));
  if (namespaceSelector) errors.push(...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`));
  if (ipBlock) errors.push(...validateIPBlock(ipBlock, `${path}.ipBlock`, known));
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

function validateIPBlock({ cidr, except }: IPBlock, path: string, known: KnownBlocks): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)];
  const errors = known.has(cidr) ? [] : checkCIDR(`${path}.cidr`, cidr);
  const block = parseSloppyCIDR(cidr);
  if (block === null) return errors;
  for (const [index, text] of (except ?? []).entries()) {
    const at = `${path}.except[${index}]`;
    if (!known.has(text)) errors.push(...checkCIDR(at, text));
    const hole = parseSloppyCIDR(text);
    if (hole === null) continue;
    const [holeAddress = ''] = formatCIDR(hole).split('/');
    if (!cidrContains(block, holeAddress) || block.prefix >= hole.prefix) {
      errors.push(invalid(at, text, 'must be a strict subset of `cidr`'));
    }
  }
  return errors;
}

/** A block as the API reads it: leading zeros are passed over, host bits masked away. Null when it is none. */
export function parseSloppyCIDR(text: string): ReturnType<typeof parseCIDR> {
  const slash = text.indexOf('/');
  const address = slash < 0 ? null : parseSloppyAddress(text.slice(0, slash));
  return address === null ? null : parseCIDR(address + text.slice(slash));
}
