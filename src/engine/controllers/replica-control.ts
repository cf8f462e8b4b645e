// Keeps a number of pods of one template alive: the work that ReplicaSets and ReplicationControllers share.
// Follows pkg/controller/replicaset/replica_set.go, Kubernetes 1.33. Left out: creation in slow-start batches.

import { matchesSelector } from '../api/label-selector.ts';
import type { KubeObject, LabelSelector, Pod, PodTemplateSpec } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerKey,
  controllerOf,
  keyOf,
  ownKeyUnlessStatus,
  splitKey,
  startController,
} from './controller.ts';
import { claimPods } from './pod-claims.ts';
import { podControl } from './pod-control.ts';
import { availableInUs, isCountChange, isPodActive } from './pod-state.ts';
import { PodNames, podFromTemplate } from './pod-template.ts';
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
  const names = new PodNames(store);
  const control = podControl({ ...dependencies, component: replicaKind.name });
  const sync = (key: string, queue: WorkQueue) => {
    const { namespace, name } = splitKey(key);
    const owner = store.get<ReplicaOwner>(kind, namespace, name);
    if (!owner) return;
    const pods = claimPods(store, owner, replicaKind.selectorOf(owner)).filter(isPodActive);
    const surplus = pods.length - (owner.spec.replicas ?? 1);
    if (!owner.metadata.deletionTimestamp) {
      for (let missing = -surplus; missing > 0; missing--) control.create(owner, podFromTemplate(owner, names.next(owner)));
      if (surplus > 0) for (const pod of podsToDelete(pods, relatedPods(store, owner, pods), surplus)) control.delete(owner, pod);
    }
    writeStatus(dependencies, owner, pods, queue);
  };
  const keysOfOwner = controllerKey(kind);
  return startController(dependencies, {
    name: replicaKind.name,
    lagUs: replicaKind.lagUs,
    watches: [
      { kind, keysOf: ownKeyUnlessStatus },
      {
        kind: 'Pod',
        keysOf: (event) => {
          if (!isCountChange(event)) return [];
          const adopting = adopters(store, replicaKind, event);
          return adopting.length > 0 ? [...keysOfOwner(event), ...adopting] : keysOfOwner(event);
        },
      },
    ],
    sync,
  });
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
  const templateLabels = { matchLabels: owner.spec.template.metadata?.labels ?? {} };
  store.updateStatus({
    ...owner,
    status: {
      ...owner.status,
      replicas: before.length,
      fullyLabeledReplicas: before.filter((pod) => matchesSelector(pod.metadata.labels, templateLabels)).length,
      readyReplicas: waits.filter((wait) => wait !== null).length,
      availableReplicas: waits.filter((wait) => wait === 0).length,
      observedGeneration: owner.metadata.generation,
    },
  });
}
