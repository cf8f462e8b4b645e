// The problems that the page shows. A word that is half written is no mistake yet: what is new waits until the reader
// pauses, and so does the word that the drawing is old. What was shown stays, and what is mended goes at once.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Problem } from '../protocol/messages.ts';
import type { Run } from './run.ts';
import type { SimulationStore } from './simulation-store.ts';

export interface ShownProblems {
  readonly problems: readonly Problem[];
  /** False where the drawing is that of an older text. */
  readonly usable: boolean;
}

export function createShownProblems(simulation: SimulationStore, run: Run): StoreApi<ShownProblems> {
  const store = createStore<ShownProblems>(() => ({ problems: [], usable: true }));
  const update = () => store.setState((shown) => shownProblems(shown, simulation.getState(), run.store.getState().typing), true);
  simulation.subscribe(update);
  run.store.subscribe((state, before) => {
    if (state.typing !== before.typing) update();
  });
  return store;
}

/** What is shown after `found`, where `shown` was before. */
export function shownProblems(shown: ShownProblems, found: ShownProblems, typing: boolean): ShownProblems {
  const known = new Set(shown.problems.map(({ message }) => message));
  const problems = typing ? found.problems.filter(({ message }) => known.has(message)) : found.problems;
  const usable = found.usable || (typing && shown.usable);
  const isSame = problems.length === shown.problems.length && problems.every((problem, place) => problem === shown.problems[place]);
  return isSame && usable === shown.usable ? shown : { problems: isSame ? shown.problems : problems, usable };
}
