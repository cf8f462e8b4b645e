// The run as a list of events: what was sent, rewritten and how it ended, in time.

import type { TimelineEntry, Walk } from '../protocol/messages.ts';
import type { Position } from '../state/position.ts';
import { packetsOf, type SteppingOptions } from '../state/stepping.ts';
import { contentLine } from './packet-look.ts';
import { placeName } from './place.ts';
import { parseEnds, rewriteOf } from './rewrite.ts';
import { packetVerdict } from './verdict.ts';

/** What a row is about, for filters. */
export type EventKind = 'cluster' | 'packet' | 'rewrite' | 'end';

export interface EventRow {
  readonly kind: EventKind;
  /** The walk that it belongs to; null for what the cluster does. */
  readonly walk: number | null;
  /** What it is about, as a view key, where that is an object. */
  readonly object?: string;
  readonly timeUs: number;
  readonly place: string;
  readonly what: string;
  readonly position: Position | null;
  readonly isBad: boolean;
}

/** The events of a walk: one for each packet's start, its rewrites by rules, its end; and the request's outcome. */
export function walkEvents(walk: Walk, options: SteppingOptions): readonly EventRow[] {
  const rows: EventRow[] = [];
  for (const packet of packetsOf(walk, options)) {
    const at = (hop: number): Position => ({ walk: walk.id, packet: packet.id, hop });
    const line = contentLine(packet);
    const content = line && `: ${line}`;
    rows.push({
      kind: 'packet',
      walk: walk.id,
      timeUs: packet.sentUs,
      place: placeName(packet.from),
      what: `sends ${packet.label} to ${parseEnds(packet.addr).dst}${content}`,
      position: at(1),
      isBad: false,
    });
    for (const hop of packet.hops) {
      const rewrite = rewriteOf(hop, packet.direction);
      if (rewrite?.by !== 'rule') continue;
      const change = rewrite.changes.map(({ before, after }) => `${before} becomes ${after}`).join(', ');
      rows.push({
        kind: 'rewrite',
        walk: walk.id,
        timeUs: hop.timeUs,
        place: placeName(hop.node),
        what: `${rewrite.name}: ${change}`,
        position: at(hop.n),
        isBad: false,
      });
    }
    const verdict = packetVerdict(packet);
    if (packet.fate && verdict) {
      const what =
        verdict === 'delivered' ? `${packet.label} delivered: ${packet.fate.text}` : `${packet.label} ${verdict}: ${packet.fate.text}`;
      rows.push({
        kind: 'end',
        walk: walk.id,
        timeUs: packet.fate.timeUs,
        place: placeName(packet.fate.node),
        what,
        position: at(packet.hops.length),
        isBad: verdict !== 'delivered',
      });
    }
  }
  rows.push({
    kind: 'end',
    walk: walk.id,
    timeUs: walk.endUs,
    place: placeName(walk.from.replace(/^pod\//, '')),
    what: walk.outcome.text,
    position: null,
    isBad: !walk.outcome.ok,
  });
  return rows.sort((a, b) => a.timeUs - b.timeUs);
}

/** What the components of the cluster did. */
export function clusterEvents(timeline: readonly TimelineEntry[]): readonly EventRow[] {
  return timeline.map(({ atUs, lane, text, object }) => ({
    kind: 'cluster',
    walk: null,
    ...(object !== undefined && { object }),
    timeUs: atUs,
    place: lane,
    what: text,
    position: null,
    isBad: false,
  }));
}

export interface EventFilter {
  readonly show: 'all' | 'cluster' | 'packets' | 'failures';
  /** All words must occur, in any column. */
  readonly words: string;
}

/** The rows that a filter leaves, in order of time. */
export function filterEvents(rows: readonly EventRow[], { show, words }: EventFilter): readonly EventRow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .filter((row) => isShown(row, show) && wanted.every((word) => `${row.place} ${row.what}`.toLowerCase().includes(word)))
    .toSorted((a, b) => a.timeUs - b.timeUs);
}

function isShown({ kind, isBad }: EventRow, show: EventFilter['show']): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'cluster':
      return kind === 'cluster';
    case 'packets':
      return kind !== 'cluster';
    case 'failures':
      return isBad;
    default:
      return show satisfies never;
  }
}
