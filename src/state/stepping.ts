// Moving through a walk: by hop, by packet, by step. Pure functions from a position to the next one. ARP, AAAA lookups
// and TCP bookkeeping are folded away unless asked for; a packet that decided the outcome, or that went wrong, never is.

import type { Hop, TracedPacket, Walk } from '../protocol/messages.ts';
import type { Position } from './position.ts';

export interface SteppingOptions {
  /** Also stop at folded packets. */
  readonly showFolded: boolean;
}

/** A part of a packet's way that reads as one sentence: up to a rewrite by a rule, the rewrite itself, the rest. */
export interface Step {
  readonly packet: TracedPacket;
  readonly firstHop: number;
  readonly lastHop: number;
  readonly isRewrite: boolean;
}

export interface HopInView {
  readonly walk: Walk;
  readonly packet: TracedPacket;
  readonly hop: Hop;
}

/** What a position points at, or null when the walk, packet or hop is not there. */
export function lookUp(walks: readonly Walk[], position: Position | null): HopInView | null {
  const walk = walks.find((candidate) => candidate.id === position?.walk);
  const packet = walk?.packets.find((candidate) => candidate.id === position?.packet);
  const hop = packet?.hops.find((candidate) => candidate.n === position?.hop);
  return walk && packet && hop ? { walk, packet, hop } : null;
}

/** Whether a packet only asks or says who has an address: ARP, and IPv6's Neighbour Discovery. */
export function isNeighbourTalk({ protocol }: TracedPacket): boolean {
  return protocol === 'arp' || protocol === 'ndp';
}

/** Whether a packet is left out of stepping by default. */
export function isFolded(walk: Walk, packet: TracedPacket): boolean {
  if (walk.reason.at?.packet === packet.id) return false;
  if (isNeighbourTalk(packet)) return packet.fate?.kind !== 'unreachable';
  if (packet.fate !== null && packet.fate.kind !== 'delivered' && packet.fate.kind !== 'forwarded') return false;
  return bookkeeping.has(packet.label) || packet.label.startsWith('AAAA');
}

const bookkeeping = new Set(['ACK', 'FIN', 'F·A', 'FIN·A', 'FIN-ACK']);

/** The packets that stepping stops at. If all are folded, all are shown. */
export function packetsOf(walk: Walk, options: SteppingOptions): readonly TracedPacket[] {
  const withHops = walk.packets.filter((packet) => packet.hops.length > 0);
  if (options.showFolded) return withHops;
  const open = withHops.filter((packet) => !isFolded(walk, packet));
  return open.length > 0 ? open : withHops;
}

/** Where a client that waited in vain gives up: at the end of the last packet of a walk that timed out. */
export function isGivingUp({ walk, packet, hop }: HopInView): boolean {
  const last = packetsOf(walk, { showFolded: false }).at(-1);
  return walk.outcome.kind === 'timed-out' && packet.sentUs >= (last?.sentUs ?? 0) && hop.n === packet.hops.length;
}

export function firstPosition(walk: Walk, options: SteppingOptions): Position | null {
  return startOf(walk, packetsOf(walk, options)[0]);
}

export function lastPosition(walk: Walk, options: SteppingOptions): Position | null {
  return endOf(walk, packetsOf(walk, options).at(-1));
}

/** The next hop of the packet, else the first hop of the packet after it; null at the end of the walk. */
export function nextHop(walk: Walk, position: Position, options: SteppingOptions): Position | null {
  const packet = walk.packets.find((candidate) => candidate.id === position.packet);
  if (packet && position.hop < packet.hops.length) return { ...position, hop: position.hop + 1 };
  return nextPacket(walk, position, options);
}

export function previousHop(walk: Walk, position: Position, options: SteppingOptions): Position | null {
  if (position.hop > 1) return { ...position, hop: position.hop - 1 };
  return endOf(walk, neighbour(walk, position, options, -1));
}

/** The first hop of the next packet. */
export function nextPacket(walk: Walk, position: Position, options: SteppingOptions): Position | null {
  return startOf(walk, neighbour(walk, position, options, 1));
}

/** The first hop of this packet, or, from there, of the one before. */
export function previousPacket(walk: Walk, position: Position, options: SteppingOptions): Position | null {
  if (position.hop > 1) return { ...position, hop: 1 };
  return startOf(walk, neighbour(walk, position, options, -1));
}

/** A walk in steps, for a reader who does not want every rule. */
export function stepsOf(walk: Walk): readonly Step[] {
  return packetsOf(walk, { showFolded: false }).flatMap(packetSteps);
}

/** The index of the step that a position lies in, or -1. */
export function stepAt(steps: readonly Step[], position: Position | null): number {
  if (!position) return -1;
  return steps.findIndex((step) => step.packet.id === position.packet && step.firstHop <= position.hop && position.hop <= step.lastHop);
}

/** A step is entered at its last hop: that is where its sentence has come true. */
export function stepPosition(walk: Walk, step: Step): Position {
  return { walk: walk.id, packet: step.packet.id, hop: step.lastHop };
}

export function nextStep(walk: Walk, position: Position): Position | null {
  const steps = stepsOf(walk);
  const at = stepAt(steps, position);
  const here = steps[at];
  // From inside a step, its end comes first.
  const next = here && position.hop < here.lastHop ? here : steps[at + 1];
  return next ? stepPosition(walk, next) : null;
}

export function previousStep(walk: Walk, position: Position): Position | null {
  const steps = stepsOf(walk);
  const previous = steps[stepAt(steps, position) - 1];
  return previous ? stepPosition(walk, previous) : null;
}

/** The nearest position that exists: the same packet if it is still there, else the start of the walk, else of the last walk. */
export function clampPosition(walks: readonly Walk[], position: Position | null, options: SteppingOptions): Position | null {
  if (!position) return null;
  const walk = walks.find((candidate) => candidate.id === position.walk) ?? walks.at(-1);
  if (!walk) return null;
  const packet = walk.packets.find((candidate) => candidate.id === position.packet);
  if (!packet || packet.hops.length === 0) return firstPosition(walk, options);
  return { walk: walk.id, packet: packet.id, hop: Math.min(Math.max(1, position.hop), packet.hops.length) };
}

function packetSteps(packet: TracedPacket): Step[] {
  const steps: Step[] = [];
  let firstHop = 1;
  for (const hop of packet.hops) {
    if (hop.kind !== 'rule' || hop.addr_after === undefined) continue;
    if (hop.n > firstHop) steps.push({ packet, firstHop, lastHop: hop.n - 1, isRewrite: false });
    steps.push({ packet, firstHop: hop.n, lastHop: hop.n, isRewrite: true });
    firstHop = hop.n + 1;
  }
  if (firstHop <= packet.hops.length) steps.push({ packet, firstHop, lastHop: packet.hops.length, isRewrite: false });
  return steps;
}

function neighbour(walk: Walk, position: Position, options: SteppingOptions, offset: 1 | -1): TracedPacket | undefined {
  const packets = packetsOf(walk, options);
  const index = packets.findIndex((packet) => packet.id === position.packet);
  if (index >= 0) return packets[index + offset];
  // The packet in view is folded: go to the shown packet nearest to it in that direction.
  const here = walk.packets.findIndex((packet) => packet.id === position.packet);
  const shown = packets.map((packet) => ({ packet, at: walk.packets.indexOf(packet) }));
  return offset === 1 ? shown.find(({ at }) => at > here)?.packet : shown.findLast(({ at }) => at < here)?.packet;
}

function startOf(walk: Walk, packet: TracedPacket | undefined): Position | null {
  return packet ? { walk: walk.id, packet: packet.id, hop: 1 } : null;
}

function endOf(walk: Walk, packet: TracedPacket | undefined): Position | null {
  return packet ? { walk: walk.id, packet: packet.id, hop: packet.hops.length } : null;
}
