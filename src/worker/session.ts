// One page's conversation with the engine: a command in, an update out. Runs are compared with what was sent last, so
// that an update carries only what changed. The same code serves the worker and, in-process, the tests.

import type { Simulation, Walk } from '../engine/index.ts';
import type { Command, ObjectView, Problem, Update } from '../protocol/messages.ts';

export interface Session {
  /** Answers one command. Never throws: a fault of the engine is answered with `crashed`. */
  handle(command: Command): Update;
  /** Makes a fresh engine for the next run; what the page has been sent stays known. */
  renew(): void;
}

/** `create` makes a fresh engine, also after a crash; `now` reads a clock in milliseconds. */
export function createSession(create: () => Simulation, now: () => number): Session {
  let simulation: Simulation | null = null;
  const sent: Sent = { objects: new Map(), walks: new Map() };
  return {
    renew() {
      simulation = null;
    },
    handle(command) {
      try {
        simulation ??= create();
        return answer(simulation, command, sent, now);
      } catch (error) {
        // A page that hears `crashed` takes the next state as the whole of it.
        simulation = null;
        sent.objects = new Map();
        sent.walks = new Map();
        return { type: 'crashed', id: command.id, message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

interface Sent {
  objects: Map<string, string>;
  walks: Map<number, string>;
}

function answer(simulation: Simulation, command: Command, sent: Sent, now: () => number): Update {
  switch (command.type) {
    case 'run':
      return runUpdate(simulation, command, sent, now);
    case 'inspectNode':
      return { type: 'node', id: command.id, inspection: simulation.inspectNode(command.node) };
    case 'inspectPod':
      return { type: 'pod', id: command.id, inspection: simulation.inspectPod(command.pod) };
    default:
      return command satisfies never;
  }
}

/** Runs the text; where part of it cannot be read, the fallback, with the problems of the text. */
function runText(simulation: Simulation, { text, fallback, seed, actions }: Command & { type: 'run' }) {
  const result = simulation.run(text, seed, actions);
  if (fallback === undefined || fallback === text || !result.problems.some(isUnreadable)) return result;
  return { ...simulation.run(fallback, seed, actions), problems: result.problems, usable: false };
}

/** A document that could not be read far enough to say which object it is. */
function isUnreadable(problem: Problem): boolean {
  return problem.severity === 'error' && problem.path === '' && problem.object === undefined;
}

function runUpdate(simulation: Simulation, command: Command & { type: 'run' }, sent: Sent, now: () => number): Update {
  const startedMs = now();
  const result = runText(simulation, command);
  const objects = new Map(result.objects.map((object) => [object.key, JSON.stringify(object)]));
  const walks = new Map(result.walks.map((walk) => [walk.id, JSON.stringify(walk)]));
  const update: Update = {
    type: 'state',
    id: command.id,
    usable: result.usable,
    scenario: result.scenario,
    changed: result.objects.filter((object: ObjectView) => sent.objects.get(object.key) !== objects.get(object.key)),
    removed: [...sent.objects.keys()].filter((key) => !objects.has(key)),
    problems: result.problems,
    walks: result.walks.map((walk: Walk) => (sent.walks.get(walk.id) === walks.get(walk.id) ? walk.id : walk)),
    nowUs: result.nowUs,
    tookMs: now() - startedMs,
  };
  sent.objects = objects;
  sent.walks = walks;
  return update;
}
