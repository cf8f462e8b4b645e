// The hop ruler: every hop of a packet as a mark, grouped by machine, each group as wide as its marks need.

import type { TracedPacket } from '../protocol/messages.ts';
import { carriedAt, isTunnel } from '../state/tunnel.ts';
import type { Verdict } from '../ui/glyphs/VerdictGlyph.tsx';
import { placeName, shortName } from './place.ts';
import { rewriteOf } from './rewrite.ts';
import { packetVerdict } from './verdict.ts';

/** Long bar, outlined bar of a tunnel's device, short bar, diamonds (amber by a rule, hatched put back, empty repeated), or how it ended. */
export type RulerMark = 'interface' | 'tunnel' | 'rule' | 'rule-rewrite' | 'put-back' | 'repeated' | Verdict;

export interface RulerGroup {
  readonly label: string;
  readonly x: number;
  readonly width: number;
  readonly marks: readonly { readonly n: number; readonly x: number; readonly kind: RulerMark }[];
}

const gap = 8;
const smallest = 52;
/** Few hops are not spread over the whole width. */
const widestPitch = 34;

/** Lays the groups out over `width` pixels. Deterministic: the same packet and width give the same ruler. */
export function rulerGroups(packet: TracedPacket, width: number): readonly RulerGroup[] {
  const runs = runsByPlace(packet);
  if (runs.length === 0) return [];
  const needs = runs.map((run) => Math.max(smallest, labelWidth(run.place)));
  const wanted = runs.reduce((sum, run, index) => sum + Math.max(0, run.hops.length * widestPitch - (needs[index] ?? 0)), 0);
  const room = Math.min(wanted, Math.max(0, width - gap * (runs.length - 1) - needs.reduce((sum, need) => sum + need, 0)));
  const weights = runs.map((run) => Math.max(0, run.hops.length - 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let x = 0;
  return runs.map((run, index) => {
    const share = total === 0 ? 0 : (room * (weights[index] ?? 0)) / total;
    const groupWidth = (needs[index] ?? smallest) + share;
    const pitch = groupWidth / run.hops.length;
    const group = {
      label: run.place,
      x,
      width: groupWidth,
      marks: run.hops.map((n, at) => ({ n, x: x + pitch * (at + 0.5), kind: markOf(packet, n) })),
    };
    x += groupWidth + gap;
    return group;
  });
}

function markOf(packet: TracedPacket, n: number): RulerMark {
  const hop = packet.hops[n - 1];
  const verdict = packetVerdict(packet);
  if (n === packet.hops.length && verdict && verdict !== 'delivered') return verdict;
  const rewrite = hop && rewriteOf(hop, packet.direction);
  if (rewrite) return rewrite.by === 'rule' ? 'rule-rewrite' : rewrite.by;
  if (hop?.kind !== 'if') return 'rule';
  return isTunnel(hop.ifc) ? 'tunnel' : 'interface';
}

/** Hops on one machine; where a tunnel makes two walks of them, the inner packet's and the outer one's. */
function runsByPlace(packet: TracedPacket): { place: string; hops: number[] }[] {
  const ends = new Set(packet.hops.flatMap((hop) => (hop.kind === 'if' && isTunnel(hop.ifc) ? [hop.node] : [])));
  const runs: { key: string; place: string; hops: number[] }[] = [];
  for (const hop of packet.hops) {
    const which = !ends.has(hop.node) ? '' : carriedAt(packet, hop.n) === null ? ', inner' : ', outer';
    const key = hop.node + which;
    const last = runs.at(-1);
    if (last?.key === key) last.hops.push(hop.n);
    else runs.push({ key, place: shortName(placeName(hop.node), 12) + which, hops: [hop.n] });
  }
  return runs;
}

function labelWidth(place: string): number {
  return place.length * 6.6 + 8;
}
