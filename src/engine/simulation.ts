// A run is its text, its seed and its actions, in order: the same three give the same result, byte for byte. A run that
// only adds actions to the last one goes on from there; anything else starts anew.

import { scenarioView } from './cluster-view.ts';
import type { Shown } from './commands/kubectl-get.ts';
import { DocumentMemory } from './manifest/document-memory.ts';
import type { MatrixExplanation, MatrixView } from './matrix-view.ts';
import type { Parts } from './parts.ts';
import { Run, type RunStart } from './run.ts';
import type { Action, NodeInspection, PodInspection, Problem, RunResult } from './view.ts';

export interface Simulation {
  /**
   * Plays a run to its end. `lookUs` is the moment whose objects are wanted, in virtual microseconds; null: the end.
   * `usable` is false when no document of the text could be read.
   */
  run(text: string, seed: number, actions: readonly Action[], lookUs?: number | null): RunResult & { readonly usable: boolean };
  /** The problems of a text that has a document which cannot be read, as a run would tell them; the last run stays. Null: it has none. */
  problemsOfUnreadable(text: string, seed: number, actions: readonly Action[]): readonly Problem[] | null;
  /** What the node's tools print at the moment that is looked at. */
  inspectNode(name: string): NodeInspection | null;
  /** `key` is a view key, `Pod/default/web`. */
  inspectPod(key: string): PodInspection | null;
  /** What a line prints that only looks, typed at a source, at the moment that is looked at; null when it is none of those. */
  look(from: string, line: string): Shown | null;
  /** Who may call whom at that moment; null without a run. */
  matrix(): MatrixView | null;
  /** One cell of it in words, by the keys of its row and column. */
  matrixCell(row: string, column: string): MatrixExplanation | null;
}

/** A simulation of these parts. */
export function createSimulationWith(given: Parts): Simulation {
  // Between two runs most of the text stays as it is.
  const memory = new DocumentMemory();
  const parts: Parts = { ...given, parseManifest: (text) => given.parseManifest(text, memory) };
  let whole: Run | null = null;
  /** The same run, played up to the moment that is looked at; null when that is the end. */
  let past: Run | null = null;
  return {
    run(text, seed, actions, lookUs = null) {
      const start = { text, seed, parts };
      whole = (whole && goOn(whole, start, actions)) ?? begin(start, actions);
      whole.advance();
      const traced = whole.tracedToo;
      if (traced) {
        whole = begin({ ...start, traced }, actions);
        whole.advance();
      }
      const { nowUs } = whole.cluster.clock;
      past = lookUs === null || lookUs >= nowUs ? null : playUpTo(lookUs, past, start, actions);
      return resultOf(whole, past ?? whole);
    },
    problemsOfUnreadable: (text, seed, actions) => {
      if (!parts.parseManifest(text).problems.some(isUnreadable)) return null;
      const run = begin({ text, seed, parts }, actions);
      if (actions.length > 0) run.advance();
      return problemsIn(run);
    },
    inspectNode: (name) => {
      const run = past ?? whole;
      return run && parts.inspectNode(run.cluster, name);
    },
    inspectPod: (key) => {
      const run = past ?? whole;
      return run && parts.inspectPod(run.cluster, key);
    },
    look: (from, line) => {
      const run = past ?? whole;
      return run && parts.look(run.cluster, from, line);
    },
    matrix: () => {
      const run = past ?? whole;
      return run ? parts.matrixView(run.cluster) : null;
    },
    matrixCell: (row, column) => {
      const run = past ?? whole;
      return run ? parts.explainCell(run.cluster, row, column) : null;
    },
  };
}

function begin(start: RunStart, actions: readonly Action[]): Run {
  const run = new Run(start);
  for (const action of actions) run.append(action);
  return run;
}

/** The run with what is new among the actions, or null when it has to be played anew. */
function goOn(run: Run, start: RunStart, actions: readonly Action[]): Run | null {
  if (run.start.text !== start.text || run.start.seed !== start.seed || !isPrefix(run.actions, actions)) return null;
  return actions.slice(run.actions.length).every((action) => run.append(action)) ? run : null;
}

function playUpTo(lookUs: number, last: Run | null, start: RunStart, actions: readonly Action[]): Run {
  const canGoOn =
    last !== null &&
    last.start.text === start.text &&
    last.start.seed === start.seed &&
    last.actions.length === actions.length &&
    isPrefix(last.actions, actions) &&
    last.cluster.clock.nowUs <= lookUs;
  const run = canGoOn ? last : begin(start, actions);
  run.advance(lookUs);
  return run;
}

function isPrefix(done: readonly Action[], wanted: readonly Action[]): boolean {
  return done.length <= wanted.length && done.every((action, i) => JSON.stringify(action) === JSON.stringify(wanted[i]));
}

/** A document that could not be read far enough to say which object it is. */
export function isUnreadable(problem: Problem): boolean {
  return problem.severity === 'error' && problem.path === '' && problem.object === undefined;
}

function problemsIn({ cluster, failures }: Run): Problem[] {
  return [...cluster.problems, ...failures.map(commandProblem)];
}

/** A command that could not be carried out is told at the top of the text: it has no line of its own. */
function commandProblem(message: string): Problem {
  return { severity: 'warning', message, path: '', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } };
}

function resultOf(run: Run, looked: Run): RunResult & { usable: boolean } {
  const { cluster } = run;
  const problems = problemsIn(run);
  return {
    usable: cluster.manifest.objects.length > 0 || !problems.some(({ severity }) => severity === 'error'),
    scenario: scenarioView(cluster),
    objects: looked.views.all(),
    problems,
    walks: run.walks,
    actions: run.actionViews,
    traffic: run.traffic,
    faults: looked.cluster.faults,
    timeline: cluster.context.journal.entries,
    restUs: run.restUs,
    lookUs: looked.cluster.clock.nowUs,
    nowUs: cluster.clock.nowUs,
  };
}
