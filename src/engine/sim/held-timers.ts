// The timers of a program that can be stopped and go on later: what falls due meanwhile is done when it goes on.

import type { Clock, Task } from './clock.ts';

/** The part of a clock that a program needs. */
export type Timers = Pick<Clock, 'nowUs' | 'at' | 'after'>;

export class HeldTimers implements Timers {
  readonly #clock: Clock;
  /** Null while the program runs. */
  #overdue: (() => void)[] | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get nowUs(): number {
    return this.#clock.nowUs;
  }

  get isHeld(): boolean {
    return this.#overdue !== null;
  }

  at(atUs: number, run: () => void): Task {
    const task = this.#clock.at(atUs, () => {
      // Until the program goes on it may still be cancelled.
      if (this.#overdue) this.#overdue.push(() => task.isCancelled || run());
      else run();
    });
    return task;
  }

  after(delayUs: number, run: () => void): Task {
    return this.at(this.nowUs + delayUs, run);
  }

  /** Does it now, or when the program goes on. */
  whenRunning(run: () => void): void {
    if (this.#overdue) this.#overdue.push(run);
    else run();
  }

  hold(): void {
    this.#overdue ??= [];
  }

  /** What fell due is done at once, in its order. */
  release(): void {
    const overdue = this.#overdue ?? [];
    this.#overdue = null;
    for (const run of overdue) run();
  }
}
