// The condition that a pod gets before it is taken away by others than its owner: `podFailurePolicy` of a Job asks for it.
// Reasons and texts: pkg/registry/core/pod/storage/eviction.go, pkg/controller/{tainteviction,podgc}, Kubernetes 1.33.

import type { Pod } from '../api/types.ts';
import type { Clock } from '../sim/clock.ts';
import { formatTimestamp } from './timestamp.ts';
import type { ObjectStore } from './types.ts';

const TEXTS = {
  EvictionByEvictionAPI: 'Eviction API: evicting',
  DeletionByTaintManager: 'Taint manager: deleting due to NoExecute taint',
  DeletionByPodGC: 'PodGC: node no longer exists',
};

export function markDisrupted(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  pod: Pod,
  reason: keyof typeof TEXTS,
  phase?: 'Failed',
): void {
  const lastTransitionTime = formatTimestamp(clock.nowUs);
  const condition = { type: 'DisruptionTarget', status: 'True' as const, reason, message: TEXTS[reason], lastTransitionTime };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  store.updateStatus<Pod>({ ...pod, status: { ...pod.status, ...(phase ? { phase } : {}), conditions: [...others, condition] } });
}
