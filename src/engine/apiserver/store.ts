// The object store behind the API: what the API server keeps in etcd, and the rules that hold for every kind of object.
// Follows apiserver pkg/registry/rest and registry/generic/registry/store.go, Kubernetes 1.33. Left out: optimistic
// concurrency (a write with an old resourceVersion wins) and the old revisions that a late watcher would ask for.

import { kindedName } from '../api/object-names.ts';
import type { KubeObject, Pod } from '../api/types.ts';
import type { Clock } from '../sim/clock.ts';
import { hash32, Random } from '../sim/random.ts';
import { alreadyExists, namespaceTerminating, notFound } from './api-error.ts';
import { isEqual } from './equality.ts';
import { resourceOf } from './resources.ts';
import { Table } from './table.ts';
import { formatTimestamp } from './timestamp.ts';
import type { ObjectStore, WatchEvent } from './types.ts';

const DEFAULT_GRACE_SECONDS = 30;

/** An empty store. Uids come from the seed, the object's name and how often that name was used; nothing else is random. */
export function createObjectStore(clock: Clock, seed: number): ObjectStore {
  return new Store(clock, seed);
}

interface Watcher {
  readonly onEvent: (event: WatchEvent) => void;
  /** A kind of whose objects it may miss that they come or change. */
  readonly unheard: string | undefined;
}

class Store implements ObjectStore {
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #tables = new Map<string, Table>();
  readonly #watchers = new Map<string, Watcher[]>();
  /** Of names whose objects are gone: how many uids were drawn for them. */
  readonly #timesNamed = new Map<string, number>();
  readonly #undelivered: WatchEvent[] = [];
  #isDelivering = false;
  #resourceVersion = 0;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
  }

  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  get kinds(): readonly string[] {
    return [...this.#tables.keys()];
  }

  create<T extends KubeObject>(given: T): T {
    const { kind, metadata } = given;
    const namespace = metadata.namespace ?? '';
    if (this.get(kind, namespace, metadata.name)) throw alreadyExists(kind, metadata.name);
    if (namespace !== '' && this.get('Namespace', '', namespace)?.metadata.deletionTimestamp)
      throw namespaceTerminating(kind, metadata.name, namespace);
    const object: T = {
      ...withNamespaceFinalizer(given),
      metadata: {
        ...metadata,
        uid: metadata.uid ?? this.#newUid(given, this.#drawnFor(given) + 1),
        resourceVersion: this.#nextVersion(),
        ...(resourceOf(kind).generation ? { generation: 1 } : {}),
        creationTimestamp: metadata.creationTimestamp ?? formatTimestamp(this.#clock.nowUs),
      },
    };
    this.#table(kind).put(object);
    this.#deliver({ type: 'ADDED', object });
    return object;
  }

  putLater(kind: string, make: () => KubeObject): boolean {
    const isHeard = this.#watchers.get(kind)?.length || this.#watchers.get(ALL_KINDS)?.some((watcher) => watcher.unheard !== kind);
    if (isHeard) return false;
    this.#resourceVersion++;
    this.#table(kind).putLater(make, this.#resourceVersion);
    return true;
  }

  update<T extends KubeObject>(given: T): T {
    const stored = this.#stored(given);
    const metadata = withFixedMetadata(given, stored);
    const fixed = withKeptParts({ ...given, metadata }, stored);
    if (isEqual(fixed, stored)) return stored as T;
    if (resourceOf(given.kind).generation && !isEqual(desired(fixed), desired(stored)))
      metadata.generation = (metadata.generation ?? 0) + 1;
    metadata.resourceVersion = this.#nextVersion();
    return this.#put(stored, fixed);
  }

  updateStatus<T extends KubeObject>(given: T): T {
    const stored = this.#stored(given);
    if (isEqual(given.status, stored.status)) return stored as T;
    const metadata = { ...stored.metadata, resourceVersion: this.#nextVersion() };
    return this.#put(stored, { ...(stored as T), metadata, status: given.status });
  }

  delete(kind: string, namespace: string, name: string, options: Parameters<ObjectStore['delete']>[3] = {}): void {
    const found = this.get(kind, namespace, name);
    if (!found) throw notFound(kind, name);
    const stored = withPolicyFinalizer(found, options.propagationPolicy);
    const graceSeconds = kind === 'Pod' ? podGraceSeconds(stored as Pod, options.gracePeriodSeconds) : 0;
    if (graceSeconds === 0 && !hasFinalizers(stored)) {
      this.#remove(stored);
      return;
    }
    const { deletionTimestamp, deletionGracePeriodSeconds } = stored.metadata;
    if (deletionTimestamp && graceSeconds >= (deletionGracePeriodSeconds ?? 0)) {
      if (stored !== found) this.#replace(found, stored);
      return;
    }
    const metadata = {
      ...stored.metadata,
      deletionTimestamp: formatTimestamp(this.#clock.nowUs + graceSeconds * 1_000_000),
      deletionGracePeriodSeconds: graceSeconds,
    };
    this.#replace(found, kind === 'Namespace' ? { ...stored, metadata, status: { phase: 'Terminating' } } : { ...stored, metadata });
  }

  get<T extends KubeObject>(kind: string, namespace: string, name: string): T | undefined {
    return this.#tables.get(kind)?.get(namespace, name) as T | undefined;
  }

  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[] {
    return (this.#tables.get(kind)?.list(namespace) ?? []) as readonly T[];
  }

  listLabelled<T extends KubeObject>(kind: string, namespace: string, labels: Readonly<Record<string, string>>): readonly T[] {
    return (this.#tables.get(kind)?.listLabelled(namespace, labels) ?? []) as readonly T[];
  }

  listOwned<T extends KubeObject>(uid: string, kind?: string): readonly T[] {
    const tables = kind === undefined ? [...this.#tables.values()] : [this.#tables.get(kind)];
    return tables.flatMap((table) => table?.listOwned(uid) ?? []) as unknown as readonly T[];
  }

  watch<T extends KubeObject>(kind: string, onEvent: (event: WatchEvent<T>) => void): () => void {
    return this.#listen(kind, { onEvent: onEvent as (event: WatchEvent) => void, unheard: undefined });
  }

  /** Each call is a watch of its own, even with a function that watches already. */
  #listen(kind: string, watcher: Watcher): () => void {
    this.#watchers.set(kind, [...(this.#watchers.get(kind) ?? []), watcher]);
    return () => {
      this.#watchers.set(
        kind,
        (this.#watchers.get(kind) ?? []).filter((other) => other !== watcher),
      );
    };
  }

  watchAll(onEvent: (event: WatchEvent) => void, unheard?: string): () => void {
    return this.#listen(ALL_KINDS, { onEvent, unheard });
  }

  #stored(given: KubeObject): KubeObject {
    const stored = this.get(given.kind, given.metadata.namespace ?? '', given.metadata.name);
    if (!stored) throw notFound(given.kind, given.metadata.name);
    return stored;
  }

  #replace<T extends KubeObject>(previous: KubeObject, next: T): T {
    return this.#put(previous, { ...next, metadata: { ...next.metadata, resourceVersion: this.#nextVersion() } });
  }

  #put<T extends KubeObject>(previous: KubeObject, object: T): T {
    this.#table(object.kind).put(object);
    this.#deliver({ type: 'MODIFIED', object, previous });
    // The last finalizer of an object that is being deleted was taken off: nothing holds it any more.
    const isReleased = object.metadata.deletionTimestamp && hasFinalizers(previous) && !hasFinalizers(object);
    if (isReleased && !(object.kind === 'Pod' && object.metadata.deletionGracePeriodSeconds)) this.#remove(object);
    return object;
  }

  #remove(stored: KubeObject): void {
    const object = { ...stored, metadata: { ...stored.metadata, resourceVersion: this.#nextVersion() } };
    this.#table(stored.kind).remove(stored.metadata.namespace ?? '', stored.metadata.name);
    const time = this.#drawnFor(stored) + 1;
    // One that came with a uid of its own has drawn none.
    if (stored.metadata.uid === this.#newUid(stored, time))
      this.#timesNamed.set(kindedName(stored.kind, stored.metadata.namespace ?? '', stored.metadata.name), time);
    this.#deliver({ type: 'DELETED', object });
  }

  /** A watcher that writes is heard by the others after they have heard what it reacted to. */
  #deliver(event: WatchEvent): void {
    this.#undelivered.push(event);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#undelivered.shift(); next; next = this.#undelivered.shift()) {
        for (const watcher of this.#watchers.get(next.object.kind) ?? []) watcher.onEvent(next);
        for (const watcher of this.#watchers.get(ALL_KINDS) ?? []) watcher.onEvent(next);
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #table(kind: string): Table {
    let table = this.#tables.get(kind);
    if (!table) {
      table = new Table();
      this.#tables.set(kind, table);
    }
    return table;
  }

  #nextVersion(): string {
    this.#resourceVersion++;
    return String(this.#resourceVersion);
  }

  /** How many uids were drawn for the name before. */
  #drawnFor({ kind, metadata: { namespace = '', name } }: KubeObject): number {
    return this.#timesNamed.size === 0 ? 0 : (this.#timesNamed.get(kindedName(kind, namespace, name)) ?? 0);
  }

  #newUid({ kind, metadata: { namespace = '', name } }: KubeObject, time: number): string {
    const random = new Random(hash32(`#${time}`, hash32(kindedName(kind, namespace, name))) ^ this.#seed, 'uid');
    const first = hex(random.uint32());
    const [second, third] = [hex(random.uint32()), hex(random.uint32())];
    const variant = '89ab'[Number.parseInt(third.charAt(0), 16) & 3];
    return `${first}-${second.slice(0, 4)}-4${second.slice(5)}-${variant}${third.slice(1, 4)}-${third.slice(4)}${hex(random.uint32())}`;
  }
}

/** 32 bits in eight digits. */
function hex(word: number): string {
  return `${BYTES[word >>> 24]}${BYTES[(word >>> 16) & 255]}${BYTES[(word >>> 8) & 255]}${BYTES[word & 255]}`;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const ALL_KINDS = '*';

/** What generation counts: everything but metadata and status. */
function desired(object: KubeObject): object {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

/** New metadata. A client cannot change these parts, whatever it sends; deletion in particular cannot be taken back. */
function withFixedMetadata(given: KubeObject, stored: KubeObject): KubeObject['metadata'] {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = stored.metadata;
  return { ...given.metadata, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds };
}

/** A manifest says nothing about the status, nor about the finalizer of a namespace: both stay as they are. */
function withKeptParts<T extends KubeObject>(given: T, stored: KubeObject): T {
  const status = given.status ?? stored.status;
  const kept = status === undefined ? given : { ...given, status };
  return kept.kind === 'Namespace' && kept.spec?.finalizers === undefined ? { ...kept, spec: { ...stored.spec, ...kept.spec } } : kept;
}

/** A namespace stays until its controller has emptied it; the API server notes that in the spec. */
function withNamespaceFinalizer<T extends KubeObject>(object: T): T {
  if (object.kind !== 'Namespace') return object;
  return { ...object, spec: { finalizers: ['kubernetes'], ...object.spec }, status: { phase: 'Active', ...object.status } };
}

/** The garbage collector's own finalizers: the policy of a deletion, as it stands in the object. */
const POLICY_FINALIZERS = { Foreground: 'foregroundDeletion', Orphan: 'orphan' } as const;

/** With the finalizer that the policy asks for, instead of that of an earlier one. */
function withPolicyFinalizer<T extends KubeObject>(object: T, policy: 'Background' | 'Foreground' | 'Orphan' | undefined): T {
  if (policy === undefined) return object;
  const before = object.metadata.finalizers ?? [];
  const others = before.filter((name) => name !== POLICY_FINALIZERS.Foreground && name !== POLICY_FINALIZERS.Orphan);
  const finalizers = policy === 'Background' ? others : [...others, POLICY_FINALIZERS[policy]];
  if (isEqual(finalizers, before)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

function hasFinalizers(object: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return true;
  return object.kind === 'Namespace' && (object.spec?.finalizers ?? []).length > 0;
}

/** Nobody has to be waited for when no kubelet runs the pod, or when it has ended. */
function podGraceSeconds(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return 0;
  return Math.max(0, asked ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
}
