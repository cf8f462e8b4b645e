// The timeline as lanes: who did what, and the packets of each walk, over virtual time. A packet takes microseconds and a
// pod seconds, so the axis is neither: every pause is as long as the logarithm of its time, and moments keep their order.

import type { TimelineEntry, TracedPacket, Walk } from '../protocol/messages.ts';
import { packetsOf, type SteppingOptions } from '../state/stepping.ts';
import type { Verdict } from '../ui/glyphs/VerdictGlyph.tsx';
import { packetVerdict } from './verdict.ts';

export interface TimeAxis {
  readonly width: number;
  xOf(timeUs: number): number;
  timeAt(x: number): number;
}

export interface EventMark {
  readonly x: number;
  readonly atUs: number;
  /** What happened at this place of the lane; more than one where they would cover each other. */
  readonly entries: readonly TimelineEntry[];
}

export interface PacketMark {
  readonly x: number;
  readonly width: number;
  readonly packet: TracedPacket;
  /** Null where it was delivered. */
  readonly trouble: Verdict | null;
}

export type Lane =
  | { readonly kind: 'events'; readonly name: string; readonly marks: readonly EventMark[] }
  | { readonly kind: 'walk'; readonly name: string; readonly walk: Walk; readonly flow: number; readonly packets: readonly PacketMark[] };

export interface TimelineContent {
  readonly entries: readonly TimelineEntry[];
  readonly walks: readonly Walk[];
  readonly fromUs: number;
  readonly toUs: number;
}

/** Marks nearer to each other than this are one. */
const MARK_WIDTH = 9;

/** Lanes of components that every node has are folded into one, `kubelets`, unless `byNode`. */
export function lanesOf(
  { entries, walks }: TimelineContent,
  axis: TimeAxis,
  options: SteppingOptions & { readonly byNode: boolean },
): readonly Lane[] {
  const byName = new Map<string, TimelineEntry[]>();
  for (const entry of entries) {
    const name = options.byNode ? entry.lane : foldedName(entry.lane);
    const lane = byName.get(name);
    if (lane) lane.push(entry);
    else byName.set(name, [entry]);
  }
  const names = [...byName.keys()].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  return [
    ...names.map((name): Lane => ({ kind: 'events', name, marks: eventMarks(byName.get(name) ?? [], axis) })),
    ...walks.map((walk, flow): Lane => ({ kind: 'walk', name: walk.to, walk, flow, packets: packetMarks(walk, axis, options) })),
  ];
}

function foldedName(lane: string): string {
  const component = lane.split(' ', 1)[0] ?? lane;
  return component === lane ? lane : component.endsWith('y') ? `${component.slice(0, -1)}ies` : `${component}s`;
}

const ORDER = ['you', 'kube-apiserver', 'deployment', 'replicaset', 'kube-scheduler', 'kubelet', 'endpointslice', 'kube-prox'];

function rankOf(lane: string): number {
  const rank = ORDER.findIndex((name) => lane === name || (lane.startsWith(name) && /kubelet|kube-prox/.test(name)));
  return rank < 0 ? ORDER.indexOf('replicaset') + 0.5 : rank;
}

function eventMarks(entries: readonly TimelineEntry[], axis: TimeAxis): EventMark[] {
  const marks: { x: number; atUs: number; entries: TimelineEntry[] }[] = [];
  for (const entry of entries) {
    const x = axis.xOf(entry.atUs);
    const last = marks.at(-1);
    if (last && x - last.x < MARK_WIDTH) last.entries.push(entry);
    else marks.push({ x, atUs: entry.atUs, entries: [entry] });
  }
  return marks;
}

function packetMarks(walk: Walk, axis: TimeAxis, options: SteppingOptions): PacketMark[] {
  return packetsOf(walk, options).map((packet) => {
    const x = axis.xOf(packet.sentUs);
    const verdict = packetVerdict(packet);
    return {
      x,
      width: Math.max(2, axis.xOf(packet.fate?.timeUs ?? packet.sentUs) - x),
      packet,
      trouble: verdict && verdict !== 'delivered' ? verdict : null,
    };
  });
}

/** An axis with a place for every moment at which something happens. Deterministic; at least `minWidth` wide. */
export function timeAxis({ entries, walks, fromUs, toUs }: TimelineContent, minWidth: number): TimeAxis {
  const packets = walks.flatMap((walk) => packetsOf(walk, { showFolded: true }));
  const inside = [
    ...entries.map(({ atUs }) => atUs),
    ...walks.flatMap(({ startUs, endUs }) => [startUs, endUs]),
    ...packets.flatMap(({ sentUs, fate }) => [sentUs, fate?.timeUs ?? sentUs]),
  ].filter((timeUs) => timeUs >= fromUs && timeUs <= toUs);
  const times = [...new Set([fromUs, ...inside, toUs])].sort((a, b) => a - b);
  const lengths = times.map((timeUs, index) => (index === 0 ? 0 : lengthOf(timeUs - (times[index - 1] ?? timeUs))));
  const natural = lengths.reduce((sum, length) => sum + length, 0);
  const scale = natural > 0 && natural < minWidth ? minWidth / natural : 1;
  let x = 0;
  const places = lengths.map((length) => {
    x += length * scale;
    return x;
  });
  return {
    width: Math.max(minWidth, x),
    xOf: (timeUs) => interpolate(times, places, timeUs),
    timeAt: (place) => Math.round(interpolate(places, times, place)),
  };
}

/** Pixels of a pause: 2 for 10 us, 8 for a millisecond, 16 for a second. */
function lengthOf(gapUs: number): number {
  return 1 + 2.6 * Math.log10(1 + gapUs / 5);
}

/** The value at `at`, between two lists that both ascend. */
function interpolate(from: readonly number[], to: readonly number[], at: number): number {
  let low = 0;
  let high = from.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((from[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const [a, b] = [from[low] ?? 0, from[high] ?? 0];
  const [x, y] = [to[low] ?? 0, to[high] ?? 0];
  const share = b === a ? 0 : Math.min(1, Math.max(0, (at - a) / (b - a)));
  return x + (y - x) * share;
}
