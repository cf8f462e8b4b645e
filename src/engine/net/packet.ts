// Packets as immutable values: an IP header, one transport, and what an application put inside. Link-layer frames
// (ethernet, ARP) are in netstack/; marks and conntrack belong to the machine that holds the packet, not to it.

import { type Address, joinHostPort } from './address.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp' | 'icmp';

export type TCPFlag = 'SYN' | 'ACK' | 'FIN' | 'RST' | 'PSH';

/** What a segment or datagram carries. `sizeBytes` is the length on the wire without headers; `text` what a reader sees. */
export type Payload =
  | { readonly type: 'none'; readonly sizeBytes: 0 }
  | {
      readonly type: 'bytes';
      readonly sizeBytes: number;
      readonly text: string;
      readonly tls?: TLSRecord;
      /** By how many proxies it was passed on. */
      readonly proxied?: number;
    }
  | { readonly type: 'part'; readonly sizeBytes: number; readonly offset: number; readonly whole: Payload }
  | { readonly type: 'dns'; readonly sizeBytes: number; readonly message: DNSMessage }
  | { readonly type: 'packet'; readonly sizeBytes: number; readonly packet: Packet; readonly vni: number };

/** What can be seen of TLS from outside: the name that is asked for, the certificate that is shown; empty: nothing more. */
export interface TLSRecord {
  readonly serverName?: string;
  readonly certificate?: { readonly subject: string; readonly names: readonly string[]; readonly isTrusted: boolean };
}

export interface TCPSegment {
  readonly protocol: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flags: readonly TCPFlag[];
  readonly seq: number;
  readonly ack: number;
  readonly payload: Payload;
  /** The option of a SYN: the longest payload that its sender takes. */
  readonly mss?: number;
}

export interface UDPDatagram {
  readonly protocol: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Payload;
}

export type SCTPChunkType =
  | 'INIT'
  | 'INIT ACK'
  | 'COOKIE ECHO'
  | 'COOKIE ACK'
  | 'DATA'
  | 'SACK'
  | 'SHUTDOWN'
  | 'SHUTDOWN ACK'
  | 'SHUTDOWN COMPLETE'
  | 'ABORT';

export interface SCTPChunk {
  readonly protocol: 'sctp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly chunk: SCTPChunkType;
  readonly payload: Payload;
}

/** `type` and `code` as in RFC 792, for IPv6 as in RFC 4443; `quoted` is the packet that an error message is about. */
export interface ICMPMessage {
  readonly protocol: 'icmp';
  readonly type: number;
  readonly code: number;
  readonly id: number;
  readonly sequence: number;
  readonly mtu?: number;
  readonly gateway?: Address;
  /** The data of an echo; absent: the 56 bytes of ping. */
  readonly sizeBytes?: number;
  readonly quoted?: Packet;
  readonly neighbour?: NeighbourMessage;
}

/** What a Neighbour Solicitation (135) or Advertisement (136) says, RFC 4861 section 4. */
export interface NeighbourMessage {
  readonly isSolicitation: boolean;
  /** The address that is looked for, or is here. */
  readonly target: Address;
  /** The link-layer address option: the sender's own. */
  readonly mac: string;
  /** The sender forwards packets. */
  readonly isRouter: boolean;
}

export type Transport = TCPSegment | UDPDatagram | SCTPChunk | ICMPMessage;

/** One IP packet. `id` names this packet for its whole journey: NAT, TTL and tunnels keep it, a reply has its own. */
export interface Packet {
  readonly id: number;
  readonly source: Address;
  readonly destination: Address;
  readonly ttl: number;
  readonly dontFragment: boolean;
  readonly transport: Transport;
  /** Set on a piece of a packet. Its transport is that of the whole, which only the first piece really carries. */
  readonly fragment?: Fragment;
}

/** Bytes `offset` to `offset + sizeBytes` of what follows the IP header of the packet `datagram`. */
export interface Fragment {
  readonly datagram: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly more: boolean;
}

export type DNSType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'TXT' | 'SOA' | 'NS' | 'MX' | 'ANY';
export type DNSRcode = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'FORMERR';

/** A resource record; `data` is RDATA in zone-file notation, names end in a dot. */
export interface DNSRecord {
  readonly name: string;
  readonly type: DNSType;
  readonly ttl: number;
  readonly data: string;
}

export interface DNSMessage {
  readonly id: number;
  readonly response: boolean;
  readonly question: { readonly name: string; readonly type: DNSType };
  readonly rcode: DNSRcode;
  readonly answers: readonly DNSRecord[];
  readonly authority: readonly DNSRecord[];
  readonly additional: readonly DNSRecord[];
}

export function isIPv6(packet: Packet): boolean {
  return packet.source.includes(':');
}

/** The ICMP types of the packet's family that are asked most. */
export function echoTypes(packet: Packet): { readonly request: number; readonly reply: number } {
  return isIPv6(packet) ? { request: 128, reply: 129 } : { request: 8, reply: 0 };
}

export const NO_PAYLOAD: Payload = { type: 'none', sizeBytes: 0 };

/** The source port, or for an ICMP echo its identifier, or 0. */
export function sourcePortOf(packet: Packet): number {
  return packet.transport.protocol === 'icmp' ? packet.transport.id : packet.transport.sourcePort;
}

export function destinationPortOf(packet: Packet): number {
  return packet.transport.protocol === 'icmp' ? packet.transport.id : packet.transport.destinationPort;
}

/** `10.244.1.11:40001->10.96.0.17:80`; ICMP has no ports and prints the addresses alone. */
export function addrOf(packet: Packet): string {
  const { transport } = packet;
  if (transport.protocol === 'icmp' || packet.fragment?.offset) return `${packet.source}->${packet.destination}`;
  const source = joinHostPort(packet.source, transport.sourcePort);
  return `${source}->${joinHostPort(packet.destination, transport.destinationPort)}`;
}

/** RFC 8200 section 4.5; IPv4 has room for it in its own header. */
const FRAGMENT_HEADER_BYTES = 8;

/** The length of the whole IP packet in bytes: IP header, transport header (as a Linux SYN carries options), payload. */
export function sizeOf(packet: Packet): number {
  const ip = packet.source.includes(':') ? 40 : 20;
  const { transport } = packet;
  if (packet.fragment) return ip + (ip === 40 ? FRAGMENT_HEADER_BYTES : 0) + packet.fragment.sizeBytes;
  switch (transport.protocol) {
    case 'tcp':
      return ip + (transport.flags.includes('SYN') ? 40 : 32) + transport.payload.sizeBytes;
    case 'udp':
      return ip + 8 + transport.payload.sizeBytes;
    case 'sctp':
      return ip + 28 + transport.payload.sizeBytes;
    case 'icmp':
      if (transport.neighbour) return ip + 32;
      return ip + 8 + (transport.quoted ? Math.min(sizeOf(transport.quoted), ip === 40 ? 1232 : 548) : (transport.sizeBytes ?? 56));
  }
}
