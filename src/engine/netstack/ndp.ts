// Neighbour Discovery (RFC 4861; net/ipv6/ndisc.c of Linux 6.x): what ARP is for IPv4, but in IPv6 packets of its own,
// which pass the hooks as any other and belong to no connection. Left out: routers' advertisements, redirects, duplicate
// address detection, multicast listener reports; entries do not age.

import { type Address, addressValue, formatAddress } from '../net/address.ts';
import type { ICMPMessage, NeighbourMessage, Packet } from '../net/packet.ts';
import type { Device } from './device.ts';
import { runHook } from './hooks.ts';
import { transmit } from './link.ts';
import { hearOfNeighbour } from './neighbour.ts';
import type { Neighbour, NetworkNamespace } from './netns.ts';
import { newSkb, type SkBuff } from './skb.ts';

const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const HOP_LIMIT = 255;
const SOLICITED_NODE = 0xff02_0000_0000_0000_0000_0001_ff00_0000n;

/** ndisc_solicit: asks all who might have the address, from the waiting packet's own address where that is one of ours. */
export function solicitNeighbour(netns: NetworkNamespace, device: Device, neighbour: Neighbour): void {
  const skb = neighbour.waiting[0]?.skb;
  const isOurs = device.addresses.some(({ address }) => address === skb?.packet.source);
  const source = isOurs && skb ? skb.packet.source : linkLocalOf(device);
  const destination = solicitedNodeGroup(neighbour.address);
  const message = { source, destination, isSolicitation: true, target: neighbour.address };
  const record = send(netns, device, message, { mac: multicastMac(destination), tag: skb?.tag ?? 0, timeUs: netns.context.clock.nowUs });
  if (record) neighbour.requests.push(record);
}

/** A solicitation or an advertisement arrived: learn from it, and answer for an address of ours. */
export function receiveNeighbourMessage(
  netns: NetworkNamespace,
  device: Device,
  { target, mac, isRouter, isSolicitation }: NeighbourMessage,
  skb: SkBuff,
): void {
  const { source } = skb.packet;
  if (!isSolicitation) {
    netns.end(skb, 'delivered', `${target} is at ${mac}`);
    const known = netns.neighbours.get(`${device.name} ${target}`);
    if (known) known.isRouter = isRouter;
    hearOfNeighbour(netns, device, { address: target, mac }, false);
  } else if (device.addresses.some(({ address }) => address === target) || netns.proxyARP.has(target)) {
    netns.end(skb, 'delivered', `${target} is here`);
    hearOfNeighbour(netns, device, { address: source, mac }, true);
    send(netns, device, { source: target, destination: source, isSolicitation: false, target }, { mac, tag: skb.tag, timeUs: skb.timeUs });
  }
}

/** Whether the interface listens to a group: the solicited-node groups of its addresses, and of those it answers for. */
export function isGroupMember(netns: NetworkNamespace, device: Device, group: Address): boolean {
  const own = device.addresses.map(({ address }) => address);
  return [...own, ...netns.proxyARP].some((address) => address.includes(':') && solicitedNodeGroup(address) === group);
}

/** RFC 4291 section 2.7.1: `ff02::1:ff00:b` for every address that ends in 00:000b. */
function solicitedNodeGroup(address: Address): Address {
  return formatAddress(6, SOLICITED_NODE | ((addressValue(address) ?? 0n) & 0xff_ffffn));
}

/** RFC 2464 section 7: 33:33 and the last four bytes. */
function multicastMac(group: Address): string {
  const last = ((addressValue(group) ?? 0n) & 0xffff_ffffn).toString(16).padStart(8, '0');
  return `33:33:${last.match(/../g)?.join(':')}`;
}

function linkLocalOf(device: Device): Address {
  return device.addresses.find(({ address }) => address.startsWith('fe80:'))?.address ?? '::';
}

/** ndisc_send_skb: OUTPUT and POSTROUTING, then the link; the neighbour table is not asked. */
function send(
  netns: NetworkNamespace,
  device: Device,
  message: { readonly source: Address; readonly destination: Address; readonly isSolicitation: boolean; readonly target: Address },
  to: { readonly mac: string; readonly tag: number; readonly timeUs: number },
) {
  const { context, sysctls } = netns;
  const { source, destination, isSolicitation, target } = message;
  const neighbour: NeighbourMessage = { isSolicitation, target, mac: device.mac, isRouter: sysctls.forwarding };
  const type = isSolicitation ? SOLICITATION : ADVERTISEMENT;
  const transport: ICMPMessage = { protocol: 'icmp', type, code: 0, id: 0, sequence: 0, neighbour };
  const packet: Packet = { id: context.newPacketId(), source, destination, ttl: HOP_LIMIT, dontFragment: false, transport };
  const { tag, timeUs } = to;
  const direction = isSolicitation ? 'request' : 'reply';
  const record = context.recorder.begin(packet, { tag, from: netns.name, direction, timeUs });
  const skb = newSkb(packet, { timeUs, tag, record });
  const place = { inDevice: null, outDevice: device.name };
  const passes = runHook(netns, skb, { hook: 'OUTPUT', ...place }) && runHook(netns, skb, { hook: 'POSTROUTING', ...place });
  if (passes) transmit(netns, device, { type: 'ip', source: device.mac, destination: to.mac, skb });
  return record;
}
