// A walk as a sequence diagram: a lifeline per place that sends, receives or rewrites; a row per packet. Pure layout.

import type { TracedPacket, Walk } from '../protocol/messages.ts';
import { packetsOf, type SteppingOptions } from '../state/stepping.ts';
import { contentLine } from './packet-look.ts';
import { placeName, shortName } from './place.ts';
import { type Rewrite, rewriteOf } from './rewrite.ts';
import { packetVerdict } from './verdict.ts';

export interface Lifeline {
  readonly node: string;
  readonly label: string;
  readonly x: number;
}

export interface Message {
  readonly packet: TracedPacket;
  readonly y: number;
  readonly fromX: number;
  readonly toX: number;
  /** Lifelines that the line only passes. */
  readonly passes: readonly number[];
  readonly rewrites: readonly { readonly x: number; readonly hop: number; readonly rewrite: Rewrite }[];
  /** Text at the right of the line: a question, a request line, an answer. */
  readonly text: string;
  readonly isLost: boolean;
}

export interface Sequence {
  readonly lifelines: readonly Lifeline[];
  readonly messages: readonly Message[];
  readonly height: number;
}

export const headHeight = 56;
export const rowHeight = 57;
const left = 130;
const textRoom = 230;

/** Lifelines stand in the order in which the walk meets them, from the client on. */
export function layOutSequence(walk: Walk, width: number, options: SteppingOptions): Sequence {
  const packets = packetsOf(walk, options);
  const nodes = orderOfPlaces(packets);
  const pitch = nodes.length < 2 ? 0 : Math.max(120, (width - left - textRoom - 80) / (nodes.length - 1));
  const lifelines = nodes.map((node, index) => ({ node, label: shortName(placeName(node), 16), x: left + 80 + index * pitch }));
  const xOf = (node: string | undefined) => lifelines.find((line) => line.node === node)?.x ?? left;
  const messages = packets.map((packet, index) => layOutMessage(packet, headHeight + 34 + index * rowHeight, xOf, lifelines));
  return { lifelines, messages, height: headHeight + 20 + packets.length * rowHeight };
}

function layOutMessage(
  packet: TracedPacket,
  y: number,
  xOf: (node: string | undefined) => number,
  lifelines: readonly Lifeline[],
): Message {
  const rewrites = packet.hops.flatMap((hop) => {
    const rewrite = rewriteOf(hop, packet.direction);
    return rewrite ? [{ x: xOf(hop.node), hop: hop.n, rewrite }] : [];
  });
  const fromX = xOf(packet.hops[0]?.node);
  const toX = xOf(packet.hops.at(-1)?.node);
  const visited = new Set(packet.hops.map((hop) => hop.node));
  const [low, high] = fromX < toX ? [fromX, toX] : [toX, fromX];
  const passes = lifelines.filter((line) => line.x > low && line.x < high && !visited.has(line.node)).map((line) => line.x);
  const verdict = packetVerdict(packet);
  return {
    packet,
    y,
    fromX,
    toX,
    passes,
    rewrites,
    text: contentLine(packet) || packetText(packet),
    isLost: verdict !== null && verdict !== 'delivered',
  };
}

/** A packet without content is said only by its code, unless it met its end on the way. */
function packetText(packet: TracedPacket): string {
  return packet.fate && packet.fate.kind !== 'delivered' && packet.fate.kind !== 'forwarded' ? packet.fate.text : '';
}

/** Ends and rewriting machines; the wire and machines that only forward are left out. */
function orderOfPlaces(packets: readonly TracedPacket[]): string[] {
  const places: string[] = [];
  const meet = (node: string | undefined) => {
    if (node !== undefined && node !== 'wire' && !places.includes(node)) places.push(node);
  };
  for (const packet of packets) {
    for (const hop of packet.hops) {
      const isEnd = hop.n === 1 || hop.n === packet.hops.length;
      if (isEnd || hop.addr_after !== undefined) meet(hop.node);
    }
  }
  return places;
}
