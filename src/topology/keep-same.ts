// What says the same stays the same object: whoever draws from it sees that there is nothing to draw anew.

/** `now`, with every part that says what it said in `before` put back as it was. Plain data and maps. */
export function keepSame<T>(before: unknown, now: T): T {
  if (before === now) return now;
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null) return now;
  if (Array.isArray(now)) return Array.isArray(before) ? keptList(before, now) : now;
  if (now instanceof Map) return before instanceof Map ? (keptMap(before, now) as T) : now;
  return Array.isArray(before) ? now : (keptRecord(before as Fields, now as Fields) as T);
}

type Fields = Readonly<Record<string, unknown>>;

function keptList<T extends readonly unknown[]>(before: readonly unknown[], now: T): T {
  const kept = now.map((item, place) => keepSame(before[place], item));
  return (isSameList(before, kept) ? before : kept) as unknown as T;
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && b.every((item, place) => item === a[place]);
}

/** Another order is another map. */
function keptMap(before: ReadonlyMap<unknown, unknown>, now: ReadonlyMap<unknown, unknown>): ReadonlyMap<unknown, unknown> {
  const kept = new Map([...now].map(([key, value]) => [key, keepSame(before.get(key), value)]));
  const isSame = isSameList([...before.keys()], [...kept.keys()]) && isSameList([...before.values()], [...kept.values()]);
  return isSame ? before : kept;
}

function keptRecord(before: Fields, now: Fields): Fields {
  const names = Object.keys(now);
  const kept = Object.fromEntries(names.map((name) => [name, keepSame(before[name], now[name])]));
  const isSame = names.length === Object.keys(before).length && names.every((name) => name in before && kept[name] === before[name]);
  return isSame ? before : kept;
}
