// VXLAN (RFC 7348; drivers/net/vxlan): the packet leaves inside a UDP packet of the machine's own, which takes its own
// second walk through OUTPUT and POSTROUTING, and at the other node through PREROUTING and INPUT.

import { familyOf } from '../net/address.ts';
import type { Packet, Payload } from '../net/packet.ts';
import { isIPv6, sizeOf } from '../net/packet.ts';
import type { Device } from './device.ts';
import { mtuTowards, routeOutput, sendSkb } from './ip.ts';
import { receiveFrame } from './link.ts';
import type { NetworkNamespace } from './netns.ts';
import type { SkBuff } from './skb.ts';

const ETHERNET_AND_VXLAN_BYTES = 22;
/** As often Linux 6.18 was seen to wrap a packet whose outer one its own rules lead into the tunnel again (IP_TUNNEL_RECURSION_LIMIT). */
const MOST_WRAPS = 3;

/** vxlan_xmit: wraps the packet for the node that the inner destination MAC lives on. */
export function encapsulate(netns: NetworkNamespace, device: Device, skb: SkBuff, destinationMac: string): void {
  const { vxlan } = device;
  const remote = vxlan?.fdb.get(destinationMac);
  if (!vxlan || !remote) return netns.end(skb, 'lost', `no FDB entry for ${destinationMac} on ${device.name}`);
  if (skb.wraps >= MOST_WRAPS)
    return netns.end(skb, 'lost', `ip_tunnel_core: Dead loop on virtual device ${device.name}, fix it urgently!`);
  const routed = routeOutput(netns, remote);
  if (typeof routed === 'string') return netns.end(skb, 'unreachable', `no route to ${remote}`);
  const inner = skb.packet;
  const payload: Payload = { type: 'packet', sizeBytes: sizeOf(inner) + ETHERNET_AND_VXLAN_BYTES, packet: inner, vni: vxlan.vni };
  const outer: Packet = {
    id: inner.id,
    source: vxlan.local,
    destination: remote,
    ttl: netns.sysctls.ip_default_ttl,
    dontFragment: false,
    transport: { protocol: 'udp', sourcePort: netns.tunnelSourcePort(inner), destinationPort: vxlan.port, payload },
  };
  learnMTU(netns, inner, outer);
  // The mark survives, the connection does not (skb_scrub_packet within one namespace); the hooks see the tunnel as origin.
  const wrapped = { ...skb, packet: outer, ct: null, device: device.name, physIn: null, route: null, preroutingDone: false };
  sendSkb(netns, { ...wrapped, wraps: skb.wraps + 1 }, routed.route);
}

/**
 * skb_tunnel_check_pmtu: what is too long for the outer way goes in pieces, and the machine learns what its own packets to
 * that destination may measure. What it forwards is not asked for it (ip_forward_use_pmtu = 0): pods are never told.
 */
function learnMTU(netns: NetworkNamespace, inner: Packet, outer: Packet): void {
  const header = ETHERNET_AND_VXLAN_BYTES + 8 + (isIPv6(outer) ? 40 : 20);
  const room = mtuTowards(netns, outer.destination) - header;
  if (sizeOf(inner) > room) netns.pathMTUs.learn(inner.destination, room);
}

/** vxlan_rcv: unwraps a datagram that arrived for a tunnel of this machine. False when it is for none. */
export function decapsulate(netns: NetworkNamespace, skb: SkBuff): boolean {
  const { transport } = skb.packet;
  if (transport.protocol !== 'udp' || transport.payload.type !== 'packet') return false;
  const { packet, vni } = transport.payload;
  const family = familyOf(skb.packet.source);
  const device = [...netns.devices.values()].find(({ vxlan }) => {
    return vxlan?.vni === vni && vxlan.port === transport.destinationPort && familyOf(vxlan.local) === family;
  });
  if (!device) return false;
  // The mark stays within the namespace (skb_scrub_packet with xnet = false).
  const inner: SkBuff = { ...skb, packet, ct: null, device: null, route: null, preroutingDone: false };
  receiveFrame(netns, device, { type: 'ip', source: '', destination: device.mac, skb: inner });
  return true;
}
