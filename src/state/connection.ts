// The page's line to the engine. In the app the other end is a worker; in tests it is the same session, in-process.

import type { Command, Update } from '../protocol/messages.ts';

export interface Connection {
  send(command: Command): void;
  /** Calls back for every update, in order. Returns the way to stop. */
  subscribe(listener: (update: Update) => void): () => void;
  close(): void;
}

declare global {
  interface Window {
    /** The worker that the built page starts by its HTML; null once it has been taken, or was lost. */
    engine?: Worker | null;
  }
}

/** Starts the engine in a worker. If the worker itself is lost, that is told as `crashed` and the next command starts another. */
export function connectWorker(): Connection {
  const listeners = new Set<(update: Update) => void>();
  let worker: Worker | null = null;
  let lastId = 0;

  function start(): Worker {
    const ready = window.engine;
    window.engine = null;
    const started = ready ?? new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'packetwalk engine' });
    started.onmessage = (event: MessageEvent<Update>) => tell(listeners, event.data);
    started.onerror = (event) => {
      worker = null;
      started.terminate();
      tell(listeners, { type: 'crashed', id: lastId, message: event.message || 'the worker ended' });
    };
    return started;
  }

  return {
    send(command) {
      lastId = command.id;
      worker ??= start();
      worker.postMessage(command);
    },
    subscribe: (listener) => listen(listeners, listener),
    close() {
      worker?.terminate();
      worker = null;
      listeners.clear();
    },
  };
}

/** Connects to a session in this thread. Updates arrive after the current call has returned, as they do from a worker. */
export function connectInProcess(session: { handle(command: Command): Update }): Connection {
  const listeners = new Set<(update: Update) => void>();
  return {
    send(command) {
      queueMicrotask(() => tell(listeners, session.handle(command)));
    },
    subscribe: (listener) => listen(listeners, listener),
    close: () => listeners.clear(),
  };
}

function listen(listeners: Set<(update: Update) => void>, listener: (update: Update) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(listeners: Set<(update: Update) => void>, update: Update): void {
  for (const listener of listeners) listener(update);
}
