// One run: a cluster from a text and a seed, and the actions that happen to it, on one clock. An action without a time
// waits until all before it in the list is done; one with a time happens then, whatever else is under way. A run can be
// played up to any moment, and on from there: seeking back is playing a new one up to that moment.

import { type ActionOutcome, startAction, wordsOf } from './actions.ts';
import { Cluster } from './cluster.ts';
import { ObjectViews } from './object-views.ts';
import type { Parts } from './parts.ts';
import type { Action, ActionView, TrafficView, Walk } from './view.ts';
import type { Wait } from './wait.ts';

export interface RunStart {
  readonly text: string;
  readonly seed: number;
  readonly parts: Parts;
  /** By action: which requests of its load leave a trace besides the first few. */
  readonly traced?: ReadonlyMap<number, ReadonlySet<number>>;
}

interface Begun extends ActionOutcome {
  readonly index: number;
  readonly startUs: number;
  endUs: number | null;
}

/** So many endpoints and kinds of failure; more are not told apart on a screen. */
const MAX_TRACED_TOO = 16;

export class Run {
  readonly start: RunStart;
  readonly cluster: Cluster;
  readonly views: ObjectViews;
  readonly #actions: Action[] = [];
  /** By place in the list of actions. */
  readonly #begun = new Map<number, Begun>();
  #restUs: number | null = null;
  #script: Generator<Wait, void>;
  #wait: Wait | null = null;

  constructor(start: RunStart) {
    this.start = start;
    this.cluster = new Cluster(start.text, start.seed, start.parts);
    this.views = new ObjectViews(this.cluster);
    this.#script = this.#play();
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }

  /** When the cluster first came to rest; 0 before it did. */
  get restUs(): number {
    return this.#restUs ?? 0;
  }

  /** By id. */
  get walks(): readonly Walk[] {
    return this.#inOrder()
      .flatMap(({ walks }) => walks)
      .sort((a, b) => a.id - b.id);
  }

  get actionViews(): readonly ActionView[] {
    return this.#inOrder().map(({ index, startUs, endUs, problem, output, walks }) => ({
      index,
      startUs,
      endUs,
      ok: problem === null,
      output: problem === null ? output : [...output, ...problem.split('\n')],
      walks: walks.map(({ id }) => id).sort((a, b) => a - b),
    }));
  }

  get traffic(): readonly TrafficView[] {
    return this.#inOrder().flatMap(({ index, samples }) => {
      const action = this.#actions[index];
      if (!samples || action?.type !== 'send') return [];
      return [{ action: index, from: action.from, to: action.to, samples: samples.toSorted((a, b) => a.startUs - b.startUs) }];
    });
  }

  /** Requests that could not be sent, and why. */
  get failures(): readonly string[] {
    return this.#inOrder().flatMap(({ index, problem }) => (this.#actions[index]?.type === 'send' ? (problem ?? []) : []));
  }

  /**
   * The requests of loads whose outcome is that of none that was traced, one of each, together with those traced already; null
   * where there is none. Nothing that happens depends on the trace, so a run with them is the same run.
   */
  get tracedToo(): ReadonlyMap<number, ReadonlySet<number>> | null {
    const traced = new Map(this.start.traced);
    let isMore = false;
    for (const { index, untraced, walks } of this.#inOrder()) {
      const seen = new Set(walks.map(({ outcome }) => outcome.text));
      const known = traced.get(index) ?? new Set();
      const firsts = [...untraced].flatMap(([text, nth]) => (seen.has(text) ? [] : nth)).slice(0, MAX_TRACED_TOO - known.size);
      if (firsts.length === 0) continue;
      traced.set(index, new Set([...known, ...firsts]));
      isMore = true;
    }
    return isMore ? traced : null;
  }

  /** Adds an action; false when its time has passed, so that the run has to be played anew. */
  append(action: Action): boolean {
    if (action.atUs !== undefined && this.#restUs !== null && this.#timeOf(action) < this.cluster.clock.nowUs) return false;
    this.#actions.push(action);
    return true;
  }

  /** Plays on up to a moment, or until all that the actions set off is done. */
  advance(limitUs = Number.POSITIVE_INFINITY): void {
    this.views.goOn();
    for (;;) {
      if (this.#wait && !this.#waitFor(this.#wait, limitUs)) return;
      const next = this.#script.next();
      this.#wait = next.done ? null : next.value;
      if (next.done) {
        this.#script = this.#play();
        return;
      }
    }
  }

  *#play(): Generator<Wait, void> {
    if (this.#restUs === null) {
      yield* this.cluster.rest(0);
      this.#restUs = this.cluster.clock.nowUs;
    }
    for (let index = 0; index < this.#actions.length; index++) {
      const action = this.#actions[index] as Action;
      const atUs = action.atUs === undefined ? null : this.#timeOf(action);
      while (atUs !== null && !this.#begun.has(index)) yield { done: () => this.#begun.has(index), untilUs: atUs };
      const begun = this.#begun.get(index) ?? this.#begin(index);
      if (begun.endUs !== null) continue;
      yield* begun.completion;
      begun.endUs = this.cluster.clock.nowUs;
    }
  }

  /** True when the wait is over, false when the limit came first. Actions whose time comes meanwhile begin. */
  #waitFor({ done, untilUs }: Wait, limitUs: number): boolean {
    const { clock } = this.cluster;
    for (;;) {
      const due = this.#nextDue();
      const stopUs = Math.min(untilUs, due?.atUs ?? untilUs, limitUs);
      clock.runUntil(done, stopUs);
      if (done()) return true;
      clock.advanceTo(stopUs);
      if (due && due.atUs <= stopUs) this.#begin(due.index);
      else return stopUs >= untilUs;
    }
  }

  /** The next action whose time is set and still to come. Times count from rest, so there is none before. */
  #nextDue(): { readonly index: number; readonly atUs: number } | null {
    if (this.#restUs === null) return null;
    let next: { index: number; atUs: number } | null = null;
    for (const [index, action] of this.#actions.entries()) {
      if (action.atUs === undefined || this.#begun.has(index)) continue;
      const atUs = this.#timeOf(action);
      if (!next || atUs < next.atUs) next = { index, atUs };
    }
    return next;
  }

  #timeOf({ atUs = 0 }: Action): number {
    return this.restUs + atUs;
  }

  #begin(index: number): Begun {
    const startUs = this.cluster.clock.nowUs;
    const action = this.#actions[index] as Action;
    this.cluster.context.journal.note('you', wordsOf(action));
    const begun = Object.assign(startAction(this.cluster, action, this.start.traced?.get(index)), { index, startUs, endUs: null });
    this.#begun.set(index, begun);
    return begun;
  }

  #inOrder(): Begun[] {
    return [...this.#begun.values()].sort((a, b) => a.startUs - b.startUs || a.index - b.index);
  }
}
