// The worker's entry: hosts one session. This file and state/connection.ts are the only two that post messages. It begins
// with the parts of every day. The others are loaded with the first command that needs them, or when there is nothing to
// do; commands are answered in the order in which they came.

import { createSimulationWith, everydayParts, PartNeeded, type Parts } from '../engine/index.ts';
import type { Command, Update } from '../protocol/messages.ts';
import { createSession } from './session.ts';

/** After the last answer; what the page itself needs comes first. */
const IDLE_MS = 1500;

let parts: Parts = everydayParts;
const session = createSession(
  () => createSimulationWith(parts),
  () => performance.now(),
);
let last: Promise<void> = Promise.resolve();
let idle: ReturnType<typeof setTimeout> | undefined;
let loading: Promise<Parts | null> | null = null;

self.onmessage = (event: MessageEvent<Command>) => {
  clearTimeout(idle);
  last = last.then(() => answer(event.data));
};

async function answer(command: Command): Promise<void> {
  self.postMessage(handle(command) ?? (await handleWithAllParts(command)));
  if (parts === everydayParts) idle = setTimeout(loadWholeParts, IDLE_MS);
}

/** Null where parts are missing. */
function handle(command: Command): Update | null {
  try {
    return session.handle(command);
  } catch (error) {
    if (error instanceof PartNeeded) return null;
    throw error;
  }
}

async function handleWithAllParts(command: Command): Promise<Update> {
  const whole = await loadWholeParts();
  if (!whole) return { type: 'crashed', id: command.id, message: 'a part of the engine could not be loaded' };
  parts = whole;
  session.renew();
  return session.handle(command);
}

/** Fetched once; where that failed, asked for again the next time. Null: not to be had now. */
function loadWholeParts(): Promise<Parts | null> {
  loading ??= import('../engine/whole-parts.ts').then(
    ({ wholeParts }) => wholeParts,
    () => {
      loading = null;
      return null;
    },
  );
  return loading;
}
