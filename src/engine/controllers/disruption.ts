// PodDisruptionBudgets: how many of the pods may be evicted right now. Follows pkg/controller/disruption/disruption.go,
// Kubernetes 1.33.

import { matchesSelector } from '../api/label-selector.ts';
import type { KubeObject, Pod, PodDisruptionBudget } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerOf,
  keyOf,
  ownKeyUnlessStatus,
  splitKey,
  startController,
} from './controller.ts';
import { resolvePercent } from './deployment-replicasets.ts';
import { isCountChange, isPodFinished, isPodReady } from './pod-state.ts';

/** Starts the disruption controller. */
export function startDisruptionController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  return startController(dependencies, {
    name: 'disruption-controller',
    lagUs: 3_000,
    watches: [
      { kind: 'PodDisruptionBudget', keysOf: ownKeyUnlessStatus },
      { kind: 'Pod', keysOf: (event) => (isCountChange(event) ? budgetsOf(store, event) : []) },
      ...['ReplicaSet', 'Deployment', 'StatefulSet', 'ReplicationController'].map((kind) => ({
        kind,
        keysOf: ({ object, previous }: WatchEvent) =>
          object.spec?.replicas === previous?.spec?.replicas ? [] : store.list('PodDisruptionBudget', object.metadata.namespace).map(keyOf),
      })),
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const budget = store.get<PodDisruptionBudget>('PodDisruptionBudget', namespace, name);
      if (budget) syncBudget(store, budget);
    },
  });
}

function budgetsOf(store: ObjectStore, { object, previous }: WatchEvent): readonly string[] {
  return store
    .list<PodDisruptionBudget>('PodDisruptionBudget', object.metadata.namespace)
    .filter(({ spec }) => [object, previous].some((pod) => pod && matchesSelector(pod.metadata.labels, spec?.selector)))
    .map(keyOf);
}

function syncBudget(store: ObjectStore, budget: PodDisruptionBudget): void {
  const { spec = {}, metadata } = budget;
  const pods = store
    .list<Pod>('Pod', metadata.namespace)
    .filter((pod) => matchesSelector(pod.metadata.labels, spec.selector) && !isPodFinished(pod));
  const currentHealthy = pods.filter((pod) => isPodReady(pod) && !pod.metadata.deletionTimestamp).length;
  const { expectedPods, desiredHealthy } = expectation(store, spec, pods);
  store.updateStatus<PodDisruptionBudget>({
    ...budget,
    status: {
      currentHealthy,
      desiredHealthy,
      expectedPods,
      disruptionsAllowed: expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0,
      observedGeneration: metadata.generation ?? 1,
    },
  });
}

/** How many pods there should be by the word of their controllers, and how many of them must stay. */
function expectation(store: ObjectStore, spec: NonNullable<PodDisruptionBudget['spec']>, pods: readonly Pod[]) {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable !== undefined) {
    const expectedPods = scaleOf(store, pods);
    return { expectedPods, desiredHealthy: Math.max(0, expectedPods - resolvePercent(maxUnavailable, expectedPods, Math.ceil)) };
  }
  if (typeof minAvailable === 'string') {
    const expectedPods = scaleOf(store, pods);
    return { expectedPods, desiredHealthy: resolvePercent(minAvailable, expectedPods, Math.ceil) };
  }
  return { expectedPods: pods.length, desiredHealthy: minAvailable ?? 1 };
}

/** The replicas of all that control these pods, each counted once. */
function scaleOf(store: ObjectStore, pods: readonly Pod[]): number {
  const controllers = new Map<string, number>();
  for (const pod of pods) {
    const top = topController(store, pod);
    if (top) controllers.set(top.metadata.uid ?? '', top.spec?.replicas ?? 1);
  }
  return [...controllers.values()].reduce((sum, replicas) => sum + replicas, 0);
}

function topController(store: ObjectStore, object: KubeObject): KubeObject | undefined {
  const reference = controllerOf(object);
  const owner = reference && store.get(reference.kind, object.metadata.namespace ?? '', reference.name);
  return owner && (topController(store, owner) ?? owner);
}
