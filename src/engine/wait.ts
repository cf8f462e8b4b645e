// What a part of a run waits for before it goes on: a condition, at the longest until a moment.

export interface Wait {
  /** Asked after every task of the clock. */
  readonly done: () => boolean;
  readonly untilUs: number;
}

/** The condition of a wait that is for time alone. */
export const NEVER = () => false;
