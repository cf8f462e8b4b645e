// What kube-proxies hear from the API server, kept once for all nodes: which Services changed, or whose EndpointSlices
// did, in order. A node that syncs takes all since its last sync, as it stands at that moment; nodes that sync at the
// same moment are given the same objects. Follows the change trackers of pkg/proxy, v1.33.

import type { EndpointSlice, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { ServiceBatch, ServiceSnapshot } from './kube-proxy/service-texts.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

export class ServiceChanges {
  readonly #store: ObjectStore;
  /** The key of the Service (`namespace/name`) that each change was about. */
  readonly #log: string[] = [];
  /** Services as they stand; one that changed is looked at again when somebody asks. */
  readonly #snapshots = new Map<string, ServiceSnapshot>();
  readonly #batches = new Map<number | 'full', ServiceBatch>();
  readonly #listeners: (() => void)[] = [];

  constructor(store: ObjectStore) {
    this.#store = store;
    store.watch<Service>('Service', ({ object: { metadata } }) => this.#note(`${metadata.namespace}/${metadata.name}`));
    store.watch<EndpointSlice>('EndpointSlice', ({ object: { metadata } }) =>
      this.#note(`${metadata.namespace}/${metadata.labels?.[SERVICE_NAME] ?? ''}`),
    );
  }

  /** How many changes there have been. */
  get position(): number {
    return this.#log.length;
  }

  /** Calls back at every change. */
  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The Services that changed since a position, in the order in which they first did. */
  since(position: number): ServiceBatch {
    return this.#batch(position, () => new Set(this.#log.slice(position)));
  }

  /** Only their keys. */
  keysSince(position: number): readonly string[] {
    return [...new Set(this.#log.slice(position))];
  }

  /** All Services, in the order in which they were made. */
  all(): ServiceBatch {
    return this.#batch('full', () => this.#store.list('Service').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  }

  #note(key: string): void {
    this.#log.push(key);
    this.#snapshots.delete(key);
    this.#batches.clear();
    for (const listener of this.#listeners) listener();
  }

  #batch(from: number | 'full', keys: () => Iterable<string>): ServiceBatch {
    const known = this.#batches.get(from);
    if (known) return known;
    const services = Array.from(keys(), (key) => this.#snapshot(key));
    const batch = new ServiceBatch(from === 'full', services);
    this.#batches.set(from, batch);
    return batch;
  }

  #snapshot(key: string): ServiceSnapshot {
    const known = this.#snapshots.get(key);
    if (known) return known;
    const slash = key.indexOf('/');
    const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
    const slices = this.#store.listLabelled<EndpointSlice>('EndpointSlice', namespace, { [SERVICE_NAME]: name });
    const snapshot = new ServiceSnapshot(key, this.#store.get<Service>('Service', namespace, name), slices);
    this.#snapshots.set(key, snapshot);
    return snapshot;
  }
}
