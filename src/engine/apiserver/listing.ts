// GET, LIST and WATCH as a client makes them: selectors, resource versions, and the events since a version. Follows
// apiserver pkg/storage/cacher, Kubernetes 1.33: the server remembers the latest changes, and who comes too late is told so.

import { kindVersion } from '../api/kinds.ts';
import type { KubeObject } from '../api/types.ts';
import type { Api, ObjectRef } from './api.ts';
import { expired, notFound } from './api-error.ts';
import { selectorsOf } from './selectors.ts';
import type { ObjectStore, WatchEvent } from './types.ts';

export interface ListOptions {
  /** All namespaces where it is left out. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ObjectList {
  /** The version that a watch goes on from. */
  readonly resourceVersion: string;
  readonly items: readonly KubeObject[];
}

/** GET one object. */
export function getObject({ store }: Pick<Api, 'store'>, { kind, namespace, name }: ObjectRef): KubeObject {
  const object = store.get(kind, namespace, name);
  if (!object) throw notFound(kind, name);
  return object;
}

/** LIST: in creation order, as far as the selectors pick. */
export function listObjects({ store }: Pick<Api, 'store'>, kind: string, options: ListOptions = {}): ObjectList {
  const matches = matcher(kind, options);
  return { resourceVersion: String(store.resourceVersion), items: store.list(kind, options.namespace).filter(matches) };
}

function matcher(kind: string, { labelSelector, fieldSelector }: ListOptions): (object: KubeObject) => boolean {
  return selectorsOf(kind, kindVersion(kind), { labels: labelSelector ?? '', fields: fieldSelector ?? '' });
}

/** How many changes of all kinds together the server remembers. */
const REMEMBERED = 1024;

/** What has changed lately: a watch may begin in the past. */
export class WatchHistory {
  readonly #store: ObjectStore;
  readonly #events: WatchEvent[] = [];
  #first = 0;
  readonly #sinceVersion: number;

  constructor(store: ObjectStore) {
    this.#store = store;
    this.#sinceVersion = store.resourceVersion;
    store.watchAll((event) => {
      if (this.#events.length < REMEMBERED) this.#events.push(event);
      else this.#events[this.#first++ % REMEMBERED] = event;
    });
  }

  /**
   * WATCH: first what has happened since `resourceVersion` (from now on, where none is given), then what happens. An object that
   * begins to match is ADDED, one that no longer does is DELETED. Returns the way to stop.
   */
  watch(kind: string, options: ListOptions & { readonly resourceVersion?: string }, onEvent: (event: WatchEvent) => void): () => void {
    const matches = matcher(kind, options);
    const deliver = (event: WatchEvent) => {
      const { namespace } = options;
      if (namespace !== undefined && event.object.metadata.namespace !== namespace) return;
      const seen = asSeen(event, matches);
      if (seen) onEvent(seen);
    };
    if (options.resourceVersion !== undefined) for (const event of this.#since(Number(options.resourceVersion), kind)) deliver(event);
    return this.#store.watch(kind, deliver);
  }

  #since(version: number, kind: string): readonly WatchEvent[] {
    const inOrder = [...this.#events.slice(this.#first % REMEMBERED), ...this.#events.slice(0, this.#first % REMEMBERED)];
    const ordered = this.#first === 0 ? this.#events : inOrder;
    const oldest = this.#first === 0 ? this.#sinceVersion : Number(ordered[0]?.object.metadata.resourceVersion) - 1;
    if (version < oldest) throw expired(version, oldest);
    return ordered.filter(({ object }) => object.kind === kind && Number(object.metadata.resourceVersion) > version);
  }
}

/** The event as a watcher with a selector sees it, or null when it sees nothing. */
function asSeen(event: WatchEvent, matches: (object: KubeObject) => boolean): WatchEvent | null {
  const isIn = event.type !== 'DELETED' && matches(event.object);
  const before = event.previous ?? (event.type === 'DELETED' ? event.object : undefined);
  const wasIn = before !== undefined && matches(before);
  if (!isIn && !wasIn) return null;
  const type = isIn ? (wasIn ? 'MODIFIED' : 'ADDED') : 'DELETED';
  return type === event.type ? event : { type, object: event.object, ...(event.previous ? { previous: event.previous } : {}) };
}
