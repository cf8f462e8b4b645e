// The worker's entry: hosts one session. This file and state/connection.ts are the only two that post messages. The
// engine's edge is loaded with the first text or question that needs it; commands are answered in the order in which they came.

import type { Edge } from '../engine/edge.ts';
import { createSimulationWith, needsEdge } from '../engine/index.ts';
import type { Command } from '../protocol/messages.ts';
import { createSession } from './session.ts';

let edge: Edge | null = null;
const session = createSession(
  () => createSimulationWith(edge),
  () => performance.now(),
);
let last: Promise<void> = Promise.resolve();

self.onmessage = (event: MessageEvent<Command>) => {
  last = last.then(() => answer(event.data));
};

async function answer(command: Command): Promise<void> {
  if (!edge && asksForEdge(command)) await loadEdge();
  self.postMessage(session.handle(command));
}

function asksForEdge(command: Command): boolean {
  return command.type === 'run' ? needsEdge(command.text) : command.type === 'matrix' || command.type === 'matrixCell';
}

/** Where it cannot be loaded the session says so: the engine refuses a text that needs it. */
async function loadEdge(): Promise<void> {
  try {
    ({ edge } = await import('../engine/edge.ts'));
    session.renew();
  } catch {
    edge = null;
  }
}
