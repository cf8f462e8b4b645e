// kubeadm's ClusterConfiguration and kube-proxy's KubeProxyConfiguration among the documents of a text. Follows
// cmd/kubeadm/app/apis/kubeadm/validation/validation.go and pkg/proxy/apis/config/validation/validation.go (Kubernetes
// 1.33); fields are named as the document spells them. A document with an error is not used.

import { type FieldError, invalid, notSupported, required } from './api/field-error.ts';
import type { KubeObject } from './api/types.ts';
import { checkDNS1123Subdomain } from './api/validation/names.ts';
import type { ClusterSettings, ProxySettings } from './cluster-settings.ts';
import { addressAt, type CIDR, formatCIDR, parseAddress, parseCIDR } from './net/address.ts';
import type { ConntrackTimeouts } from './netfilter/conntrack.ts';

export interface ReadDocument<Result> {
  readonly value: Result;
  readonly errors: readonly FieldError[];
  /** What is accepted and not simulated, by path. */
  readonly notes: readonly { readonly path: string; readonly message: string; readonly hint?: string }[];
}

/** The least addresses of a range, and the most bits of hosts in one (kubeadm, constants.go). */
const LEAST_SERVICE_ADDRESSES = 10;
const LEAST_POD_ADDRESSES = 8;
const MOST_SERVICE_BITS = 20;
const MOST_MASK_DIFFERENCE = 16;

type Ranges = Pick<ClusterSettings, 'api' | 'podRange' | 'dnsDomain'>;

/** `kind: ClusterConfiguration` on top of what holds without it. */
export function readClusterConfiguration(document: KubeObject, defaults: Ranges): ReadDocument<Ranges> {
  const { serviceSubnet, podSubnet, dnsDomain = defaults.dnsDomain } = document.networking ?? {};
  const mask = Number(extraArg(document.controllerManager, 'node-cidr-mask-size') ?? defaults.podRange.mask);
  const services = serviceSubnet ? subnets('networking.serviceSubnet', serviceSubnet, LEAST_SERVICE_ADDRESSES) : null;
  const pods = podSubnet ? subnets('networking.podSubnet', podSubnet, LEAST_POD_ADDRESSES) : null;
  const nodePortRange = extraArg(document.apiServer, 'service-node-port-range') ?? defaults.api.nodePortRange;
  const errors = [
    ...(services?.errors ?? []),
    ...(services?.cidrs ?? []).flatMap(tooLarge),
    ...(pods?.errors ?? []),
    ...(pods?.cidrs ?? []).filter(({ family }) => family === 4).flatMap((cidr) => unfitMask(cidr, mask)),
    ...checkDNS1123Subdomain(dnsDomain).map((detail) => invalid('networking.dnsDomain', dnsDomain, detail)),
  ];
  const podCIDR = pods?.cidrs.find(({ family }) => family === 4);
  const second = pods?.cidrs.find(({ family }) => family === 6);
  return {
    value: {
      api: { serviceCIDRs: services ? services.cidrs.map(formatCIDR) : defaults.api.serviceCIDRs, nodePortRange },
      podRange: { cidr: podCIDR ? formatCIDR(podCIDR) : defaults.podRange.cidr, mask, ...(second ? { second: formatCIDR(second) } : {}) },
      dnsDomain,
    },
    errors,
    notes: [],
  };
}

/** v1beta4 has a list of `{name, value}`, v1beta3 a map. */
function extraArg(component: { readonly extraArgs?: unknown } | undefined, name: string): string | undefined {
  const args = component?.extraArgs;
  if (Array.isArray(args)) return args.findLast((arg) => arg?.name === name)?.value;
  const value = (args as Readonly<Record<string, unknown>> | undefined)?.[name];
  return value === undefined ? undefined : String(value);
}

/** ValidateIPNetFromString: one range, or one of each family. */
function subnets(path: string, text: string, least: number): { cidrs: CIDR[]; errors: FieldError[] } {
  const parsed = text.split(',').map(parseRange);
  if (parsed.includes(null)) return { cidrs: [], errors: [invalid(path, text, "couldn't parse subnet")] };
  const cidrs = parsed.filter((cidr) => cidr !== null);
  const families = new Set(cidrs.map(({ family }) => family));
  if (cidrs.length > 2 || families.size < cidrs.length) {
    return {
      cidrs,
      errors: [invalid(path, text, 'expected one (IPv4 or IPv6) CIDR or two CIDRs from each family for dual-stack networking')],
    };
  }
  const errors = cidrs.flatMap((cidr) => {
    const count = 2n ** BigInt(bitsOf(cidr) - cidr.prefix);
    const detail = `subnet with ${count} address(es) is too small, the minimum is ${least}`;
    return count < BigInt(least) ? [invalid(path, formatCIDR(cidr), detail)] : [];
  });
  return { cidrs, errors };
}

/** As Go's ParseCIDR: an address alone is no range. */
function parseRange(text: string): CIDR | null {
  return text.includes('/') ? parseCIDR(text) : null;
}

function bitsOf({ family }: CIDR): number {
  return family === 4 ? 32 : 128;
}

/** ValidateServiceSubnetSize. */
function tooLarge(cidr: CIDR): FieldError[] {
  const bits = bitsOf(cidr);
  if (bits - cidr.prefix <= MOST_SERVICE_BITS) return [];
  const detail = `specified service subnet is too large; for ${bits}-bit addresses, the mask must be >= ${bits - MOST_SERVICE_BITS}`;
  return [invalid('networking.serviceSubnet', formatCIDR(cidr), detail)];
}

/** ValidatePodSubnetNodeMask. */
function unfitMask(cidr: CIDR, mask: number): FieldError[] {
  const path = 'networking.podSubnet';
  if (!(mask > cidr.prefix)) {
    const detail = `the size of pod subnet with mask ${cidr.prefix} is smaller than the size of node subnet with mask ${mask}`;
    return [invalid(path, formatCIDR(cidr), detail)];
  }
  if (mask - cidr.prefix <= MOST_MASK_DIFFERENCE) return [];
  const detail = `pod subnet mask (${cidr.prefix}) and node-mask (${mask}) difference is greater than ${MOST_MASK_DIFFERENCE}`;
  return [invalid(path, formatCIDR(cidr), detail)];
}

const MODES = ['iptables', 'ipvs', 'nftables'];
const LOCAL_MODES = ['BridgeInterface', 'ClusterCIDR', 'InterfaceNamePrefix', 'NodeCIDR'];
/** The cores of a node here. */
const CORES = 4;

/** `kind: KubeProxyConfiguration`. */
export function readKubeProxyConfiguration(document: KubeObject): ReadDocument<ProxySettings> {
  const { mode = '', iptables = {}, conntrack = {}, nodePortAddresses, bindAddress = '' } = document;
  const syncPeriod = durationUs(iptables.syncPeriod) ?? SYNC_PERIOD_US;
  const minSyncPeriod = durationUs(iptables.minSyncPeriod);
  const detected = detectLocal(document);
  const errors = [
    ...(mode === '' || MODES.includes(mode)
      ? []
      : [invalid('mode', mode, `must be ${MODES.join(',')} or blank (blank means the best-available proxy [currently iptables])`)]),
    ...within('iptables.masqueradeBit', iptables.masqueradeBit, 0, 31),
    ...(bindAddress === '' || parseAddress(bindAddress) !== null
      ? []
      : [invalid('bindAddress', bindAddress, 'not a valid textual representation of an IP address')]),
    ...(syncPeriod > 0 ? [] : [invalid('iptables.syncPeriod', iptables.syncPeriod, 'must be greater than 0')]),
    ...((minSyncPeriod ?? 0) > syncPeriod
      ? [invalid('iptables.syncPeriod', iptables.minSyncPeriod, 'must be greater than or equal to iptables.minSyncPeriod')]
      : []),
    ...notNegative('conntrack.maxPerCore', conntrack.maxPerCore),
    ...notNegative('conntrack.min', conntrack.min),
    ...(nodePortAddresses ?? []).flatMap((text: string, place: number) => checkNodePortAddress(nodePortAddresses, text, place)),
    ...detected.errors,
  ];
  return {
    value: {
      ...given('masqueradeAll', iptables.masqueradeAll),
      ...given('masqueradeBit', iptables.masqueradeBit),
      ...given('localhostNodePorts', iptables.localhostNodePorts),
      ...given('nodePortAddresses', nodePortAddresses),
      ...given('conntrackTCPLiberal', conntrack.tcpBeLiberal),
      ...conntrackMax(conntrack),
      conntrackTimeouts: conntrackTimeouts(conntrack),
      ...(iptables.syncPeriod === undefined ? {} : { syncPeriodUs: syncPeriod }),
      ...(minSyncPeriod === null ? {} : { minSyncPeriodUs: minSyncPeriod }),
      ...(isOneIPv4(bindAddress) ? { bindAddress } : {}),
      ...given('detectLocal', detected.value),
    },
    errors,
    notes: mode === 'ipvs' || mode === 'nftables' ? [otherMode(mode)] : [],
  };
}

function otherMode(mode: string) {
  return {
    path: 'mode',
    message: `mode ${mode} is accepted, not simulated: kube-proxy writes its iptables rules`,
    hint: 'What a Service answers is the same in every mode; the rules on a real node would be others.',
  };
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [key in Key]?: Value } {
  return (value === undefined || value === null ? {} : { [key]: value }) as { [key in Key]?: Value };
}

/** 0 leaves the kernel's own limit (getConntrackMax). */
function conntrackMax({ maxPerCore, min }: { maxPerCore?: number; min?: number }): { conntrackMax?: number } {
  if (maxPerCore === undefined && min === undefined) return {};
  const perCore = maxPerCore ?? 32_768;
  return perCore > 0 ? { conntrackMax: Math.max(perCore * CORES, min ?? 131_072) } : {};
}

/** `metav1.Duration`, as Go prints one: `24h0m0s`, `1.5s`. Null where there is none. */
function durationUs(text: unknown): number | null {
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(h|m|s|ms|us))+$|^0$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|m|s)/g)];
  return Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS_US[unit as string] as number), 0));
}

const UNITS_US: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 };
const SYNC_PERIOD_US = 30_000_000;

function conntrackTimeouts(conntrack: Readonly<Record<string, unknown>>): Partial<ConntrackTimeouts> {
  const fields = {
    tcpEstablished: 'tcpEstablishedTimeout',
    tcpCloseWait: 'tcpCloseWaitTimeout',
    udp: 'udpTimeout',
    udpStream: 'udpStreamTimeout',
  } as const satisfies Record<keyof ConntrackTimeouts, string>;
  const seconds: Partial<ConntrackTimeouts> = {};
  for (const [key, field] of Object.entries(fields) as [keyof ConntrackTimeouts, string][]) {
    const us = durationUs(conntrack[field]);
    if (us !== null) seconds[key] = Math.round(us / 1_000_000);
  }
  return seconds;
}

/** 0.0.0.0 and :: are any, and no address of the node's. */
function isOneIPv4(address: string): boolean {
  return !address.includes(':') && address !== '0.0.0.0' && parseAddress(address) !== null;
}

function within(path: string, value: number | undefined, least: number, most: number): FieldError[] {
  if (value === undefined || (value >= least && value <= most)) return [];
  return [invalid(path, value, `must be within the range [${least}, ${most}]`)];
}

function notNegative(path: string, value: number | undefined): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

/** `primary` stands alone; everything else is a range. */
function checkNodePortAddress(all: readonly string[], text: string, place: number): FieldError[] {
  const path = `nodePortAddresses[${place}]`;
  if (text === 'primary') return all.length === 1 ? [] : [invalid(path, text, "can't use both 'primary' and CIDRs")];
  return parseRange(text) === null ? [invalid(path, text, 'must be a valid CIDR')] : [];
}

function detectLocal(document: KubeObject): { value: ProxySettings['detectLocal']; errors: FieldError[] } {
  const { clusterCIDR, detectLocal: options = {} } = document;
  const mode = document.detectLocalMode || 'ClusterCIDR';
  const cidr = clusterCIDR ? v4RangeOf(clusterCIDR) : null;
  const errors = clusterCIDR && cidr === null ? [badClusterCIDR(clusterCIDR)] : [];
  switch (mode) {
    case 'ClusterCIDR':
      return { value: { kind: 'clusterCIDR', value: cidr }, errors };
    case 'NodeCIDR':
      return { value: { kind: 'nodeCIDR', value: null }, errors };
    case 'BridgeInterface':
      return named('bridgeInterface', options.bridgeInterface, errors);
    case 'InterfaceNamePrefix':
      return named('interfaceNamePrefix', options.interfaceNamePrefix, errors);
    default:
      return { value: undefined, errors: [...errors, notSupported('detectLocalMode', mode, LOCAL_MODES)] };
  }
}

function named(kind: 'bridgeInterface' | 'interfaceNamePrefix', name: string | undefined, errors: FieldError[]) {
  const missing = name ? [] : [required(`detectLocal.${kind}`, 'must not be empty')];
  return { value: { kind, value: name ?? '' }, errors: [...errors, ...missing] };
}

function v4RangeOf(text: string): string | null {
  const cidrs = text.split(',').map(parseRange);
  return cidrs.includes(null) ? null : (cidrs.flatMap((cidr) => (cidr?.family === 4 ? [formatCIDR(cidr)] : []))[0] ?? text);
}

function badClusterCIDR(text: string): FieldError {
  const detail = text.includes(',')
    ? 'must be a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)'
    : 'must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)';
  return invalid('clusterCIDR', text, detail);
}

/** Whether the pods' range and the Services' overlap, which kubeadm's preflight warns of. */
export function overlapNote({ api, podRange }: Ranges): string | null {
  const [services, pods] = [parseCIDR(api.serviceCIDRs[0] ?? ''), parseCIDR(podRange.cidr)];
  if (!services || !pods || services.family !== pods.family) return null;
  const shift = BigInt(bitsOf(pods) - Math.min(services.prefix, pods.prefix));
  if (services.value >> shift !== pods.value >> shift) return null;
  return `podSubnet ${podRange.cidr} and serviceSubnet ${api.serviceCIDRs[0]} overlap: ${addressAt(services, 1)} may be a pod and a Service at once`;
}
