// One page's conversation with the engine: a command in, an update out. Runs are compared with what was sent last, so
// that an update carries only what changed. The same code serves the worker and, in-process, the tests.

import { isUnreadable, PartNeeded, type Simulation } from '../engine/index.ts';
import type { Command, ObjectView, TimelineEntry, TrafficView, Update, Walk } from '../protocol/messages.ts';
import { piecesOf, Sent } from './sent.ts';

export interface Session {
  /**
   * Answers one command. A fault of the engine is answered with `crashed`; only `PartNeeded` is thrown, and the same
   * command may then be given again after `renew`.
   */
  handle(command: Command): Update;
  /** Makes a fresh engine for the next run; what the page has been sent stays known. */
  renew(): void;
}

/** `create` makes a fresh engine, also after a crash; `now` reads a clock in milliseconds. */
export function createSession(create: () => Simulation, now: () => number): Session {
  let simulation: Simulation | null = null;
  let known = new Known();
  // A renewed engine plays the run again before it answers for it.
  let lastRun: (Command & { type: 'run' }) | null = null;
  return {
    renew() {
      simulation = null;
    },
    handle(command) {
      try {
        const isFresh = simulation === null;
        simulation ??= create();
        if (command.type === 'run') lastRun = command;
        else if (isFresh && lastRun) runText(simulation, lastRun);
        // A look at another run leaves the one in view where it stands.
        if (command.type === 'peek') return peek(create(), command);
        return answer(simulation, command, known, now);
      } catch (error) {
        if (error instanceof PartNeeded) throw error;
        // A page that hears `crashed` takes the next state as the whole of it.
        simulation = null;
        lastRun = null;
        known = new Known();
        return { type: 'crashed', id: command.id, message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** What the page knows. */
class Known {
  readonly objects = new Sent<string, ObjectView>();
  readonly walks = new Sent<number, Walk>();
  readonly traffic = new Sent<number, TrafficView>();
  timeline: readonly TimelineEntry[] = [];
}

function peek(simulation: Simulation, { id, text, seed, actions }: Command & { type: 'peek' }): Update {
  return { type: 'peek', id, walks: simulation.run(text, seed, actions).walks };
}

function answer(simulation: Simulation, command: Exclude<Command, { type: 'peek' }>, known: Known, now: () => number): Update {
  switch (command.type) {
    case 'run':
      return runUpdate(simulation, command, known, now);
    case 'look':
      return { type: 'look', id: command.id, shown: simulation.look(command.from, command.line) };
    case 'inspectNode':
      return { type: 'node', id: command.id, inspection: simulation.inspectNode(command.node) };
    case 'inspectPod':
      return { type: 'pod', id: command.id, inspection: simulation.inspectPod(command.pod) };
    case 'matrix':
      return { type: 'matrix', id: command.id, matrix: simulation.matrix() };
    case 'matrixCell':
      return { type: 'matrixCell', id: command.id, explanation: simulation.matrixCell(command.row, command.column) };
    default:
      return command satisfies never;
  }
}

/** Runs the text; where part of it cannot be read, the fallback, with the problems of the text. */
function runText(simulation: Simulation, { text, fallback, seed, actions, lookUs }: Command & { type: 'run' }) {
  const hasOther = fallback !== undefined && fallback !== text;
  // The run of the fallback goes on meanwhile: the next letter most likely needs it again.
  const unreadable = hasOther ? simulation.problemsOfUnreadable(text, seed, actions) : null;
  if (hasOther && unreadable) return { ...simulation.run(fallback, seed, actions, lookUs), problems: unreadable, usable: false };
  const result = simulation.run(text, seed, actions, lookUs);
  if (!hasOther || !result.problems.some(isUnreadable)) return result;
  return { ...simulation.run(fallback, seed, actions, lookUs), problems: result.problems, usable: false };
}

function runUpdate(simulation: Simulation, command: Command & { type: 'run' }, known: Known, now: () => number): Update {
  const startedMs = now();
  const result = runText(simulation, command);
  const objects = known.objects.replace(result.objects, ({ key }) => key);
  const walks = known.walks.replace(result.walks, ({ id }) => id);
  const traffic = known.traffic.replace(result.traffic, ({ action }) => action);
  const timeline = piecesOf(known.timeline, result.timeline);
  known.timeline = [...result.timeline];
  return {
    type: 'state',
    id: command.id,
    usable: result.usable,
    scenario: result.scenario,
    changed: [...objects.changed],
    removed: objects.removed,
    problems: result.problems,
    walks: result.walks.map((walk) => (walks.changed.has(walk) ? walk : walk.id)),
    actions: result.actions,
    traffic: result.traffic.map((load) => (traffic.changed.has(load) ? load : load.action)),
    faults: result.faults,
    timeline,
    restUs: result.restUs,
    lookUs: result.lookUs,
    nowUs: result.nowUs,
    tookMs: now() - startedMs,
  };
}
