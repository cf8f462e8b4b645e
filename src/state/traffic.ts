// A load as it has gone up to a moment: who answered how often, what went wrong, how long it took.

import type { TrafficSample, TrafficView } from '../protocol/messages.ts';

export interface TrafficCount {
  /** Who answered, or, of failures, what came of them. */
  readonly name: string;
  readonly count: number;
  readonly ok: boolean;
  /** A walk that came out so, where one was traced. */
  readonly walk: number | null;
}

export interface TrafficTally {
  readonly sent: number;
  readonly ended: number;
  readonly failed: number;
  /** Answers by who gave them, by name; then failures by what they were. All that the whole load will have: none appears late. */
  readonly counts: readonly TrafficCount[];
  /** Of requests that were answered, in microseconds; null before the first. */
  readonly medianUs: number | null;
  readonly p95Us: number | null;
}

export function tallyAt({ samples }: TrafficView, atUs: number): TrafficTally {
  const ended = samples.filter(({ endUs }) => endUs <= atUs);
  const counts = new Map<string, TrafficCount>();
  for (const sample of samples) {
    const walk = counts.get(keyOf(sample))?.walk ?? sample.walk ?? null;
    counts.set(keyOf(sample), { name: nameOf(sample), count: 0, ok: sample.ok, walk });
  }
  for (const sample of ended) {
    const known = counts.get(keyOf(sample));
    if (known) counts.set(keyOf(sample), { ...known, count: known.count + 1 });
  }
  const times = ended.filter(({ ok }) => ok).map(({ startUs, endUs }) => endUs - startUs);
  times.sort((a, b) => a - b);
  return {
    sent: samples.filter(({ startUs }) => startUs <= atUs).length,
    ended: ended.length,
    failed: ended.filter(({ ok }) => !ok).length,
    counts: [...counts.values()].sort((a, b) => Number(b.ok) - Number(a.ok) || (a.name < b.name ? -1 : 1)),
    medianUs: quantile(times, 0.5),
    p95Us: quantile(times, 0.95),
  };
}

/** Who answered, by name: the place of each is its colour. */
export function answersOf({ samples }: TrafficView): readonly string[] {
  return [...new Set(samples.flatMap(({ ok, by }) => (ok && by !== '' ? by : [])))].sort();
}

/** From its first request to its last answer. */
export function spanOf({ samples }: TrafficView): { readonly startUs: number; readonly endUs: number } {
  return {
    startUs: Math.min(...samples.map(({ startUs }) => startUs)),
    endUs: Math.max(...samples.map(({ endUs }) => endUs)),
  };
}

function nameOf({ ok, by, text }: TrafficSample): string {
  return ok && by !== '' ? by : text;
}

function keyOf(sample: TrafficSample): string {
  return `${sample.ok} ${nameOf(sample)}`;
}

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
