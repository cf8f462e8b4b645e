// Every message between the page and the worker that hosts the engine. Plain data; types only.

import type {
  Action,
  ActionView,
  FaultView,
  MatrixExplanation,
  MatrixView,
  NodeInspection,
  ObjectView,
  PodInspection,
  Problem,
  ScenarioView,
  TimelineEntry,
  TrafficView,
  Walk,
} from '../engine/index.ts';

export type * from '../engine/index.ts';

/** Page -> worker. `id` is chosen by the page; the updates that answer a command repeat it. */
export type Command =
  | {
      /** Replay a run: the scenario text, the seed, and the actions taken, in order. Cheap; sent on every edit. */
      readonly type: 'run';
      readonly id: number;
      readonly text: string;
      /** While a document of `text` cannot be read: the last text that could, run in its place. Its problems stay those of `text`. */
      readonly fallback?: string;
      readonly seed: number;
      readonly actions: readonly Action[];
      /** The virtual moment whose objects and inspections are wanted; null: the end of the run. */
      readonly lookUs: number | null;
    }
  /** A line of a terminal, typed at `from`; answered when it is one that only looks. */
  | { readonly type: 'look'; readonly id: number; readonly from: string; readonly line: string }
  /** Ask for the walks of another run, to lay them beside those of this one. */
  | { readonly type: 'peek'; readonly id: number; readonly text: string; readonly seed: number; readonly actions: readonly Action[] }
  /** Ask what a node's (or pod's) tools print at the moment that the last run looked at. */
  | { readonly type: 'inspectNode'; readonly id: number; readonly node: string }
  | { readonly type: 'inspectPod'; readonly id: number; readonly pod: string }
  /** Ask who may call whom at that moment, or for one cell of it in words. */
  | { readonly type: 'matrix'; readonly id: number }
  | { readonly type: 'matrixCell'; readonly id: number; readonly row: string; readonly column: string };

/** Worker -> page. */
export type Update =
  | {
      /** The outcome of a `run`, as what changed since the last one. Untouched objects are not repeated. */
      readonly type: 'state';
      readonly id: number;
      /** False when the text could not be read, or its fallback was run: the objects are those of the last good text. */
      readonly usable: boolean;
      readonly scenario: ScenarioView;
      readonly changed: readonly ObjectView[];
      readonly removed: readonly string[];
      readonly problems: readonly Problem[];
      /** All walks of the run, by action order; a walk equal to the one sent before is given by its id alone. */
      readonly walks: readonly (Walk | number)[];
      readonly actions: readonly ActionView[];
      /** Of loads, by action; one equal to that sent before is given by its action alone. */
      readonly traffic: readonly (TrafficView | number)[];
      /** What commands have broken, at `lookUs`. */
      readonly faults: readonly FaultView[];
      /** In order: new entries, and stretches of the timeline sent before, each by its first place and its length. */
      readonly timeline: readonly (TimelineEntry | readonly [from: number, count: number])[];
      readonly restUs: number;
      readonly lookUs: number;
      readonly nowUs: number;
      /** Real milliseconds that the run took in the worker. */
      readonly tookMs: number;
    }
  | { readonly type: 'look'; readonly id: number; readonly shown: { readonly ok: boolean; readonly output: readonly string[] } | null }
  | { readonly type: 'peek'; readonly id: number; readonly walks: readonly Walk[] }
  | { readonly type: 'node'; readonly id: number; readonly inspection: NodeInspection | null }
  | { readonly type: 'pod'; readonly id: number; readonly inspection: PodInspection | null }
  | { readonly type: 'matrix'; readonly id: number; readonly matrix: MatrixView | null }
  | { readonly type: 'matrixCell'; readonly id: number; readonly explanation: MatrixExplanation | null }
  /** The engine threw: our bug. The text is safe; the worker starts anew on the next `run`. */
  | { readonly type: 'crashed'; readonly id: number; readonly message: string };
