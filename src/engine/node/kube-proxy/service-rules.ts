// The rules of one service port, in the order kube-proxy writes them. Follows syncProxyRules and
// writeServiceToEndpointRules in pkg/proxy/iptables/proxier.go, v1.33.

import { cidrContains, parseCIDR } from '../../net/address.ts';
import type { CategorizedEndpoints } from './categorize-endpoints.ts';
import { computeProbability, servicePortEndpointChainName, servicePortHash } from './chain-names.ts';
import type { EndpointInfo } from './endpoints.ts';
import { isLocalMatch, isNotLocalMatch } from './local-detector.ts';
import { hasLocalhostNodePorts, type ProxyConfig } from './proxy-config.ts';
import type { ServicePortInfo } from './service-ports.ts';

/** Rule lines by the chain they go to; those of the service port's own chains are together in `own`. */
export interface ServiceRules {
  readonly filterServices: string[];
  readonly filterExternalServices: string[];
  readonly filterNodePorts: string[];
  readonly filterProxyFirewall: string[];
  readonly natServices: string[];
  readonly natNodePorts: string[];
  readonly own: string[];
  readonly ownChains: OwnChain[];
}

/** A chain that exists for this service port alone; `endpoint` for a KUBE-SEP chain. */
export interface OwnChain {
  readonly name: string;
  readonly servicePort: ServicePortInfo;
  readonly endpoint: EndpointInfo | null;
}

interface Plan {
  readonly info: ServicePortInfo;
  readonly config: ProxyConfig;
  readonly endpoints: CategorizedEndpoints;
  /** `-m tcp -p tcp`. */
  readonly protocol: string;
  readonly svc: string;
  readonly svl: string;
  readonly ext: string;
  readonly fw: string;
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly usesExt: boolean;
  readonly usesFw: boolean;
  readonly usesSvc: boolean;
  readonly usesSvl: boolean;
  readonly internalChain: string;
  readonly externalPolicyChain: string;
  /** Comment and target of the rules that refuse traffic. */
  readonly refusal: Refusal;
  /** Large clusters save the comments of endpoint rules. */
  readonly commentEndpoints: boolean;
  readonly sep: ReadonlyMap<EndpointInfo, string>;
}

interface Refusal {
  readonly comment: string;
  readonly target: 'REJECT' | 'DROP';
}

export interface ServiceRulesInput {
  readonly info: ServicePortInfo;
  readonly endpoints: CategorizedEndpoints;
  readonly config: ProxyConfig;
  readonly largeCluster: boolean;
}

/** Writes everything that one service port needs. */
export function writeServiceRules(input: ServiceRulesInput): ServiceRules {
  const rules = emptyRules();
  const plan = makePlan(input);
  writeClusterIP(rules, plan);
  writeExternalIPs(rules, plan);
  writeLoadBalancer(rules, plan);
  writeNodePort(rules, plan);
  writeHealthCheck(rules, plan);
  writeInternalMasquerade(rules, plan);
  if (plan.usesExt) writeExternalChain(rules, plan);
  if (plan.usesFw) writeFirewallChain(rules, plan);
  if (plan.usesSvc) writeEndpointChoice(rules, plan, plan.svc, plan.endpoints.cluster);
  if (plan.usesSvl) writeEndpointChoice(rules, plan, plan.svl, plan.endpoints.local);
  for (const endpoint of plan.endpoints.reachable) writeEndpointChain(rules, plan, endpoint);
  return rules;
}

export function emptyRules(): ServiceRules {
  return {
    filterServices: [],
    filterExternalServices: [],
    filterNodePorts: [],
    filterProxyFirewall: [],
    natServices: [],
    natNodePorts: [],
    own: [],
    ownChains: [],
  };
}

function makePlan({ info, endpoints, config, largeCluster }: ServiceRulesInput): Plan {
  const { name, protocol } = info;
  const hash = servicePortHash(name, protocol);
  const [svc, svl, ext, fw] = [`KUBE-SVC-${hash}`, `KUBE-SVL-${hash}`, `KUBE-EXT-${hash}`, `KUBE-FW-${hash}`];
  const { hasAny, cluster, local } = endpoints;
  const noEndpoints: Refusal = { comment: `"${name} has no endpoints"`, target: 'REJECT' };
  const noLocal: Refusal = { comment: `"${name} has no local endpoints"`, target: 'DROP' };
  const refusal = hasAny ? noLocal : noEndpoints;
  const transport = protocol.toLowerCase();
  return {
    info,
    config,
    endpoints,
    protocol: `-m ${transport} -p ${transport}`,
    svc,
    svl,
    ext,
    fw,
    hasInternal: hasAny && (!info.internalPolicyLocal || local.length > 0),
    hasExternal: hasAny && (!info.externalPolicyLocal || local.length > 0),
    usesExt: hasAny && info.externallyAccessible,
    usesFw: hasAny && info.loadBalancerVIPs.length > 0 && info.loadBalancerSourceRanges.length > 0,
    usesSvc: cluster.length > 0 && info.usesClusterEndpoints,
    usesSvl: local.length > 0 && info.usesLocalEndpoints,
    internalChain: info.internalPolicyLocal ? svl : svc,
    externalPolicyChain: info.externalPolicyLocal ? svl : svc,
    refusal,
    commentEndpoints: !largeCluster,
    sep: new Map(endpoints.reachable.map((endpoint) => [endpoint, servicePortEndpointChainName(name, protocol, endpoint.text)])),
  };
}

function writeClusterIP(rules: ServiceRules, plan: Plan): void {
  const { info, protocol } = plan;
  const match = `${protocol} -d ${info.clusterIP} --dport ${info.port}`;
  if (plan.hasInternal) {
    rules.natServices.push(`-A KUBE-SERVICES -m comment --comment "${info.name} cluster IP" ${match} -j ${plan.internalChain}`);
  } else {
    const { comment, target } = plan.refusal;
    rules.filterServices.push(`-A KUBE-SERVICES -m comment --comment ${comment} ${match} -j ${target}`);
  }
}

function writeExternalIPs(rules: ServiceRules, plan: Plan): void {
  const { info, protocol } = plan;
  for (const ip of info.externalIPs) {
    const match = `${protocol} -d ${ip} --dport ${info.port}`;
    if (plan.usesExt) {
      rules.natServices.push(`-A KUBE-SERVICES -m comment --comment "${info.name} external IP" ${match} -j ${plan.ext}`);
    }
    refuseExternal(rules, plan, match);
  }
}

/** Refuses outside traffic of a service port that has nobody to take it. */
function refuseExternal(rules: ServiceRules, plan: Plan, match: string): void {
  if (plan.hasExternal) return;
  const { comment, target } = plan.refusal;
  rules.filterExternalServices.push(`-A KUBE-EXTERNAL-SERVICES -m comment --comment ${comment} ${match} -j ${target}`);
}

function writeLoadBalancer(rules: ServiceRules, plan: Plan): void {
  const { info, protocol } = plan;
  const matches = info.loadBalancerVIPs.map((ip) => `${protocol} -d ${ip} --dport ${info.port}`);
  for (const match of matches) {
    if (plan.usesExt) {
      const chain = plan.usesFw ? plan.fw : plan.ext;
      rules.natServices.push(`-A KUBE-SERVICES -m comment --comment "${info.name} loadbalancer IP" ${match} -j ${chain}`);
    }
    if (plan.usesFw) {
      const comment = `"${info.name} traffic not accepted by ${plan.fw}"`;
      rules.filterProxyFirewall.push(`-A KUBE-PROXY-FIREWALL -m comment --comment ${comment} ${match} -j DROP`);
    }
  }
  for (const match of matches) refuseExternal(rules, plan, match);
}

function writeNodePort(rules: ServiceRules, plan: Plan): void {
  const { info, config, protocol } = plan;
  if (info.nodePort === 0) return;
  const port = `--dport ${info.nodePort}`;
  if (plan.usesExt) {
    const start = `-A KUBE-NODEPORTS -m comment --comment ${info.name} ${protocol}`;
    if (hasLocalhostNodePorts(config) && config.nfacct) {
      rules.natNodePorts.push(`${start} -d 127.0.0.0/8 ${port} -m nfacct --nfacct-name localhost_nps_accepted_pkts -j ${plan.ext}`);
    }
    rules.natNodePorts.push(`${start} ${port} -j ${plan.ext}`);
  }
  refuseExternal(rules, plan, `-m addrtype --dst-type LOCAL ${protocol} ${port}`);
}

function writeHealthCheck(rules: ServiceRules, { info }: Plan): void {
  if (info.healthCheckNodePort === 0) return;
  const comment = `"${info.name} health check node port"`;
  rules.filterNodePorts.push(
    `-A KUBE-NODEPORTS -m comment --comment ${comment} -m tcp -p tcp --dport ${info.healthCheckNodePort} -j ACCEPT`,
  );
}

function writeInternalMasquerade(rules: ServiceRules, plan: Plan): void {
  const { info, config, protocol, internalChain } = plan;
  if (!plan.hasInternal) return;
  const start = `-A ${internalChain} -m comment --comment "${info.name} cluster IP" ${protocol} -d ${info.clusterIP} --dport ${info.port}`;
  const outside = isNotLocalMatch(config.detectLocal);
  if (config.masqueradeAll) rules.own.push(`${start} -j KUBE-MARK-MASQ`);
  else if (outside !== null) rules.own.push(`${start} ${outside} -j KUBE-MARK-MASQ`);
}

function writeExternalChain(rules: ServiceRules, plan: Plan): void {
  const { info, config, ext, svc } = plan;
  openChain(rules, plan, ext);
  const start = `-A ${ext} -m comment --comment`;
  if (!info.externalPolicyLocal) {
    rules.own.push(`${start} "masquerade traffic for ${info.name} external destinations" -j KUBE-MARK-MASQ`);
  } else {
    const pods = isLocalMatch(config.detectLocal);
    if (pods !== null) rules.own.push(`${start} "pod traffic for ${info.name} external destinations" ${pods} -j ${svc}`);
    const local = '-m addrtype --src-type LOCAL';
    rules.own.push(`${start} "masquerade LOCAL traffic for ${info.name} external destinations" ${local} -j KUBE-MARK-MASQ`);
    rules.own.push(`${start} "route LOCAL traffic for ${info.name} external destinations" ${local} -j ${svc}`);
  }
  if (plan.hasExternal) rules.own.push(`-A ${ext} -j ${plan.externalPolicyChain}`);
}

function writeFirewallChain(rules: ServiceRules, plan: Plan): void {
  const { info, config, fw, ext } = plan;
  openChain(rules, plan, fw);
  const start = `-A ${fw} -m comment --comment`;
  let allowFromNode = false;
  for (const range of info.loadBalancerSourceRanges) {
    rules.own.push(`${start} "${info.name} loadbalancer IP" -s ${range} -j ${ext}`);
    const cidr = parseCIDR(range);
    if (cidr !== null && cidrContains(cidr, config.nodeIP)) allowFromNode = true;
  }
  if (allowFromNode) {
    // A VIP that is also an address of the node makes the node's requests loop back with the VIP as their source.
    for (const ip of info.loadBalancerVIPs) rules.own.push(`${start} "${info.name} loadbalancer IP" -s ${ip} -j ${ext}`);
  }
  rules.own.push(`${start} "other traffic to ${info.name} will be dropped by KUBE-PROXY-FIREWALL"`);
}

function writeEndpointChoice(rules: ServiceRules, plan: Plan, chain: string, endpoints: readonly EndpointInfo[]): void {
  const { info, sep } = plan;
  openChain(rules, plan, chain);
  const start = (endpoint: EndpointInfo) =>
    plan.commentEndpoints ? `-A ${chain} -m comment --comment "${info.name} -> ${endpoint.text}"` : `-A ${chain}`;
  if (info.affinitySeconds !== null) {
    for (const endpoint of endpoints) {
      const name = sep.get(endpoint);
      rules.own.push(`${start(endpoint)} -m recent --name ${name} --rcheck --seconds ${info.affinitySeconds} --reap -j ${name}`);
    }
  }
  for (const [place, endpoint] of endpoints.entries()) {
    const rest = endpoints.length - place;
    const chance = rest > 1 ? ` -m statistic --mode random --probability ${computeProbability(rest)}` : '';
    rules.own.push(`${start(endpoint)}${chance} -j ${sep.get(endpoint)}`);
  }
}

function writeEndpointChain(rules: ServiceRules, plan: Plan, endpoint: EndpointInfo): void {
  const { info, protocol } = plan;
  const chain = plan.sep.get(endpoint) ?? '';
  rules.ownChains.push({ name: chain, servicePort: info, endpoint });
  const start = plan.commentEndpoints ? `-A ${chain} -m comment --comment ${info.name}` : `-A ${chain}`;
  rules.own.push(`${start} -s ${endpoint.ip} -j KUBE-MARK-MASQ`);
  const affinity = info.affinitySeconds === null ? '' : ` -m recent --name ${chain} --set`;
  rules.own.push(`${start}${affinity} ${protocol} -j DNAT --to-destination ${endpoint.text}`);
}

function openChain(rules: ServiceRules, plan: Plan, name: string): void {
  rules.ownChains.push({ name, servicePort: plan.info, endpoint: null });
}
