// Decisions by chance, for the clusters and rules that are drawn.

import type { Random } from '../../engine/sim/random.ts';

export class Chance {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(n: number): number {
    return this.#random.below(n);
  }

  is(probability: number): boolean {
    return this.#random.float() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  some<T>(from: readonly T[], probability: number): T[] {
    return from.filter(() => this.is(probability));
  }

  /** `fields` with the given probability, else none. */
  maybe<T extends object>(probability: number, fields: () => T): T | Record<string, never> {
    return this.is(probability) ? fields() : {};
  }
}
