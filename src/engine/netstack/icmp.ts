// ICMP and ICMPv6 as a machine receives them: echo requests are answered by the kernel itself, errors find the socket whose packet
// they quote (net/ipv4/icmp.c). `pingOnce` is the sending half of ping(8).

import type { Address } from '../net/address.ts';
import { echoTypes, type ICMPMessage, type Packet } from '../net/packet.ts';
import { errnoOf, isFatal } from './icmp-error.ts';
import { discoversMTU, ipSend, routeOutput } from './ip.ts';
import type { NetworkNamespace } from './netns.ts';
import type { Errno, SkBuff } from './skb.ts';
import { connectionKey, type EchoEndpoint } from './sockets.ts';

export function receiveICMP(netns: NetworkNamespace, message: ICMPMessage, skb: SkBuff): void {
  if (message.quoted) return receiveError(netns, message, message.quoted, skb);
  if (message.type === echoTypes(skb.packet).request) return answerEcho(netns, message, skb);
  const waiting = netns.sockets.echoes.get(message.id);
  netns.end(skb, waiting ? 'delivered' : 'lost', waiting ? 'ping takes it' : 'nobody waits for this echo reply');
  waiting?.reply(message, skb);
}

/** Sends one echo request; false-y result is the errno that ping would print. */
export function pingOnce(
  netns: NetworkNamespace,
  options: {
    readonly address: Address;
    readonly tag: number;
    /** `-s`: bytes of data. */
    readonly sizeBytes?: number;
    /** `-M do`: nobody, its sender neither; `-M dont`: any router. */
    readonly cutBy?: 'nobody' | 'anybody';
    readonly onReply: (ttl: number) => void;
    readonly onError: EchoEndpoint['error'];
  },
): Errno | null {
  const routed = routeOutput(netns, options.address);
  if (typeof routed === 'string') return routed;
  const echoRequest = options.address.includes(':') ? 128 : 8;
  const id = netns.sockets.echoIdentifier();
  netns.sockets.echoes.set(id, { reply: (_message, skb) => options.onReply(skb.packet.ttl), error: options.onError });
  const size = options.sizeBytes === undefined ? {} : { sizeBytes: options.sizeBytes };
  const message: ICMPMessage = { protocol: 'icmp', type: echoRequest, code: 0, id, sequence: 1, ...size };
  const bare = icmpPacket(netns, routed.source, options.address, message);
  const packet = options.cutBy === 'anybody' ? bare : discoversMTU(netns, bare);
  if (options.cutBy === 'nobody' && !packet.dontFragment) return 'EMSGSIZE';
  return ipSend(netns, packet, { tag: options.tag, direction: 'request' });
}

function answerEcho(netns: NetworkNamespace, message: ICMPMessage, skb: SkBuff): void {
  netns.end(skb, 'delivered', 'the kernel answers echo requests itself');
  const { source, destination } = skb.packet;
  const packet = icmpPacket(netns, destination, source, { ...message, type: echoTypes(skb.packet).reply });
  ipSend(netns, packet, { tag: skb.tag, direction: 'reply', notBeforeUs: skb.timeUs });
}

function receiveError(netns: NetworkNamespace, message: ICMPMessage, quoted: Packet, skb: SkBuff): void {
  const errno = errnoOf(message.type, message.code, quoted);
  const { transport } = quoted;
  netns.end(skb, 'delivered', errno ? `the sender's socket gets ${errno}` : 'the kernel takes note');
  if (!errno) return;
  if (message.mtu !== undefined) netns.pathMTUs.learn(quoted.destination, message.mtu);
  switch (transport.protocol) {
    case 'tcp': {
      const local = { address: quoted.source, port: transport.sourcePort };
      const remote = { address: quoted.destination, port: transport.destinationPort };
      const connection = netns.sockets.connections.get(connectionKey(local, remote));
      return errno === 'EMSGSIZE' ? connection?.mtuReduced() : connection?.error(errno);
    }
    case 'udp': {
      const socket = netns.sockets.datagrams.get(transport.sourcePort);
      const isItsOwn = socket?.remote.address === quoted.destination && socket.remote.port === transport.destinationPort;
      return isItsOwn && (socket.hearsAll || isFatal(message.type, message.code, quoted)) ? socket.error(errno) : undefined;
    }
    case 'sctp': {
      const local = { address: quoted.source, port: transport.sourcePort };
      const remote = { address: quoted.destination, port: transport.destinationPort };
      return netns.sockets.associations.get(connectionKey(local, remote))?.error(errno);
    }
    case 'icmp':
      return netns.sockets.echoes.get(transport.id)?.error(errno, { ...message, from: skb.packet.source });
  }
}

function icmpPacket(netns: NetworkNamespace, source: Address, destination: Address, transport: ICMPMessage): Packet {
  return { id: netns.context.newPacketId(), source, destination, ttl: netns.sysctls.ip_default_ttl, dontFragment: false, transport };
}
