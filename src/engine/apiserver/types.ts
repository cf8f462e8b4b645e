// The object store as its clients see it: typed reads, writes that bump resourceVersion, and watches. Controllers,
// kubelets, kube-proxies and CoreDNS meet only here, as in a cluster.

import type { KubeObject } from '../api/types.ts';

export type WatchEvent<T extends KubeObject = KubeObject> = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
  /** Of a MODIFIED event: the object as it was, so that a watcher can see what left its view. */
  readonly previous?: T;
};

/** Objects are treated as immutable: a write stores a new object, a reader never changes what it was given. */
export interface ObjectStore {
  /** Stores a new object (uid, resourceVersion, generation, creationTimestamp are filled in). Throws ApiError AlreadyExists. */
  create<T extends KubeObject>(object: T): T;
  /**
   * Writes an object of a kind that nearly nobody reads, as Events are, when somebody does: it has its version from now on. `make`
   * answers the object, new or changed, with a uid and a creationTimestamp of its own and neither labels nor owners, and may read
   * what was written before it. False where somebody watches the kind and has to hear of it now.
   */
  putLater(kind: string, make: () => KubeObject): boolean;
  /** Replaces an object (without a status it keeps the one it has); an equal object is a no-op that keeps its resourceVersion. Throws ApiError NotFound. */
  update<T extends KubeObject>(object: T): T;
  /** Replaces the status alone, whatever else has changed meanwhile: the status subresource. Throws ApiError NotFound. */
  updateStatus<T extends KubeObject>(object: T): T;
  /**
   * Removes it: at once, or, for a pod with a grace period, by setting deletionTimestamp until the kubelet confirms.
   * `Foreground` and `Orphan` hold it until the garbage collector has dealt with its dependents. Throws ApiError NotFound.
   */
  delete(
    kind: string,
    namespace: string,
    name: string,
    options?: { gracePeriodSeconds?: number; propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' },
  ): void;
  get<T extends KubeObject>(kind: string, namespace: string, name: string): T | undefined;
  /** In creation order. `namespace` undefined = all. */
  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[];
  /** Objects of one namespace that carry all of `labels` (at least one pair), in creation order. */
  listLabelled<T extends KubeObject>(kind: string, namespace: string, labels: Readonly<Record<string, string>>): readonly T[];
  /** Objects that name `uid` among their ownerReferences, in creation order. `kind` undefined = all kinds. */
  listOwned<T extends KubeObject>(uid: string, kind?: string): readonly T[];
  /** Kinds that have or had objects, in the order they first came. */
  readonly kinds: readonly string[];
  /** Calls back for every later change of that kind, synchronously, in order. Returns the way to stop. */
  watch<T extends KubeObject>(kind: string, onEvent: (event: WatchEvent<T>) => void): () => void;
  /** The same for all kinds; of the kind `unheard` it may miss what is created or changed. */
  watchAll(onEvent: (event: WatchEvent) => void, unheard?: string): () => void;
  readonly resourceVersion: number;
}
