// Where the reader stands after the engine has answered: at the start of what they just sent, at the hop where an edit
// broke the walk in view, or where they were.

import type { Walk } from '../protocol/messages.ts';
import type { Position } from './position.ts';
import { clampPosition, firstPosition, lastPosition, type SteppingOptions } from './stepping.ts';

/** What the reader awaits: the walk of a new action, a load, what a change has led to, the same walk again, or nothing. */
export type Expectation = 'new-walk' | 'load' | 'change' | 'replay' | null;

export interface Followed {
  readonly position: Position | null;
  readonly play: boolean;
}

export function follow(
  expectation: Expectation,
  before: readonly Walk[],
  walks: readonly Walk[],
  position: Position | null,
  options: SteppingOptions,
): Followed {
  const here = walks.find((walk) => walk.id === position?.walk);
  const target = expectation === 'new-walk' ? walks.at(-1) : (here ?? walks.at(-1));
  if (expectation !== null && target) return { position: firstPosition(target, options), play: true };

  const was = before.find((walk) => walk.id === position?.walk);
  const hasBroken = was?.outcome.ok === true && here?.outcome.ok === false;
  if (hasBroken && here) return { position: decisivePosition(here, options), play: false };
  const last = walks.at(-1);
  if (position === null && last) return { position: firstPosition(last, options), play: false };
  return { position: clampPosition(walks, position, options), play: false };
}

/** Where a walk was decided, or its end. */
export function decisivePosition(walk: Walk, options: SteppingOptions): Position | null {
  const at = walk.reason.at && { walk: walk.id, packet: walk.reason.at.packet, hop: walk.reason.at.hop };
  return at ? clampPosition([walk], at, options) : lastPosition(walk, options);
}
