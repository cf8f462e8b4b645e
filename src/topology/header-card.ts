// The header card: the followed packet's addresses, old over new where this hop rewrites them, in a free place of the
// virtual lane.

import { type Followed, followedTitle, packetTitle } from './followed.ts';
import { type Box, overlap } from './geometry.ts';
import { type Layout, lane } from './layout.ts';
import { endsOf } from './text.ts';

export interface HeaderCard {
  readonly title: string;
  readonly tag: { readonly text: string; readonly tone: 'amber' | 'bad' } | null;
  readonly source: { readonly old: string | null; readonly now: string };
  readonly destination: { readonly old: string | null; readonly now: string };
  readonly note: { readonly text: string; readonly tone: 'amber' | 'plain' } | null;
  readonly height: number;
  /** An IPv6 address takes the card's whole width: its field stands over it. */
  readonly isLong: boolean;
}

/** The card's place across the virtual lane: wide enough for `192.168.56.100:40001`. */
export const cardX = 104;
export const cardWidth = 194;

/** What stands on the card at this hop. */
export function headerCard(followed: Followed): HeaderCard {
  const { hop, rewrite, verdict } = followed;
  const before = endsOf(hop.addr);
  const note = noteOf(followed);
  const noteLines = note ? lineCount(note.text) : 0;
  const ends = [rewrite?.source ?? before.source, rewrite?.destination ?? before.destination];
  const isLong = ends.some((end) => (typeof end === 'string' ? end : end.now).length > 21);
  return {
    title: followedTitle(followed),
    tag: rewrite
      ? { text: rewrite.name, tone: 'amber' }
      : verdict && verdict !== 'delivered'
        ? { text: endTag(followed), tone: 'bad' }
        : null,
    source: rewrite?.source ?? { old: null, now: before.source },
    destination: rewrite?.destination ?? { old: null, now: before.destination },
    note,
    isLong,
    height: 78 + (isLong ? 36 : 0) + (rewrite?.source ? 24 : 0) + (rewrite?.destination ? 24 : 0) + noteLines * 17 + (note ? 4 : 0),
  };
}

/** How many lines a note takes: about 27 characters each, words kept whole. */
function lineCount(text: string): number {
  let lines = 1;
  let used = 0;
  for (const word of text.split(' ')) {
    const fits = used === 0 || used + 1 + word.length <= 27;
    used = fits ? used + word.length + (used > 0 ? 1 : 0) : word.length;
    if (!fits) lines++;
  }
  return lines;
}

function endTag({ packet, hop, verdict }: Followed): string {
  if (hop.kind === 'rule' && (hop.verdict === 'REJECT' || hop.verdict === 'DROP')) return hop.verdict;
  return packet.fate?.kind === 'no-socket' ? 'no socket' : packet.fate?.kind === 'lost' ? 'lost' : (verdict ?? '');
}

function noteOf({ packet, hop, rewrite, verdict, answers, carried }: Followed): HeaderCard['note'] {
  if (rewrite?.by === 'memory') return { text: 'from conntrack, by no rule', tone: 'amber' };
  if (carried !== null) return { text: `inside ${packetTitle(packet)} ${carried.replace('->', ' -> ')}`, tone: 'plain' };
  if (verdict === 'delivered' && hop.kind === 'if' && hop.socket) return { text: hop.socket, tone: 'plain' };
  if (!verdict || verdict === 'delivered') return null;
  const answer = answers[0];
  if (answer) return { text: `answer: ${packetTitle(answer)}${answer.label === '3/3' ? ', port unreachable' : ''}`, tone: 'plain' };
  return {
    text: packet.fate?.kind === 'dropped' || packet.fate?.kind === 'lost' ? 'no answer is sent' : (packet.fate?.text ?? ''),
    tone: 'plain',
  };
}

/** The card's upper edge: nearest to `targetY`, off every lit Service, and off the others and `beside` if there is room. */
export function cardY(layout: Layout, height: number, targetY: number, lit: readonly string[], beside: readonly Box[] = []): number {
  const places = [...layout.services.values()];
  const bottom = layout.wireY - 24 - height;
  let best: number = lane.top;
  let least = Number.POSITIVE_INFINITY;
  for (let y: number = lane.top + 4; y <= Math.max(lane.top + 4, bottom); y += 4) {
    const box = { x: cardX, y: y - 10, width: cardWidth, height: height + 20 };
    const covered = places.filter((place) => overlap(box, place.box));
    const cost =
      Math.abs(y + height * 0.68 - targetY) +
      (covered.length + beside.filter((each) => overlap(box, each)).length) * 1000 +
      (covered.some((p) => lit.includes(p.view.key)) ? 1e6 : 0);
    if (cost < least) [best, least] = [y, cost];
  }
  return best;
}
