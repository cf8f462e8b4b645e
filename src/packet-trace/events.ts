// The run as a list of events: what was sent, rewritten and how it ended, in time.

import type { Walk } from '../protocol/messages.ts';
import type { Position } from '../state/position.ts';
import { packetsOf, type SteppingOptions } from '../state/stepping.ts';
import { contentLine } from './packet-look.ts';
import { placeName } from './place.ts';
import { parseEnds, rewriteOf } from './rewrite.ts';
import { packetVerdict } from './verdict.ts';

export interface EventRow {
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
      rows.push({ timeUs: hop.timeUs, place: placeName(hop.node), what: `${rewrite.name}: ${change}`, position: at(hop.n), isBad: false });
    }
    const verdict = packetVerdict(packet);
    if (packet.fate && verdict) {
      const what =
        verdict === 'delivered' ? `${packet.label} delivered: ${packet.fate.text}` : `${packet.label} ${verdict}: ${packet.fate.text}`;
      rows.push({
        timeUs: packet.fate.timeUs,
        place: placeName(packet.fate.node),
        what,
        position: at(packet.hops.length),
        isBad: verdict !== 'delivered',
      });
    }
  }
  rows.push({
    timeUs: walk.endUs,
    place: placeName(walk.from.replace(/^pod\//, '')),
    what: walk.outcome.text,
    position: null,
    isBad: !walk.outcome.ok,
  });
  return rows.sort((a, b) => a.timeUs - b.timeUs);
}
