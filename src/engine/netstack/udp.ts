// UDP (RFC 768): servers that answer datagrams, and connected client sockets that learn of ICMP errors (udp(7)).

import { type Address, joinHostPort } from '../net/address.ts';
import type { Packet, Payload, UDPDatagram } from '../net/packet.ts';
import { discoversMTU, ipSend, routeOutput, sendError } from './ip.ts';
import type { NetworkNamespace } from './netns.ts';
import type { Errno, SkBuff } from './skb.ts';
import { listenText } from './tcp.ts';

export interface UDPClient {
  send(payload: Payload): Errno | null;
  close(): void;
}

/** A connected UDP socket on a port of its own. */
export function connectUDP(
  netns: NetworkNamespace,
  options: {
    readonly address: Address;
    readonly port: number;
    readonly tag: number;
    readonly program: string;
    /** Set IP_RECVERR, as resolvers do (ip(7)): hear of an unreachable host, too. */
    readonly hearsAll?: boolean;
    readonly onDatagram: (payload: Payload, from: Address) => void;
    readonly onError: (errno: Errno) => void;
  },
): UDPClient | Errno {
  const routed = routeOutput(netns, options.address);
  if (typeof routed === 'string') return routed;
  const port = netns.sockets.ephemeralPort();
  netns.sockets.datagrams.set(port, {
    program: options.program,
    remote: { address: options.address, port: options.port },
    hearsAll: options.hearsAll ?? false,
    error: options.onError,
    datagram(datagram, skb) {
      netns.end(skb, 'delivered', `${options.program} takes it`);
      options.onDatagram(datagram.payload, skb.packet.source);
    },
  });
  return {
    send: (payload) => {
      const ends = { source: routed.source, destination: options.address, sourcePort: port, destinationPort: options.port };
      return ipSend(netns, udpPacket(netns, ends, payload), { tag: options.tag, direction: 'request' });
    },
    close: () => {
      netns.sockets.datagrams.delete(port);
    },
  };
}

/** A datagram arrived for this machine: to a socket (a connected one takes its peer's only), or answered with ICMP port unreachable. */
export function receiveUDP(netns: NetworkNamespace, datagram: UDPDatagram, skb: SkBuff): void {
  const client = netns.sockets.datagrams.get(datagram.destinationPort);
  const { source, destination } = skb.packet;
  const isFromPeer = client?.remote.address === source && client.remote.port === datagram.sourcePort;
  if (client && isFromPeer) return client.datagram(datagram, skb);
  const listener = netns.sockets.find('udp', destination, datagram.destinationPort);
  if (!listener?.onDatagram) {
    const why = client ? `${client.program} takes datagrams from ${joinHostPort(client.remote.address, client.remote.port)} only` : null;
    netns.end(skb, 'no-socket', why ?? `nothing listens on UDP port ${datagram.destinationPort}`);
    return sendError(netns, skb, 3, 3);
  }
  netns.end(skb, 'delivered', listenText(listener));
  const { timeUs, tag } = skb;
  const from = { address: source, port: datagram.sourcePort };
  const take = () =>
    listener.onDatagram?.({ payload: datagram.payload, from, to: destination, tag }, (payload) => {
      const ends = { source: destination, destination: source, sourcePort: datagram.destinationPort, destinationPort: datagram.sourcePort };
      ipSend(netns, udpPacket(netns, ends, payload), { tag, direction: 'reply', notBeforeUs: timeUs });
    });
  if (listener.process) listener.process.does(take);
  else take();
}

function udpPacket(
  netns: NetworkNamespace,
  ends: { source: Address; destination: Address; sourcePort: number; destinationPort: number },
  payload: Payload,
): Packet {
  const { source, destination, sourcePort, destinationPort } = ends;
  return discoversMTU(netns, {
    id: netns.context.newPacketId(),
    source,
    destination,
    ttl: netns.sysctls.ip_default_ttl,
    dontFragment: false,
    transport: { protocol: 'udp', sourcePort, destinationPort, payload },
  });
}
