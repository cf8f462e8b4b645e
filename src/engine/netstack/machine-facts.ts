// What the rarer matches of netfilter ask a machine about a packet: its sender's MAC, the socket behind it, the way back.
// Follows net/netfilter/xt_{owner,socket}.c and net/ipv4/netfilter/ipt_rpfilter.c of Linux 6.x. Every program runs as root.

import { addrOf, type Packet } from '../net/packet.ts';
import type { MachineFacts } from '../netfilter/types.ts';
import type { HookPlace } from './hooks.ts';
import type { NetworkNamespace } from './netns.ts';
import type { SkBuff } from './skb.ts';
import { connectionKey, type ListenProtocol } from './sockets.ts';

const ROOT = { uid: 0, gid: 0 };

/** The facts of one packet at one hook; nothing is looked up before a rule asks. */
export function machineFacts(netns: NetworkNamespace, skb: SkBuff, place: HookPlace): MachineFacts {
  return {
    // Loopback is no ethernet.
    sourceMac: place.inDevice === 'lo' ? null : skb.sourceMac,
    owner: ownerOf(skb, place),
    hasSocket: (wildcard) => hasSocket(netns, skb, wildcard),
    reversePathHolds: (options) => reversePathHolds(netns, skb, place, options),
    pathMTU: () => pathMTU(netns, skb, place),
  };
}

/**
 * Resets, ICMP errors and answers to pings come from sockets of the kernel; a reset of REJECT from none (nf_send_reset).
 * A tunnel's outer packet belongs to whose packet is inside; what a frame brought belongs to nobody here.
 */
function ownerOf({ sourceMac, packet, ct }: SkBuff, { hook }: HookPlace): MachineFacts['owner'] {
  if (sourceMac !== null || (hook !== 'OUTPUT' && hook !== 'POSTROUTING')) return null;
  const { transport } = innermost(packet);
  if (transport.protocol === 'icmp') return transport.quoted || transport.type === 0 ? 'kernel' : ROOT;
  if (transport.protocol !== 'tcp' || !transport.flags.includes('RST')) return ROOT;
  const isOfReject = ct !== null && ct !== 'UNTRACKED' && ct.state === 'RELATED';
  return isOfReject ? null : 'kernel';
}

function innermost(packet: Packet): Packet {
  const { transport } = packet;
  return transport.protocol === 'udp' && transport.payload.type === 'packet' ? innermost(transport.payload.packet) : packet;
}

function hasSocket(netns: NetworkNamespace, skb: SkBuff, wildcard: boolean): boolean {
  const ends = endsFor(skb);
  if (!ends) return false;
  const { protocol, local, remote } = ends;
  if (protocol === 'tcp' && netns.sockets.connections.has(connectionKey(local, remote))) return true;
  if (protocol === 'udp') {
    const client = netns.sockets.datagrams.get(local.port)?.remote;
    if (client?.address === remote.address && client.port === remote.port) return true;
    if (wildcard && [...netns.devices.values()].some(({ vxlan }) => vxlan?.port === local.port)) return true;
  }
  const listener = netns.sockets.find(protocol, local.address, local.port);
  return listener !== null && (wildcard || listener.address === local.address);
}

interface Ends {
  readonly protocol: ListenProtocol;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
}

/** Whose socket to look for: of an error, the one that sent what it quotes; of an answer, the one that NAT will turn it back to. */
function endsFor({ packet, ct }: SkBuff): Ends | null {
  const isError = packet.transport.protocol === 'icmp';
  const about = packet.transport.protocol === 'icmp' ? packet.transport.quoted : packet;
  if (!about || about.transport.protocol === 'icmp') return null;
  const from = { address: about.source, port: about.transport.sourcePort };
  const to = { address: about.destination, port: about.transport.destinationPort };
  const isAnswer = ct !== null && ct !== 'UNTRACKED' && ct.direction === 'REPLY' && ct.state === (isError ? 'RELATED' : 'ESTABLISHED');
  const turnedBack = isAnswer ? { address: ct.entry.original.source, port: ct.entry.original.sourcePort } : null;
  const { protocol } = about.transport;
  return isError ? { protocol, local: turnedBack ?? from, remote: to } : { protocol, local: turnedBack ?? to, remote: from };
}

function reversePathHolds(
  netns: NetworkNamespace,
  { packet: { source } }: SkBuff,
  { inDevice }: HookPlace,
  { loose, acceptLocal }: { readonly loose: boolean; readonly acceptLocal: boolean },
): boolean {
  if (inDevice === 'lo') return true;
  if (netns.isLocal(source)) return acceptLocal && (loose || isOwnOf(netns, inDevice, source));
  const back = netns.routing.lookup(source);
  if (!back || back.type === 'blackhole') return false;
  return loose || back.device === inDevice;
}

function isOwnOf(netns: NetworkNamespace, device: string | null, address: string): boolean {
  return netns.devices.get(device ?? '')?.addresses.some((own) => own.address === address) ?? false;
}

/** The way on, and the way back to the sender (tcpmss_reverse_mtu). */
function pathMTU(netns: NetworkNamespace, { packet }: SkBuff, { outDevice }: HookPlace): number {
  const mtuOf = (device: string | null | undefined) => netns.devices.get(device ?? '')?.mtu ?? 0xffff;
  const back = netns.isLocal(packet.source) ? null : netns.routing.lookup(packet.source, addrOf(packet));
  return Math.min(mtuOf(outDevice), back ? mtuOf(back.device) : 0xffff);
}
