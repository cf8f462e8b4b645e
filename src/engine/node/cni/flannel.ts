// What a flannel node carries besides kube-proxy's rules: its masquerade and forward chains, and the routes to the
// other nodes' pods, host-gw (plain routes) or VXLAN (a tunnel with fixed neighbour and FDB entries). Follows
// flannel-io/flannel pkg/trafficmngr/iptables and pkg/backend/{hostgw,vxlan}, v0.26.

import { addressAt, type CIDR, cidrContains, formatAddress, formatCIDR, parseCIDR } from '../../net/address.ts';
import { learnNeighbour } from '../../netstack/neighbour.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import { parseRoute, type Route } from '../../netstack/routing.ts';

export const VXLAN_VNI = 1;
export const VXLAN_PORT = 8472; // Linux's default, which flannel keeps; RFC 7348 says 4789.

export interface FlannelNode {
  readonly name: string;
  readonly address: string;
  readonly podCIDR: CIDR;
  readonly netns: NetworkNamespace;
}

/**
 * `iptables-restore --noflush` input: flannel's chains, for a node with `podCIDR` in a cluster of `network`. `masquerades`
 * is its option --ip-masq: without it somebody else sees to that.
 */
export function flannelRules(network: CIDR, podCIDR: CIDR, { masquerades = true } = {}): string {
  const multicast = network.family === 4 ? '224.0.0.0/4' : 'ff00::/8';
  const all = formatCIDR(network);
  const own = formatCIDR(podCIDR);
  const masq = '-m comment --comment "flanneld masq"';
  const forward = '-m comment --comment "flanneld forward"';
  const postrouting = [
    '*nat',
    ':FLANNEL-POSTRTG - [0:0]',
    `-A POSTROUTING ${masq} -j FLANNEL-POSTRTG`,
    `-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 ${masq} -j RETURN`,
    `-A FLANNEL-POSTRTG -s ${own} -d ${all} ${masq} -j RETURN`,
    `-A FLANNEL-POSTRTG -s ${all} -d ${own} ${masq} -j RETURN`,
    `-A FLANNEL-POSTRTG ! -s ${all} -d ${own} ${masq} -j RETURN`,
    `-A FLANNEL-POSTRTG -s ${all} ! -d ${multicast} ${masq} -j MASQUERADE --random-fully`,
    `-A FLANNEL-POSTRTG ! -s ${all} -d ${all} ${masq} -j MASQUERADE --random-fully`,
    'COMMIT',
  ];
  return [
    ...(masquerades ? postrouting : []),
    '*filter',
    ':FLANNEL-FWD - [0:0]',
    `-A FORWARD ${forward} -j FLANNEL-FWD`,
    `-A FLANNEL-FWD -s ${all} ${forward} -j ACCEPT`,
    `-A FLANNEL-FWD -d ${all} ${forward} -j ACCEPT`,
    'COMMIT',
    '',
  ].join('\n');
}

/** host-gw: every other node is the gateway to its pods. */
export function routeHostGateway(node: FlannelNode, others: readonly FlannelNode[]): void {
  for (const other of others) node.netns.routing.addRoute(gatewayRoute(other));
}

function gatewayRoute({ podCIDR, address }: FlannelNode): Route {
  let route = gatewayRoutes.get(podCIDR);
  if (route?.via !== address) {
    route = parseRoute(`${formatCIDR(podCIDR)} via ${address} dev eth0`);
    gatewayRoutes.set(podCIDR, route);
  }
  return route;
}

// Every node has the same way to a node's pods.
const gatewayRoutes = new WeakMap<CIDR, Route>();

/** VXLAN: the tunnel device of a node; `meetVxlanPeers` then tells it of the others. Packets of IPv6 travel in packets of IPv6. */
export function addVxlanDevice(node: FlannelNode, mtu: number): void {
  const address = addressAt(node.podCIDR, 0) as string;
  const vxlan = { vni: VXLAN_VNI, local: node.address, port: VXLAN_PORT };
  const isIPv6 = node.podCIDR.family === 6;
  node.netns.addDevice({ name: vxlanDeviceOf(node), kind: 'vxlan', mtu, vxlan });
  node.netns.addAddress(vxlanDeviceOf(node), `${address}/${isIPv6 ? 128 : 32}`);
}

function vxlanDeviceOf({ podCIDR }: FlannelNode): string {
  return podCIDR.family === 6 ? 'flannel-v6.1' : 'flannel.1';
}

export function meetVxlanPeers(node: FlannelNode, others: readonly FlannelNode[]): void {
  const device = node.netns.device(vxlanDeviceOf(node));
  for (const other of others) {
    const gateway = addressAt(other.podCIDR, 0) as string;
    const { mac } = other.netns.device(vxlanDeviceOf(other));
    node.netns.routing.add(`${formatCIDR(other.podCIDR)} via ${gateway} dev ${device.name} onlink`);
    learnNeighbour(node.netns, device, gateway, mac);
    device.vxlan?.fdb.set(mac, other.address);
  }
}

/** The cluster network that holds all pod ranges: /16 as flannel's default, /56 for IPv6, wider where the ranges need it. */
export function clusterNetwork(podCIDRs: readonly CIDR[], range: string | null = null): CIDR {
  const wanted = range === null ? null : parseCIDR(range);
  if (wanted && podCIDRs.every((cidr) => cidr.prefix >= wanted.prefix && cidrContains(wanted, formatAddress(cidr.family, cidr.value))))
    return wanted;
  const first = podCIDRs[0];
  if (!first) return parseCIDR('10.244.0.0/16') as CIDR;
  const { family } = first;
  for (let prefix = Math.min(family === 4 ? 16 : 56, first.prefix); prefix > 0; prefix--) {
    const hostBits = BigInt((family === 4 ? 32 : 128) - prefix);
    const value = (first.value >> hostBits) << hostBits;
    if (podCIDRs.every((cidr) => cidr.value >> hostBits === first.value >> hostBits)) return { family, value, prefix };
  }
  return { family, value: 0n, prefix: 0 };
}
