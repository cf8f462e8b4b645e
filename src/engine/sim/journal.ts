// What happens in a simulation besides packets, in order of time: who did what, in a line. The recorder writes the
// packets' trace; this is the other half of it.

import type { Clock } from './clock.ts';

export interface JournalEntry {
  readonly atUs: number;
  /** Who did it: `kube-scheduler`, `kubelet node-1`. */
  readonly lane: string;
  readonly text: string;
  /** What it is about, as `Kind/namespace/name`. */
  readonly object?: string;
}

/** Nobody reads further; a cluster that never rests would fill the memory. */
const MAX_ENTRIES = 20_000;

export class Journal {
  readonly #clock: Clock;
  readonly #entries: JournalEntry[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  note(lane: string, text: string, object?: string): void {
    if (this.#entries.length >= MAX_ENTRIES) return;
    const { nowUs: atUs } = this.#clock;
    this.#entries.push(object === undefined ? { atUs, lane, text } : { atUs, lane, text, object });
  }
}
