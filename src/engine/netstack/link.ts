// The link layer of a network namespace: frames on wires, ARP, the learning bridge with br_netfilter. Follows
// net/bridge/br_{input,forward,device}.c, br_netfilter_{hooks,ipv6}.c and net/ipv4/arp.c of Linux 6.x.
//
// On a bridge with net.bridge.bridge-nf-call-iptables=1 (ip6tables=1), packets take PREROUTING inside the bridge, before the
// bridge decides; only then are they handed up (a second "rx", on cni0) or forwarded to another port with FORWARD and
// POSTROUTING run right there. A DNAT inside the bridge to an address behind the same bridge never leaves it.

import { addrOf, isIPv6, sizeOf } from '../net/packet.ts';
import { addHop } from '../sim/recorder.ts';
import { crossingOf } from './crossing.ts';
import type { Device, LinkEnd } from './device.ts';
import { fragmentsOf } from './fragments.ts';
import { rulesetFor, runHook } from './hooks.ts';
import { receiveARP, resolveNeighbour } from './neighbour.ts';
import type { NetworkNamespace } from './netns.ts';
import { printRoute } from './routing.ts';
import { type ARPMessage, BROADCAST_MAC, type Frame, type SkBuff, scrubbed } from './skb.ts';

/** Joins two interfaces with a wire. */
export function connect(
  a: { netns: NetworkNamespace; device: Device },
  b: { netns: NetworkNamespace; device: Device },
  latencyUs: number,
): void {
  a.device.peer = new FarEnd(b);
  b.device.peer = new FarEnd(a);
  a.device.latencyUs = latencyUs;
  b.device.latencyUs = latencyUs;
}

class FarEnd implements LinkEnd {
  readonly place: string;
  readonly name: string;
  readonly index: number;
  readonly #netns: NetworkNamespace;
  readonly #device: Device;

  constructor({ netns, device }: { netns: NetworkNamespace; device: Device }) {
    this.place = netns.name;
    this.name = device.name;
    this.index = device.index;
    this.#netns = netns;
    this.#device = device;
  }

  receive(frame: Frame): void {
    receiveFrame(this.#netns, this.#device, frame);
  }
}

/** Makes `port` a port of `bridge`. */
export function enslave(bridge: Device, port: Device, options: { hairpin: boolean }): void {
  port.master = bridge;
  port.hairpin = options.hairpin;
  bridge.ports.push(port);
}

/** Sends a frame out of an interface (dev_queue_xmit). */
export function transmit(netns: NetworkNamespace, device: Device, frame: Frame): void {
  capture(netns, device, frame, 'tx');
  const { tap } = netns.context;
  if (tap) tap(crossingOf(netns, device, frame, 'tx', (one) => sendOut(netns, device, one)));
  else sendOut(netns, device, frame);
}

function sendOut(netns: NetworkNamespace, device: Device, frame: Frame): void {
  switch (device.kind) {
    case 'loopback':
      return later(netns, device, frame, (arrived) => receiveFrame(netns, device, arrived));
    case 'bridge':
      return bridgeTransmit(netns, device, frame);
    case 'vxlan':
      if (frame.type === 'ip') netns.handlers?.encapsulate(device, frame.skb, frame.destination);
      return;
    default: {
      const { peer } = device;
      if (!peer) return lose(netns, frame, `${device.name} has no carrier`);
      return later(netns, device, leaving(frame), (arrived) => peer.receive(arrived));
    }
  }
}

/** A frame arrives on an interface (__netif_receive_skb). */
export function receiveFrame(netns: NetworkNamespace, device: Device, frame: Frame): void {
  capture(netns, device, frame, 'rx');
  const { tap } = netns.context;
  if (tap) tap(crossingOf(netns, device, frame, 'rx', (one) => takeIn(netns, device, one)));
  else takeIn(netns, device, frame);
}

function takeIn(netns: NetworkNamespace, device: Device, frame: Frame): void {
  if (frame.type === 'ip') frame.skb.sourceMac = frame.source;
  if (device.master) return bridgeReceive(netns, device.master, device, frame);
  handUp(netns, device, frame);
}

/** Delivers a frame that is for this machine to ARP or to IP. */
function handUp(netns: NetworkNamespace, device: Device, frame: Frame): void {
  if (frame.type === 'arp') return receiveARP(netns, device, frame.arp, (reply) => sendARP(netns, device, reply));
  const mine = frame.destination === device.mac || device.kind === 'loopback' || isMulticast(frame);
  if (!mine) return netns.end(frame.skb, 'lost', `not for ${device.mac}`);
  frame.skb.device = device.name;
  netns.handlers?.ip(device, frame.skb);
}

/** Sends an IP packet to its next hop, once the neighbour's address is known (ip_finish_output, neigh_output). */
export function sendToNeighbour(netns: NetworkNamespace, device: Device, nextHop: string, skb: SkBuff): void {
  const send = (mac: string, ready: SkBuff) => transmit(netns, device, { type: 'ip', source: device.mac, destination: mac, skb: ready });
  if (device.kind === 'loopback') return send(device.mac, skb);
  resolveNeighbour(netns, device, nextHop, skb, send, (request) => sendARP(netns, device, request));
}

function sendARP(netns: NetworkNamespace, device: Device, arp: ARPMessage): void {
  const destination = arp.operation === 'request' ? BROADCAST_MAC : arp.targetMac;
  transmit(netns, device, { type: 'arp', source: device.mac, destination, arp });
}

/** br_dev_xmit: the machine itself sends through its bridge; iptables has already seen the packet. */
function bridgeTransmit(netns: NetworkNamespace, bridge: Device, frame: Frame): void {
  const port = bridge.fdb.get(frame.destination);
  if (port) return transmit(netns, port, frame);
  flood(netns, bridge, null, frame);
}

/** br_handle_frame: a frame enters by a port. */
function bridgeReceive(netns: NetworkNamespace, bridge: Device, port: Device, frame: Frame): void {
  bridge.fdb.set(frame.source, port);
  if (frame.type === 'arp' || !callsIptables(netns, frame.skb)) return bridgeForward(netns, bridge, port, frame);
  const { skb } = frame;
  const before = skb.packet.destination;
  skb.physIn = port.name;
  skb.physFrame = { source: frame.source, destination: frame.destination };
  skb.device = bridge.name;
  if (!runHook(netns, skb, { hook: 'PREROUTING', inDevice: bridge.name, outDevice: null })) return;
  skb.preroutingDone = true;
  if (skb.packet.destination === before) return bridgeForward(netns, bridge, port, frame);
  afterBridgeDNAT(netns, bridge, port, frame, skb);
}

/** Whether br_netfilter takes the packets of this family through the hooks. */
function callsIptables(netns: NetworkNamespace, { packet }: SkBuff): boolean {
  const { bridge_nf_call_iptables, bridge_nf_call_ip6tables } = netns.sysctls;
  const isCalled = isIPv6(packet) ? bridge_nf_call_ip6tables : bridge_nf_call_iptables;
  return isCalled && rulesetFor(netns, packet) !== null;
}

/** br_nf_pre_routing_finish with a changed destination: bridged on if the new one is behind this bridge, else handed up. */
function afterBridgeDNAT(netns: NetworkNamespace, bridge: Device, port: Device, frame: Frame, skb: SkBuff): void {
  const { destination } = skb.packet;
  const route = netns.isLocal(destination) ? null : netns.routing.lookup(destination);
  if (!route || route.device !== bridge.name || !netns.forwardsFrom(bridge.name, isIPv6(skb.packet) ? 6 : 4)) {
    return bridgeForward(netns, bridge, port, { type: 'ip', source: frame.source, destination: bridge.mac, skb });
  }
  const onward = (mac: string, ready: SkBuff) =>
    bridgeForward(netns, bridge, port, { type: 'ip', source: frame.source, destination: mac, skb: ready });
  resolveNeighbour(netns, bridge, route.via ?? destination, skb, onward, (request) => sendARP(netns, bridge, request));
}

/** br_handle_frame_finish: up, out of one port, or out of all. */
function bridgeForward(netns: NetworkNamespace, bridge: Device, port: Device, frame: Frame): void {
  if (frame.destination === bridge.mac) return passUp(netns, bridge, frame);
  if (frame.destination === BROADCAST_MAC) {
    flood(netns, bridge, port, frame);
    return passUp(netns, bridge, frame);
  }
  if (isMulticast(frame)) {
    for (const other of bridge.ports) if (other !== port) bridgeOut(netns, bridge, other, copyOf(frame));
    return passUp(netns, bridge, frame);
  }
  const out = bridge.fdb.get(frame.destination);
  if (!out) return flood(netns, bridge, port, frame);
  if (out === port && !port.hairpin)
    return lose(netns, frame, `${bridge.name} does not send a frame back out of ${port.name}: hairpin mode is off`);
  bridgeOut(netns, bridge, out, frame);
}

function passUp(netns: NetworkNamespace, bridge: Device, frame: Frame): void {
  if (bridge.addresses.length === 0) return;
  capture(netns, bridge, frame, 'rx');
  handUp(netns, bridge, frame);
}

/** __br_forward: one port, through FORWARD and POSTROUTING where br_netfilter is on. */
function bridgeOut(netns: NetworkNamespace, bridge: Device, out: Device, frame: Frame): void {
  if (frame.type === 'ip' && frame.skb.preroutingDone) {
    const { skb } = frame;
    skb.physOut = out.name;
    if (!runHook(netns, skb, { hook: 'FORWARD', inDevice: bridge.name, outDevice: bridge.name })) return;
    skb.device = null;
    if (!runHook(netns, skb, { hook: 'POSTROUTING', inDevice: null, outDevice: bridge.name })) return;
  }
  bridgePush(netns, out, frame);
}

/** br_nf_dev_queue_xmit: what came in pieces leaves in pieces. Anything else that is too long is dropped (is_skb_forwardable). */
function bridgePush(netns: NetworkNamespace, out: Device, frame: Frame): void {
  if (frame.type !== 'ip') return transmit(netns, out, frame);
  const { skb } = frame;
  if (skb.longestFragment !== null) {
    for (const piece of fragmentsOf(netns, skb, out.mtu)) transmit(netns, out, { ...frame, skb: piece });
  } else if (sizeOf(skb.packet) > out.mtu) {
    lose(netns, frame, `${sizeOf(skb.packet)} bytes do not fit ${out.name}, mtu ${out.mtu}: a bridge drops them and tells nobody`);
  } else transmit(netns, out, frame);
}

function flood(netns: NetworkNamespace, bridge: Device, except: Device | null, frame: Frame): void {
  const ports = bridge.ports.filter((port) => port !== except);
  if (ports.length === 0 && !isMulticast(frame)) return lose(netns, frame, `${bridge.name} has no port for ${frame.destination}`);
  // Only the copy that finds its receiver goes on being recorded, so an unknown unicast is one packet, not many.
  for (const port of ports) transmit(netns, port, frame.type === 'ip' && ports.length > 1 ? copyOf(frame) : frame);
}

/** The copies of a question to all are one packet, as with ARP. */
function copyOf(frame: Frame & { type: 'ip' }): Frame {
  return { ...frame, skb: { ...frame.skb, record: isMulticast(frame) ? frame.skb.record : null } };
}

/** IPv6 multicast over ethernet, RFC 2464 section 7. */
function isMulticast(frame: Frame): frame is Frame & { type: 'ip' } {
  return frame.type === 'ip' && frame.destination.startsWith('33:33:');
}

/** What an AF_PACKET socket on the interface would see. */
function capture(netns: NetworkNamespace, device: Device, frame: Frame, dir: 'rx' | 'tx'): void {
  const { context } = netns;
  if (frame.type === 'arp') {
    const { arp } = frame;
    if (!arp.record) return;
    const addr = `${arp.senderAddress}->${arp.targetAddress}`;
    addHop(arp.record, { kind: 'if', timeUs: context.clock.nowUs, node: netns.name, ifc: device.name, dir, addr, ttl: 0 });
    return;
  }
  const { skb } = frame;
  skb.timeUs = Math.max(skb.timeUs, context.clock.nowUs) + 1;
  if (!skb.record) return;
  const { packet, route } = skb;
  const payload = packet.transport.protocol === 'udp' ? packet.transport.payload : null;
  addHop(skb.record, {
    kind: 'if',
    timeUs: skb.timeUs,
    node: netns.name,
    ifc: device.name,
    dir,
    addr: addrOf(packet),
    ttl: packet.ttl,
    ...(payload?.type === 'packet' ? { inner: addrOf(payload.packet) } : {}),
    ...(route && dir === 'tx' ? { route: printRoute(route) } : {}),
  });
  skb.route = null;
}

/** The frame as it is on the wire between two namespaces. */
function leaving(frame: Frame): Frame {
  return frame.type === 'ip' ? { ...frame, skb: scrubbed(frame.skb) } : frame;
}

/** Hands the frame to the other end. A wire is a queue: what was sent later does not arrive earlier. */
function later(netns: NetworkNamespace, device: Device, frame: Frame, arrive: (frame: Frame) => void): void {
  const { clock } = netns.context;
  const fromUs = frame.type === 'ip' ? Math.max(frame.skb.timeUs, clock.nowUs) : clock.nowUs;
  device.lastArrivalUs = Math.max(fromUs + device.latencyUs, device.lastArrivalUs);
  clock.at(device.lastArrivalUs, () => arrive(frame));
}

function lose(netns: NetworkNamespace, frame: Frame, text: string): void {
  if (frame.type === 'ip') netns.end(frame.skb, 'lost', text);
}
