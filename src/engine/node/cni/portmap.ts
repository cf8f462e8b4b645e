// hostPort: the portmap plugin of CNI, which leads a port of the node to a port of a pod. Follows
// containernetworking/plugins v1.6, plugins/meta/portmap/{main,portmap_iptables}.go, with the plugin's defaults (`snat`
// on, mark bit 13). The id of a sandbox is made up here, so the hash in a chain's name is too.

import type { ContainerPort, Pod } from '../../api/types.ts';
import { type CIDR, formatAddress, joinHostPort, parseAddress } from '../../net/address.ts';
import type { Ruleset } from '../../netfilter/ruleset.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import { sha256 } from '../kube-proxy/sha256.ts';

/** The network's name in flannel's CNI configuration. */
const NETWORK = 'cbr0';
const DNAT_CHAIN = 'CNI-HOSTPORT-DNAT';
const MARK_CHAIN = 'CNI-HOSTPORT-SETMARK';
const MASQ_CHAIN = 'CNI-HOSTPORT-MASQ';
const MARK = '0x2000/0x2000';
const CHAIN_LENGTH = 28;
/** How many ports one multiport match takes. */
const MAX_PORTS = 15;

/** One pod's side of it, for one family of addresses. */
export interface PortmapTarget {
  readonly pod: Pod;
  readonly address: string;
  /** The range that the pod's address was taken from: who comes from there needs the way back led through the node. */
  readonly podCIDR: CIDR;
}

export interface Portmap {
  /** CNI ADD, in the node's namespace. */
  add(node: NetworkNamespace, targets: readonly PortmapTarget[]): void;
  /** CNI DEL. */
  remove(node: NetworkNamespace, targets: readonly PortmapTarget[]): void;
}

export const portmap: Portmap = {
  add: (node, targets) => {
    eachRuleset(node, targets, (ruleset, target) => load(ruleset, portmapRules(target, ruleset.chainNames('nat').includes(DNAT_CHAIN))));
    forgetFlows(node, targets);
  },
  remove: (node, targets) => eachRuleset(node, targets, (ruleset, target) => load(ruleset, portmapRemoval(target))),
};

/** Who spoke UDP to the port before goes on as before, past the new rules, as long as the node remembers: it forgets. */
function forgetFlows({ conntrack, context }: NetworkNamespace, targets: readonly PortmapTarget[]): void {
  const udp = targets.flatMap((target) => mappingsOf(target).filter(({ protocol }) => protocol === 'UDP'));
  if (udp.length === 0) return;
  const ports = new Set(udp.map(({ hostPort }) => hostPort));
  for (const entry of conntrack.entries(context.clock.nowUs))
    if (entry.original.protocol === 'udp' && ports.has(entry.original.destinationPort)) conntrack.remove(entry);
}

/** Whose pod asks for nothing has no rules read for it. */
function eachRuleset(
  node: NetworkNamespace,
  targets: readonly PortmapTarget[],
  act: (ruleset: Ruleset, target: PortmapTarget) => void,
): void {
  for (const target of targets) {
    if (mappingsOf(target).length === 0) continue;
    const ruleset = target.podCIDR.family === 6 ? node.ruleset6 : node.ruleset;
    if (ruleset) act(ruleset, target);
  }
}

type Mapping = Required<Pick<ContainerPort, 'hostPort' | 'containerPort' | 'protocol'>> & Pick<ContainerPort, 'hostIP'>;

/** The ports of the node that the pod asks for; on the host network its ports are the node's own. */
export function hostPortsOf({ spec }: Pod): readonly Mapping[] {
  if (spec.hostNetwork) return [];
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...spec.containers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, containerPort, protocol = 'TCP' }) =>
      hostPort ? [{ hostPort, containerPort, protocol, ...(hostIP ? { hostIP } : {}) }] : [],
    ),
  );
}

/** Those that an address of this family can serve. */
function mappingsOf({ pod, podCIDR }: PortmapTarget): readonly Mapping[] {
  return hostPortsOf(pod).filter(({ hostIP }) => !hostIP || (parseAddress(hostIP)?.includes(':') ? 6 : 4) === podCIDR.family);
}

/** `iptables-restore --noflush` input that leads the pod's host ports to it. `isKnown`: the node's own chains are there already. */
export function portmapRules(target: PortmapTarget, isKnown: boolean): string {
  const { pod, address, podCIDR } = target;
  const chain = chainOf(pod);
  const mappings = mappingsOf(target);
  const { family } = podCIDR;
  const clients = `${formatAddress(podCIDR.family, podCIDR.value)}/${podCIDR.prefix}`;
  const rules = mappings.flatMap(({ hostPort, containerPort, hostIP, protocol }) => {
    const to = `-A ${chain}${hostIP && !isAny(hostIP) ? ` -d ${hostIP}/${family === 6 ? 128 : 32}` : ''} -p ${protocol.toLowerCase()}`;
    const port = `--dport ${hostPort}`;
    return [
      // First the marks: a pod of this node, and the node itself over its loopback address, are answered through the node.
      `${withSource(to, clients)} ${port} -j ${MARK_CHAIN}`,
      ...(family === 6 ? [] : [`${withSource(to, '127.0.0.1/32')} ${port} -j ${MARK_CHAIN}`]),
      `${to} ${port} -j DNAT --to-destination ${joinHostPort(address, containerPort)}`,
    ];
  });
  return ['*nat', ...(isKnown ? [] : OWN_CHAINS), `:${chain} - [0:0]`, ...rules, ...entriesOf(target, '-A'), 'COMMIT', ''].join('\n');
}

/** Takes the pod's rules and its chain away again. */
export function portmapRemoval(target: PortmapTarget): string {
  const chain = chainOf(target.pod);
  return ['*nat', ...entriesOf(target, '-D'), `-F ${chain}`, `-X ${chain}`, 'COMMIT', ''].join('\n');
}

/** The masquerading rule comes before those of the network plugin, which would stop it from being reached. */
const OWN_CHAINS = [
  `:${DNAT_CHAIN} - [0:0]`,
  `:${MARK_CHAIN} - [0:0]`,
  `:${MASQ_CHAIN} - [0:0]`,
  `-A PREROUTING -m addrtype --dst-type LOCAL -j ${DNAT_CHAIN}`,
  `-A OUTPUT -m addrtype --dst-type LOCAL -j ${DNAT_CHAIN}`,
  `-I POSTROUTING 1 -m comment --comment "CNI portfwd requiring masquerade" -j ${MASQ_CHAIN}`,
  `-A ${MARK_CHAIN} -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark ${MARK}`,
  `-A ${MASQ_CHAIN} -m mark --mark ${MARK} -j MASQUERADE`,
];

/** One rule per protocol and fifteen ports that leads to the pod's chain. */
function entriesOf(target: PortmapTarget, option: '-A' | '-D'): string[] {
  const { pod } = target;
  const comment = `-m comment --comment "dnat name: \\"${NETWORK}\\" id: \\"${sandboxIdOf(pod)}\\""`;
  const mappings = mappingsOf(target);
  const protocols = [...new Set(mappings.map(({ protocol }) => protocol.toLowerCase()))].sort();
  return protocols.flatMap((protocol) => {
    const ports = mappings.filter((one) => one.protocol.toLowerCase() === protocol).map(({ hostPort }) => hostPort);
    return partition([...new Set(ports)]).map(
      (part) => `${option} ${DNAT_CHAIN} -p ${protocol} ${comment} -m multiport --dports ${part.join(',')} -j ${chainOf(pod)}`,
    );
  });
}

function isAny(hostIP: string): boolean {
  return hostIP === '0.0.0.0' || hostIP === '::';
}

function partition(ports: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(ports.length / MAX_PORTS) }, (_, n) => ports.slice(n * MAX_PORTS, (n + 1) * MAX_PORTS));
}

/** iptables-save writes the source before the rest. */
function withSource(rule: string, source: string): string {
  const [, chain, rest] = /^(-A \S+)(.*)$/.exec(rule) as unknown as [string, string, string];
  return `${chain} -s ${source}${rest}`;
}

/** `CNI-DN-` and so much of the hash as a chain's name has room for. */
function chainOf(pod: Pod): string {
  return `CNI-DN-${hex(sha256(`${NETWORK}${sandboxIdOf(pod)}`))}`.slice(0, CHAIN_LENGTH);
}

function sandboxIdOf({ metadata }: Pod): string {
  return hex(sha256(metadata.uid ?? `${metadata.namespace}/${metadata.name}`));
}

function hex(words: Uint32Array): string {
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
}

function load(ruleset: Ruleset, text: string): void {
  const problem = ruleset.restore(text, { noflush: true })[0];
  if (problem) throw new Error(`a rule of the portmap plugin does not load, line ${problem.line}: ${problem.message}`);
}
