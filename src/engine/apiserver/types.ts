// The object store as its clients see it: typed reads, writes that bump resourceVersion, and watches. Controllers,
// kubelets, kube-proxies and CoreDNS meet only here, as in a cluster.

import type { KubeObject } from '../api/types.ts';

export type WatchEvent<T extends KubeObject = KubeObject> = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
};

/** Objects are treated as immutable: a write stores a new object, a reader never changes what it was given. */
export interface ObjectStore {
  /** Stores a new object (uid, resourceVersion, generation, creationTimestamp are filled in). Throws ApiError AlreadyExists. */
  create<T extends KubeObject>(object: T): T;
  /** Replaces an object; an equal object is a no-op that keeps its resourceVersion. Throws ApiError NotFound. */
  update<T extends KubeObject>(object: T): T;
  /** Removes it: at once, or, for a pod with a grace period, by setting deletionTimestamp until the kubelet confirms. */
  delete(kind: string, namespace: string, name: string, options?: { gracePeriodSeconds?: number }): void;
  get<T extends KubeObject>(kind: string, namespace: string, name: string): T | undefined;
  /** In creation order. `namespace` undefined = all. */
  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[];
  /** Calls back for every later change of that kind, synchronously, in order. Returns the way to stop. */
  watch<T extends KubeObject>(kind: string, onEvent: (event: WatchEvent<T>) => void): () => void;
  readonly resourceVersion: number;
}
