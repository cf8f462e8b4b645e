// A scenario's timeline as actions of this run: its times count from the moment at which it is played.

import type { Action } from '../protocol/messages.ts';

/** `sinceUs`: that moment, in microseconds after the cluster came to rest. */
export function lessonFrom(timeline: readonly Action[], sinceUs: number): Action[] {
  return timeline.map((action) => ({ ...action, atUs: sinceUs + (action.atUs ?? 0) }));
}
