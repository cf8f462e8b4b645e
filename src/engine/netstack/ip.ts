// The IP layer: receive, route, deliver, forward, send. Follows net/ipv4/ip_{input,forward,output}.c, route.c and
// net/ipv6/ip6_{input,output}.c of Linux 6.x. Left out: options, multicast, policy routing.

import type { Address } from '../net/address.ts';
import type { Packet } from '../net/packet.ts';
import { addrOf, isIPv6, sizeOf } from '../net/packet.ts';
import type { Device } from './device.ts';
import { goesRoundForEver, isErrorForEver } from './endless.ts';
import { fragmentsOf, reassemble } from './fragments.ts';
import { runHook } from './hooks.ts';
import { asICMPv6, sendICMPError } from './icmp-error.ts';
import { sendToNeighbour } from './link.ts';
import type { NetworkNamespace } from './netns.ts';
import { redirectSender } from './redirect.ts';
import type { Route } from './routing.ts';
import { type Errno, newSkb, type SendOptions, type SkBuff } from './skb.ts';

/** ip_rcv: a packet arrived on `device`. */
export function ipReceive(netns: NetworkNamespace, device: Device, skb: SkBuff): void {
  if (!skb.preroutingDone) {
    if (!runHook(netns, skb, { hook: 'PREROUTING', inDevice: device.name, outDevice: null })) return;
  }
  skb.preroutingDone = false;
  const { source, destination } = skb.packet;
  if (device.kind !== 'loopback' && isMartian(netns, device, skb.packet)) {
    return netns.end(skb, 'lost', `martian packet: source ${source}, destination ${destination} on ${device.name}`);
  }
  if (failsReversePath(netns, device, source)) {
    return netns.end(
      skb,
      'lost',
      `IPReversePathFilter: ${source} is not reached by ${device.name} (rp_filter = ${reversePathFilter(netns, device)})`,
    );
  }
  if (netns.isLocal(destination)) return deliverLocally(netns, device, skb);
  // What is for a group is for its members, and nobody is missed.
  if (isGroup(destination))
    return netns.protocols?.isGroupMember(netns, device, destination) ? deliverLocally(netns, device, skb) : undefined;
  forward(netns, device, skb);
}

function isGroup(address: Address): boolean {
  return address.startsWith('ff');
}

/** fib_validate_source: own addresses and 127/8 cannot come in from outside. IPv6 looks at ::1 only (ip6_rcv_core). */
function isMartian(netns: NetworkNamespace, device: Device, { source, destination }: Packet): boolean {
  if (source.includes(':')) return source === '::1' || destination === '::1';
  const loopback = source.startsWith('127.') || destination.startsWith('127.');
  if (loopback) return !routesLocalnet(netns, device.name);
  if (netns.isLocal(source)) return true;
  return false;
}

function routesLocalnet(netns: NetworkNamespace, device: string): boolean {
  return netns.sysctls.route_localnet || netns.interfaceSysctls.get(device)?.route_localnet === true;
}

function reversePathFilter(netns: NetworkNamespace, device: Device): number {
  return Math.max(netns.sysctls.rp_filter, netns.interfaceSysctls.get(device.name)?.rp_filter ?? 0);
}

/** The reverse path filter (RFC 3704): 1, the way back leaves by the same interface; 2, there is a way back. */
function failsReversePath(netns: NetworkNamespace, device: Device, source: Address): boolean {
  const rp_filter = reversePathFilter(netns, device);
  if (rp_filter === 0 || source.includes(':') || device.kind === 'loopback') return false;
  const back = netns.routing.lookup(source);
  if (!back || back.type === 'blackhole') return true;
  return rp_filter === 1 && back.device !== device.name;
}

function deliverLocally(netns: NetworkNamespace, device: Device, skb: SkBuff): void {
  if (skb.packet.fragment && !reassembleFor(netns, skb)) return;
  if (!runHook(netns, skb, { hook: 'INPUT', inDevice: device.name, outDevice: null })) return;
  netns.handlers?.transport(skb, device);
}

/** ip_forward. */
function forward(netns: NetworkNamespace, device: Device, skb: SkBuff): void {
  const is6 = isIPv6(skb.packet);
  if (!netns.forwardsFrom(device.name, is6 ? 6 : 4)) return netns.end(skb, 'lost', whyNotForwarded(netns, device, is6));
  const route = netns.routing.lookup(skb.packet.destination, addrOf(skb.packet));
  if (route?.type === 'blackhole') return netns.end(skb, 'lost', 'no way on: the router drops it and says nothing');
  if (!route) {
    netns.end(skb, 'unreachable', `no route to ${skb.packet.destination}`);
    return sendError(netns, skb, 3, 0);
  }
  if (skb.packet.ttl <= 1) {
    netns.end(skb, 'expired', is6 ? 'hop limit reached 0' : 'TTL reached 0');
    return sendError(netns, skb, 11, 0);
  }
  const out = netns.device(route.device);
  // What came in pieces goes on in pieces.
  if ((skb.packet.dontFragment || is6) && (skb.longestFragment ?? sizeOf(skb.packet)) > out.mtu) {
    const why = is6 ? 'and routers do not fragment' : 'and DF is set';
    netns.end(skb, 'unreachable', `${sizeOf(skb.packet)} bytes do not fit ${out.name}, mtu ${out.mtu}, ${why}`);
    return sendError(netns, skb, 3, 4, out.mtu);
  }
  if (goesRoundForEver(netns, skb)) return;
  skb.packet = { ...skb.packet, ttl: skb.packet.ttl - 1 };
  if (!is6) redirectSender(netns, skb, { device, route }, (packet, options) => ipSend(netns, packet, options));
  if (!runHook(netns, skb, { hook: 'FORWARD', inDevice: device.name, outDevice: route.device })) return;
  output(netns, skb, route);
}

function whyNotForwarded({ sysctls, interfaceSysctls }: NetworkNamespace, { name }: Device, is6: boolean): string {
  if (is6) return 'net.ipv6.conf.all.forwarding = 0: this machine forwards nothing';
  const isOwn = interfaceSysctls.get(name)?.forwarding === false;
  if (isOwn && sysctls.ip_forward) return `net.ipv4.conf.${name}.forwarding = 0: nothing that comes in by ${name} is forwarded`;
  return 'net.ipv4.ip_forward = 0: this machine forwards nothing';
}

/** Puts pieces together; where the rest of a packet for this machine does not come, its sender is told (ip_expire). */
export function reassembleFor(netns: NetworkNamespace, skb: SkBuff): boolean {
  return reassemble(netns, skb, (first) => {
    if (netns.isLocal(first.packet.destination)) sendError(netns, first, 11, 1);
  });
}

/** ip_output: POSTROUTING, then the neighbour. False when a rule did not let it leave. */
function output(netns: NetworkNamespace, skb: SkBuff, route: Route): boolean {
  skb.route = route;
  if (!runHook(netns, skb, { hook: 'POSTROUTING', inDevice: skb.device, outDevice: route.device })) return false;
  const device = netns.device(route.device);
  const mtu = skb.device === null ? Math.min(device.mtu, netns.pathMTUs.get(skb.packet.destination) ?? device.mtu) : device.mtu;
  // In IPv6 only its sender cuts a packet.
  const mayCut = isIPv6(skb.packet) ? skb.device === null || skb.wraps > 0 : !skb.packet.dontFragment;
  const isCut = skb.longestFragment !== null || (mayCut && sizeOf(skb.packet) > mtu);
  const nextHop = route.via ?? skb.packet.destination;
  for (const piece of isCut ? fragmentsOf(netns, skb, mtu) : [skb]) sendToNeighbour(netns, device, nextHop, piece);
  return true;
}

/** The longest packet that gets from here to `destination`, as far as this machine knows. */
export function mtuTowards(netns: NetworkNamespace, destination: Address): number {
  const routed = routeOutput(netns, destination);
  if (typeof routed === 'string') return 1500;
  const { mtu } = netns.device(routed.route.device);
  return Math.min(mtu, netns.pathMTUs.get(destination) ?? mtu);
}

/** A socket's packet (IP_PMTUDISC_WANT, ip(7)): no router may cut it, unless it is so long that its sender cuts it. */
export function discoversMTU(netns: NetworkNamespace, packet: Packet): Packet {
  return { ...packet, dontFragment: sizeOf(packet) <= mtuTowards(netns, packet.destination) };
}

/** Where a new packet of this machine would go, and the source address it would get. */
export function routeOutput(netns: NetworkNamespace, destination: Address): { route: Route; source: Address } | Errno {
  if (netns.isLocal(destination)) return { route: loopbackRoute(destination), source: destination };
  const route = netns.routing.lookup(destination);
  if (!route || route.type === 'blackhole') return 'ENETUNREACH';
  const source = route.source ?? netns.sourceAddress(netns.device(route.device), route.via ?? destination);
  return source ? { route, source } : 'ENETUNREACH';
}

function loopbackRoute(destination: Address): Route {
  return { ...LOOPBACK_ROUTE, source: destination };
}

const LOOPBACK_ROUTE: Route = {
  destination: null,
  via: null,
  device: 'lo',
  source: null,
  protocol: null,
  scope: null,
  onlink: false,
  metric: 0,
  type: 'unicast',
  nexthops: [],
};

/** ip_local_out: sends a packet that this machine made. Returns an error where Linux would fail the system call. */
export function ipSend(netns: NetworkNamespace, packet: Packet, options: SendOptions): Errno | null {
  const routed = routeOutput(netns, packet.destination);
  if (typeof routed === 'string') return routed;
  const timeUs = Math.max(netns.context.clock.nowUs, options.notBeforeUs ?? 0);
  const { tag, direction, about } = options;
  const origin = { tag, from: netns.name, direction, timeUs, ...(about === undefined ? {} : { about }) };
  const skb = newSkb(packet, { timeUs, tag, record: netns.context.recorder.begin(packet, origin) });
  if (options.cause?.ct && options.cause.ct !== 'UNTRACKED') {
    const { entry, direction: caused } = options.cause.ct;
    skb.ct = { entry, direction: caused === 'ORIGINAL' ? 'REPLY' : 'ORIGINAL', state: 'RELATED' };
  }
  skb.errors = options.cause ? options.cause.errors + 1 : 0;
  if (isErrorForEver(netns, skb)) return null;
  // What a rule drops here is dropped before the eyes of the system call.
  return sendSkb(netns, skb, routed.route) ? null : 'EPERM';
}

/** The same for an skb that exists already (a tunnel's outer packet). False when a rule did not let it leave. */
export function sendSkb(netns: NetworkNamespace, skb: SkBuff, route: Route): boolean {
  const before = skb.packet.destination;
  if (!runHook(netns, skb, { hook: 'OUTPUT', inDevice: null, outDevice: route.device })) return false;
  const rerouted = skb.packet.destination === before ? route : reroute(netns, skb);
  return rerouted === null || output(netns, skb, rerouted);
}

/** ip_route_me_harder: OUTPUT changed the destination. */
function reroute(netns: NetworkNamespace, skb: SkBuff): Route | null {
  const { source, destination } = skb.packet;
  const routed = routeOutput(netns, destination);
  if (typeof routed === 'string') {
    netns.end(skb, 'unreachable', `no route to ${destination}`);
    return null;
  }
  if (source.startsWith('127.') && routed.route.device !== 'lo' && !routesLocalnet(netns, routed.route.device)) {
    netns.end(skb, 'lost', 'net.ipv4.conf.all.route_localnet = 0: a packet from 127.0.0.1 may not leave the machine');
    return null;
  }
  return routed.route;
}

/** Sends an ICMP error about `skb` from here, by the numbers of IPv4; about an IPv6 packet, the one that says the same. */
export function sendError(netns: NetworkNamespace, skb: SkBuff, type: number, code: number, mtu?: number): void {
  const kind = { type, code, ...(mtu === undefined ? {} : { mtu }) };
  sendICMPError(netns, skb, isIPv6(skb.packet) ? asICMPv6(kind) : kind, (packet, options) => ipSend(netns, packet, options));
}
