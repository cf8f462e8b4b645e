// The headers of a packet as they stand on the wire, field by field, before and after a hop: RFC 791 and 8200 (IP), 9293
// (TCP), 768 (UDP), 792 and 4443 (ICMP). What the simulation does not carry (options, checksums over the payload) is not
// made up: such a field has its length and no bytes.

import type { Hop, TracedPacket } from '../protocol/messages.ts';
import { headerRows } from './header-rows.ts';
import { parseEnds } from './rewrite.ts';

export interface HeaderField {
  readonly name: string;
  /** From the beginning of the IP header. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** Two hexadecimal digits each; null where the simulation does not carry them. */
  readonly before: readonly string[] | null;
  /** Where the hop changes them. */
  readonly after: readonly string[] | null;
  /** The value as a person reads it. */
  readonly value: string;
}

interface Ends {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

type Spec = readonly [name: string, sizeBytes: number, bytes: readonly number[] | null, value: string];

/** The fields at a hop; empty for ARP and for a packet inside a tunnel's. */
export function headerFields(packet: TracedPacket, hop: Hop): readonly HeaderField[] {
  const { header } = packet;
  const rows = headerRows(packet, hop);
  if (!header || rows.some(({ field }) => field === 'inside')) return [];
  const ttl = Number(rows.find(({ field }) => field === 'ttl')?.before ?? 64);
  const before = fieldsOf(packet, readEnds(hop.addr), ttl);
  const after = fieldsOf(packet, readEnds(hop.addr_after ?? hop.addr), ttl);
  let offset = 0;
  return before.map(([name, sizeBytes, bytes, value], at) => {
    const [, , next = null, nextValue = value] = after[at] ?? [];
    const isChanged = bytes !== null && next !== null && hexOf(bytes).join() !== hexOf(next).join();
    const field = {
      name,
      offset,
      sizeBytes,
      before: bytes && hexOf(bytes),
      after: isChanged ? hexOf(next) : null,
      value: value === nextValue ? value : `${value} becomes ${nextValue}`,
    };
    offset += sizeBytes;
    return field;
  });
}

function hexOf(bytes: readonly number[]): string[] {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0'));
}

function readEnds(addr: string): Ends {
  const { src, dst } = parseEnds(addr);
  const [source, sourcePort] = splitPort(src);
  const [destination, destinationPort] = splitPort(dst);
  return { source, sourcePort, destination, destinationPort };
}

/** `10.96.0.10:53`, `[fd00::10]:53`, or an address without a port. */
function splitPort(end: string): [string, number] {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(end) ?? [];
  return bracketed === undefined && plain === undefined ? [end, 0] : [bracketed ?? plain ?? end, Number(port ?? 0)];
}

function fieldsOf(packet: TracedPacket, ends: Ends, ttl: number): Spec[] {
  const isIPv6 = ends.source.includes(':');
  return [...(isIPv6 ? ipv6Fields(packet, ends, ttl) : ipv4Fields(packet, ends, ttl)), ...transportFields(packet, ends, isIPv6)];
}

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, sctp: 132 };

function ipv4Fields({ sizeBytes, id, header, protocol }: TracedPacket, { source, destination }: Ends, ttl: number): Spec[] {
  const number = PROTOCOL_NUMBERS[protocol] ?? 0;
  const flags = header?.dontFragment ? 0x40 : 0;
  const identification = id & 0xffff;
  const head = [0x45, 0, ...word(sizeBytes), ...word(identification), flags, 0, ttl, number, 0, 0, ...ipv4(source), ...ipv4(destination)];
  return [
    ['version, header length', 1, [0x45], '4, 20 bytes'],
    ['DSCP, ECN', 1, [0], '0'],
    ['total length', 2, word(sizeBytes), `${sizeBytes} bytes`],
    ['identification', 2, word(identification), `${identification}`],
    ['flags, fragment offset', 2, [flags, 0], flags ? "don't fragment" : 'none'],
    ['TTL', 1, [ttl], `${ttl}`],
    ['protocol', 1, [number], protocol.toUpperCase()],
    ['header checksum', 2, word(checksum(head)), ''],
    ['source address', 4, ipv4(source), source],
    ['destination address', 4, ipv4(destination), destination],
  ];
}

function ipv6Fields({ sizeBytes, protocol }: TracedPacket, { source, destination }: Ends, ttl: number): Spec[] {
  const number = protocol === 'icmp' || protocol === 'ndp' ? 58 : (PROTOCOL_NUMBERS[protocol] ?? 0);
  return [
    ['version, class, flow label', 4, [0x60, 0, 0, 0], '6'],
    ['payload length', 2, word(sizeBytes - 40), `${sizeBytes - 40} bytes`],
    ['next header', 1, [number], number === 58 ? 'ICMPv6' : protocol.toUpperCase()],
    ['hop limit', 1, [ttl], `${ttl}`],
    ['source address', 16, ipv6(source), source],
    ['destination address', 16, ipv6(destination), destination],
  ];
}

const FLAG_BITS: Readonly<Record<string, number>> = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 };

function transportFields({ protocol, header, sizeBytes }: TracedPacket, ends: Ends, isIPv6: boolean): Spec[] {
  const ports: Spec[] = [
    ['source port', 2, word(ends.sourcePort), `${ends.sourcePort}`],
    ['destination port', 2, word(ends.destinationPort), `${ends.destinationPort}`],
  ];
  if (protocol === 'tcp' && header?.tcp) {
    const { seq, ack, flags } = header.tcp;
    const length = flags.includes('SYN') ? 40 : 32;
    const bits = flags.reduce((sum, flag) => sum | (FLAG_BITS[flag] ?? 0), 0);
    return [
      ...ports,
      ['sequence number', 4, long(seq), `${seq}`],
      ['acknowledgment number', 4, long(ack), `${ack}`],
      ['data offset, flags', 2, [(length / 4) << 4, bits], flags.join(', ') || 'none'],
      ['window', 2, null, 'not simulated'],
      ['checksum', 2, null, 'covers the payload: not computed'],
      ['urgent pointer', 2, [0, 0], '0'],
      ['options', length - 20, null, `${length - 20} bytes, not simulated one by one`],
    ];
  }
  if (protocol === 'udp') {
    const length = sizeBytes - (isIPv6 ? 40 : 20);
    return [...ports, ['length', 2, word(length), `${length} bytes`], ['checksum', 2, null, 'covers the payload: not computed']];
  }
  if (protocol === 'icmp' && header?.icmp) {
    const { type, code, id, sequence } = header.icmp;
    return [
      ['type', 1, [type], `${type}`],
      ['code', 1, [code], `${code}`],
      ['checksum', 2, null, 'covers the payload: not computed'],
      ['identifier', 2, word(id), `${id}`],
      ['sequence number', 2, word(sequence), `${sequence}`],
    ];
  }
  return protocol === 'sctp' ? ports : [];
}

function word(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function long(value: number): number[] {
  return [...word(Math.floor(value / 65_536) & 0xffff), ...word(value & 0xffff)];
}

function ipv4(address: string): number[] {
  return address.split('.').map(Number);
}

function ipv6(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].flatMap((group) => word(Number.parseInt(group, 16)));
}

/** RFC 1071: the ones' complement of the ones' complement sum of 16-bit words. */
function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
