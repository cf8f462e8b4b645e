// What kube-proxy writes whatever the Services are: its fixed chains, the node-port jump, and once per host the jumps
// from the built-in chains. Follows syncProxyRules, iptablesJumpChains and NewNodePortAddresses, v1.33.

import { cidrContains, familyOf, parseAddress, parseCIDR } from '../../net/address.ts';
import { hasLocalhostNodePorts, markText, type ProxyConfig } from './proxy-config.ts';

/** The filter chains of every sync. */
export function filterChains(config: ProxyConfig): string[] {
  const chains = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-FORWARD', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'];
  return hasLocalhostNodePorts(config) ? [...chains, 'KUBE-FIREWALL'] : chains;
}

export const NAT_CHAINS: readonly string[] = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'];

/** KUBE-FIREWALL (loopback NodePorts must not open 127.0.0.0/8 to neighbours) and KUBE-FORWARD. */
export function fixedFilterRules(config: ProxyConfig): string[] {
  const rules: string[] = [];
  if (hasLocalhostNodePorts(config)) {
    rules.push(
      '-A KUBE-FIREWALL -m comment --comment "block incoming localnet connections" -d 127.0.0.0/8 ! -s 127.0.0.0/8 ' +
        '-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    );
  }
  if (!config.conntrackTCPLiberal) {
    const counter = config.nfacct ? ' -m nfacct --nfacct-name ct_state_invalid_dropped_pkts' : '';
    rules.push(`-A KUBE-FORWARD -m conntrack --ctstate INVALID${counter} -j DROP`);
  }
  const mark = markText(config);
  rules.push(
    `-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark ${mark}/${mark} -j ACCEPT`,
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  );
  return rules;
}

/** KUBE-POSTROUTING and KUBE-MARK-MASQ: masquerading is decided early by a mark and done late. */
export function fixedNATRules(config: ProxyConfig): string[] {
  const mark = markText(config);
  const randomly = config.randomFully ? ' --random-fully' : '';
  return [
    `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
    `-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE${randomly}`,
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
  ];
}

/** The end of nat KUBE-SERVICES: what is for this node itself may be for a node port. */
export function nodePortJumps(config: ProxyConfig): string[] {
  const start = '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain"';
  const addresses = nodePortAddresses(config);
  if (addresses !== null) return addresses.map((address) => `${start} -d ${address} -j KUBE-NODEPORTS`);
  const spared = config.ipFamily === 'IPv6' ? ' ! -d ::1/128' : hasLocalhostNodePorts(config) ? '' : ' ! -d 127.0.0.0/8';
  return [`${start} -m addrtype --dst-type LOCAL${spared} -j KUBE-NODEPORTS`];
}

/** The node's addresses that serve node ports; null when all do. */
function nodePortAddresses(config: ProxyConfig): string[] | null {
  const family = config.ipFamily === 'IPv6' ? 6 : 4;
  const listed = config.nodePortAddresses.map((text) => parseCIDR(text === 'primary' ? config.nodeIP : text));
  const cidrs = listed.filter((cidr) => cidr !== null && cidr.family === family);
  if (cidrs.length === 0 || cidrs.some((cidr) => cidr?.prefix === 0)) return null;
  const loopback = hasLocalhostNodePorts(config) ? ['127.0.0.1'] : [];
  const own = config.nodeIPs.filter((address) => parseAddress(address) !== null && familyOf(address) === family);
  return [...own, ...loopback].filter((address) => cidrs.some((cidr) => cidr !== null && cidrContains(cidr, address)));
}

interface Jump {
  readonly table: 'filter' | 'nat';
  readonly chain: string;
  readonly to: string;
  readonly comment: string | null;
  readonly onlyNew: boolean;
}

const FIREWALL = { table: 'filter', to: 'KUBE-FIREWALL', comment: null, onlyNew: false } as const;
const PROXY_FIREWALL = { table: 'filter', to: 'KUBE-PROXY-FIREWALL', comment: 'kubernetes load balancer firewall', onlyNew: true } as const;
const NODE_PORTS = { table: 'filter', to: 'KUBE-NODEPORTS', comment: 'kubernetes health check service ports', onlyNew: false } as const;
const FORWARD = { table: 'filter', to: 'KUBE-FORWARD', comment: 'kubernetes forwarding rules', onlyNew: false } as const;
const SERVICES = { table: 'filter', to: 'KUBE-SERVICES', comment: 'kubernetes service portals', onlyNew: true } as const;
const NAT_SERVICES = { table: 'nat', to: 'KUBE-SERVICES', comment: 'kubernetes service portals', onlyNew: false } as const;
const POSTROUTING = { table: 'nat', to: 'KUBE-POSTROUTING', comment: 'kubernetes postrouting rules', onlyNew: false } as const;
const EXTERNAL_SERVICES = {
  table: 'filter',
  to: 'KUBE-EXTERNAL-SERVICES',
  comment: 'kubernetes externally-visible service portals',
  onlyNew: true,
} as const;

/** In the order in which they stand after kube-proxy has prepended them one by one on an empty host. */
const JUMPS: readonly Jump[] = [
  ...[FIREWALL, PROXY_FIREWALL, NODE_PORTS, EXTERNAL_SERVICES].map((jump) => ({ ...jump, chain: 'INPUT' })),
  ...[PROXY_FIREWALL, FORWARD, SERVICES, EXTERNAL_SERVICES].map((jump) => ({ ...jump, chain: 'FORWARD' })),
  ...[FIREWALL, PROXY_FIREWALL, SERVICES].map((jump) => ({ ...jump, chain: 'OUTPUT' })),
  { ...NAT_SERVICES, chain: 'PREROUTING' },
  { ...NAT_SERVICES, chain: 'OUTPUT' },
  { ...POSTROUTING, chain: 'POSTROUTING' },
];

/**
 * `iptables-restore --noflush` input for an empty host: kube-proxy's chains, still empty, and the jumps that lead to them.
 * Left out is the canary chain in table mangle: it would bring the whole table into every packet's walk for nothing.
 */
export function hostRules(): string {
  writtenHostRules ??= writeHostRules();
  return writtenHostRules;
}

/** The same for every node. */
let writtenHostRules: string | null = null;

function writeHostRules(): string {
  const tables = { filter: FILTER_HOST_CHAINS, nat: NAT_CHAINS } as const;
  const lines: string[] = [];
  for (const table of ['filter', 'nat'] as const) {
    lines.push(`*${table}`, ...[...tables[table], 'KUBE-PROXY-CANARY'].map(declareChain));
    for (const jump of JUMPS) if (jump.table === table) lines.push(jumpRule(jump));
    lines.push('COMMIT');
  }
  return `${lines.join('\n')}\n`;
}

const FILTER_HOST_CHAINS: readonly string[] = [
  'KUBE-SERVICES',
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-FORWARD',
  'KUBE-NODEPORTS',
  'KUBE-PROXY-FIREWALL',
  'KUBE-FIREWALL',
];

function jumpRule({ chain, to, comment, onlyNew }: Jump): string {
  const state = onlyNew ? ' -m conntrack --ctstate NEW' : '';
  return `-A ${chain}${state}${comment === null ? '' : ` -m comment --comment "${comment}"`} -j ${to}`;
}

/** `:KUBE-SERVICES - [0:0]`, which makes or empties the chain. */
export function declareChain(chain: string): string {
  return `:${chain} - [0:0]`;
}
