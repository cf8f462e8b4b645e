import { describe, expect, test } from 'vitest';
import {
  clampPosition,
  firstPosition,
  isFolded,
  isGivingUp,
  lastPosition,
  lookUp,
  nextHop,
  nextPacket,
  nextStep,
  packetsOf,
  previousHop,
  previousPacket,
  previousStep,
  stepAt,
  stepsOf,
} from './stepping.ts';
import { answeredWalk, dnatHop, packet, refusedWalk, synHops } from './testing-walks.ts';

const walk = answeredWalk();
const folding = { showFolded: false };
const at = (packetId: number, hop: number) => ({ walk: 0, packet: packetId, hop });

describe('by hop', () => {
  test('goes on within the packet, then to the next packet that is shown', () => {
    expect(nextHop(walk, at(2, 4), folding)).toEqual(at(2, 5));
    expect(nextHop(walk, at(2, 5), folding)).toEqual(at(3, 1));
  });

  test('passes over the ACK, which is bookkeeping', () => {
    expect(nextHop(walk, at(3, 3), folding)).toEqual(at(5, 1));
    expect(previousHop(walk, at(5, 1), folding)).toEqual(at(3, 3));
  });

  test('stops at it when folded packets are shown', () => {
    expect(nextHop(walk, at(3, 3), { showFolded: true })).toEqual(at(4, 1));
  });

  test('ends with the walk, and begins with it', () => {
    expect(nextHop(walk, at(5, 2), folding)).toBeNull();
    expect(previousHop(walk, at(2, 1), folding)).toBeNull();
    expect(firstPosition(walk, folding)).toEqual(at(2, 1));
    expect(lastPosition(walk, folding)).toEqual(at(5, 2));
  });

  test('leads out of a folded packet that is in view', () => {
    expect(nextHop(walk, at(4, 2), folding)).toEqual(at(5, 1));
    expect(previousHop(walk, at(4, 1), folding)).toEqual(at(3, 3));
  });
});

test('by packet: back goes to the start of this one first', () => {
  expect(nextPacket(walk, at(2, 3), folding)).toEqual(at(3, 1));
  expect(previousPacket(walk, at(3, 2), folding)).toEqual(at(3, 1));
  expect(previousPacket(walk, at(3, 1), folding)).toEqual(at(2, 1));
});

describe('by step', () => {
  test('a rewrite by a rule is a step of its own', () => {
    const steps = stepsOf(walk).map((step) => [step.packet.label, step.firstHop, step.lastHop]);
    expect(steps).toEqual([
      ['SYN', 1, 2],
      ['SYN', 3, 3],
      ['SYN', 4, 5],
      ['S·A', 1, 3],
      ['DATA', 1, 2],
    ]);
  });

  test('a step is entered at its last hop', () => {
    expect(nextStep(walk, at(2, 1))).toEqual(at(2, 2));
    expect(nextStep(walk, at(2, 2))).toEqual(at(2, 3));
    expect(nextStep(walk, at(2, 3))).toEqual(at(2, 5));
    expect(previousStep(walk, at(2, 5))).toEqual(at(2, 3));
    expect(nextStep(walk, at(5, 2))).toBeNull();
  });

  test('a position lies in one step, or in none', () => {
    expect(stepAt(stepsOf(walk), at(2, 4))).toBe(2);
    expect(stepAt(stepsOf(walk), at(4, 1))).toBe(-1);
  });
});

describe('what is folded', () => {
  test('ARP and bookkeeping, unless they went wrong or decided', () => {
    const [arp, , , ack] = walk.packets;
    expect(arp && isFolded(walk, arp)).toBe(true);
    expect(ack && isFolded(walk, ack)).toBe(true);
    const lost = packet(9, 'ACK', walk.packets[1]?.hops ?? [], { fate: { kind: 'dropped', node: 'node-1', timeUs: 0, text: '' } });
    expect(isFolded(walk, lost)).toBe(false);
    const unanswered = packet(9, 'ARP', [], { protocol: 'arp', fate: { kind: 'unreachable', node: 'node-1', timeUs: 0, text: '' } });
    expect(isFolded(walk, unanswered)).toBe(false);
  });

  test('if every packet is folded, all are shown', () => {
    expect(packetsOf({ ...walk, packets: walk.packets.slice(0, 1) }, folding)).toHaveLength(1);
  });
});

test('a client gives up at the end of its last packet, and only where it waited in vain', () => {
  const [first, second] = [packet(1, 'SYN', synHops), packet(2, 'SYN', synHops)];
  const waited = { ...walk, packets: [first, second], outcome: { ...walk.outcome, ok: false, kind: 'timed-out' as const } };
  const endOf = (one: typeof first, of = waited as typeof walk) => ({ walk: of, packet: one, hop: one.hops.at(-1) ?? dnatHop });
  expect(isGivingUp(endOf(second))).toBe(true);
  expect(isGivingUp({ ...endOf(second), hop: dnatHop })).toBe(false);
  expect(isGivingUp(endOf(first))).toBe(false);
  expect(isGivingUp(endOf(second, { ...waited, outcome: walk.outcome }))).toBe(false);
});

describe('after a change', () => {
  test('a position stays where it is as long as its hop exists', () => {
    expect(clampPosition([walk], at(2, 4), folding)).toEqual(at(2, 4));
    expect(clampPosition([refusedWalk()], at(2, 5), folding)).toEqual(at(2, 3));
    expect(clampPosition([walk], at(77, 1), folding)).toEqual(at(2, 1));
    expect(clampPosition([], at(2, 1), folding)).toBeNull();
  });

  test('looks up the hop that a position names', () => {
    expect(lookUp([walk], at(2, 3))?.hop.addr_after).toBe('10.244.1.11:40001->10.244.2.17:8080');
    expect(lookUp([walk], at(2, 99))).toBeNull();
    expect(lookUp([walk], null)).toBeNull();
  });
});
