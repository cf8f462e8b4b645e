// What the reader is doing: where they stand, what they look at, how the page is set up. Nothing here is known to the
// engine, and nothing that can be computed is stored.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SourceRange } from '../protocol/messages.ts';
import { type DrawingOptions, initialDrawing } from './drawing-options.ts';
import type { Position } from './position.ts';

export type Zoom = 'intent' | 'objects' | 'wire';
export type Theme = 'light' | 'dark';
export type DrawerTab = 'hops' | 'timeline' | 'traffic' | 'terminal' | 'sequence' | 'events' | 'matrix';
export type PhoneTab = 'walk' | 'cluster' | 'matrix' | 'yaml' | 'why';
export type Dialog = 'compare' | 'palette' | 'scenarios' | 'keyboard' | 'simplifications' | 'tour';

export interface Load {
  readonly times: number;
  readonly everyUs: number;
}

/** What Send offers: once, and loads that show a distribution. */
export const loads: readonly (Load & { readonly text: string })[] = [
  { times: 1, everyUs: 0, text: 'Once' },
  { times: 10, everyUs: 100_000, text: '10 times, 10 a second' },
  { times: 100, everyUs: 10_000, text: '100 times, 100 a second' },
  { times: 1000, everyUs: 1_000, text: '1,000 times, 1,000 a second' },
  { times: 100, everyUs: 0, text: '100 at once' },
];

export interface UiState {
  readonly position: Position | null;
  /** A virtual moment between packets that the reader went to; null: they stand at `position`. */
  readonly moment: number | null;
  /** The virtual moment at which the next thing is done, in a new branch; null: at the end of this one. */
  readonly branchAtUs: number | null;
  readonly playing: boolean;
  /** The reader's pointer rests on the drawing: motion waits. */
  readonly held: boolean;
  readonly speed: number;
  /** The view key of the object whose inspector is open; null: the packet's. */
  readonly selection: string | null;
  /** The line of the text that the cursor is on; null before it was ever there. */
  readonly cursorLine: number | null;
  /** The line whose inspector is open. */
  readonly lineInView: number | null;
  readonly zoom: Zoom;
  readonly drawing: DrawingOptions;
  /** null: as the system has it. */
  readonly theme: Theme | null;
  readonly drawerTab: DrawerTab;
  /** The timeline begins where the cluster began, not where it had come to rest. */
  readonly timelineFromStart: boolean;
  /** The timeline has a lane for each node's kubelet and kube-proxy. */
  readonly timelineByNode: boolean;
  readonly phoneTab: PhoneTab;
  /** Below 1180 px the inspector is a sheet: is it open? */
  readonly sheet: boolean;
  /** Below 900 px: is the editor shown instead of the drawing? */
  readonly editorTab: boolean;
  /** The editor is folded to a rail. */
  readonly editorFolded: boolean;
  readonly present: boolean;
  /** Hide what comes next until the reader has guessed. */
  readonly predict: boolean;
  /** With `predict` on: the answer at the position has been revealed. */
  readonly revealed: boolean;
  /** Step through ARP, AAAA and TCP bookkeeping too. */
  readonly showFolded: boolean;
  /** A place in the text that the editor is asked to show: a new object for each request. */
  readonly reveal: SourceRange | null;
  readonly dialog: Dialog | null;
  /** What Send sends: a source in the grammar of the walk command, and the line as typed. */
  readonly from: string;
  readonly line: string;
  /** How often, and how much later each next one; `everyUs` 0: all at once. */
  readonly load: Load;
}

/** From one rule a second to a thousandfold, in about even ratios. */
export const speeds = [0.17, 0.25, 0.5, 1, 2, 4, 8, 30, 125, 1000] as const;

export const initialUi: UiState = {
  position: null,
  moment: null,
  branchAtUs: null,
  playing: false,
  held: false,
  speed: 1,
  selection: null,
  cursorLine: null,
  lineInView: null,
  zoom: 'objects',
  drawing: initialDrawing,
  theme: null,
  drawerTab: 'hops',
  timelineFromStart: false,
  timelineByNode: false,
  phoneTab: 'walk',
  sheet: false,
  editorTab: false,
  editorFolded: false,
  present: false,
  predict: false,
  revealed: false,
  showFolded: false,
  reveal: null,
  dialog: null,
  from: '',
  line: '',
  load: { times: 1, everyUs: 0 },
};

export type UiStore = StoreApi<UiState>;

export function createUiStore(saved: Partial<UiState> = {}): UiStore {
  return createStore<UiState>(() => ({ ...initialUi, ...saved }));
}

const key = 'packetwalk.view';
/** Read by the page's first script too, before anything is painted. */
const themeKey = 'packetwalk.theme';
const remembered = ['speed', 'predict', 'showFolded', 'editorFolded'] as const;

/** The settings that outlive a visit. Damaged or missing ones are the initial ones. */
export function loadSettings(storage: Storage | null): Partial<UiState> {
  try {
    const saved = JSON.parse(storage?.getItem(key) ?? '{}') as Record<string, unknown>;
    const settings = Object.fromEntries(remembered.filter((name) => isValid[name](saved[name])).map((name) => [name, saved[name]]));
    const theme = storage?.getItem(themeKey);
    return theme === 'light' || theme === 'dark' ? { ...settings, theme } : settings;
  } catch {
    return {};
  }
}

export function saveSettings(storage: Storage | null, state: UiState): void {
  try {
    storage?.setItem(key, JSON.stringify(Object.fromEntries(remembered.map((name) => [name, state[name]]))));
    if (state.theme) storage?.setItem(themeKey, state.theme);
  } catch {
    // A full or forbidden storage only means that settings are not remembered.
  }
}

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isValid: Record<(typeof remembered)[number], (value: unknown) => boolean> = {
  speed: (value) => speeds.some((speed) => speed === value),
  predict: isBoolean,
  showFolded: isBoolean,
  editorFolded: isBoolean,
};
