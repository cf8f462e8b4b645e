// The run: scenario text, seed and the actions taken. It is all that the engine needs to replay the same walks, so it is
// also all that is shared and saved. Edits go out at once, one run at a time: what is typed meanwhile is the next one.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Action, Command, MatrixExplanation, MatrixView, NodeInspection, PodInspection, Update, Walk } from '../protocol/messages.ts';
import type { Connection } from './connection.ts';
import { applyUpdate, type SimulationStore } from './simulation-store.ts';

export interface RunContent {
  /** The built-in scenario that the text started from, if any. */
  readonly scenario: string | null;
  readonly text: string;
  readonly seed: number;
  readonly actions: readonly Action[];
}

export interface RunState extends RunContent {
  /** The virtual moment that is looked at; null: the end of the run. */
  readonly lookUs: number | null;
  /** True from a change until the engine has answered for it. */
  readonly busy: boolean;
  /** True from an edit until a short pause: a word may be half written. */
  readonly typing: boolean;
}

export interface Run {
  readonly store: StoreApi<RunState>;
  /** Starts another run, at once. */
  open(content: RunContent): void;
  /** Changes the text, by a key. */
  edit(text: string): void;
  /** Changes the text, by a whole edit. */
  apply(text: string): void;
  act(action: Action): void;
  /** Looks at the cluster as it was at a virtual moment; null: at the end of the run. */
  look(atUs: number | null): void;
  /** Puts other actions in place of all that were taken. */
  setActions(actions: readonly Action[]): void;
  /** Sends the run again, after the engine was lost. */
  restart(): void;
  /** What a line of a terminal prints that only looks; null when it is none of those, or the engine was lost. */
  lookAt(from: string, line: string): Promise<{ readonly ok: boolean; readonly output: readonly string[] } | null>;
  /** The walks of another run, which changes nothing here; none when the engine was lost. */
  peek(content: RunContent): Promise<readonly Walk[]>;
  inspectNode(node: string): Promise<NodeInspection | null>;
  inspectPod(pod: string): Promise<PodInspection | null>;
  /** Who may call whom, as things stand. */
  matrix(): Promise<MatrixView | null>;
  matrixCell(row: string, column: string): Promise<MatrixExplanation | null>;
  close(): void;
}

/** After so long without a key the reader has paused. */
export const pauseMs = 300;

const nothing: RunContent = { scenario: null, text: '', seed: 1, actions: [] };

/** `onState` hears of every answered run, after the mirror has changed. */
export function createRun(connection: Connection, simulation: SimulationStore, onState: () => void): Run {
  const store = createStore<RunState>(() => ({ ...nothing, lookUs: null, busy: false, typing: false }));
  const waiting = new Map<number, (update: Update) => void>();
  let lastId = 0;
  let inFlight: number | null = null;
  let isStale = false;
  // The last text that was read in full, and the one that is being answered.
  let good: string | undefined;
  let posted = '';
  let pause: ReturnType<typeof setTimeout> | undefined;

  const post = () => {
    if (inFlight !== null) {
      isStale = true;
      return;
    }
    isStale = false;
    inFlight = ++lastId;
    const { text, seed, actions, lookUs } = store.getState();
    posted = text;
    connection.send({ type: 'run', id: inFlight, text, ...(good !== undefined && { fallback: good }), seed, actions, lookUs });
  };
  const change = (content: Partial<Omit<RunState, 'busy'>>) => {
    store.setState({ ...content, busy: true });
  };

  const unsubscribe = connection.subscribe((update) => {
    waiting.get(update.id)?.(update);
    waiting.delete(update.id);
    if (update.type !== 'state' && update.type !== 'crashed') return;
    if (update.type === 'crashed') abandon(waiting);
    simulation.setState((mirror) => applyUpdate(mirror, update), true);
    inFlight = null;
    if (update.type === 'state' && update.usable) good = posted;
    if (isStale) post();
    else store.setState({ busy: false });
    if (update.type === 'state') onState();
  });

  const ask = (command: Command) =>
    new Promise<Update>((resolve) => {
      waiting.set(command.id, resolve);
      connection.send(command);
    });

  return {
    store,
    open(content) {
      good = undefined;
      change({ ...content, lookUs: null, typing: false });
      post();
    },
    edit(text) {
      if (text === store.getState().text) return;
      change({ text, typing: true });
      clearTimeout(pause);
      pause = setTimeout(() => store.setState({ typing: false }), pauseMs);
      post();
    },
    apply(text) {
      change({ text, typing: false });
      post();
    },
    act(action) {
      change({ actions: [...store.getState().actions, action], lookUs: null });
      post();
    },
    look(lookUs) {
      if (lookUs === store.getState().lookUs) return;
      change({ lookUs });
      post();
    },
    setActions(actions) {
      change({ actions, lookUs: null });
      post();
    },
    restart() {
      inFlight = null;
      change({});
      post();
    },
    async lookAt(from, line) {
      const update = await ask({ type: 'look', id: ++lastId, from, line });
      return update.type === 'look' ? update.shown : null;
    },
    async peek({ text, seed, actions }) {
      const update = await ask({ type: 'peek', id: ++lastId, text, seed, actions });
      return update.type === 'peek' ? update.walks : [];
    },
    async inspectNode(node) {
      const update = await ask({ type: 'inspectNode', id: ++lastId, node });
      return update.type === 'node' ? update.inspection : null;
    },
    async inspectPod(pod) {
      const update = await ask({ type: 'inspectPod', id: ++lastId, pod });
      return update.type === 'pod' ? update.inspection : null;
    },
    async matrix() {
      const update = await ask({ type: 'matrix', id: ++lastId });
      return update.type === 'matrix' ? update.matrix : null;
    },
    async matrixCell(row, column) {
      const update = await ask({ type: 'matrixCell', id: ++lastId, row, column });
      return update.type === 'matrixCell' ? update.explanation : null;
    },
    close() {
      clearTimeout(pause);
      unsubscribe();
      connection.close();
    },
  };
}

/** Whoever still waits for an inspection is told that there is none. */
function abandon(waiting: Map<number, (update: Update) => void>): void {
  for (const [id, resolve] of waiting) resolve({ type: 'node', id, inspection: null });
  waiting.clear();
}
