// What kube-proxies hear from the API server, kept once for all nodes: which Services changed, or whose EndpointSlices
// did, in order. A node that syncs takes all since its last sync, as it stands at that moment; nodes that sync at the
// same moment are given the same objects. Follows the change trackers of pkg/proxy, v1.33.

import type { EndpointSlice, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { ServiceSnapshot } from './kube-proxy/service-texts.ts';

/** What one sync has to look at. */
export interface ServiceBatch {
  /** Everything, rather than what changed. */
  readonly full: boolean;
  readonly services: readonly ServiceSnapshot[];
}

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
    return this.#batch(position, () => ({
      full: false,
      services: [...new Set(this.#log.slice(position))].map((key) => this.#snapshot(key)),
    }));
  }

  /** All Services, in the order in which they were made. */
  all(): ServiceBatch {
    const keys = () => this.#store.list<Service>('Service').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    return this.#batch('full', () => ({ full: true, services: keys().map((key) => this.#snapshot(key)) }));
  }

  #note(key: string): void {
    this.#log.push(key);
    this.#snapshots.delete(key);
    this.#batches.clear();
    for (const listener of this.#listeners) listener();
  }

  #batch(from: number | 'full', make: () => ServiceBatch): ServiceBatch {
    const known = this.#batches.get(from);
    if (known) return known;
    const batch = make();
    this.#batches.set(from, batch);
    return batch;
  }

  #snapshot(key: string): ServiceSnapshot {
    const known = this.#snapshots.get(key);
    if (known) return known;
    const slash = key.indexOf('/');
    const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
    const snapshot: ServiceSnapshot = {
      key,
      service: this.#store.get<Service>('Service', namespace, name),
      slices: this.#store.listLabelled<EndpointSlice>('EndpointSlice', namespace, { [SERVICE_NAME]: name }),
    };
    this.#snapshots.set(key, snapshot);
    return snapshot;
  }
}
