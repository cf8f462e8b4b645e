// What the page has been sent, to tell what is new. The engine keeps a view the same object while it shows the same, so
// most need no second look; after a replay all are other objects, and what they say decides.

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
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, place) => isSame(item, b[place]));
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let keys = 0;
  for (const key in left) {
    if (!isSame(left[key], right[key]) || !(key in right)) return false;
    keys++;
  }
  for (const _key in right) keys--;
  return keys === 0;
}

/** The same for a list that only grows, but for replays: how many entries from the start are those sent before. */
export function commonLength<T extends object>(before: readonly T[], now: readonly T[]): number {
  let length = 0;
  while (length < before.length && length < now.length && isEqual(before[length] as T, now[length] as T)) length++;
  return length;
}

/** Entries are flat. */
function isEqual<T extends object>(a: T, b: T): boolean {
  if (a === b) return true;
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
