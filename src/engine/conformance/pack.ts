// A compact, exact form of a vector file: values that stand in it more than once are written once, in `shared`, and
// `{"$": 3}` stands for the fourth of them. One case a line, so that a change can be read in review.

interface Packed {
  readonly shared?: readonly unknown[];
  readonly cases?: unknown;
}

/** Shorter values than this cost more as a reference. */
const MIN_LENGTH = 24;

/** The text of the packed file. The order of keys is kept. */
export function packVectors(file: { readonly cases: readonly unknown[] }): string {
  const { cases, ...head } = file;
  const repeated = findRepeated(cases);
  const shared: unknown[] = [];
  const places = new Map<string, number>();
  const pack = (value: unknown): unknown => {
    if (!isObject(value)) return value;
    if ('$' in value) throw new Error('a vector file must not have a key "$": it marks a reference');
    const key = JSON.stringify(value);
    const place = places.get(key);
    if (place !== undefined) return { $: place };
    const packed = mapValues(value, pack);
    if (!repeated.has(key)) return packed;
    places.set(key, shared.push(packed) - 1);
    return { $: shared.length - 1 };
  };
  const packedCases = cases.map(pack);
  return `{${JSON.stringify(head).slice(1, -1)},\n"shared":${lines(shared)},\n"cases":${lines(packedCases)}}\n`;
}

/** The file as it was before packing. A file that was never packed comes back as it is. */
export function unpackVectors(file: unknown): unknown {
  if (!isObject(file) || !Array.isArray((file as Packed).shared)) return file;
  const { shared, ...rest } = file as { shared: readonly unknown[] };
  // Every use gets a copy of its own: a case can do with its objects what it likes.
  const unpack = (value: unknown): unknown => {
    if (!isObject(value)) return value;
    const place = (value as { $?: unknown }).$;
    return typeof place === 'number' ? unpack(shared[place]) : mapValues(value, unpack);
  };
  return unpack(rest);
}

function findRepeated(cases: readonly unknown[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const walk = (value: unknown): void => {
    if (!isObject(value)) return;
    const key = JSON.stringify(value);
    if (key.length >= MIN_LENGTH && seen.size === seen.add(key).size) {
      repeated.add(key);
      return;
    }
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(cases);
  return repeated;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function mapValues(value: object, change: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
}

function lines(values: readonly unknown[]): string {
  return `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`;
}
