// A run is its text, its seed and its actions, in order: the same three give the same result, byte for byte. A run that
// only adds actions to the last one goes on from there; anything else starts anew.

import { Cluster } from './cluster.ts';
import { inspectNode, inspectPod, scenarioView } from './cluster-view.ts';
import type { Edge } from './edge.ts';
import { ObjectViews } from './object-views.ts';
import type { Action, NodeInspection, PodInspection, Problem, RunResult, Walk } from './view.ts';

export interface Simulation {
  /** `usable` is false when no document of the text could be read. */
  run(text: string, seed: number, actions: readonly Action[]): RunResult & { readonly usable: boolean };
  inspectNode(name: string): NodeInspection | null;
  /** `key` is a view key, `Pod/default/web`. */
  inspectPod(key: string): PodInspection | null;
}

interface Run {
  readonly text: string;
  readonly seed: number;
  readonly actions: Action[];
  readonly cluster: Cluster;
  readonly views: ObjectViews;
  readonly walks: Walk[];
  readonly problems: Problem[];
}

/** A simulation with the parts it is given: `edge` null for texts that do not need it. */
export function createSimulationWith(edge: Edge | null): Simulation {
  let last: Run | null = null;
  return {
    run(text, seed, actions) {
      if (!last || last.text !== text || last.seed !== seed || !isPrefix(last.actions, actions)) {
        const cluster = new Cluster(text, seed, edge);
        last = { text, seed, actions: [], cluster, views: new ObjectViews(cluster), walks: [], problems: [] };
      }
      const run = last;
      for (const action of actions.slice(run.actions.length)) act(run, action);
      return resultOf(run);
    },
    inspectNode: (name) => last && inspectNode(last.cluster, name),
    inspectPod: (key) => last && inspectPod(last.cluster, key),
  };
}

function isPrefix(done: readonly Action[], wanted: readonly Action[]): boolean {
  return done.length <= wanted.length && done.every((action, i) => JSON.stringify(action) === JSON.stringify(wanted[i]));
}

function act(run: Run, action: Action): void {
  run.actions.push(action);
  switch (action.type) {
    case 'send': {
      const walk = run.cluster.send(action.from, action.to);
      if ('error' in walk) run.problems.push(commandProblem(walk.error));
      else run.walks.push(walk);
      return;
    }
    case 'deletePod':
      return run.cluster.deletePod(action.namespace, action.name);
    default:
      action satisfies never;
  }
}

/** A command that could not be carried out is told at the top of the text: it has no line of its own. */
function commandProblem(message: string): Problem {
  return { severity: 'warning', message, path: '', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } };
}

function resultOf(run: Run): RunResult & { usable: boolean } {
  const { cluster } = run;
  const problems = [...cluster.problems, ...run.problems];
  return {
    usable: cluster.manifest.objects.length > 0 || !problems.some(({ severity }) => severity === 'error'),
    scenario: scenarioView(cluster.scenario),
    objects: run.views.all(),
    problems,
    walks: [...run.walks],
    nowUs: cluster.clock.nowUs,
  };
}
