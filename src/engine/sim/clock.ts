// Virtual time: a queue of tasks ordered by microsecond, ties in the order they were scheduled.

export interface Task {
  readonly isCancelled: boolean;
  cancel(): void;
}

class QueuedTask implements Task {
  readonly atUs: number;
  readonly order: number;
  readonly run: () => void;
  isCancelled = false;

  constructor(atUs: number, order: number, run: () => void) {
    this.atUs = atUs;
    this.order = order;
    this.run = run;
  }

  cancel(): void {
    this.isCancelled = true;
  }
}

/** The one clock of a simulation. Nothing in the engine knows any other time. */
export class Clock {
  #nowUs = 0;
  #order = 0;
  readonly #heap: QueuedTask[] = [];

  get nowUs(): number {
    return this.#nowUs;
  }

  /** Runs `run` at `atUs` (never earlier than now). */
  at(atUs: number, run: () => void): Task {
    const task = new QueuedTask(Math.max(atUs, this.#nowUs), this.#order++, run);
    this.#push(task);
    return task;
  }

  after(delayUs: number, run: () => void): Task {
    return this.at(this.#nowUs + delayUs, run);
  }

  /** Runs the next task; false when there is none at or before `untilUs`. */
  step(untilUs = Number.POSITIVE_INFINITY): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (!next || next.atUs > untilUs) return false;
      this.#pop();
      if (next.isCancelled) continue;
      this.#nowUs = next.atUs;
      next.run();
      return true;
    }
  }

  /** Runs everything due up to and including `untilUs`, then stands at `untilUs`. */
  advanceTo(untilUs: number): void {
    while (this.step(untilUs));
    this.#nowUs = Math.max(this.#nowUs, untilUs);
  }

  /** Runs until `done()` holds, nothing is left, or `untilUs` has come. */
  runUntil(done: () => boolean, untilUs: number): void {
    while (!done() && this.step(untilUs));
  }

  #before(a: QueuedTask, b: QueuedTask): boolean {
    return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
  }

  #push(task: QueuedTask): void {
    const heap = this.#heap;
    heap.push(task);
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as QueuedTask;
      if (!this.#before(task, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as QueuedTask;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && this.#before(right, heap[child] as QueuedTask)) child++;
      if (!this.#before(heap[child] as QueuedTask, last)) break;
      heap[i] = heap[child] as QueuedTask;
      i = child;
    }
    heap[i] = last;
  }
}
