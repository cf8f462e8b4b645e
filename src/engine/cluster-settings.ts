// What a cluster is set up with before any object is applied: its ranges, its domain, kube-proxy's options, and what
// single nodes have of their own. The defaults are kubeadm's, with flannel's pod range.

import type { ClusterConfig } from './api/types.ts';
import { addressAt, type CIDR, parseCIDR } from './net/address.ts';
import type { ConntrackTimeouts } from './netfilter/conntrack.ts';
import type { Ruleset } from './netfilter/ruleset.ts';
import type { MachineFacts } from './netfilter/types.ts';
import type { HookPlace } from './netstack/hooks.ts';
import type { InterfaceSysctls, NetworkNamespace, Sysctls } from './netstack/netns.ts';
import type { SkBuff } from './netstack/skb.ts';
import type { ProxyConfig } from './node/kube-proxy/proxy-config.ts';

export interface ClusterSettings {
  /** Service ranges, the first of them the default family's, and the range of node ports. */
  readonly api: ClusterConfig;
  readonly podRange: PodRange;
  readonly dnsDomain: string;
  readonly proxy: ProxySettings;
  /** Where a pod's address is kept, as ip-masq-agent has it; null: the CNI masquerades what leaves the pods' range. */
  readonly nonMasqueradeCIDRs: readonly CIDR[] | null;
  /** By name; a node that is not there has nothing of its own. */
  readonly nodes: ReadonlyMap<string, NodeSettings>;
}

/** Every node gets a range of `mask` bits out of `cidr`. */
export interface PodRange {
  readonly cidr: string;
  readonly mask: number;
  /** The IPv6 range of a dual-stack cluster, where one is given. */
  readonly second?: string;
}

/** What kube-proxy is told besides what its node says of itself. */
export type ProxySettings = Partial<
  Pick<ProxyConfig, 'masqueradeAll' | 'masqueradeBit' | 'nodePortAddresses' | 'localhostNodePorts' | 'conntrackTCPLiberal'>
> & {
  /** Without a value it is filled in: the cluster's range, or the node's own. */
  readonly detectLocal?: { readonly kind: ProxyConfig['detectLocal']['kind']; readonly value: string | null };
  /** net.netfilter.nf_conntrack_max, as kube-proxy sets it. */
  readonly conntrackMax?: number;
  /** Where it differs from what kube-proxy sets by itself; 0 leaves the kernel's own. */
  readonly conntrackTimeouts?: Partial<ConntrackTimeouts>;
  readonly syncPeriodUs?: number;
  /** The least time between two syncs, after a first two. */
  readonly minSyncPeriodUs?: number;
  /** The node's address in kube-proxy's eyes, where it is told to bind to one. */
  readonly bindAddress?: string;
};

/** What kube-proxy sets on its node where nothing else is asked for (v1.33: maxPerCore 32768, min 131072; 24 h and 1 h). */
export const PROXY_CONNTRACK = { max: 131_072, timeouts: { tcpEstablished: 86_400, tcpCloseWait: 3_600 } } as const;

export interface NodeSettings {
  readonly sysctls: Partial<Sysctls>;
  /** net.ipv4.conf.INTERFACE.*, by interface. */
  readonly interfaces: ReadonlyMap<string, InterfaceSysctls>;
  readonly timeouts: Partial<ConntrackTimeouts>;
  readonly conntrackMax?: number;
  /** The node's own rules, loaded: nothing else writes there, and kube-proxy stands still. */
  readonly ruleset: Ruleset | null;
  /** The same for IPv6. */
  readonly ruleset6: Ruleset | null;
  /** For rules that ask the machine. */
  readonly facts: ((netns: NetworkNamespace, skb: SkBuff, place: HookPlace) => MachineFacts) | null;
}

export const DEFAULT_SETTINGS: ClusterSettings = {
  api: { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' },
  podRange: { cidr: '10.244.0.0/16', mask: 24 },
  dnsDomain: 'cluster.local',
  proxy: {},
  nonMasqueradeCIDRs: null,
  nodes: new Map(),
};

/** kubeadm's choice: the tenth address of the Services' range. */
export function clusterDNSOf(settings: ClusterSettings): string {
  return serviceAddress(settings, 10);
}

/** The address of the Service `kubernetes` is the first one. */
export function serviceAddress({ api }: ClusterSettings, place: number): string {
  const cidr = parseCIDR(api.serviceCIDRs[0] ?? '');
  return (cidr && addressAt(cidr, place)) ?? '';
}

/** The options of the kube-proxy of one node. A list of addresses without loopback turns localhost NodePorts off (NewProxier). */
export function proxyConfigOf(
  { proxy }: Pick<ClusterSettings, 'proxy'>,
  node: { readonly name: string; readonly address: string; readonly addresses: readonly string[]; readonly podCIDR: string },
  clusterCIDR: string,
): ProxyConfig {
  const nodePortAddresses = proxy.nodePortAddresses ?? [];
  const wantsLocalhost = proxy.localhostNodePorts ?? true;
  const { kind = 'clusterCIDR', value = null } = proxy.detectLocal ?? {};
  return {
    nodeName: node.name,
    nodeIP: proxy.bindAddress ?? node.address,
    nodeIPs: node.addresses,
    ipFamily: 'IPv4',
    detectLocal: { kind, value: value ?? (kind === 'nodeCIDR' ? node.podCIDR : clusterCIDR) },
    masqueradeAll: proxy.masqueradeAll ?? false,
    masqueradeBit: proxy.masqueradeBit ?? 14,
    nodePortAddresses,
    localhostNodePorts: wantsLocalhost && (nodePortAddresses.length === 0 || nodePortAddresses.some(holdsLoopback)),
    nfacct: false,
    randomFully: true,
    conntrackTCPLiberal: proxy.conntrackTCPLiberal ?? false,
    ...(proxy.syncPeriodUs === undefined ? {} : { syncPeriodUs: proxy.syncPeriodUs }),
  };
}

function holdsLoopback(text: string): boolean {
  const cidr = parseCIDR(text);
  return cidr !== null && cidr.family === 4 && (cidr.prefix === 0 || cidr.value >> 24n === 127n);
}
