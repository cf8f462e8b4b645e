// The files by which a container finds names: /etc/resolv.conf as the kubelet composes it, and /etc/hosts. Follows
// kubernetes/kubernetes pkg/kubelet/network/dns/dns.go @ 04791b490660 and pkg/kubelet/kubelet_pods.go.

import type { Pod } from '../../api/types.ts';
import type { Address } from '../../net/address.ts';

/** One resolv.conf; options as written there: `ndots:5`, `edns0`. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What the kubelet was started with. */
export interface KubeletDNS {
  readonly clusterDNS: readonly Address[];
  readonly clusterDomain: string;
  readonly nodeResolvConf: ResolvConf;
}

/** A line of /etc/hosts. */
export interface HostsEntry {
  readonly address: Address;
  readonly names: readonly string[];
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCH_ENTRIES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const MAX_NAME_LENGTH = 253;

/** The resolver file of a pod's containers. */
export function resolvConfFor(pod: Pod, kubelet: KubeletDNS): ResolvConf {
  const base = baseFor(pod, kubelet);
  const own = pod.spec.dnsConfig;
  if (!own) return fitLimits(base);
  return fitLimits({
    nameservers: withoutRepeats([...base.nameservers, ...(own.nameservers ?? [])]),
    search: withoutRepeats([...base.search, ...(own.searches ?? [])]),
    options: mergeOptions(base.options, own.options ?? []),
  });
}

/** The file's text, in the order that the container runtime writes it. */
export function printResolvConf({ nameservers, search, options }: ResolvConf): string {
  const lines = [
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The entries of a pod's /etc/hosts: localhost, the pod's own name, and its `hostAliases`. */
export function hostsFor(pod: Pod, clusterDomain: string): readonly HostsEntry[] {
  const localhost = [
    { address: '127.0.0.1', names: ['localhost'] },
    { address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
  ];
  const aliases: { ip: string; hostnames?: string[] }[] = pod.spec.hostAliases ?? [];
  return [...localhost, ...ownEntries(pod, clusterDomain), ...aliases.map(({ ip, hostnames = [] }) => ({ address: ip, names: hostnames }))];
}

/** The text of /etc/hosts for these entries. */
export function printHosts(entries: readonly HostsEntry[]): string {
  return ['# Kubernetes-managed hosts file.', ...entries.map(({ address, names }) => [address, ...names].join('\t'))]
    .map((line) => `${line}\n`)
    .join('');
}

function ownEntries({ metadata, spec, status }: Pod, clusterDomain: string): readonly HostsEntry[] {
  // On the host network the container gets the node's own file, which does not know the pod.
  if (spec.hostNetwork || !status?.podIP) return [];
  const hostname = spec.hostname ?? metadata.name;
  const full = spec.subdomain ? [`${hostname}.${spec.subdomain}.${metadata.namespace ?? 'default'}.svc.${clusterDomain}`] : [];
  const addresses = status.podIPs?.map(({ ip }) => ip) ?? [status.podIP];
  return addresses.map((address) => ({ address, names: [...full, hostname] }));
}

function baseFor({ metadata, spec }: Pod, kubelet: KubeletDNS): ResolvConf {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None') return { nameservers: [], search: [], options: [] };
  const isClusterFirst = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !spec.hostNetwork);
  const { clusterDNS, clusterDomain, nodeResolvConf } = kubelet;
  if (!isClusterFirst || clusterDNS.length === 0) return nodeResolvConf;
  const clusterSearch =
    clusterDomain === '' ? [] : [`${metadata.namespace ?? 'default'}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return {
    nameservers: clusterDNS,
    search: withoutRepeats([...clusterSearch, ...nodeResolvConf.search]),
    options: ['ndots:5'],
  };
}

/** An option of the pod takes the place of one with the same name. */
function mergeOptions(base: readonly string[], own: readonly { name: string; value?: string }[]): readonly string[] {
  const merged = new Map(base.map((option) => [option.split(':')[0] ?? '', option]));
  for (const { name, value } of own) merged.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  return [...merged.values()];
}

function fitLimits({ nameservers, search, options }: ResolvConf): ResolvConf {
  const kept = search.slice(0, MAX_SEARCH_ENTRIES).filter((entry) => entry.length <= MAX_NAME_LENGTH);
  while (kept.join(' ').length > MAX_SEARCH_CHARACTERS) kept.pop();
  return { nameservers: nameservers.slice(0, MAX_NAMESERVERS), search: kept, options };
}

function withoutRepeats(entries: readonly string[]): string[] {
  return [...new Set(entries)];
}
