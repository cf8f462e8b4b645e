// The worker's entry: hosts one session. This file and state/connection.ts are the only two that post messages.

import { createSimulation } from '../engine/index.ts';
import type { Command } from '../protocol/messages.ts';
import { createSession } from './session.ts';

const session = createSession(createSimulation, () => performance.now());

self.onmessage = (event: MessageEvent<Command>) => {
  self.postMessage(session.handle(event.data));
};
