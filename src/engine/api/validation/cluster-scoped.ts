// Namespaces, Nodes, and the Scenario document. The first two follow pkg/apis/core/validation/validation.go
// (Kubernetes 1.33).

import { duplicate, type FieldError, forbidden, goList, invalid, notSupported } from '../field-error.ts';
import { parseFirewallRule } from '../firewall-rules.ts';
import type { Namespace, Node, Scenario } from '../types.ts';
import { checkCIDR, familyOfAddress } from './addresses.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { checkDNS1123Label, checkDNS1123Subdomain } from './names.ts';

const ESTABLISHED = ['cut', 'keep'];
const LOAD_BALANCERS = ['cloud', 'metallb', 'none'];
const CNI = ['host-gw', 'none', 'vxlan'];

export function validateNamespace(namespace: Namespace): FieldError[] {
  return validateObjectMeta(namespace, false, checkDNS1123Label);
}

export function validateNode(node: Node): FieldError[] {
  const errors = validateObjectMeta(node, false, checkDNS1123Subdomain);
  const podCIDRs = node.spec?.podCIDRs ?? [];
  const unreadable = podCIDRs.flatMap((text, index) => checkCIDR(`spec.podCIDRs[${index}]`, text));
  errors.push(...unreadable);
  const families = new Set(podCIDRs.map((text) => familyOfAddress(text.split('/')[0] ?? '')));
  if (podCIDRs.length > 1 && (families.size < 2 || podCIDRs.length > 2)) {
    errors.push(invalid('spec.podCIDRs', goList('string', podCIDRs), 'may specify no more than one CIDR for each IP family'));
  }
  for (const [index, text] of podCIDRs.entries())
    if (podCIDRs.indexOf(text) < index) errors.push(duplicate(`spec.podCIDRs[${index}]`, text));
  return errors;
}

/** A node's pod range is its own for good. */
export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const before = old.spec?.podCIDRs ?? [];
  const after = node.spec?.podCIDRs ?? [];
  const isKept = before.length === 0 || (before.length === after.length && before.every((cidr, index) => cidr === after[index]));
  const changed = isKept ? [] : [forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')];
  return [...validateObjectMetaUpdate(node, old), ...validateNode(node), ...changed];
}

/** IPv4 is the nodes' first family in every cluster here. */
const IP_FAMILIES = ['IPv4', 'IPv4,IPv6'];

/** Ours: there is no upstream for it. */
export function validateScenario(scenario: Scenario): FieldError[] {
  const {
    cni,
    ipFamilies,
    loadBalancer,
    establishedConnections,
    podMTU,
    networkMTU,
    nonMasqueradeCIDRs = [],
    firewall,
  } = scenario.cluster ?? {};
  return [
    ...(ipFamilies === undefined || IP_FAMILIES.includes(ipFamilies.join())
      ? []
      : [notSupported('cluster.ipFamilies', goList('string', ipFamilies), IP_FAMILIES)]),
    ...(cni === undefined || CNI.includes(cni) ? [] : [notSupported('cluster.cni', cni, CNI)]),
    ...(establishedConnections === undefined || ESTABLISHED.includes(establishedConnections)
      ? []
      : [notSupported('cluster.establishedConnections', establishedConnections, ESTABLISHED)]),
    ...(loadBalancer === undefined || LOAD_BALANCERS.includes(loadBalancer)
      ? []
      : [notSupported('cluster.loadBalancer', loadBalancer, LOAD_BALANCERS)]),
    ...checkMTU('cluster.podMTU', podMTU),
    ...checkMTU('cluster.networkMTU', networkMTU),
    ...(firewall?.allow ?? []).flatMap((text, index) =>
      parseFirewallRule(text) ? [] : [invalid(`cluster.firewall.allow[${index}]`, text, 'must be like tcp:80, tcp:30000-32767 or icmp')],
    ),
    ...nonMasqueradeCIDRs.flatMap((text, index) => checkCIDR(`cluster.nonMasqueradeCIDRs[${index}]`, text)),
  ];
}

/** The least that an IPv4 link may have (RFC 791), and the most that fits a packet's length. */
function checkMTU(path: string, mtu: number | undefined): FieldError[] {
  return mtu === undefined || (mtu >= 68 && mtu <= 65_535) ? [] : [invalid(path, mtu, 'must be between 68 and 65535, inclusive')];
}
