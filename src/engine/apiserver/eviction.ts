// POST on pods/eviction: a deletion that PodDisruptionBudgets may forbid. Follows
// pkg/registry/core/pod/storage/eviction.go, Kubernetes 1.33. Left out: budgets that always let unhealthy pods go.

import { matchesSelector } from '../api/label-selector.ts';
import type { Pod, PodDisruptionBudget } from '../api/types.ts';
import type { Clock } from '../sim/clock.ts';
import { type Api, deleteObject } from './api.ts';
import { internalFailure, notFound, tooManyRequests } from './api-error.ts';
import { markDisrupted } from './disruption-target.ts';

/** Deletes the pod if its budget allows it. Throws ApiError TooManyRequests (429) if not: try again later. */
export function evictPod(
  api: Api & { readonly clock?: Clock },
  namespace: string,
  name: string,
  options: { gracePeriodSeconds?: number } = {},
): void {
  const { store, clock } = api;
  const pod = store.get<Pod>('Pod', namespace, name);
  if (!pod) throw notFound('Pod', name);
  if (!isUnguarded(pod)) {
    const budgets = store
      .list<PodDisruptionBudget>('PodDisruptionBudget', namespace)
      .filter(({ spec }) => matchesSelector(pod.metadata.labels, spec?.selector));
    if (budgets.length > 1)
      throw internalFailure('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
    const [budget] = budgets;
    if (budget && !(isUnhealthy(pod) && isMet(budget))) spend(api, budget, pod);
  }
  if (clock) markDisrupted({ store, clock }, pod, 'EvictionByEvictionAPI');
  deleteObject(api, { kind: 'Pod', namespace, name }, options);
}

/** Nobody is disrupted when it has ended, has not begun, or goes anyway. */
function isUnguarded({ metadata, status }: Pod): boolean {
  return /^(Succeeded|Failed|Pending)$/.test(status?.phase ?? '') || metadata.deletionTimestamp !== undefined;
}

function isUnhealthy({ status }: Pod): boolean {
  return !status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
}

function isMet({ status }: PodDisruptionBudget): boolean {
  return status !== undefined && status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

function spend({ store }: Api, budget: PodDisruptionBudget, pod: Pod): void {
  const { metadata, status } = budget;
  const isOld = (status?.observedGeneration ?? 0) < (metadata.generation ?? 1);
  if (!status || isOld) {
    const why = `The disruption budget ${metadata.name} is still being processed by the server.`;
    throw tooManyRequests(pod.metadata.name, "Cannot evict pod as it would violate the pod's disruption budget.", why);
  }
  if (status.disruptionsAllowed <= 0) {
    const why = `The disruption budget ${metadata.name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`;
    throw tooManyRequests(pod.metadata.name, "Cannot evict pod as it would violate the pod's disruption budget.", why);
  }
  store.updateStatus<PodDisruptionBudget>({ ...budget, status: { ...status, disruptionsAllowed: status.disruptionsAllowed - 1 } });
}
