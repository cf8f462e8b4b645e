// The second family of a dual-stack cluster, as kubeadm and flannel set it up beside IPv4: addresses and pod ranges of the
// nodes, the wires' other hosts, routes between the nodes, and each node's ip6tables with its kube-proxy. The addresses of
// the node network are IPv4's own digits, so that a reader knows them again: 192.168.56.11 is also fd00:192:168::56:11.

import type { KubeObject, Node } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { type Address, addressAt, type CIDR, familyOf, formatCIDR, parseAddress, parseCIDR } from '../net/address.ts';
import type { Extensions } from '../netfilter/extension.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { startServer } from '../programs/server.ts';
import type { Clock } from '../sim/clock.ts';
import { type ClusterNetwork, INTERNET_NAMES, ROUTER_ADDRESS } from './cluster-network.ts';
import { addVxlanDevice, clusterNetwork, type FlannelNode, flannelRules, meetVxlanPeers, routeHostGateway } from './cni/flannel.ts';
import { Proxier } from './kube-proxy/proxier.ts';
import type { ProxyConfig } from './kube-proxy/proxy-config.ts';
import { KubeProxyAgent } from './kube-proxy-agent.ts';
import type { Machine } from './machine.ts';
import { ServiceChanges } from './service-changes.ts';

/** kubeadm's and kind's usual second ranges. */
const SERVICE_CIDR6 = 'fd00:10:96::/112';
const POD_CIDR6 = 'fd00:10:244::/56';
const NODE_NETWORK6 = 'fd00:192:168::/64';
/** The outer header of a tunnel is that much longer than IPv4's. */
const MORE_OVERHEAD_BYTES = 20;
const INTERNET_ADDRESS6 = '2001:db8::10';
const INTERNET_GATEWAY6 = '2001:db8::1';

/** Nodes with what the kubelet and the controller manager give them of the second family, in order, skipping what is taken. */
function withSecondFamily(objects: readonly KubeObject[], range: string = POD_CIDR6): KubeObject[] {
  const podRange = parseCIDR(range) ?? { family: 6, value: 0n, prefix: 0 };
  const taken = new Set(objects.flatMap((object) => (object.kind === 'Node' ? ((object as Node).spec?.podCIDRs ?? []) : [])));
  let place = 0n;
  const next = () => {
    for (;;) {
      place++;
      const range = formatCIDR({ family: 6, value: podRange.value + (place << 64n), prefix: 64 });
      if (!taken.has(range)) return range;
    }
  };
  return objects.map((object) => (object.kind === 'Node' ? completeNode(object as Node, next) : object));
}

function completeNode(node: Node, nextPodCIDR: () => string): Node {
  const { addresses = [] } = node.status ?? {};
  const internal = addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
  const [primary = ''] = internal;
  const second = internal.some((address) => familyOf(address) === 6) ? [] : [{ type: 'InternalIP', address: secondAddressOf(primary) }];
  const { podCIDR = '', podCIDRs = [podCIDR] } = node.spec ?? {};
  const place = addresses.findIndex(({ address }) => address === primary) + 1;
  return {
    ...node,
    spec: { ...node.spec, podCIDRs: podCIDRs.length > 1 ? podCIDRs : [...podCIDRs, nextPodCIDR()] },
    status: { ...node.status, addresses: [...addresses.slice(0, place), ...second, ...addresses.slice(place)] },
  };
}

/** The IPv6 address that goes with an IPv4 address of the node network. */
function secondAddressOf(address: Address): Address {
  const [a, b, c, d] = address.split('.');
  const host = a === '192' && b === '168' ? `:${c}:${d}` : `0:${a}:${b}:${c}:${d}`;
  return parseAddress(`fd00:192:168:${host}`) ?? address;
}

/** Puts IPv6 on every machine and wire. */
function addSecondFamily(network: ClusterNetwork, nodes: readonly Node[]): void {
  joinHosts(network);
  for (const node of nodes) {
    const machine = network.machines.get(node.metadata.name);
    const address = node.status?.addresses?.find((one) => one.type === 'InternalIP' && familyOf(one.address) === 6)?.address;
    const podCIDR = node.spec?.podCIDRs?.map(parseCIDR).find((cidr) => cidr?.family === 6);
    if (machine && address && podCIDR) joinMachine(network, machine, { address: parseAddress(address) ?? address, podCIDR });
  }
  routePods(network);
}

function joinHosts(network: ClusterNetwork): void {
  const { router, internet } = network;
  for (const [address, netns] of network.hosts) {
    const second = secondAddressOf(address);
    netns.addAddress('eth0', `${second}/64`);
    netns.sysctls.forwarding = netns.sysctls.ip_forward;
    network.secondAddresses.set(second, address);
    if (address !== ROUTER_ADDRESS) netns.routing.add(`default via ${secondAddressOf(ROUTER_ADDRESS)} dev eth0`);
  }
  router.addAddress('eth1', `${INTERNET_GATEWAY6}/64`);
  router.routing.add('blackhole ::/0');
  internet.addAddress('eth0', `${INTERNET_ADDRESS6}/64`);
  internet.routing.add(`default via ${INTERNET_GATEWAY6} dev eth0`);
  for (const name of INTERNET_NAMES) network.moreRecords.push({ name: `${name}.`, type: 'AAAA', ttl: 300, data: INTERNET_ADDRESS6 });
  for (const port of [80, 443])
    startServer(internet, { name: 'internet', program: 'web server' }, { protocol: 'tcp', address: INTERNET_ADDRESS6, port });
}

function joinMachine(network: ClusterNetwork, machine: Machine, second: { readonly address: Address; readonly podCIDR: CIDR }): void {
  const { netns } = machine;
  machine.second = second;
  netns.sysctls.forwarding = true;
  netns.addAddress('eth0', `${second.address}/64`);
  netns.addAddress('cni0', `${addressAt(second.podCIDR, 1)}/${second.podCIDR.prefix}`);
  netns.routing.add(`default via ${secondAddressOf(ROUTER_ADDRESS)} dev eth0 proto static`);
  network.moreRecords.push({ name: `${machine.name}.`, type: 'AAAA', ttl: 300, data: second.address });
  if (parseCIDR(`${second.address}/64`)?.value === parseCIDR(NODE_NETWORK6)?.value) return;
  // A node of another network hangs on the same switch: everybody is told that it is on the link.
  netns.routing.add(`${NODE_NETWORK6} dev eth0`);
  const others = [...network.hosts.values(), ...[...network.machines.values()].map((other) => other.netns)];
  for (const other of others) if (other !== netns) other.routing.add(`${second.address}/128 dev eth0`);
}

function flannelNodes(network: ClusterNetwork): FlannelNode[] {
  return [...network.machines.values()].flatMap(({ name, netns, second }) => (second ? [{ name, netns, ...second }] : []));
}

function routePods(network: ClusterNetwork): void {
  const nodes = flannelNodes(network);
  if (network.cni === 'vxlan') for (const node of nodes) addVxlanDevice(node, network.podMTU - MORE_OVERHEAD_BYTES);
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node);
    if (network.cni === 'host-gw') routeHostGateway(node, others);
    if (network.cni === 'vxlan') meetVxlanPeers(node, others);
  }
}

interface SecondFamilyOptions {
  readonly network: ClusterNetwork;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly extensions: Extensions;
  /** What the IPv4 kube-proxy of a node is told. */
  configOf(machine: Machine): ProxyConfig;
  /** The IPv4 half of each node's kube-proxy; a node with IPv4 rules of its own has none. */
  readonly proxies: ReadonlyMap<string, KubeProxyAgent>;
  readonly minSyncPeriodUs: number | undefined;
}

/** Gives every node its ip6tables rules, and the second half of its kube-proxy to keep them. */
function startSecondFamily({ network, store, clock, extensions, configOf, proxies, minSyncPeriodUs }: SecondFamilyOptions): void {
  const changes = new ServiceChanges(store);
  const nodes = flannelNodes(network);
  const podNetwork = clusterNetwork(nodes.map(({ podCIDR }) => podCIDR));
  for (const { name: nodeName, address, podCIDR, netns } of nodes) {
    // Rules of its own: nobody else writes there.
    if (netns.ruleset6) continue;
    const ruleset = new Ruleset({ family: 6, extensions });
    netns.ruleset6 = ruleset;
    const machine = network.machines.get(nodeName) as Machine;
    const proxier = new Proxier(secondConfig(configOf(machine), { address, podCIDR, podNetwork }));
    const rules = [proxier.hostRules(), ...(network.cni === 'none' ? [] : [flannelRules(podNetwork, podCIDR)])];
    for (const text of rules) {
      const problem = ruleset.restore(text, { noflush: true })[0];
      if (problem) throw new Error(`a node's own IPv6 rule does not load, line ${problem.line}: ${problem.message}`);
    }
    const half = new KubeProxyAgent({ nodeName, netns, ruleset, store, clock, proxier, changes, minSyncPeriodUs });
    const first = proxies.get(nodeName);
    if (first) first.secondHalf = half;
  }
}

/** kube-proxy's settings are for both families, but for ranges and addresses. */
function secondConfig(config: ProxyConfig, node: { address: Address; podCIDR: CIDR; podNetwork: CIDR }): ProxyConfig {
  const { kind, value } = config.detectLocal;
  const ranges = { clusterCIDR: node.podNetwork, nodeCIDR: node.podCIDR };
  const range = kind === 'clusterCIDR' || kind === 'nodeCIDR' ? formatCIDR(ranges[kind]) : value;
  return {
    ...config,
    ipFamily: 'IPv6',
    nodeIP: node.address,
    nodeIPs: [...new Set([...config.nodeIPs, node.address])],
    detectLocal: { kind, value: range },
  };
}

/** What the cluster needs of this file, as a part. */
export const SECOND_FAMILY = {
  serviceCIDRs: (given: readonly string[]) => (given.length > 1 ? given : [...given, SERVICE_CIDR6]),
  completeNodes: withSecondFamily,
  addTo: addSecondFamily,
  start: startSecondFamily,
} as const;
