// How the reader has arranged the drawing: what stands together, what is hidden, what they have moved.

export type Grouping = 'node' | 'namespace';

export interface DrawingFilter {
  readonly hideSystem: boolean;
  readonly hiddenNamespaces: readonly string[];
  /** Only this object, and what belongs to it. */
  readonly only: string | null;
}

/** How far an object was dragged from its own place, by view key. */
export type Offsets = Readonly<Record<string, { readonly x: number; readonly y: number }>>;

export interface DrawingOptions {
  readonly grouping: Grouping;
  readonly filter: DrawingFilter;
  readonly offsets: Offsets;
  /** What undo goes back to, the latest last. */
  readonly before: readonly Offsets[];
  /** What redo goes forward to, the nearest last. */
  readonly after: readonly Offsets[];
}

export const noFilter: DrawingFilter = { hideSystem: false, hiddenNamespaces: [], only: null };

export const initialDrawing: DrawingOptions = { grouping: 'node', filter: noFilter, offsets: {}, before: [], after: [] };

const mostUndos = 50;

/** An object dragged by `by` more than it was. */
export function moveObject(options: DrawingOptions, key: string, by: { readonly x: number; readonly y: number }): DrawingOptions {
  const { x, y } = options.offsets[key] ?? { x: 0, y: 0 };
  return withOffsets(options, { ...options.offsets, [key]: { x: x + by.x, y: y + by.y } });
}

/** Everything in its own place again; undo brings the old one back. */
export function resetPlaces(options: DrawingOptions): DrawingOptions {
  return Object.keys(options.offsets).length === 0 ? options : withOffsets(options, {});
}

/** Takes the last move back. */
export function undoMove(options: DrawingOptions): DrawingOptions {
  const offsets = options.before.at(-1);
  return offsets ? { ...options, offsets, before: options.before.slice(0, -1), after: [...options.after, options.offsets] } : options;
}

/** Does again what was taken back last. */
export function redoMove(options: DrawingOptions): DrawingOptions {
  const offsets = options.after.at(-1);
  return offsets ? { ...options, offsets, before: [...options.before, options.offsets], after: options.after.slice(0, -1) } : options;
}

function withOffsets(options: DrawingOptions, offsets: Offsets): DrawingOptions {
  return { ...options, offsets, before: [...options.before, options.offsets].slice(-mostUndos), after: [] };
}

const key = 'packetwalk.places.v1';
const mostScenarios = 40;

/** The places that the reader gave to the objects of a scenario. */
export function loadOffsets(storage: Storage | null, scenario: string | null): Offsets {
  const saved = readAll(storage)[scenario ?? ''];
  const isPoint = (value: unknown): value is { x: number; y: number } => {
    const point = value as { x?: unknown; y?: unknown } | null;
    return Number.isFinite(point?.x) && Number.isFinite(point?.y);
  };
  return Object.fromEntries(Object.entries(saved ?? {}).filter(([, value]) => isPoint(value))) as Offsets;
}

export function saveOffsets(storage: Storage | null, scenario: string | null, offsets: Offsets): void {
  const { [scenario ?? '']: _, ...others } = readAll(storage);
  const kept = Object.entries(others).slice(0, mostScenarios - 1);
  const own = Object.keys(offsets).length > 0 ? [[scenario ?? '', offsets] as const] : [];
  try {
    storage?.setItem(key, JSON.stringify(Object.fromEntries([...own, ...kept])));
  } catch {
    // A full or forbidden storage only means that places are not remembered.
  }
}

function readAll(storage: Storage | null): Record<string, unknown> {
  try {
    const saved: unknown = JSON.parse(storage?.getItem(key) ?? '{}');
    return saved !== null && typeof saved === 'object' ? (saved as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
