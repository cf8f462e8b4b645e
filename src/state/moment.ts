// The virtual moment at which the reader stands: that of the hop in view, or one between packets that they went to on
// the timeline. The cluster is shown as it was then. Pure functions; times are virtual microseconds.

import type { TimelineEntry, Walk } from '../protocol/messages.ts';
import type { Position } from './position.ts';
import type { Mirror } from './simulation-store.ts';
import { lookUp, packetsOf, type SteppingOptions } from './stepping.ts';
import type { UiState } from './ui-store.ts';

type Standing = Pick<UiState, 'position' | 'moment'>;

/** Null before anything was sent or gone to: the end of the run. */
export function momentOf(walks: readonly Walk[], { position, moment }: Standing): number | null {
  return moment ?? lookUp(walks, position)?.hop.timeUs ?? null;
}

/**
 * The moment to ask the engine about: null while nothing has happened to the cluster since, for then it stands as it does
 * at the end. `exact` is for who reads tables that change with every packet.
 */
export function momentToLookAt(mirror: Mirror, standing: Standing, exact: boolean): number | null {
  const momentUs = momentOf(mirror.walks, standing);
  if (momentUs === null || momentUs >= mirror.nowUs) return null;
  if (exact) return momentUs;
  const last = mirror.timeline.at(-1);
  return last && last.atUs > momentUs ? momentUs : null;
}

/** The hop at which a walk is at a moment: the last one so far of the packets that stepping stops at. Null where no walk is under way. */
export function positionAt(walks: readonly Walk[], atUs: number, options: SteppingOptions): Position | null {
  const walk = walks.findLast(({ startUs, endUs }) => startUs <= atUs && atUs <= endUs);
  if (!walk) return null;
  const packet = packetsOf(walk, options).findLast(({ sentUs }) => sentUs <= atUs);
  const hop = packet?.hops.findLast(({ timeUs }) => timeUs <= atUs);
  return packet && hop ? { walk: walk.id, packet: packet.id, hop: hop.n } : null;
}

/** The nearest event after a moment, or before it. Events of one moment are one stop. */
export function neighbourEvent(timeline: readonly TimelineEntry[], atUs: number, direction: 1 | -1): TimelineEntry | null {
  if (direction === 1) return timeline.find((entry) => entry.atUs > atUs) ?? null;
  const before = timeline.findLast((entry) => entry.atUs < atUs);
  return (before && timeline.find((entry) => entry.atUs === before.atUs)) ?? null;
}

/** What happens next, of events and of walks that begin; null at the end of the run. */
export function nextHappening(mirror: Mirror, atUs: number): { readonly atUs: number; readonly walk: Walk | null } | null {
  const event = neighbourEvent(mirror.timeline, atUs, 1);
  const walk = mirror.walks.find(({ startUs }) => startUs > atUs);
  if (walk && (!event || walk.startUs <= event.atUs)) return { atUs: walk.startUs, walk };
  return event && { atUs: event.atUs, walk: null };
}
