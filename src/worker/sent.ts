// What the page has been sent, to tell what is new. The engine keeps a view the same object while it shows the same, so
// most need no second look; after a replay all are other objects, and their JSON decides.

interface Copy<T> {
  readonly value: T;
  /** Made when it is first asked for. */
  json: string | null;
}

export class Sent<K, T> {
  #copies = new Map<K, Copy<T>>();

  /** Remembers `values` in place of what was sent before; what is new or other among them, and whose keys are gone. */
  replace(values: readonly T[], keyOf: (value: T) => K): { readonly changed: ReadonlySet<T>; readonly removed: readonly K[] } {
    const before = this.#copies;
    const changed = new Set<T>();
    this.#copies = new Map();
    for (const value of values) {
      const key = keyOf(value);
      const known = before.get(key);
      const copy: Copy<T> = known?.value === value ? known : { value, json: null };
      if (!known || !isSame(known, copy)) changed.add(value);
      this.#copies.set(key, copy);
    }
    return { changed, removed: [...before.keys()].filter((key) => !this.#copies.has(key)) };
  }
}

function isSame<T>(a: Copy<T>, b: Copy<T>): boolean {
  return a === b || jsonOf(a) === jsonOf(b);
}

function jsonOf<T>(copy: Copy<T>): string {
  copy.json ??= JSON.stringify(copy.value);
  return copy.json;
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
