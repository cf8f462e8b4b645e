// How a packet at a hop looks as a glyph: form, fill, and the band of its last rewrite.

import type { TracedPacket } from '../protocol/messages.ts';
import { carriedAt } from '../state/tunnel.ts';
import { formOf, type PacketLook } from '../ui/glyphs/packet-shape.ts';
import { lastRewrite } from './rewrite.ts';

/** The packet as it looks after a hop; without one, as it was sent. The followed walk has the first flow's colour, as in the drawing. */
export function lookOf(packet: TracedPacket, hop = 0): PacketLook {
  const last = lastRewrite(packet, hop);
  const [change] = last?.rewrite.changes ?? [];
  return {
    form: formOf(packet.protocol),
    code: packet.label,
    filled: packet.direction === 'request',
    heading: packet.direction === 'request' ? 'right' : 'left',
    flow: 1,
    band:
      last && change ? { end: change.field === 'dst' ? 'nose' : 'tail', by: last.rewrite.by === 'rule' ? 'rule' : 'memory' } : undefined,
    fault: packet.label === 'RST' ? 'reset' : packet.protocol === 'icmp' && packet.about !== undefined ? 'error' : undefined,
    tunnel: carriedAt(packet, hop) !== null,
  };
}

/** The first line of what a packet carries: `GET / HTTP/1.1`. */
export function contentLine(packet: TracedPacket): string {
  return packet.content.split('\n', 1)[0]?.trim() ?? '';
}

/** What a screen reader hears of it: `TCP SYN, request`; of a tunnel's outer packet, what it carries too. */
export function packetTitle(packet: TracedPacket, hop = 0): string {
  const content = contentLine(packet);
  const title = `${packet.protocol.toUpperCase()} ${packet.label}, ${packet.direction}${content && `, ${content}`}`;
  return carriedAt(packet, hop) === null ? title : `VXLAN, UDP, with ${title} inside`;
}
