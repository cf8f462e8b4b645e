// The page's read-only mirror of the engine. It changes only through `applyUpdate`, which keeps every untouched object
// identical, so that what is drawn from it stays still.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ObjectView, RunResult, TimelineEntry, Update } from '../protocol/messages.ts';

/** The last run's result, its objects sorted by key, and how it was answered. */
export interface Mirror extends RunResult {
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
  scenario: { title: '', summary: '', cni: 'host-gw', cloudProvider: false, traffic: [], timeline: [] },
  objects: [],
  problems: [],
  walks: [],
  actions: [],
  traffic: [],
  faults: [],
  timeline: [],
  restUs: 0,
  lookUs: 0,
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
    case 'look':
    case 'peek':
    case 'node':
    case 'pod':
    case 'matrix':
    case 'matrixCell':
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
    walks: applyList(mirror.walks, update.walks, ({ id }) => id),
    actions: same(mirror.actions, update.actions),
    traffic: applyList(mirror.traffic, update.traffic, ({ action }) => action),
    faults: same(mirror.faults, update.faults),
    timeline: applyTimeline(mirror.timeline, update.timeline),
    restUs: update.restUs,
    lookUs: update.lookUs,
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

/** What is given by its number alone is what it was. */
function applyList<T extends object>(before: readonly T[], update: readonly (T | number)[], numberOf: (one: T) => number): readonly T[] {
  const known = new Map(before.map((one) => [numberOf(one), one]));
  const next = update.flatMap((one) => (typeof one === 'number' ? (known.get(one) ?? []) : one));
  return next.length === before.length && next.every((one, index) => one === before[index]) ? before : next;
}

function applyTimeline(before: readonly TimelineEntry[], pieces: (Update & { type: 'state' })['timeline']): readonly TimelineEntry[] {
  const next = pieces.flatMap((piece) => ('atUs' in piece ? piece : before.slice(piece[0], piece[0] + piece[1])));
  return next.length === before.length && next.every((entry, place) => entry === before[place]) ? before : next;
}

function same<T>(before: T, after: T): T {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
