// The page's state as one thing: the mirror of the engine, the run, what the reader does, and the moves between them.
// Components get it from a context; nothing here knows how the page looks.

import { createContext, useContext } from 'react';
import { type StoreApi, useStore } from 'zustand';
import type { Action, SourceRange, TextEdit, TrafficView } from '../protocol/messages.ts';
import { actionsBefore, type Branches, type BranchStore, createBranchStore, dropped, forked, kept, onlyBranch } from './branches.ts';
import { startClock } from './clock.ts';
import { parseCommand } from './command-line.ts';
import type { Connection } from './connection.ts';
import { decisivePosition, type Expectation, follow } from './follow.ts';
import { lessonFrom } from './lesson.ts';
import { momentOf, momentToLookAt, neighbourEvent, positionAt } from './moment.ts';
import type { Position } from './position.ts';
import { createRun, type Run, type RunContent, type RunState } from './run.ts';
import { createShownProblems, type ShownProblems } from './shown-problems.ts';
import { createSimulationStore, type Mirror, type SimulationStore } from './simulation-store.ts';
import {
  clampPosition,
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
import { createTerminalStore, readTyped, type TerminalStore } from './terminal.ts';
import { applyTextEdit } from './text-edit.ts';
import { spanOf } from './traffic.ts';
import { createUiStore, loadSettings, saveSettings, type UiState, type UiStore } from './ui-store.ts';

export type Move = 'next' | 'previous' | 'next-packet' | 'previous-packet' | 'next-event' | 'previous-event' | 'first' | 'last';

export interface Page {
  readonly simulation: SimulationStore;
  readonly ui: UiStore;
  readonly run: Run;
  readonly shown: StoreApi<ShownProblems>;
  readonly branches: BranchStore;
  readonly terminal: TerminalStore;
  /** Opens a run. `view` is what else a link or a draft says: where to stand, what to look at. */
  open(content: RunContent, view?: Partial<UiState>): void;
  /** Sends what the command box says. Returns what is wrong with the line, if anything. */
  send(): string | null;
  /** Adds the scenario's timeline to the run, from its end on, and plays it. */
  playLesson(): void;
  /** Plays a load, given by its action, from its first request on. */
  playLoad(action: number): void;
  /** A line of the terminal, typed at the source that Send has. */
  type(line: string): Promise<void>;
  sendFrom(source: string): void;
  /** Puts a line into the command box and sends it, as `send` does. */
  sendLine(from: string, line: string): string | null;
  deletePod(namespace: string, name: string): void;
  /** Makes an edit, then replays the walk in view from its start. */
  applyAndSendAgain(edit: TextEdit): void;
  move(move: Move): void;
  /** The text as the reader has changed it. */
  edit(text: string): void;
  /** Takes an action: at the end of the run, or in a new branch where one was asked for. */
  act(action: Action): void;
  goTo(position: Position | null): void;
  /** Goes to a virtual moment: to the hop of a walk that is under way, or between packets. */
  goToMoment(atUs: number): void;
  /** Goes to where the first request that failed was decided. */
  goWrong(): void;
  /** What is done next is done at this moment, in a new branch; null takes that back. */
  branchAt(atUs: number | null): void;
  showBranch(id: number): void;
  dropBranch(id: number): void;
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
  const branches = createBranchStore();
  const terminal = createTerminalStore();
  let expectation: Expectation = null;
  let isFresh = false;
  let walksBefore = simulation.getState().walks;
  // Keys pressed while an answer is awaited are meant for the answer.
  let pressedAhead: (() => void)[] = [];
  const isAwaiting = () => expectation !== null && run.store.getState().busy;

  const run = createRun(connection, simulation, () => {
    const { walks, traffic, objects, scenario } = simulation.getState();
    const { position, moment, from, showFolded } = ui.getState();
    // While another run is under way this answer is to an older question: what is awaited comes with the next.
    const awaited = run.store.getState().busy ? null : expectation;
    const load = awaited === 'load' ? traffic.at(-1) : undefined;
    const hasChanged = awaited === 'change';
    const isBetween = hasChanged || (moment !== null && awaited === null);
    const { position: next, play } = isBetween
      ? { position: clampPosition(walks, position, { showFolded }), play: false }
      : follow(awaited, walksBefore, walks, position, { showFolded });
    walksBefore = walks;
    if (awaited !== null) expectation = null;
    const needsSource = isFresh || !sourcesOf(objects).some(({ source }) => source === from);
    isFresh = false;
    ui.setState({
      ...(needsSource ? firstTraffic(objects, scenario) : {}),
      ...(samePosition(position, next) ? {} : { position: next, revealed: false, playing: false }),
      ...(isBetween ? {} : { moment: null }),
      ...(play ? { playing: true, selection: null, lineInView: null } : {}),
    });
    if (load) playLoad(load.action);
    if (hasChanged) goToMoment(simulation.getState().nowUs);
    if (awaited !== null) {
      for (const press of pressedAhead) press();
      pressedAhead = [];
    }
    look();
  });
  const shown = createShownProblems(simulation, run);
  const stopClock = startClock(ui, simulation);
  const look = () => {
    const state = ui.getState();
    run.look(momentToLookAt(simulation.getState(), state, readsTables(state.selection)));
  };
  const stopLooking = ui.subscribe((state, before) => {
    if (state.position !== before.position || state.moment !== before.moment || state.selection !== before.selection) look();
  });
  const stopSaving = ui.subscribe((state) => saveSettings(storage, state));

  const isOver = (load: TrafficView) => (ui.getState().moment ?? Number.POSITIVE_INFINITY) >= spanOf(load).endUs;
  const goTo = (position: Position | null) => ui.setState({ position, moment: null, revealed: false });
  const goToMoment = (atUs: number) => {
    const { walks } = simulation.getState();
    ui.setState({ position: positionAt(walks, atUs, ui.getState()), moment: atUs, revealed: false, playing: false });
  };
  const playLoad = (action: number) => {
    const load = simulation.getState().traffic.find((one) => one.action === action);
    if (!load) return;
    const moment = spanOf(load).startUs;
    ui.setState({ position: null, moment, playing: true, held: false, selection: null, drawerTab: 'traffic' });
  };
  const openContent = (content: RunContent, view: Partial<UiState>) => {
    isFresh = true;
    walksBefore = [];
    ui.setState({
      position: null,
      moment: null,
      branchAtUs: null,
      selection: null,
      lineInView: null,
      cursorLine: null,
      playing: false,
      ...view,
    });
    run.open(content);
  };
  /** Leaves the branch in view at the moment that was asked for; its content up to then. */
  const fork = (atUs: number, ...more: Action[]): void => {
    const content = contentOf(run.store.getState());
    const next = { ...content, actions: actionsBefore(content.actions, simulation.getState().actions, atUs) };
    branches.setState((state) => forked(state, content, next, atUs));
    ui.setState({ branchAtUs: null });
    run.setActions([...next.actions, ...more]);
  };
  const act = (action: Action) => {
    // Who changes the cluster wants to see what has become of it.
    if (action.type !== 'send') expectation = 'change';
    const { branchAtUs } = ui.getState();
    if (branchAtUs === null) return run.act(action);
    const { restUs } = simulation.getState();
    fork(branchAtUs, { ...action, atUs: Math.max(0, branchAtUs - restUs) });
  };
  const go = (move: Move): void => {
    if (isAwaiting()) return void pressedAhead.push(() => go(move));
    const { position, zoom, showFolded } = ui.getState();
    const { walks, timeline, nowUs } = simulation.getState();
    if (move === 'next-event' || move === 'previous-event') {
      const event = neighbourEvent(timeline, momentOf(walks, ui.getState()) ?? nowUs, move === 'next-event' ? 1 : -1);
      return event ? goToMoment(event.atUs) : undefined;
    }
    const walk = lookUp(walks, position)?.walk ?? walks.at(-1);
    if (!walk) return;
    const to = position ? moved(move, walk, position, zoom === 'intent', { showFolded }) : firstPosition(walk, { showFolded });
    ui.setState({ playing: false });
    if (to) goTo(to);
  };
  const togglePlay = (): void => {
    if (isAwaiting()) return void pressedAhead.push(togglePlay);
    const { playing, position, showFolded, drawerTab } = ui.getState();
    const { walks, traffic } = simulation.getState();
    const load = traffic.at(-1);
    if (!playing && load && drawerTab === 'traffic' && isOver(load)) return playLoad(load.action);
    const walk = lookUp(walks, position)?.walk ?? walks.at(-1);
    if (!walk) return;
    const isAtEnd = samePosition(position, lastPosition(walk, { showFolded }));
    if (!playing && (position === null || isAtEnd)) goTo(firstPosition(walk, { showFolded }));
    ui.setState({ playing: !playing, held: false });
  };
  const send = (): string | null => {
    const { from, line, load } = ui.getState();
    const parsed = parseCommand(line);
    if ('problem' in parsed) return parsed.problem;
    const isLoad = load.times > 1;
    expectation = isLoad ? 'load' : 'new-walk';
    act({ type: 'send', from, to: parsed.target, ...(isLoad && load) });
    return null;
  };
  return {
    simulation,
    ui,
    run,
    shown,
    branches,
    terminal,
    act,
    goTo,
    goToMoment,
    jumpTo: (position) => ui.setState({ position, moment: null, lineInView: null, revealed: false, playing: false }),
    open(content, view = {}) {
      branches.setState(onlyBranch(content));
      terminal.setState({ looked: [] });
      openContent(content, view);
    },
    edit(text) {
      const { branchAtUs } = ui.getState();
      if (branchAtUs !== null && text !== run.store.getState().text) fork(branchAtUs);
      run.edit(text);
    },
    goWrong() {
      const walk = simulation.getState().walks.find(({ outcome }) => !outcome.ok);
      if (!walk) return;
      ui.setState({ playing: false });
      goTo(decisivePosition(walk, ui.getState()));
    },
    branchAt: (branchAtUs) => ui.setState({ branchAtUs, playing: false }),
    showBranch(id) {
      const all = kept(branches.getState(), contentOf(run.store.getState()));
      const wanted = all.list.find((branch) => branch.id === id);
      if (!wanted || id === all.current) return;
      branches.setState({ ...all, current: id });
      openContent(wanted.content, {});
    },
    dropBranch(id) {
      const before = branches.getState();
      const after = dropped(kept(before, contentOf(run.store.getState())), id);
      branches.setState(after);
      const shown = after.list.find((branch) => branch.id === after.current);
      if (shown && after.current !== before.current) openContent(shown.content, {});
    },
    send,
    sendLine(from, line) {
      ui.setState({ from, line });
      return send();
    },
    playLesson() {
      const { scenario, nowUs, restUs } = simulation.getState();
      const { actions } = run.store.getState();
      const lesson = lessonFrom(scenario.timeline, actions.length === 0 ? 0 : nowUs - restUs);
      expectation = lesson.some((action) => action.type === 'send' && (action.times ?? 1) > 1) ? 'load' : 'new-walk';
      run.setActions([...actions, ...lesson]);
    },
    playLoad,
    async type(line) {
      const { from } = ui.getState();
      const after = run.store.getState().actions.length;
      terminal.setState(({ history }) => ({ history: [...history, line] }));
      const print = (output: readonly string[], ok: boolean) =>
        terminal.setState(({ looked }) => ({ looked: [...looked, { after, from, line, output, ok }] }));
      const typed = readTyped(line);
      if (typed.kind === 'unreadable') return print([typed.message], false);
      if (typed.kind === 'send') {
        expectation = 'new-walk';
        return act({ type: 'send', from, to: typed.target });
      }
      const shown = await run.lookAt(from, line);
      if (shown) print(shown.output, shown.ok);
      else act({ type: 'command', line });
    },
    sendFrom: (source) => ui.setState({ from: source }),
    deletePod(namespace, name) {
      ui.setState({ playing: false, selection: null });
      act({ type: 'deletePod', namespace, name });
    },
    applyAndSendAgain(edit) {
      expectation = 'replay';
      run.apply(applyTextEdit(run.store.getState().text, edit));
    },
    move: go,
    showWalk(id) {
      const { showFolded } = ui.getState();
      const walk = simulation.getState().walks.find((candidate) => candidate.id === id);
      if (!walk) return;
      ui.setState({ playing: false });
      goTo(walk.outcome.ok ? firstPosition(walk, { showFolded }) : decisivePosition(walk, { showFolded }));
    },
    togglePlay,
    select: (key) => ui.setState({ selection: key, lineInView: null, sheet: true, ...(key !== null && { phoneTab: 'why' as const }) }),
    // A copy: a new object asks anew, even for the place that was shown last.
    reveal: (range) => ui.setState({ reveal: { ...range }, editorTab: true, editorFolded: false, phoneTab: 'yaml' }),
    close() {
      stopClock();
      stopLooking();
      stopSaving();
      run.close();
    },
  };
}

/** What of a run is kept and shared. */
function contentOf({ scenario, text, seed, actions }: RunState): RunContent {
  return { scenario, text, seed, actions };
}

function moved(
  move: Exclude<Move, 'next-event' | 'previous-event'>,
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

/** Nodes and pods are shown with tables that every packet changes: conntrack, counters, neighbours. */
function readsTables(selection: string | null): boolean {
  return selection !== null && /^(Node|Pod)\//.test(selection);
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

/** The problems as the page shows them. */
export function useShown<T>(selector: (shown: ShownProblems) => T): T {
  return useStore(usePage().shown, selector);
}

export function useBranches<T>(selector: (branches: Branches) => T): T {
  return useStore(usePage().branches, selector);
}

export function useRun<T>(selector: (run: RunState) => T): T {
  return useStore(usePage().run.store, selector);
}
