// Writes the trace. A packet is recorded when the walk it belongs to is (tag > 0); everything else runs unrecorded and
// takes the same virtual time.

import { addrOf, echoTypes, type ICMPMessage, type Packet, type SCTPChunkType, sizeOf } from '../net/packet.ts';
import type { Fate, HeaderFacts, Hop, TracedPacket } from './trace.ts';

/** A hop before it has its number. */
export type NewHop = Hop extends infer H ? (H extends Hop ? Omit<H, 'n'> : never) : never;

export interface PacketOrigin {
  readonly tag: number;
  readonly from: string;
  readonly direction: 'request' | 'reply';
  readonly timeUs: number;
  readonly about?: number;
}

/** All recorded packets, by walk. */
export class Recorder {
  readonly #byTag = new Map<number, TracedPacket[]>();

  /** Opens the record of a packet that is about to be sent; null when its walk is not recorded. */
  begin(packet: Packet, origin: PacketOrigin): TracedPacket | null {
    if (origin.tag === 0) return null;
    const { transport } = packet;
    const protocol = transport.protocol === 'icmp' && transport.neighbour ? 'ndp' : transport.protocol;
    const facts = { protocol, label: labelOf(packet), content: contentOf(packet), header: headerOf(packet) } as const;
    return this.#open({ ...facts, id: packet.id, sizeBytes: sizeOf(packet), addr: addrOf(packet) }, origin);
  }

  /** The same for an ARP message, which is no IP packet. */
  beginARP(id: number, addr: string, content: string, origin: PacketOrigin): TracedPacket | null {
    return this.#open({ protocol: 'arp', label: 'ARP', content, id, sizeBytes: 28, addr }, origin);
  }

  packetsOf(tag: number): readonly TracedPacket[] {
    return this.#byTag.get(tag) ?? [];
  }

  #open(
    facts: Pick<TracedPacket, 'protocol' | 'label' | 'content' | 'id' | 'sizeBytes' | 'header' | 'addr'>,
    origin: PacketOrigin,
  ): TracedPacket | null {
    if (origin.tag === 0) return null;
    const about = origin.about === undefined ? {} : { about: origin.about };
    const record: TracedPacket = {
      ...facts,
      direction: origin.direction,
      ...about,
      from: origin.from,
      sentUs: origin.timeUs,
      hops: [],
      fate: null,
    };
    const packets = this.#byTag.get(origin.tag);
    if (packets) packets.push(record);
    else this.#byTag.set(origin.tag, [record]);
    return record;
  }
}

function headerOf({ dontFragment, transport }: Packet): HeaderFacts {
  switch (transport.protocol) {
    case 'tcp':
      return { dontFragment, tcp: { seq: transport.seq, ack: transport.ack, flags: transport.flags } };
    case 'icmp': {
      const { type, code, id, sequence } = transport;
      return { dontFragment, icmp: { type, code, id, sequence } };
    }
    default:
      return { dontFragment };
  }
}

/** Appends a hop and returns it as stored, numbered. */
export function addHop<H extends NewHop>(record: TracedPacket, hop: H): H & { n: number } {
  const numbered = { n: record.hops.length + 1, ...hop };
  record.hops.push(numbered as unknown as Hop);
  return numbered;
}

/** The same for a hop that has its number, the next one; rules make so many that copying each would show. */
export function pushHop<H extends Hop>(record: TracedPacket, hop: H): H {
  record.hops.push(hop);
  return hop;
}

/** Ends a packet's journey; the first fate stands. */
export function endPacket(record: TracedPacket | null, fate: Fate): void {
  if (record && !record.fate) record.fate = fate;
}

/** The short code that a packet's glyph carries. */
export function labelOf(packet: Packet): string {
  const { transport, fragment } = packet;
  if (fragment) return fragment.more ? 'frag' : 'frag.';
  switch (transport.protocol) {
    case 'tcp': {
      const { flags } = transport;
      if (flags.includes('RST')) return 'RST';
      if (flags.includes('SYN')) return flags.includes('ACK') ? 'S·A' : 'SYN';
      if (flags.includes('FIN')) return 'FIN';
      if (transport.payload.type === 'none') return 'ACK';
      return transport.payload.type === 'bytes' && transport.payload.tls ? 'TLS' : 'DATA';
    }
    case 'udp': {
      if (transport.payload.type !== 'dns') return 'UDP';
      const { message } = transport.payload;
      return `${message.question.type}${message.response ? '=' : '?'}`;
    }
    case 'sctp':
      return CHUNK_LABELS[transport.chunk] ?? transport.chunk;
    case 'icmp': {
      const { request, reply } = echoTypes(packet);
      if (transport.neighbour) return transport.neighbour.isSolicitation ? 'NS' : 'NA';
      if (transport.type === request) return 'echo';
      return transport.type === reply ? 'echo=' : `${transport.type}/${transport.code}`;
    }
  }
}

/** SCTP chunks whose names are too long for a glyph. */
const CHUNK_LABELS: Partial<Record<SCTPChunkType, string>> = {
  'INIT ACK': 'I·A',
  'COOKIE ECHO': 'C·E',
  'COOKIE ACK': 'C·A',
  SHUTDOWN: 'SHUT',
  'SHUTDOWN ACK': 'SH·A',
  'SHUTDOWN COMPLETE': 'SH·C',
};

function contentOf(packet: Packet): string {
  const { transport, fragment } = packet;
  if (fragment) return `bytes ${fragment.offset} to ${fragment.offset + fragment.sizeBytes - 1}${fragment.more ? '' : ', the last'}`;
  if (transport.protocol === 'icmp') return icmpContent(transport, packet.source);
  const { payload } = transport;
  if (transport.protocol === 'sctp' && payload.type === 'none') return transport.chunk;
  switch (payload.type) {
    case 'bytes':
      return payload.tls && !payload.tls.serverName && !payload.tls.certificate ? `sealed: ${payload.text}` : payload.text;
    case 'part':
      return `bytes ${payload.offset} to ${payload.offset + payload.sizeBytes - 1} of ${payload.whole.sizeBytes}`;
    case 'dns': {
      const { question, answers, rcode } = payload.message;
      if (!payload.message.response) return `${question.name} ${question.type}`;
      const data = answers.map((record) => record.data).join(', ');
      return `${question.name} ${question.type}: ${data || (rcode === 'NOERROR' ? 'no data' : rcode)}`;
    }
    default:
      return '';
  }
}

function icmpContent({ sequence, quoted, neighbour }: ICMPMessage, source: string): string {
  if (quoted) return `about ${addrOf(quoted)}`;
  if (!neighbour) return `sequence ${sequence}`;
  return neighbour.isSolicitation ? `who has ${neighbour.target}? tell ${source}` : `${neighbour.target} is at ${neighbour.mac}`;
}
