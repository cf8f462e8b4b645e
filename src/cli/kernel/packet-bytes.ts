// Reads IPv4 packets as captures and the kernel's rule trace give them: the first bytes only (RFC 791, 792, 793, 768, 7348);
// and TCP over IPv6 (RFC 8200).

import type { Buffer } from 'node:buffer';
import { formatAddress, joinHostPort } from '../../engine/net/address.ts';

export interface SeenPacket {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  /** The identification field of the IP header. */
  readonly id: number;
  readonly length: number;
  /** Null in IPv6, where nobody cuts another's packets. */
  readonly dontFragment: boolean | null;
  /** Length, identification and protocol. */
  readonly key: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tcp: { readonly seq: number; readonly ack: number; readonly flags: number; readonly dataLength: number } | null;
  readonly icmp: { readonly type: number; readonly code: number; readonly identifier: number } | null;
  /** The beginning of what a datagram or an echo carries. */
  readonly marker: string;
  /** The packet that an ICMP error is about, as far as it is quoted here. */
  readonly quoted: SeenPacket | null;
  /** Length, identification and protocol of the quoted packet; known even where only twelve bytes of it are. */
  readonly quotedKey: string;
  /** The packet inside a tunnel's. */
  readonly inner: SeenPacket | null;
}

export const TCP_FIN = 1;
export const TCP_SYN = 2;
export const TCP_RST = 4;
export const TCP_ACK = 16;

const MARKER_BYTES = 12;
const VXLAN_AND_ETHERNET_BYTES = 22;

const IPV6_HEADER_BYTES = 40;

/** Null for what is not TCP, UDP or ICMP, and over IPv6 for what is not TCP. */
export function parsePacket(data: Buffer, tunnelPort: number | null): SeenPacket | null {
  if (data.length < 20) return null;
  if ((data[0] ?? 0) >> 4 === 6) return parseIPv6(data);
  const headerLength = ((data[0] ?? 0) & 15) * 4;
  return parseParts(data.subarray(0, headerLength), data.subarray(headerLength), tunnelPort);
}

/** The same where the two headers come apart, as in the rule trace. */
export function parseParts(network: Buffer, transport: Buffer, tunnelPort: number | null): SeenPacket | null {
  const length = network.readUInt16BE(2);
  const ip = {
    ...NOTHING_MORE,
    source: address(network, 12),
    destination: address(network, 16),
    ttl: network[8] ?? 0,
    id: network.readUInt16BE(4),
    length,
    dontFragment: ((network[6] ?? 0) & 0x40) !== 0,
    key: headerKey(network),
  };
  switch (network[9]) {
    case 1:
      return transport.length < 8 ? null : { ...ip, protocol: 'icmp', ...icmpPart(transport, tunnelPort) };
    case 6:
      return transport.length < 14
        ? { ...ip, protocol: 'tcp', ...quotedPorts(transport) }
        : { ...ip, protocol: 'tcp', ...tcpPart(transport, length - 20) };
    case 17:
      return transport.length < 8 ? null : { ...ip, protocol: 'udp', ...udpPart(transport, tunnelPort) };
    default:
      return null;
  }
}

const NOTHING_MORE = { sourcePort: 0, destinationPort: 0, tcp: null, icmp: null, marker: '', quoted: null, quotedKey: '', inner: null };

/** Without extension headers. It has no identification: its sequence numbers have to do. */
function parseIPv6(data: Buffer): SeenPacket | null {
  const transport = data.subarray(IPV6_HEADER_BYTES);
  if (data[6] !== 6 || transport.length < 14) return null;
  const address6 = (at: number) => formatAddress(6, BigInt(`0x${data.toString('hex', at, at + 16)}`));
  const length = data.readUInt16BE(4);
  const ip = {
    source: address6(8),
    destination: address6(24),
    ttl: data[7] ?? 0,
    id: 0,
    length: length + IPV6_HEADER_BYTES,
    dontFragment: null,
  };
  return { ...NOTHING_MORE, ...ip, key: `${ip.length} over IPv6`, protocol: 'tcp', ...tcpPart(transport, length) };
}

function address(data: Buffer, at: number): string {
  return [...data.subarray(at, at + 4)].join('.');
}

function icmpPart(data: Buffer, tunnelPort: number | null): Partial<SeenPacket> {
  const [type = 0, code = 0] = data;
  const isEcho = type === 8 || type === 0;
  const icmp = { type, code, identifier: isEcho ? data.readUInt16BE(4) : 0 };
  if (isEcho) return { icmp, marker: data.toString('latin1', 8, 8 + MARKER_BYTES) };
  const quoted = data.subarray(8);
  return { icmp, quotedKey: quoted.length >= 10 ? headerKey(quoted) : '', quoted: parsePacket(quoted, tunnelPort) };
}

function tcpPart(data: Buffer, length: number): Partial<SeenPacket> {
  const dataLength = length - ((data[12] ?? 0) >> 4) * 4;
  const tcp = { seq: data.readUInt32BE(4), ack: data.readUInt32BE(8), flags: data[13] ?? 0, dataLength };
  return { ...quotedPorts(data), tcp };
}

/** What no translation changes in an IP header. */
function headerKey(network: Buffer): string {
  return `${network.readUInt16BE(2)} ${network.readUInt16BE(4)} ${network[9]}`;
}

function quotedPorts(data: Buffer): Partial<SeenPacket> {
  return data.length < 4 ? {} : { sourcePort: data.readUInt16BE(0), destinationPort: data.readUInt16BE(2) };
}

function udpPart(data: Buffer, tunnelPort: number | null): Partial<SeenPacket> {
  const ports = quotedPorts(data);
  if (ports.destinationPort !== tunnelPort) return { ...ports, marker: data.toString('latin1', 8, 8 + MARKER_BYTES) };
  return { ...ports, inner: parsePacket(data.subarray(8 + VXLAN_AND_ETHERNET_BYTES), null) };
}

/** As a trace prints it; ICMP has no ports. */
export function addrOf(packet: SeenPacket): string {
  if (packet.protocol === 'icmp') return `${packet.source}->${packet.destination}`;
  const { source, sourcePort, destination, destinationPort } = packet;
  return `${joinHostPort(source, sourcePort)}->${joinHostPort(destination, destinationPort)}`;
}

/** The short code that a trace gives it. */
export function labelOf({ protocol, tcp, icmp }: SeenPacket): string {
  if (protocol === 'udp') return 'UDP';
  if (icmp) return icmp.type === 8 ? 'echo' : icmp.type === 0 ? 'echo=' : `${icmp.type}/${icmp.code}`;
  if (!tcp) return 'TCP';
  if (tcp.flags & TCP_RST) return 'RST';
  if (tcp.flags & TCP_SYN) return tcp.flags & TCP_ACK ? 'S·A' : 'SYN';
  if (tcp.flags & TCP_FIN) return 'FIN';
  return tcp.dataLength > 0 ? 'DATA' : 'ACK';
}
