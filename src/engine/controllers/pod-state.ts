// What controllers ask of a pod. Follows pkg/api/v1/pod/util.go and pkg/controller/controller_utils.go, Kubernetes 1.33.

import type { Pod } from '../api/types.ts';
import { parseTimestamp } from '../apiserver/timestamp.ts';
import type { WatchEvent } from '../apiserver/types.ts';

/** Whether the Ready condition is True. */
export function isPodReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}

/** Neither ended nor being deleted. */
export function isPodActive(pod: Pod): boolean {
  return !isPodFinished(pod) && !pod.metadata.deletionTimestamp;
}

export function isPodFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** How long until the pod counts as available, if it stays ready: 0 = it does, null = it is not ready. */
export function availableInUs(pod: Pod, minReadySeconds: number, nowUs: number): number | null {
  if (!isPodReady(pod)) return null;
  if (minReadySeconds === 0) return 0;
  const since = parseTimestamp(readySince(pod));
  return since === null ? 0 : Math.max(0, since + minReadySeconds * 1_000_000 - nowUs);
}

/** When the pod last became ready, `''` where nobody noted it. */
export function readySince(pod: Pod): string {
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready' && condition.status === 'True');
  return ready?.lastTransitionTime ?? '';
}

/** Whether the event changes who owns the pod or how it counts; being given a node, for one, does not. */
export function isCountChange(event: WatchEvent): boolean {
  // Several controllers hear of the same event, one after the other.
  if (lastJudged.event !== event) lastJudged = { event, isChange: changesCount(event) };
  return lastJudged.isChange;
}

let lastJudged: { readonly event: WatchEvent | null; readonly isChange: boolean } = { event: null, isChange: false };

function changesCount({ object, previous }: WatchEvent): boolean {
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
