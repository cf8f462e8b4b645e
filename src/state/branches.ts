// Branches of a run. Whoever does something at an earlier moment makes a new one: what had been done up to then, and the
// new thing. The old one stays; both can be gone back to and compared. Only the branch in view is saved and shared.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Action, ActionView } from '../protocol/messages.ts';
import type { RunContent } from './run.ts';

export interface Branch {
  readonly id: number;
  /** `main`, `branch 2`. */
  readonly name: string;
  readonly content: RunContent;
  /** Where it left the branch that it came from. */
  readonly fork: { readonly from: number; readonly atUs: number } | null;
}

export interface Branches {
  readonly list: readonly Branch[];
  readonly current: number;
}

export type BranchStore = StoreApi<Branches>;

const EMPTY: RunContent = { scenario: null, text: '', seed: 1, actions: [] };

export function createBranchStore(): BranchStore {
  return createStore<Branches>(() => onlyBranch(EMPTY));
}

/** A run that has not been forked. */
export function onlyBranch(content: RunContent): Branches {
  return { list: [{ id: 1, name: 'main', content, fork: null }], current: 1 };
}

/** The branches with what the one in view has become meanwhile. */
export function kept({ list, current }: Branches, content: RunContent): Branches {
  return { list: list.map((branch) => (branch.id === current ? { ...branch, content } : branch)), current };
}

/** A new branch, in view, that leaves the current one (as it stands in `content`) at a moment. */
export function forked(branches: Branches, content: RunContent, forkedContent: RunContent, atUs: number): Branches {
  const { list, current } = kept(branches, content);
  const id = Math.max(...list.map((branch) => branch.id)) + 1;
  return { list: [...list, { id, name: `branch ${id}`, content: forkedContent, fork: { from: current, atUs } }], current: id };
}

/** The branches without one; the one in view goes to where it came from. `main` stays. */
export function dropped({ list, current }: Branches, id: number): Branches {
  const gone = list.find((branch) => branch.id === id);
  if (!gone?.fork) return { list, current };
  const { from } = gone.fork;
  const rest = list
    .filter((branch) => branch.id !== id)
    .map((branch) => (branch.fork?.from === id ? { ...branch, fork: { ...branch.fork, from } } : branch));
  return { list: rest, current: current === id ? from : current };
}

/** The actions that had begun before a moment. */
export function actionsBefore(actions: readonly Action[], views: readonly ActionView[], atUs: number): readonly Action[] {
  const begun = new Set(views.filter(({ startUs }) => startUs < atUs).map(({ index }) => index));
  return actions.filter((_action, index) => begun.has(index));
}
