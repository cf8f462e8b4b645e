// Which pods go first when a ReplicaSet has too many. Follows ActivePodsWithRanks in pkg/controller/controller_utils.go
// and getPodsToDelete in pkg/controller/replicaset/replica_set.go, Kubernetes 1.33; times are compared as they are,
// where upstream puts them into logarithmic buckets and draws among equals.

import type { Pod } from '../api/types.ts';
import { isPodReady, readySince } from './pod-state.ts';

const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** The `count` pods to delete. `pods` are the active ones in creation order; `related` also those of sibling ReplicaSets. */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number): readonly Pod[] {
  const onNode = new Map<string, number>();
  for (const pod of related) onNode.set(pod.spec.nodeName ?? '', (onNode.get(pod.spec.nodeName ?? '') ?? 0) + 1);
  const ranked = pods.map((pod, age) => ({ pod, keys: deletionKeys(pod, age, onNode.get(pod.spec.nodeName ?? '') ?? 0) }));
  ranked.sort((a, b) => compareKeys(a.keys, b.keys));
  return ranked.slice(0, count).map(({ pod }) => pod);
}

type Key = number | string;

/** Smaller goes first, key by key. */
function deletionKeys(pod: Pod, age: number, neighbours: number): readonly Key[] {
  const restarts = pod.status?.containerStatuses?.reduce((most, status) => Math.max(most, status.restartCount), 0) ?? 0;
  const isReady = isPodReady(pod);
  return [
    pod.spec.nodeName ? 1 : 0,
    PHASE_RANK[pod.status?.phase ?? 'Pending'] ?? 1,
    isReady ? 1 : 0,
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0,
    // Of pods that share a node with others of their kind, the ones with most company.
    -neighbours,
    // Ready for a shorter time first: timestamps sort as text, so the later one has to come out smaller.
    ...(isReady ? [inverted(readySince(pod))] : []),
    -restarts,
    inverted(pod.metadata.creationTimestamp ?? ''),
    -age,
  ];
}

/** Text that sorts the other way round, for texts of equal length. An empty one sorts last, as the oldest. */
function inverted(text: string): string {
  return text === '' ? '\uffff' : Array.from(text, (character) => String.fromCharCode(0xff - character.charCodeAt(0))).join('');
}

function compareKeys(a: readonly Key[], b: readonly Key[]): number {
  for (const [index, key] of a.entries()) {
    const other = b[index] as Key;
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}
