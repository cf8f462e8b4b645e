// StatefulSets: pods with numbers for names, started from the lowest and stopped from the highest, each under a name of
// its own in the headless Service. Follows pkg/controller/statefulset (stateful_set_control.go, stateful_set_utils.go),
// Kubernetes 1.33. Left out: volume claims, so a pod comes back with its name and without its disk.

import type { Pod, StatefulSet } from '../api/types.ts';
import { ApiError } from '../apiserver/api-error.ts';
import { recordEvent } from '../apiserver/events.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import type { Clock } from '../sim/clock.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerKey,
  keyOf,
  ownKeyUnlessStatus,
  splitKey,
  startController,
} from './controller.ts';
import { dropOldRevisions, presentRevision, REVISION_LABEL, templateOf } from './controller-revisions.ts';
import { claimPods } from './pod-claims.ts';
import { availableInUs, isCountChange, isPodFinished, isPodReady } from './pod-state.ts';
import { podFromTemplate } from './pod-template.ts';
import type { WorkQueue } from './work-queue.ts';

const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** Starts the StatefulSet controller. */
export function startStatefulSetController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const keysOfOwner = controllerKey('StatefulSet');
  return startController(dependencies, {
    name: 'statefulset-controller',
    lagUs: 3_000,
    watches: [
      { kind: 'StatefulSet', keysOf: ownKeyUnlessStatus },
      {
        kind: 'Pod',
        keysOf: (event) => (isCountChange(event) ? [...keysOfOwner(event), ...freedNames(store, event)] : []),
      },
    ],
    sync: (key, queue) => {
      const { namespace, name } = splitKey(key);
      const set = store.get<StatefulSet>('StatefulSet', namespace, name);
      if (set && !set.metadata.deletionTimestamp) syncSet(dependencies, set, queue);
    },
  });
}

/** What one sync works with. */
interface Round {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly set: StatefulSet;
  /** Name of the revision of the present template, and of the one that the pods had before. */
  readonly update: string;
  readonly current: string;
  /** OrderedReady: one pod after another. */
  readonly isOrdered: boolean;
  isAvailable(pod: Pod): boolean;
}

function syncSet(dependencies: ControllerDependencies, set: StatefulSet, queue: WorkQueue): void {
  const { store, clock } = dependencies;
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const update = presentRevision(store, set).metadata.name;
  const round: Round = {
    store,
    clock,
    set,
    update,
    current: set.status?.currentRevision ?? update,
    isOrdered: set.spec.podManagementPolicy !== 'Parallel',
    isAvailable: (pod) => availableInUs(pod, minReadySeconds, clock.nowUs) === 0,
  };
  const listPods = () => claimPods(store, set, set.spec.selector, (pod) => ordinalOf(set, pod) !== null);
  try {
    step(round, listPods());
  } finally {
    // Whatever came in between: what there is now is said.
    const pods = listPods();
    const waits = pods.map((pod) => availableInUs(pod, minReadySeconds, clock.nowUs)).filter((wait) => wait !== null && wait > 0);
    if (waits.length > 0) queue.addAfter(keyOf(set), Math.min(...(waits as number[])));
    writeStatus(round, pods);
  }
}

/** The sets that waited for a name which a pod of somebody else had. */
function freedNames(store: ObjectStore, { type, object }: WatchEvent): readonly string[] {
  if (type !== 'DELETED') return [];
  const sets = store.list<StatefulSet>('StatefulSet', object.metadata.namespace);
  return sets.filter((set) => ordinalOf(set, object as Pod) !== null).map(keyOf);
}

/** Does what can be done now; the rest follows when a pod has become ready, or is gone. */
function step(round: Round, pods: readonly Pod[]): void {
  const { set } = round;
  const start = set.spec.ordinals?.start ?? 0;
  const end = start + (set.spec.replicas ?? 1);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  const isWanted = (ordinal: number) => ordinal >= start && ordinal < end;
  for (let ordinal = start; ordinal < end; ordinal++) if (!bringUp(round, ordinal, byOrdinal.get(ordinal))) return;
  const condemned = [...byOrdinal].filter(([ordinal]) => !isWanted(ordinal)).toSorted(([a], [b]) => b - a);
  for (const [, pod] of condemned) if (!takeDown(round, pod, pods)) return;
  if (set.spec.updateStrategy?.type !== 'OnDelete') replaceOld(round, byOrdinal, { start, end });
}

/** Whether the next ordinal may be looked at. */
function bringUp(round: Round, ordinal: number, pod: Pod | undefined): boolean {
  const { isOrdered } = round;
  if (!pod) {
    create(round, newPod(round, ordinal));
    return !isOrdered;
  }
  if (isPodFinished(pod)) {
    if (!pod.metadata.deletionTimestamp) remove(round, pod);
    return false;
  }
  return !isOrdered || (!pod.metadata.deletionTimestamp && isPodReady(pod) && round.isAvailable(pod));
}

/** Deletes a pod that is too much. In order: only when the one above is gone, and when no other pod is unwell. */
function takeDown(round: Round, pod: Pod, all: readonly Pod[]): boolean {
  const { isOrdered } = round;
  if (pod.metadata.deletionTimestamp) return !isOrdered;
  const firstUnhealthy = all.find((one) => !isHealthy(one));
  if (isOrdered && !isPodReady(pod) && firstUnhealthy !== pod) return false;
  remove(round, pod);
  return !isOrdered;
}

/** RollingUpdate: from the highest ordinal down to the partition, each when those above it are well again. */
function replaceOld(round: Round, byOrdinal: ReadonlyMap<number, Pod>, { start, end }: { start: number; end: number }): void {
  const { set, update } = round;
  const lowest = start + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = end - 1; ordinal >= lowest; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod && !pod.metadata.deletionTimestamp && revisionOf(pod) !== update) return remove(round, pod);
    if (!pod || !isHealthy(pod)) return;
  }
}

function newPod(round: Round, ordinal: number): Pod {
  const { store, set, update, current } = round;
  const name = `${set.metadata.name}-${ordinal}`;
  const { start = 0 } = set.spec.ordinals ?? {};
  const revision = ordinal < start + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0) ? current : update;
  return podFromTemplate(set, name, {
    template: templateOf(store, set, revision),
    labels: { [NAME_LABEL]: name, [INDEX_LABEL]: String(ordinal), [REVISION_LABEL]: revision },
    spec: { hostname: name, ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}) },
  });
}

function writeStatus({ store, set, update, current, isAvailable }: Round, pods: readonly Pod[]): void {
  const alive = pods.filter((pod) => !pod.metadata.deletionTimestamp && !isPodFinished(pod));
  const wanted = set.spec.replicas ?? 1;
  const updatedReplicas = alive.filter((pod) => revisionOf(pod) === update).length;
  const readyReplicas = alive.filter(isPodReady).length;
  const isRolledOut = updatedReplicas === wanted && readyReplicas === wanted && pods.length === wanted;
  const currentRevision = isRolledOut ? update : current;
  store.updateStatus<StatefulSet>({
    ...set,
    status: {
      ...set.status,
      observedGeneration: set.metadata.generation ?? 1,
      replicas: pods.length,
      readyReplicas,
      availableReplicas: alive.filter(isAvailable).length,
      currentReplicas: alive.filter((pod) => revisionOf(pod) === currentRevision).length,
      updatedReplicas,
      currentRevision,
      updateRevision: update,
    },
  });
  dropOldRevisions(store, set, new Set([currentRevision, update, ...pods.map(revisionOf)]));
}

/** The pod's number; null for a pod whose name is not one of the set's. */
function ordinalOf(set: StatefulSet, pod: Pod): number | null {
  const { name } = set.metadata;
  const number = pod.metadata.name.startsWith(`${name}-`) ? pod.metadata.name.slice(name.length + 1) : '';
  return /^(0|[1-9]\d*)$/.test(number) ? Number(number) : null;
}

function isHealthy(pod: Pod): boolean {
  return isPodReady(pod) && !pod.metadata.deletionTimestamp;
}

function revisionOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[REVISION_LABEL];
}

function remove(round: Round, pod: Pod): void {
  round.store.delete('Pod', pod.metadata.namespace ?? '', pod.metadata.name);
  note(round, 'Delete', pod);
}

function create(round: Round, pod: Pod): void {
  try {
    note(round, 'Create', round.store.create(pod));
  } catch (error) {
    if (error instanceof ApiError) {
      const { store, clock, set } = round;
      const message = `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
      recordEvent({ store, clock, component: 'statefulset-controller' }, set, { type: 'Warning', reason: 'FailedCreate', message });
    }
    throw error;
  }
}

function note({ store, clock, set }: Round, verb: 'Create' | 'Delete', { metadata }: Pod): void {
  const message = `${verb.toLowerCase()} Pod ${metadata.name} in StatefulSet ${set.metadata.name} successful`;
  recordEvent({ store, clock, component: 'statefulset-controller' }, set, { type: 'Normal', reason: `Successful${verb}`, message });
}
