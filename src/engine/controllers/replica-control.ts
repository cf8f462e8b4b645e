// Keeps a number of pods of one template alive: the work that ReplicaSets and ReplicationControllers share.
// Follows pkg/controller/replicaset/replica_set.go, Kubernetes 1.33. Left out: creation in slow-start batches.

import { matchesSelector } from '../api/label-selector.ts';
import type { KubeObject, LabelSelector, Pod, PodTemplateSpec } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import { stableSuffix } from '../sim/random.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerKey,
  controllerOf,
  controllerReference,
  keyOf,
  ownKeyUnlessStatus,
  splitKey,
  startController,
} from './controller.ts';
import { availableInUs, isPodActive, isPodReady, readySince } from './pod-state.ts';
import { podsToDelete } from './replica-deletion.ts';
import type { WorkQueue } from './work-queue.ts';

/** An object with `replicas` and a template. */
export interface ReplicaOwner extends KubeObject {
  spec: { replicas?: number; minReadySeconds?: number; template: PodTemplateSpec; selector?: unknown };
}

export interface ReplicaKind {
  readonly kind: string;
  readonly name: string;
  readonly lagUs: number;
  selectorOf(owner: ReplicaOwner): LabelSelector;
}

/** Starts the controller of one kind of ReplicaOwner. */
export function startReplicaController(dependencies: ControllerDependencies, replicaKind: ReplicaKind): Controller {
  const { store } = dependencies;
  const { kind } = replicaKind;
  // Every name is used once, so that a replacement is another pod also to the eye; the first pods of an owner get the
  // same names in every run, however many are asked for.
  const lastOrdinal = new Map<string, number>();
  const createPods = (owner: ReplicaOwner, count: number) => {
    const key = keyOf(owner);
    for (let created = 0; created < count; ) {
      const ordinal = (lastOrdinal.get(key) ?? -1) + 1;
      lastOrdinal.set(key, ordinal);
      const pod = podOf(owner, `${owner.metadata.name}-${stableSuffix(`${kind}/${key}/${ordinal}`, 5)}`);
      if (store.get('Pod', pod.metadata.namespace ?? '', pod.metadata.name)) continue;
      store.create(pod);
      created++;
    }
  };
  const sync = (key: string, queue: WorkQueue) => {
    const { namespace, name } = splitKey(key);
    const owner = store.get<ReplicaOwner>(kind, namespace, name);
    if (!owner) return;
    const pods = claimPods(store, owner, replicaKind.selectorOf(owner)).filter(isPodActive);
    const surplus = pods.length - (owner.spec.replicas ?? 1);
    if (!owner.metadata.deletionTimestamp) {
      if (surplus < 0) createPods(owner, -surplus);
      if (surplus > 0)
        for (const pod of podsToDelete(pods, relatedPods(store, owner, pods), surplus)) store.delete('Pod', namespace, pod.metadata.name);
    }
    writeStatus(dependencies, owner, pods, queue);
  };
  return startController(dependencies, {
    name: replicaKind.name,
    lagUs: replicaKind.lagUs,
    watches: [
      { kind, keysOf: ownKeyUnlessStatus },
      {
        kind: 'Pod',
        keysOf: (event) => (isReplicaChange(event) ? [...controllerKey(kind)(event), ...adopters(store, replicaKind, event)] : []),
      },
    ],
    sync,
  });
}

function podOf(owner: ReplicaOwner, name: string): Pod {
  const { template } = owner.spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      labels: template.metadata?.labels,
      annotations: template.metadata?.annotations,
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
    status: { phase: 'Pending' },
  };
}

/** The owner's pods. Pods without a controller that match are adopted; own ones that match no longer are let go. */
function claimPods(store: ObjectStore, owner: ReplicaOwner, selector: LabelSelector): readonly Pod[] {
  const uid = owner.metadata.uid ?? '';
  const candidates = selectPods(store, owner.metadata.namespace ?? '', selector);
  for (const pod of candidates) {
    if (controllerOf(pod) || !isPodActive(pod) || owner.metadata.deletionTimestamp) continue;
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerReference(owner)];
    store.update({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
  }
  return store.listOwned<Pod>(uid, 'Pod').filter((pod) => {
    if (matchesSelector(pod.metadata.labels, selector)) return true;
    const ownerReferences = pod.metadata.ownerReferences?.filter((reference) => reference.uid !== uid);
    store.update({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
    return false;
  });
}

function selectPods(store: ObjectStore, namespace: string, selector: LabelSelector): readonly Pod[] {
  const { matchLabels = {} } = selector;
  const pods =
    Object.keys(matchLabels).length > 0 ? store.listLabelled<Pod>('Pod', namespace, matchLabels) : store.list<Pod>('Pod', namespace);
  return pods.filter((pod) => matchesSelector(pod.metadata.labels, selector));
}

/** Whether the event changes who owns the pod or how it counts; being given a node, for one, does not. */
function isReplicaChange({ object, previous }: WatchEvent): boolean {
  const [pod, before] = [object as Pod, previous as Pod | undefined];
  return (
    !before ||
    before.metadata.labels !== pod.metadata.labels ||
    before.metadata.ownerReferences !== pod.metadata.ownerReferences ||
    isPodActive(before) !== isPodActive(pod) ||
    isPodReady(before) !== isPodReady(pod) ||
    readySince(before) !== readySince(pod)
  );
}

/** Owners that may want a pod that has no controller. */
function adopters(store: ObjectStore, { kind, selectorOf }: ReplicaKind, { type, object }: WatchEvent): readonly string[] {
  if (type === 'DELETED' || controllerOf(object)) return [];
  return store
    .list<ReplicaOwner>(kind, object.metadata.namespace)
    .filter((owner) => matchesSelector(object.metadata.labels, selectorOf(owner)))
    .map(keyOf);
}

/** Active pods of all ReplicaSets of the same Deployment: they count as company on a node. */
function relatedPods(store: ObjectStore, owner: ReplicaOwner, own: readonly Pod[]): readonly Pod[] {
  const deployment = controllerOf(owner);
  if (!deployment) return own;
  const siblings = store.listOwned(deployment.uid, owner.kind);
  return siblings.flatMap((sibling) => store.listOwned<Pod>(sibling.metadata.uid ?? '', 'Pod').filter(isPodActive));
}

function writeStatus({ store, clock }: ControllerDependencies, owner: ReplicaOwner, before: readonly Pod[], queue: WorkQueue): void {
  const minReadySeconds = owner.spec.minReadySeconds ?? 0;
  const waits = before.map((pod) => availableInUs(pod, minReadySeconds, clock.nowUs));
  const later = waits.filter((wait) => wait !== null && wait > 0) as number[];
  if (later.length > 0) queue.addAfter(keyOf(owner), Math.min(...later));
  store.updateStatus({
    ...owner,
    status: {
      ...owner.status,
      replicas: before.length,
      fullyLabeledReplicas: before.filter((pod) =>
        matchesSelector(pod.metadata.labels, { matchLabels: owner.spec.template.metadata?.labels ?? {} }),
      ).length,
      readyReplicas: waits.filter((wait) => wait !== null).length,
      availableReplicas: waits.filter((wait) => wait === 0).length,
      observedGeneration: owner.metadata.generation,
    },
  });
}
