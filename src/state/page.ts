// The page's state as one thing: the mirror of the engine, the run, what the reader does, and the moves between them.
// Components get it from a context; nothing here knows how the page looks.

import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { SourceRange, TextEdit } from '../protocol/messages.ts';
import { startClock } from './clock.ts';
import { parseCommand } from './command-line.ts';
import type { Connection } from './connection.ts';
import { decisivePosition, type Expectation, follow } from './follow.ts';
import type { Position } from './position.ts';
import { createRun, type Run, type RunContent, type RunState } from './run.ts';
import { createSimulationStore, type Mirror, type SimulationStore } from './simulation-store.ts';
import {
  firstPosition,
  lastPosition,
  lookUp,
  nextHop,
  nextPacket,
  nextStep,
  previousHop,
  previousPacket,
  previousStep,
} from './stepping.ts';
import { firstTraffic, sourcesOf } from './targets.ts';
import { applyTextEdit } from './text-edit.ts';
import { createUiStore, loadSettings, saveSettings, type UiState, type UiStore } from './ui-store.ts';

export type Move = 'next' | 'previous' | 'next-packet' | 'previous-packet' | 'first' | 'last';

export interface Page {
  readonly simulation: SimulationStore;
  readonly ui: UiStore;
  readonly run: Run;
  /** Opens a run. `view` is what else a link or a draft says: where to stand, what to look at. */
  open(content: RunContent, view?: Partial<UiState>): void;
  /** Sends what the command box says. Returns what is wrong with the line, if anything. */
  send(): string | null;
  sendFrom(source: string): void;
  deletePod(namespace: string, name: string): void;
  /** Makes an edit, then replays the walk in view from its start. */
  applyAndSendAgain(edit: TextEdit): void;
  move(move: Move): void;
  goTo(position: Position | null): void;
  /** The reader chose a place themselves: play stops there. */
  jumpTo(position: Position): void;
  /** Goes to the start of another walk, or to where it failed. */
  showWalk(id: number): void;
  togglePlay(): void;
  select(key: string | null): void;
  /** Shows a place of the text in the editor. */
  reveal(range: SourceRange): void;
  close(): void;
}

export function createPage({ connection, storage }: { connection: Connection; storage: Storage | null }): Page {
  const simulation = createSimulationStore();
  const ui = createUiStore(loadSettings(storage));
  let expectation: Expectation = null;
  let isFresh = false;
  let walksBefore = simulation.getState().walks;

  const run = createRun(connection, simulation, () => {
    const { walks, objects, scenario } = simulation.getState();
    const { position, from, showFolded } = ui.getState();
    const { position: next, play } = follow(expectation, walksBefore, walks, position, { showFolded });
    walksBefore = walks;
    expectation = null;
    const needsSource = isFresh || !sourcesOf(objects).some(({ source }) => source === from);
    isFresh = false;
    ui.setState({
      ...(needsSource ? firstTraffic(objects, scenario) : {}),
      ...(samePosition(position, next) ? {} : { position: next, revealed: false, playing: false }),
      ...(play ? { playing: true, selection: null } : {}),
    });
  });
  const stopClock = startClock(ui, simulation);
  const stopSaving = ui.subscribe((state) => saveSettings(storage, state));

  const goTo = (position: Position | null) => ui.setState({ position, revealed: false });
  return {
    simulation,
    ui,
    run,
    goTo,
    jumpTo: (position) => ui.setState({ position, revealed: false, playing: false }),
    open(content, view = {}) {
      isFresh = true;
      walksBefore = [];
      ui.setState({ position: null, selection: null, playing: false, ...view });
      run.open(content);
    },
    send() {
      const { from, line } = ui.getState();
      const parsed = parseCommand(line);
      if ('problem' in parsed) return parsed.problem;
      expectation = 'new-walk';
      run.act({ type: 'send', from, to: parsed.target });
      return null;
    },
    sendFrom: (source) => ui.setState({ from: source }),
    deletePod(namespace, name) {
      ui.setState({ playing: false, selection: null });
      run.act({ type: 'deletePod', namespace, name });
    },
    applyAndSendAgain(edit) {
      expectation = 'replay';
      run.apply(applyTextEdit(run.store.getState().text, edit));
    },
    move(move) {
      const { position, zoom, showFolded } = ui.getState();
      const { walks } = simulation.getState();
      const walk = lookUp(walks, position)?.walk ?? walks.at(-1);
      if (!walk) return;
      const to = position ? moved(move, walk, position, zoom === 'intent', { showFolded }) : firstPosition(walk, { showFolded });
      ui.setState({ playing: false });
      if (to) goTo(to);
    },
    showWalk(id) {
      const { showFolded } = ui.getState();
      const walk = simulation.getState().walks.find((candidate) => candidate.id === id);
      if (!walk) return;
      ui.setState({ playing: false });
      goTo(walk.outcome.ok ? firstPosition(walk, { showFolded }) : decisivePosition(walk, { showFolded }));
    },
    togglePlay() {
      const { playing, position, showFolded } = ui.getState();
      const { walks } = simulation.getState();
      const walk = lookUp(walks, position)?.walk ?? walks.at(-1);
      if (!walk) return;
      const isAtEnd = samePosition(position, lastPosition(walk, { showFolded }));
      if (!playing && (position === null || isAtEnd)) goTo(firstPosition(walk, { showFolded }));
      ui.setState({ playing: !playing, held: false });
    },
    select: (key) => ui.setState({ selection: key, sheet: true, ...(key !== null && { phoneTab: 'why' as const }) }),
    // A copy: a new object asks anew, even for the place that was shown last.
    reveal: (range) => ui.setState({ reveal: { ...range }, editorTab: true, editorFolded: false, phoneTab: 'yaml' }),
    close() {
      stopClock();
      stopSaving();
      run.close();
    },
  };
}

function moved(
  move: Move,
  walk: Parameters<typeof nextHop>[0],
  position: Position,
  bySteps: boolean,
  options: { showFolded: boolean },
): Position | null {
  switch (move) {
    case 'next':
      return bySteps ? nextStep(walk, position) : nextHop(walk, position, options);
    case 'previous':
      return bySteps ? previousStep(walk, position) : previousHop(walk, position, options);
    case 'next-packet':
      return nextPacket(walk, position, options);
    case 'previous-packet':
      return previousPacket(walk, position, options);
    case 'first':
      return firstPosition(walk, options);
    case 'last':
      return lastPosition(walk, options);
    default:
      return move satisfies never;
  }
}

function samePosition(a: Position | null, b: Position | null): boolean {
  return a?.walk === b?.walk && a?.packet === b?.packet && a?.hop === b?.hop;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('usePage must be used inside a PageContext');
  return page;
}

export function useUi<T>(selector: (state: UiState) => T): T {
  return useStore(usePage().ui, selector);
}

export function useSimulation<T>(selector: (mirror: Mirror) => T): T {
  return useStore(usePage().simulation, selector);
}

export function useRun<T>(selector: (run: RunState) => T): T {
  return useStore(usePage().run.store, selector);
}
