// What the matrix shows, kept while another tab is open: the matrix itself, what it is compared with, and the choices.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MatrixView } from '../protocol/messages.ts';
import type { Page } from '../state/page.ts';
import type { Choice } from './fold.ts';
import type { CellPlace } from './grid-moves.ts';

export interface MatrixState {
  readonly view: MatrixView | null;
  /** Cells are marked against this one: the matrix of the text as it was opened, or as the reader last kept it. */
  readonly baseline: MatrixView | null;
  /** The scenario that the baseline belongs to. */
  readonly scenario: string | null;
  readonly choice: Choice;
  readonly cursor: CellPlace;
  /** The cell that is explained, by the keys of its groups. */
  readonly explained: { readonly row: string; readonly column: string } | null;
}

export type MatrixStore = StoreApi<MatrixState>;

const stores = new WeakMap<Page, MatrixStore>();

/** The one of a page. */
export function matrixStoreOf(page: Page): MatrixStore {
  const known = stores.get(page) ?? createMatrixStore();
  stores.set(page, known);
  return known;
}

function createMatrixStore(): MatrixStore {
  return createStore<MatrixState>(() => ({
    view: null,
    baseline: null,
    scenario: null,
    choice: { grouping: 'owner', from: '', to: '' },
    cursor: { row: 0, column: 0 },
    explained: null,
  }));
}

/** Takes an answer of the engine. The first one of a scenario, or of another cluster, is what later ones are compared with. */
export function takeMatrix(store: MatrixStore, view: MatrixView, scenario: string | null): void {
  const { baseline, scenario: before } = store.getState();
  const isNew = baseline === null || scenario !== before || isOfOtherCluster(view, baseline);
  store.setState({ view, scenario, ...(isNew && { baseline: view, explained: null, cursor: { row: 0, column: 0 } }) });
}

/** Another text, not an edited one: it has pods, and none of them was there before. */
function isOfOtherCluster(view: MatrixView, baseline: MatrixView): boolean {
  const podsOf = ({ rows }: MatrixView) => rows.filter(({ kind, system }) => kind === 'pod' && !system);
  const known = new Set(podsOf(baseline).map(({ owner, key }) => owner ?? key));
  const now = podsOf(view);
  return known.size > 0 && now.length > 0 && now.every(({ owner, key }) => !known.has(owner ?? key));
}

/** From now on cells are marked against the matrix as it stands. */
export function keepMatrix(store: MatrixStore): void {
  store.setState(({ view }) => ({ baseline: view }));
}
