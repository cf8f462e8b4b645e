// A controller's work queue on virtual time: keys of objects to look at, each at most once at a time, in the order they
// came. Follows client-go util/workqueue: a key added again while it waits is not queued twice, one that fails is
// tried again with exponential back-off (5 ms, 10 ms, ... and after 15 attempts no more).

import { ApiError } from '../apiserver/api-error.ts';
import type { Clock, Task } from '../sim/clock.ts';

const FIRST_RETRY_US = 5_000;
const MAX_RETRIES = 15;

export class WorkQueue {
  /** How long after it was added a key is looked at. */
  lagUs: number;
  readonly #clock: Clock;
  readonly #sync: (key: string) => void;
  readonly #waiting = new Map<string, Task>();
  readonly #delayed = new Map<string, Task>();
  readonly #held = new Set<string>();
  readonly #failures = new Map<string, number>();
  #isPaused = false;
  #isStopped = false;

  constructor(clock: Clock, lagUs: number, sync: (key: string) => void) {
    this.#clock = clock;
    this.lagUs = lagUs;
    this.#sync = sync;
  }

  add(key: string): void {
    if (this.#isStopped || this.#waiting.has(key)) return;
    if (this.#isPaused) this.#held.add(key);
    else
      this.#waiting.set(
        key,
        this.#clock.after(this.lagUs, () => this.#process(key)),
      );
  }

  /** Adds the key when `delayUs` have passed. A second call before then moves the moment. */
  addAfter(key: string, delayUs: number): void {
    this.#delayed.get(key)?.cancel();
    const task = this.#clock.after(delayUs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, task);
  }

  /** A frozen controller hears everything and does nothing, until `resume`. */
  pause(): void {
    this.#isPaused = true;
    for (const [key, task] of this.#waiting) {
      task.cancel();
      this.#held.add(key);
    }
    this.#waiting.clear();
  }

  resume(): void {
    this.#isPaused = false;
    const held = [...this.#held];
    this.#held.clear();
    for (const key of held) this.add(key);
  }

  stop(): void {
    this.#isStopped = true;
    for (const task of [...this.#waiting.values(), ...this.#delayed.values()]) task.cancel();
  }

  #process(key: string): void {
    this.#waiting.delete(key);
    try {
      this.#sync(key);
      this.#failures.delete(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#retry(key);
    }
  }

  #retry(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    if (failures < MAX_RETRIES) this.addAfter(key, FIRST_RETRY_US * 2 ** failures);
  }
}
