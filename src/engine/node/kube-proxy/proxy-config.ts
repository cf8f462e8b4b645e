// What one kube-proxy (one address family) is told at its start: the flags and facts that its rules depend on.

export interface DetectLocal {
  readonly kind: 'clusterCIDR' | 'nodeCIDR' | 'bridgeInterface' | 'interfaceNamePrefix' | 'none';
  readonly value: string;
}

export interface ProxyConfig {
  readonly nodeName: string;
  /** The node's primary address. */
  readonly nodeIP: string;
  /** Every local address that is not loopback, of both families. */
  readonly nodeIPs: readonly string[];
  readonly ipFamily: 'IPv4' | 'IPv6';
  readonly detectLocal: DetectLocal;
  readonly masqueradeAll: boolean;
  readonly masqueradeBit: number;
  /** The mark's text; absent: computed from masqueradeBit. (A real kube-proxy pads it: `0x00004000`.) */
  readonly mark?: string;
  /** `--nodeport-addresses`: CIDRs, or `primary`. */
  readonly nodePortAddresses: readonly string[];
  readonly localhostNodePorts: boolean;
  /** Whether the accounting objects for `-m nfacct` exist. */
  readonly nfacct: boolean;
  /** Whether iptables knows `MASQUERADE --random-fully` (1.6.2 and later). */
  readonly randomFully: boolean;
  /** Whether net.netfilter.nf_conntrack_tcp_be_liberal was set at start. */
  readonly conntrackTCPLiberal: boolean;
  readonly featureGates?: { readonly LoadBalancerIPMode?: boolean; readonly PreferSameTrafficDistribution?: boolean };
  /** How often a large cluster's stale chains are removed; kube-proxy's default is 30 s. */
  readonly syncPeriodUs?: number;
}

/** The mark that asks for masquerading, `0x4000`. */
export function markText(config: ProxyConfig): string {
  return config.mark ?? `0x${(2 ** config.masqueradeBit).toString(16)}`;
}

/** Localhost NodePorts are an IPv4 thing; an IPv6 proxier never has them. */
export function hasLocalhostNodePorts(config: ProxyConfig): boolean {
  return config.localhostNodePorts && config.ipFamily === 'IPv4';
}
