// The objects of one kind, with the indexes that keep reads quick in a large cluster: namespace, label, owner.

import type { KubeObject } from '../api/types.ts';

/** One stored object. The record stays the same for the object's whole life, so an update touches an index only where a key changed. */
interface Entry {
  object: KubeObject;
  readonly order: number;
}

type Index = Map<string, Set<Entry>>;

const NO_LABELS: Readonly<Record<string, string>> = {};

export class Table {
  readonly #entries = new Set<Entry>();
  readonly #byNamespace = new Map<string, Map<string, Entry>>();
  readonly #byLabel: Index = new Map();
  readonly #byOwner: Index = new Map();
  /** Lists given out since the last write, by namespace ('*' = all). */
  readonly #lists = new Map<string, readonly KubeObject[]>();
  /** Objects without labels and owners that were put here and are still to be made, and their versions. */
  #later: (() => KubeObject)[] = [];
  #versions: number[] = [];
  #order = 0;
  #lastLabels: { readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly keys: readonly string[] } = {
    namespace: '',
    labels: NO_LABELS,
    keys: [],
  };

  /** Puts an object that is made when somebody reads; `make` may read those before it. */
  putLater(make: () => KubeObject, version: number): void {
    this.#later.push(make);
    this.#versions.push(version);
  }

  get(namespace: string, name: string): KubeObject | undefined {
    if (this.#later.length > 0) this.#makeAll();
    return this.#byNamespace.get(namespace)?.get(name)?.object;
  }

  /** In creation order. */
  list(namespace: string | undefined): readonly KubeObject[] {
    if (this.#later.length > 0) this.#makeAll();
    const cacheKey = namespace ?? '*';
    const known = this.#lists.get(cacheKey);
    if (known) return known;
    const entries = namespace === undefined ? this.#entries : (this.#byNamespace.get(namespace)?.values() ?? []);
    const list = Array.from(entries, (entry) => entry.object);
    this.#lists.set(cacheKey, list);
    return list;
  }

  listLabelled(namespace: string, labels: Readonly<Record<string, string>>): readonly KubeObject[] {
    const pairs = Object.entries(labels);
    let fewest: Set<Entry> | undefined;
    for (const [key, value] of pairs) {
      const carriers = this.#byLabel.get(labelKey(namespace, key, value));
      if (!carriers) return [];
      if (!fewest || carriers.size < fewest.size) fewest = carriers;
    }
    const carriers = Array.from(fewest ?? []);
    if (pairs.length === 1) return inOrder(carriers);
    return inOrder(carriers.filter(({ object }) => pairs.every(([key, value]) => object.metadata.labels?.[key] === value)));
  }

  listOwned(uid: string): readonly KubeObject[] {
    return inOrder([...(this.#byOwner.get(uid) ?? [])]);
  }

  put(object: KubeObject): void {
    if (this.#later.length > 0) this.#makeAll();
    const { namespace = '', name } = object.metadata;
    const entry = this.#byNamespace.get(namespace)?.get(name);
    if (this.#lists.size > 0) this.#lists.clear();
    if (!entry) {
      const added = { object, order: this.#order++ };
      this.#entries.add(added);
      const others = this.#byNamespace.get(namespace);
      if (others) others.set(name, added);
      else this.#byNamespace.set(namespace, new Map([[name, added]]));
      this.#index(added);
      return;
    }
    const { labels, ownerReferences } = entry.object.metadata;
    const isReindexed = labels !== object.metadata.labels || ownerReferences !== object.metadata.ownerReferences;
    if (isReindexed) this.#unindex(entry);
    entry.object = object;
    if (isReindexed) this.#index(entry);
  }

  remove(namespace: string, name: string): void {
    const entry = this.#byNamespace.get(namespace)?.get(name);
    if (!entry) return;
    this.#lists.clear();
    this.#entries.delete(entry);
    this.#byNamespace.get(namespace)?.delete(name);
    this.#unindex(entry);
  }

  #makeAll(): void {
    const [later, versions] = [this.#later, this.#versions];
    [this.#later, this.#versions] = [[], []];
    for (let place = 0; place < later.length; place++) {
      const object = (later[place] as () => KubeObject)();
      this.put({ ...object, metadata: { ...object.metadata, resourceVersion: String(versions[place]) } });
    }
  }

  #index(entry: Entry): void {
    const { namespace = '', labels = NO_LABELS, ownerReferences = [] } = entry.object.metadata;
    for (const key of this.#keysOf(namespace, labels)) addTo(this.#byLabel, key, entry);
    for (const { uid } of ownerReferences) addTo(this.#byOwner, uid, entry);
  }

  /** Pods of one template share their labels, and come one after the other. */
  #keysOf(namespace: string, labels: Readonly<Record<string, string>>): readonly string[] {
    if (labels !== this.#lastLabels.labels || namespace !== this.#lastLabels.namespace) {
      const keys = Object.keys(labels).map((key) => labelKey(namespace, key, labels[key] as string));
      this.#lastLabels = { namespace, labels, keys };
    }
    return this.#lastLabels.keys;
  }

  #unindex(entry: Entry): void {
    const { namespace = '', labels = NO_LABELS, ownerReferences = [] } = entry.object.metadata;
    for (const key of this.#keysOf(namespace, labels)) removeFrom(this.#byLabel, key, entry);
    for (const { uid } of ownerReferences) removeFrom(this.#byOwner, uid, entry);
  }
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}

function inOrder(entries: Entry[]): readonly KubeObject[] {
  // Only what was relabelled is out of its place.
  let last = -1;
  for (const { order } of entries) {
    if (order < last) return entries.sort((a, b) => a.order - b.order).map((entry) => entry.object);
    last = order;
  }
  return entries.map((entry) => entry.object);
}

function addTo(index: Index, key: string, entry: Entry): void {
  const entries = index.get(key);
  if (entries) entries.add(entry);
  else index.set(key, new Set([entry]));
}

function removeFrom(index: Index, key: string, entry: Entry): void {
  const entries = index.get(key);
  entries?.delete(entry);
  if (entries?.size === 0) index.delete(key);
}
