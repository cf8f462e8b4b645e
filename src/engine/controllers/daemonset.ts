// DaemonSets: one pod on every node that takes it, bound there by a node affinity that the scheduler follows. Follows
// pkg/controller/daemon (daemon_controller.go, update.go, util/daemonset_util.go), Kubernetes 1.33. Left out: the
// back-off before a failed pod is replaced.

import type { DaemonSet, Node, Pod, PodSpec } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerKey,
  keyOf,
  ownKeyUnlessStatus,
  splitKey,
  startController,
} from './controller.ts';
import { dropOldRevisions, hashOf, presentRevision, REVISION_LABEL } from './controller-revisions.ts';
import { resolvePercent } from './deployment-replicasets.ts';
import { claimPods } from './pod-claims.ts';
import { type PodControl, podControl } from './pod-control.ts';
import { availableInUs, isCountChange, isPodFinished, isPodReady } from './pod-state.ts';
import { PodNames, podFromTemplate } from './pod-template.ts';
import { matchesNodeSelection, tolerates } from './scheduler-filters.ts';
import type { WorkQueue } from './work-queue.ts';

/** What every daemon puts up with (AddOrUpdateDaemonPodTolerations). */
const TOLERATIONS = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const ON_HOST_NETWORK = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' };

/** Starts the DaemonSet controller. */
export function startDaemonSetController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const names = new PodNames(store);
  const control = podControl({ ...dependencies, component: 'daemonset-controller' });
  const keysOfOwner = controllerKey('DaemonSet');
  return startController(dependencies, {
    name: 'daemonset-controller',
    lagUs: 3_000,
    watches: [
      { kind: 'DaemonSet', keysOf: ownKeyUnlessStatus },
      { kind: 'Node', keysOf: (event) => (isNodeChange(event) ? store.list('DaemonSet').map(keyOf) : []) },
      { kind: 'Pod', keysOf: (event) => (isCountChange(event) ? keysOfOwner(event) : []) },
    ],
    sync: (key, queue) => {
      const { namespace, name } = splitKey(key);
      const set = store.get<DaemonSet>('DaemonSet', namespace, name);
      if (set && !set.metadata.deletionTimestamp) syncSet(dependencies, set, { names, control, queue });
    },
  });
}

/** One node, what the set wants of it and has on it. */
interface Place {
  readonly node: Node;
  readonly shouldRun: boolean;
  readonly shouldStay: boolean;
  /** Oldest first. */
  readonly pods: readonly Pod[];
}

/** What one sync works with. */
interface Round {
  readonly set: DaemonSet;
  readonly names: PodNames;
  readonly control: PodControl;
  /** Of the present template. */
  readonly hash: string;
  isAvailable(pod: Pod): boolean;
}

type Tools = Pick<Round, 'names' | 'control'> & { readonly queue: WorkQueue };

function syncSet({ store, clock }: ControllerDependencies, set: DaemonSet, { names, control, queue }: Tools): void {
  const revision = presentRevision(store, set);
  const hash = hashOf(revision);
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const waitOf = (pod: Pod) => availableInUs(pod, minReadySeconds, clock.nowUs);
  const round: Round = { set, names, control, hash, isAvailable: (pod) => waitOf(pod) === 0 };
  for (const place of placesOf(store, set)) settle(round, place);
  if (set.spec.updateStrategy?.type !== 'OnDelete') {
    if (surgeOf(round, 1) > 0) surge(round, placesOf(store, set));
    else replaceOld(round, placesOf(store, set));
  }
  const after = placesOf(store, set);
  const waits = after.flatMap(({ pods }) => pods.map(waitOf)).filter((wait) => wait !== null && wait > 0) as number[];
  if (waits.length > 0) queue.addAfter(keyOf(set), Math.min(...waits));
  writeStatus(store, round, after);
  dropOldRevisions(store, set, new Set([revision.metadata.name, ...podsIn(after).map((pod) => `${set.metadata.name}-${revisionOf(pod)}`)]));
}

function placesOf(store: ObjectStore, set: DaemonSet): readonly Place[] {
  const byNode = new Map<string, Pod[]>();
  for (const pod of claimPods(store, set, set.spec.selector)) {
    const node = nodeNameOf(pod);
    byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  const example: Pod = podFromTemplate(set, set.metadata.name, { spec: daemonSpec(set, null) });
  return store.list<Node>('Node').map((node) => ({ node, ...verdict(example, node), pods: byNode.get(node.metadata.name) ?? [] }));
}

/** nodeShouldRunDaemonPod: an untolerated NoSchedule taint keeps a new pod away, NoExecute also drives the old one out. */
function verdict(pod: Pod, node: Node): Pick<Place, 'shouldRun' | 'shouldStay'> {
  if (!matchesNodeSelection(pod, node)) return { shouldRun: false, shouldStay: false };
  const untolerated = (node.spec?.taints ?? []).filter((taint) => !tolerates(pod, taint)).map(({ effect }) => effect);
  const shouldRun = !untolerated.some((effect) => effect === 'NoSchedule' || effect === 'NoExecute');
  return { shouldRun, shouldStay: shouldRun || !untolerated.includes('NoExecute') };
}

/** One pod where there should be one, none where it cannot stay. */
function settle(round: Round, place: Place): void {
  const { set, control, hash } = round;
  const { shouldRun, shouldStay, pods } = place;
  const alive = pods.filter((pod) => !pod.metadata.deletionTimestamp);
  const failed = alive.filter(isPodFinished);
  const running = alive.filter((pod) => !isPodFinished(pod));
  // While a node surges it may have two: the old one, and the one that is to take its place.
  const [fresh, old] = [running.filter((pod) => revisionOf(pod) === hash), running.filter((pod) => revisionOf(pod) !== hash)];
  const kept = !shouldStay ? [] : surgeOf(round, 1) > 0 ? [...old.slice(0, 1), ...fresh.slice(0, 1)] : running.slice(0, 1);
  for (const pod of [...failed, ...running.filter((one) => !kept.includes(one))]) control.delete(set, pod);
  // The one that is on its way out keeps the place until it is gone.
  if (shouldRun && pods.length === 0) startOn(round, place);
}

function startOn({ set, names, control, hash }: Round, { node }: Place): void {
  const { name } = node.metadata;
  control.create(set, podFromTemplate(set, names.next(set, name), { labels: { [REVISION_LABEL]: hash }, spec: daemonSpec(set, name) }));
}

/** The template's spec, tied to the node by its name. */
function daemonSpec(set: DaemonSet, nodeName: string | null): Partial<PodSpec> {
  const { spec } = set.spec.template;
  const own = [...TOLERATIONS, ...(spec.hostNetwork ? [ON_HOST_NETWORK] : [])];
  const tolerations = [...(spec.tolerations ?? []), ...own];
  if (nodeName === null) return { tolerations };
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }];
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
  return { tolerations, affinity: { ...spec.affinity, nodeAffinity: { ...spec.affinity?.nodeAffinity, ...required } } };
}

/** How many nodes of `count` may have two pods at a time during an update. */
function surgeOf({ set }: Round, count: number): number {
  return resolvePercent(set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, count, Math.ceil);
}

/** With maxSurge the new pod comes first, and the old one goes when the new one is available. */
function surge(round: Round, places: readonly Place[]): void {
  const { set, control, hash, isAvailable } = round;
  const wanted = places.filter(({ shouldRun }) => shouldRun);
  const waiting: Place[] = [];
  const idle: Place[] = [];
  let surging = 0;
  for (const place of wanted) {
    const alive = place.pods.filter((pod) => !pod.metadata.deletionTimestamp);
    const old = alive.find((pod) => revisionOf(pod) !== hash);
    const fresh = alive.find((pod) => revisionOf(pod) === hash);
    if (fresh && !isAvailable(fresh)) surging++;
    else if (fresh && old) control.delete(set, old);
    else if (old) (isAvailable(old) ? waiting : idle).push(place);
  }
  const room = Math.max(0, surgeOf(round, wanted.length) - surging);
  for (const place of [...idle, ...waiting.slice(0, room)]) startOn(round, place);
}

/** RollingUpdate: old pods go first where they do not serve anyway, then as many as maxUnavailable leaves room for. */
function replaceOld({ set, control, hash, isAvailable }: Round, places: readonly Place[]): void {
  const wanted = places.filter(({ shouldRun }) => shouldRun);
  const { maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const limit = Math.max(1, resolvePercent(maxUnavailable, wanted.length, Math.ceil));
  const old = podsIn(wanted).filter((pod) => revisionOf(pod) !== hash && !pod.metadata.deletionTimestamp);
  const serving = wanted.filter(({ pods }) => pods.some((pod) => isAvailable(pod) && !pod.metadata.deletionTimestamp)).length;
  const room = Math.max(0, limit - (wanted.length - serving));
  const idle = old.filter((pod) => !isAvailable(pod));
  for (const pod of [...idle, ...old.filter(isAvailable).slice(0, room)]) control.delete(set, pod);
}

function writeStatus(store: ObjectStore, { set, hash, isAvailable }: Round, places: readonly Place[]): void {
  const wanted = places.filter(({ shouldRun }) => shouldRun);
  const oldest = wanted.flatMap(({ pods }) => pods.slice(0, 1));
  const numberAvailable = oldest.filter(isAvailable).length;
  store.updateStatus<DaemonSet>({
    ...set,
    status: {
      ...set.status,
      observedGeneration: set.metadata.generation ?? 1,
      desiredNumberScheduled: wanted.length,
      currentNumberScheduled: oldest.length,
      numberMisscheduled: places.filter(({ shouldRun, pods }) => !shouldRun && pods.length > 0).length,
      numberReady: oldest.filter(isPodReady).length,
      numberAvailable,
      numberUnavailable: wanted.length - numberAvailable,
      updatedNumberScheduled: oldest.filter((pod) => revisionOf(pod) === hash).length,
    },
  });
}

/** Whether the node may have become one for daemons, or is one no longer. */
function isNodeChange({ type, object, previous }: WatchEvent): boolean {
  return type !== 'MODIFIED' || object.spec !== previous?.spec || object.metadata.labels !== previous?.metadata.labels;
}

/** The node that the pod runs on, or was made for. */
function nodeNameOf({ spec }: Pod): string {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return spec.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0] ?? '';
}

function podsIn(places: readonly Place[]): readonly Pod[] {
  return places.flatMap(({ pods }) => pods);
}

function revisionOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[REVISION_LABEL];
}
