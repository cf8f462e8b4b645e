// Fragments (RFC 791, RFC 8200 section 4.5; ip_do_fragment, ip6_fragment, nf_defrag_ipv4 and _ipv6 of Linux 6.x): a packet
// that is too long for its link is cut; a machine that tracks connections puts the pieces together before its first rule
// sees them, any other only when they are its own. A cut packet's record goes on where it is whole again.

import { type Fragment, isIPv6, type Packet, sizeOf } from '../net/packet.ts';
import type { Task } from '../sim/clock.ts';
import type { NetworkNamespace } from './netns.ts';
import { newSkb, type SkBuff } from './skb.ts';

/** What stands before the data of a packet, and of a piece. */
const HEADER_BYTES = { 4: { whole: 20, piece: 20 }, 6: { whole: 40, piece: 48 } } as const;
/** net.ipv4.ipfrag_time */
const PATIENCE_US = 30_000_000;

/** The pieces of a datagram that have come so far. */
export interface Reassembly {
  readonly pieces: Map<number, Fragment>;
  longest: number;
  first: SkBuff | null;
  readonly timer: Task;
}

/** Cuts a packet (or a piece of one) for a link of `mtu`; each piece has a record of its own. */
export function fragmentsOf(netns: NetworkNamespace, skb: SkBuff, mtu: number): SkBuff[] {
  const { packet } = skb;
  const { offset: base = 0, more: isMiddle = false, datagram = packet.id } = packet.fragment ?? {};
  const header = HEADER_BYTES[isIPv6(packet) ? 6 : 4];
  const length = sizeOf(packet) - (packet.fragment ? header.piece : header.whole);
  const step = Math.max(8, (Math.min(mtu, skb.longestFragment ?? mtu) - header.piece) & ~7);
  const pieces: SkBuff[] = [];
  for (let at = 0; at < length; at += step) {
    const sizeBytes = Math.min(step, length - at);
    const fragment: Fragment = { datagram, offset: base + at, sizeBytes, more: isMiddle || at + sizeBytes < length };
    pieces.push(pieceOf(netns, skb, fragment));
  }
  return pieces;
}

function pieceOf(netns: NetworkNamespace, skb: SkBuff, fragment: Fragment): SkBuff {
  const { timeUs, tag, record } = skb;
  const packet: Packet = { ...skb.packet, id: netns.context.newPacketId(), fragment };
  const direction = record?.direction ?? 'request';
  const own = record && netns.context.recorder.begin(packet, { tag, from: netns.name, direction, timeUs });
  const { mark, device, physIn, physOut, physFrame, route, forwards, wraps, errors } = skb;
  const kept = { mark, device, physIn, physOut, physFrame, route, forwards, wraps, errors };
  return { ...newSkb(packet, { timeUs, tag, record: own }), ...kept, whole: skb.whole ?? skb };
}

/**
 * Takes a piece in. When it was the last one missing, `skb` becomes the whole packet and goes on; otherwise it waits here
 * and the answer is false. `onExpired` is told of a datagram whose rest did not come.
 */
export function reassemble(netns: NetworkNamespace, skb: SkBuff, onExpired: (first: SkBuff) => void): boolean {
  const { fragment, source, destination, transport } = skb.packet;
  if (!fragment || !skb.whole) return true;
  const key = `${source} ${destination} ${transport.protocol} ${fragment.datagram}`;
  const queue = netns.reassemblies.get(key) ?? open(netns, key, skb.whole, onExpired);
  queue.pieces.set(fragment.offset, fragment);
  queue.longest = Math.max(queue.longest, sizeOf(skb.packet));
  if (fragment.offset === 0) queue.first = { ...skb };
  const { whole } = skb;
  netns.end(skb, 'forwarded', isComplete(queue) ? 'the last piece: the packet is whole again' : 'it waits for the other pieces');
  if (!isComplete(queue) || !queue.first) return false;
  queue.timer.cancel();
  netns.reassemblies.delete(key);
  const { ttl, source: from, destination: to } = queue.first.packet;
  Object.assign(skb, {
    packet: { ...whole.packet, ttl, source: from, destination: to },
    record: whole.record,
    whole: whole.whole,
    longestFragment: queue.longest,
  });
  return true;
}

function open(netns: NetworkNamespace, key: string, whole: SkBuff, onExpired: (first: SkBuff) => void): Reassembly {
  const timer = netns.context.clock.after(PATIENCE_US, () => {
    netns.reassemblies.delete(key);
    netns.end(whole, 'lost', 'a piece of it never came: after 30 s the others are thrown away');
    if (queue.first) onExpired(queue.first);
  });
  const queue: Reassembly = { pieces: new Map(), longest: 0, first: null, timer };
  netns.reassemblies.set(key, queue);
  return queue;
}

function isComplete({ pieces }: Reassembly): boolean {
  let at = 0;
  for (;;) {
    const piece = pieces.get(at);
    if (!piece) return false;
    if (!piece.more) return true;
    at += piece.sizeBytes;
  }
}
