// The page's read-only mirror of the engine. It changes only through `applyUpdate`, which keeps every untouched object
// identical, so that what is drawn from it stays still.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ObjectView, Problem, ScenarioView, Update, Walk } from '../protocol/messages.ts';

export interface Mirror {
  readonly scenario: ScenarioView;
  /** Sorted by key. */
  readonly objects: readonly ObjectView[];
  readonly problems: readonly Problem[];
  readonly walks: readonly Walk[];
  readonly nowUs: number;
  /** False while the text cannot be read: everything but the problems is then that of the last good run. */
  readonly usable: boolean;
  /** Milliseconds that the last run took in the worker. */
  readonly tookMs: number;
  /** The command id of the last run that was answered; 0 before the first. */
  readonly answered: number;
  /** The engine's own fault, if the last command met one. */
  readonly crashed: string | null;
}

export const emptyMirror: Mirror = {
  scenario: { title: '', summary: '', cni: 'host-gw', cloudProvider: false, traffic: [] },
  objects: [],
  problems: [],
  walks: [],
  nowUs: 0,
  usable: true,
  tookMs: 0,
  answered: 0,
  crashed: null,
};

export type SimulationStore = StoreApi<Mirror>;

export function createSimulationStore(): SimulationStore {
  return createStore<Mirror>(() => emptyMirror);
}

/** The mirror after an update. Inspections do not belong to it and leave it as it is. */
export function applyUpdate(mirror: Mirror, update: Update): Mirror {
  switch (update.type) {
    case 'state':
      // After a crash the other end starts anew and sends everything.
      return applyState(mirror.crashed === null ? mirror : emptyMirror, update);
    case 'crashed':
      return { ...mirror, crashed: update.message };
    case 'node':
    case 'pod':
      return mirror;
    default:
      return update satisfies never;
  }
}

function applyState(mirror: Mirror, update: Update & { type: 'state' }): Mirror {
  return {
    scenario: same(mirror.scenario, update.scenario),
    objects: applyObjects(mirror.objects, update.changed, update.removed),
    problems: same(mirror.problems, update.problems),
    walks: applyWalks(mirror.walks, update.walks),
    nowUs: update.nowUs,
    usable: update.usable,
    tookMs: update.tookMs,
    answered: update.id,
    crashed: null,
  };
}

function applyObjects(objects: readonly ObjectView[], changed: readonly ObjectView[], removed: readonly string[]): readonly ObjectView[] {
  if (changed.length === 0 && removed.length === 0) return objects;
  const byKey = new Map(objects.map((object) => [object.key, object]));
  for (const key of removed) byKey.delete(key);
  for (const object of changed) byKey.set(object.key, object);
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function applyWalks(walks: readonly Walk[], update: readonly (Walk | number)[]): readonly Walk[] {
  const byId = new Map(walks.map((walk) => [walk.id, walk]));
  const next = update.flatMap((walk) => (typeof walk === 'number' ? (byId.get(walk) ?? []) : walk));
  return next.length === walks.length && next.every((walk, index) => walk === walks[index]) ? walks : next;
}

function same<T>(before: T, after: T): T {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
