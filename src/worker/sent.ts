// What the page has been sent, to tell what is new. The engine keeps a view the same object while it shows the same, so
// most need no second look; after a replay all are other objects, and what they say decides.

import type { TimelineEntry } from '../protocol/messages.ts';

export class Sent<K, T> {
  #values = new Map<K, T>();

  /** Remembers `values` in place of what was sent before; what is new or other among them, and whose keys are gone. */
  replace(values: readonly T[], keyOf: (value: T) => K): { readonly changed: ReadonlySet<T>; readonly removed: readonly K[] } {
    const before = this.#values;
    const changed = new Set<T>();
    this.#values = new Map();
    for (const value of values) {
      const key = keyOf(value);
      if (!isSame(before.get(key), value)) changed.add(value);
      this.#values.set(key, value);
    }
    return { changed, removed: [...before.keys()].filter((key) => !this.#values.has(key)) };
  }
}

/** Whether two pieces of plain data say the same; identical parts are not looked into. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b);
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let keys = 0;
  for (const key in left) {
    const [one, other] = [left[key], right[key]];
    if (one !== other && (typeof one !== 'object' || !isSame(one, other))) return false;
    if (other === undefined && !(key in right)) return false;
    keys++;
  }
  for (const _key in right) keys--;
  return keys === 0;
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let place = 0; place < left.length; place++) if (!isSame(left[place], right[place])) return false;
  return true;
}

/** A stretch of the timeline that was sent before: where it begins and how many entries it has. */
type Stretch = readonly [from: number, count: number];

/** How far ahead the list that was sent is searched for an entry: a keystroke changes few lines in a row. */
const SEARCHED = 64;

/** The timeline as stretches of the one that was sent before and, between them, entries that are new. */
export function piecesOf(before: readonly TimelineEntry[], now: readonly TimelineEntry[]): readonly (TimelineEntry | Stretch)[] {
  const pieces: (TimelineEntry | Stretch)[] = [];
  let place = 0;
  for (let index = 0; index < now.length; ) {
    const from = placeOf(now[index] as TimelineEntry, before, place);
    if (from < 0) {
      pieces.push(now[index++] as TimelineEntry);
      continue;
    }
    for (place = from; place < before.length && index < now.length && isEqual(before[place], now[index]); place++) index++;
    pieces.push([from, place - from]);
  }
  return pieces;
}

function placeOf(entry: TimelineEntry, before: readonly TimelineEntry[], from: number): number {
  for (let place = from; place < before.length && place < from + SEARCHED; place++) if (isEqual(before[place], entry)) return place;
  return -1;
}

function isEqual(a: TimelineEntry | undefined, b: TimelineEntry | undefined): boolean {
  return a === b || (a?.atUs === b?.atUs && a?.text === b?.text && a?.lane === b?.lane && a?.object === b?.object);
}
