// Network address translation on top of conntrack: chooses the tuple that a NAT target asks for, and rewrites packets
// of known connections. Follows net/netfilter/nf_nat_core.c and nf_nat_proto.c of Linux 6.x.

import type { Packet, Transport } from '../net/packet.ts';
import { type Conntrack, type CtAttachment, type CtEntry, invertTuple, type Tuple } from './conntrack.ts';

export type Manipulation = 'SRC' | 'DST';

/** A translation that a rule asks for; null fields keep what the packet has. */
export interface NatRange {
  readonly address: string | null;
  readonly minPort: number | null;
  readonly maxPort: number | null;
  readonly randomFully: boolean;
}

/** The range of a packet that no nat rule touched (nf_nat_alloc_null_binding): only a port clash can change it. */
export const NULL_BINDING: NatRange = { address: null, minPort: null, maxPort: null, randomFully: false };

/** The port at which the search for a free one begins. */
export type PortDraw = (original: Tuple, ports: { readonly low: number; readonly size: number }) => number;

/** nf_nat_setup_info: binds one end of a new connection. False when no free tuple is left. */
export function setupNat(
  table: Conntrack,
  entry: CtEntry,
  manipulation: Manipulation,
  range: NatRange,
  draw: PortDraw,
  nowUs: number,
): boolean {
  const current = invertTuple(entry.reply);
  const wanted = uniqueTuple(table, entry, current, manipulation, range, draw, nowUs);
  if (!wanted) return false;
  if (!sameTuple(wanted, current)) {
    entry.reply = invertTuple(wanted);
    if (manipulation === 'SRC') entry.snat = true;
    else entry.dnat = true;
  }
  if (manipulation === 'SRC') entry.snatDone = true;
  else entry.dnatDone = true;
  return true;
}

/** nf_nat_packet: the packet as this connection's translation makes it at a hook of that kind, or the packet itself. */
export function translate(packet: Packet, attachment: CtAttachment, manipulation: Manipulation): Packet {
  const { entry, direction } = attachment;
  const end = direction === 'ORIGINAL' ? manipulation : manipulation === 'SRC' ? 'DST' : 'SRC';
  if (!(end === 'SRC' ? entry.snat : entry.dnat)) return packet;
  const target = invertTuple(direction === 'ORIGINAL' ? entry.reply : entry.original);
  if (packet.transport.protocol === 'icmp' && packet.transport.quoted) return translateError(packet, target, manipulation);
  return rewrite(packet, target, manipulation);
}

/** nf_nat_icmp_reply_translation: the error's own address, and the quoted packet the other way round. */
function translateError(packet: Packet, target: Tuple, manipulation: Manipulation): Packet {
  const { transport } = packet;
  if (transport.protocol !== 'icmp' || !transport.quoted) return packet;
  const inner = rewrite(transport.quoted, invertTuple(target), manipulation === 'SRC' ? 'DST' : 'SRC');
  const outer = manipulation === 'SRC' ? { source: target.source } : { destination: target.destination };
  return { ...packet, ...outer, transport: { ...transport, quoted: inner } };
}

function rewrite(packet: Packet, target: Tuple, manipulation: Manipulation): Packet {
  if (manipulation === 'SRC') return { ...packet, source: target.source, transport: withPort(packet.transport, 'SRC', target.sourcePort) };
  return { ...packet, destination: target.destination, transport: withPort(packet.transport, 'DST', target.destinationPort) };
}

function withPort(transport: Transport, manipulation: Manipulation, port: number): Transport {
  if (transport.protocol === 'icmp') return transport.id === port ? transport : { ...transport, id: port };
  return manipulation === 'SRC' ? { ...transport, sourcePort: port } : { ...transport, destinationPort: port };
}

/** get_unique_tuple: keep the port where that is free, else search the range from a random start. */
function uniqueTuple(
  table: Conntrack,
  entry: CtEntry,
  current: Tuple,
  manipulation: Manipulation,
  range: NatRange,
  draw: PortDraw,
  nowUs: number,
): Tuple | null {
  const based = withEnd(current, manipulation, range.address, null);
  const free = (tuple: Tuple) => !table.isTaken(invertTuple(tuple), entry, nowUs);
  const kept = manipulation === 'SRC' ? based.sourcePort : based.destinationPort;
  const fits = range.minPort === null || (kept >= range.minPort && kept <= (range.maxPort ?? range.minPort));
  if (!range.randomFully && fits && free(based)) return based;
  if (manipulation === 'DST' && range.minPort === null) return based;
  // Identifiers of echo requests have no classes.
  const [low, high] = current.protocol === 'icmp' ? [0, 65_535] : portRange(kept, manipulation, range);
  const size = high - low + 1;
  const start = draw(entry.original, { low, size }) - low;
  for (let i = 0; i < Math.min(size, 1024); i++) {
    const candidate = withEnd(based, manipulation, null, low + ((start + i) % size));
    if (free(candidate) || size === 1) return candidate;
  }
  return null;
}

/** Source ports stay in their class (below 512, below 1024, above), as nf_nat_l4proto_unique_tuple keeps them. */
function portRange(kept: number, manipulation: Manipulation, range: NatRange): [number, number] {
  if (range.minPort !== null) return [range.minPort, range.maxPort ?? range.minPort];
  if (manipulation === 'DST') return [kept, kept];
  if (kept < 512) return [1, 511];
  return kept < 1024 ? [600, 1023] : [1024, 65_535];
}

function withEnd(tuple: Tuple, manipulation: Manipulation, address: string | null, port: number | null): Tuple {
  if (tuple.protocol === 'icmp') {
    const id = port ?? tuple.sourcePort;
    const ends = manipulation === 'SRC' ? { source: address ?? tuple.source } : { destination: address ?? tuple.destination };
    return { ...tuple, ...ends, sourcePort: id, destinationPort: id };
  }
  if (manipulation === 'SRC') return { ...tuple, source: address ?? tuple.source, sourcePort: port ?? tuple.sourcePort };
  return { ...tuple, destination: address ?? tuple.destination, destinationPort: port ?? tuple.destinationPort };
}

function sameTuple(a: Tuple, b: Tuple): boolean {
  return (
    a.source === b.source && a.destination === b.destination && a.sourcePort === b.sourcePort && a.destinationPort === b.destinationPort
  );
}
