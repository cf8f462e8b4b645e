// Deployments: a ReplicaSet per template, and the way from one template to the next. Follows
// pkg/controller/deployment (deployment_controller.go, rolling.go, recreate.go, sync.go, progress.go), Kubernetes 1.33.

import type { Deployment, Pod, ReplicaSet } from '../api/types.ts';
import type { EventSource } from '../apiserver/events.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { Clock } from '../sim/clock.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerKey,
  ownKeyUnlessStatus,
  splitKey,
  startController,
} from './controller.ts';
import { type Counts, deploymentConditions } from './deployment-conditions.ts';
import {
  createReplicaSet,
  findNewReplicaSet,
  isScalingEvent,
  listReplicaSets,
  raiseRevision,
  revisionOf,
  rollingLimits,
  scaleProportionally,
  scaleReplicaSet,
} from './deployment-replicasets.ts';
import { isPodFinished } from './pod-state.ts';

/** Starts the Deployment controller. */
export function startDeploymentController(dependencies: ControllerDependencies): Controller {
  const { store, clock } = dependencies;
  const by = { store, clock, component: 'deployment-controller' };
  return startController(dependencies, {
    name: 'deployment-controller',
    lagUs: 2_000,
    watches: [
      { kind: 'Deployment', keysOf: ownKeyUnlessStatus },
      { kind: 'ReplicaSet', keysOf: controllerKey('Deployment') },
      { kind: 'Pod', keysOf: ({ type, object }) => (type === 'DELETED' ? recreatingDeployment(store, object as Pod) : []) },
    ],
    sync: (key, queue) => {
      const { namespace, name } = splitKey(key);
      const deployment = store.get<Deployment>('Deployment', namespace, name);
      if (!deployment) return;
      if (!deployment.metadata.deletionTimestamp) roll(by, deployment);
      const patienceUs = writeStatus(store, clock, deployment);
      if (patienceUs !== null) queue.addAfter(key, patienceUs);
    },
  });
}

/** One step towards the wanted state; what it changes comes back as events and leads to the next step. */
function roll(by: EventSource, deployment: Deployment): void {
  const { store } = by;
  const all = listReplicaSets(store, deployment);
  const newest = findNewReplicaSet(deployment, all);
  const old = all.filter((replicaSet) => replicaSet !== newest);
  if (deployment.spec.paused || isScalingEvent(deployment, all)) scaleProportionally(by, deployment, newest, all);
  else if (deployment.spec.strategy?.type === 'Recreate') recreate(by, deployment, newest, old);
  else rollingUpdate(by, deployment, newest, old);
  const current = findNewReplicaSet(deployment, listReplicaSets(store, deployment));
  if (!current) return;
  raiseRevision(store, deployment, current, old);
  dropHistory(store, deployment, old);
}

function recreate(by: EventSource, deployment: Deployment, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): void {
  const active = old.filter((replicaSet) => replicaSet.spec.replicas !== 0);
  for (const replicaSet of active) scaleReplicaSet(by, deployment, replicaSet, 0);
  if (active.length > 0 || podsOf(by.store, old).some((pod) => !isPodFinished(pod))) return;
  const replicas = deployment.spec.replicas ?? 1;
  if (newest) scaleReplicaSet(by, deployment, newest, replicas);
  else createReplicaSet(by, deployment, old, replicas);
}

function rollingUpdate(by: EventSource, deployment: Deployment, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): void {
  const wanted = deployment.spec.replicas ?? 1;
  const room = wanted + rollingLimits(deployment).maxSurge - total(old);
  const current = newest?.spec.replicas ?? 0;
  if (!newest) {
    createReplicaSet(by, deployment, old, Math.max(0, Math.min(wanted, room)));
    return;
  }
  if (current > wanted) scaleReplicaSet(by, deployment, newest, wanted);
  else if (current < wanted && room > current) scaleReplicaSet(by, deployment, newest, Math.min(wanted, room));
  else scaleDownOld(by, deployment, newest, old);
}

/** Takes pods from the old ReplicaSets as far as enough available ones remain: first those that are not ready anyway. */
function scaleDownOld(by: EventSource, deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): void {
  const minAvailable = (deployment.spec.replicas ?? 1) - rollingLimits(deployment).maxUnavailable;
  const newUnavailable = (newest.spec.replicas ?? 1) - available(newest);
  let removable = total(old) + (newest.spec.replicas ?? 1) - minAvailable - newUnavailable;
  if (removable <= 0) return;
  const sizes = new Map(old.map((replicaSet) => [replicaSet, replicaSet.spec.replicas ?? 1]));
  for (const replicaSet of old) {
    const size = sizes.get(replicaSet) ?? 0;
    const unhealthy = Math.max(0, Math.min(removable, size - available(replicaSet)));
    sizes.set(replicaSet, size - unhealthy);
    removable -= unhealthy;
  }
  let spare = old.reduce((sum, replicaSet) => sum + available(replicaSet), available(newest)) - minAvailable;
  for (const replicaSet of old) {
    const size = sizes.get(replicaSet) ?? 0;
    const taken = Math.max(0, Math.min(spare, size));
    sizes.set(replicaSet, size - taken);
    spare -= taken;
  }
  for (const [replicaSet, size] of sizes) if (size !== replicaSet.spec.replicas) scaleReplicaSet(by, deployment, replicaSet, size);
}

/** Deletes the oldest empty ReplicaSets beyond revisionHistoryLimit. */
function dropHistory(store: ObjectStore, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const empty = old
    .map((replicaSet) => latest(store, replicaSet))
    .filter((replicaSet) => replicaSet.spec.replicas === 0 && !replicaSet.status?.replicas && !replicaSet.metadata.deletionTimestamp)
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  const surplus = empty.length - (deployment.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of empty.slice(0, Math.max(0, surplus))) store.delete('ReplicaSet', metadata.namespace ?? '', metadata.name);
}

/** A Recreate Deployment waits for the old pods to be gone, not only for its ReplicaSets. */
function recreatingDeployment(store: ObjectStore, pod: Pod): readonly string[] {
  return controllerKey('ReplicaSet')({ type: 'DELETED', object: pod }).flatMap((key) => {
    const { namespace, name } = splitKey(key);
    const replicaSet = store.get('ReplicaSet', namespace, name);
    return replicaSet ? controllerKey('Deployment')({ type: 'MODIFIED', object: replicaSet }) : [];
  });
}

/** Writes what has become of it; answers when to look again, should nothing move until then. */
function writeStatus(store: ObjectStore, clock: Clock, before: Deployment): number | null {
  const deployment = latest(store, before);
  const all = listReplicaSets(store, deployment);
  const newest = findNewReplicaSet(deployment, all);
  const wanted = deployment.spec.replicas ?? 1;
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas') => all.reduce((count, one) => count + statusOf(one, field), 0);
  const counts: Counts = {
    replicas: sum('replicas'),
    updatedReplicas: newest ? statusOf(newest, 'replicas') : 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: sum('availableReplicas'),
    isEnough: sum('availableReplicas') >= wanted - rollingLimits(deployment).maxUnavailable,
  };
  const { conditions, patienceUs } = deploymentConditions({ deployment, newest, counts, nowUs: clock.nowUs });
  const { isEnough: _isEnough, ...numbers } = counts;
  store.updateStatus({
    ...deployment,
    status: {
      ...deployment.status,
      observedGeneration: deployment.metadata.generation,
      ...numbers,
      unavailableReplicas: Math.max(0, all.reduce((count, one) => count + (one.spec.replicas ?? 1), 0) - counts.availableReplicas),
      conditions,
    },
  });
  return patienceUs;
}

function podsOf(store: ObjectStore, replicaSets: readonly ReplicaSet[]): readonly Pod[] {
  return replicaSets.flatMap((replicaSet) => store.listOwned<Pod>(replicaSet.metadata.uid ?? '', 'Pod'));
}

function latest<T extends Deployment | ReplicaSet>(store: ObjectStore, object: T): T {
  return store.get<T>(object.kind, object.metadata.namespace ?? '', object.metadata.name) ?? object;
}

function total(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + (replicaSet.spec.replicas ?? 1), 0);
}

function available(replicaSet: ReplicaSet): number {
  return statusOf(replicaSet, 'availableReplicas');
}

function statusOf(replicaSet: ReplicaSet, field: string): number {
  return (replicaSet.status as Record<string, number> | undefined)?.[field] ?? 0;
}
