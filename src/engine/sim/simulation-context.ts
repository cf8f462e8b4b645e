// What every part of one simulation shares: the clock, chance, the pen that writes the trace, and the journal.

import type { Clock } from './clock.ts';
import type { Tap } from './crossing.ts';
import { Journal } from './journal.ts';
import { Random } from './random.ts';
import type { Recorder } from './recorder.ts';

export class SimulationContext {
  readonly clock: Clock;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly journal: Journal;
  /** Set where somebody tampers with the wires. */
  tap: Tap | null = null;
  #nextPacketId = 1;
  #nextTag = 1;

  constructor(clock: Clock, seed: number, recorder: Recorder) {
    this.clock = clock;
    this.seed = seed;
    this.recorder = recorder;
    this.journal = new Journal(clock);
  }

  /** A stream of chance of its own, so that one part drawing more does not change another's luck. */
  random(stream: string): Random {
    return new Random(this.seed, stream);
  }

  newPacketId(): number {
    return this.#nextPacketId++;
  }

  /** A walk's number; packets that carry it are recorded. */
  newTag(): number {
    return this.#nextTag++;
  }
}
