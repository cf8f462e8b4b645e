// What a component has to say about an object, as Event objects: the end of `kubectl describe`. Follows client-go
// tools/record (event.go, events_cache.go), Kubernetes 1.33: the same words about the same thing are counted, not repeated.

import type { Event, KubeObject } from '../api/types.ts';
import type { Clock } from '../sim/clock.ts';
import { formatTimestamp } from './timestamp.ts';
import type { ObjectStore } from './types.ts';

export interface EventText {
  readonly type: Event['type'];
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{web}`, where it is about one container. */
  readonly fieldPath?: string;
}

export interface EventSource {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** `kubelet`, `default-scheduler`, `deployment-controller` ... */
  readonly component: string;
  /** The node that it runs on, for components of a node. */
  readonly host?: string;
}

/** Writes the event, or counts it once more. */
export function recordEvent({ store, clock, component, host }: EventSource, about: KubeObject, text: EventText): void {
  const { apiVersion, kind, metadata } = about;
  const { name, uid = '' } = metadata;
  // What is said of a cluster-scoped object is kept in `default`.
  const namespace = metadata.namespace || 'default';
  const now = formatTimestamp(clock.nowUs);
  const written = writtenTo(store);
  const key = `${uid}/${text.reason}/${text.fieldPath}/${text.message}`;
  const knownName = written.names.get(key);
  const known = knownName === undefined ? undefined : store.get<Event>('Event', namespace, knownName);
  if (known) {
    store.update<Event>({ ...known, count: known.count + 1, lastTimestamp: now });
    return;
  }
  if (store.get('Namespace', '', namespace)?.metadata.deletionTimestamp) return;
  // client-go takes the time in nanoseconds for the end of the name; ours are numbered.
  const number = (written.count++).toString(16).padStart(16, '0');
  const eventName = `${name}.${number}`;
  written.names.set(key, eventName);
  const { type, reason, message, fieldPath } = text;
  store.createLater({ kind: 'Event', namespace, name: eventName }, () => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName, namespace, uid: `${uid.slice(0, 8)}-e000-4000-8000-${number.slice(4)}`, creationTimestamp: now },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    involvedObject: {
      apiVersion,
      kind,
      name,
      ...(metadata.namespace ? { namespace } : undefined),
      ...(uid ? { uid } : undefined),
      ...(fieldPath ? { fieldPath } : undefined),
    },
    source: host === undefined ? { component } : { component, host },
  }));
}

/** The events that were written to a store: their names, by what they say, and how many there were. */
interface Written {
  readonly names: Map<string, string>;
  count: number;
}

function writtenTo(store: ObjectStore): Written {
  let written = writtenEvents.get(store);
  if (!written) {
    written = { names: new Map(), count: 0 };
    writtenEvents.set(store, written);
  }
  return written;
}

const writtenEvents = new WeakMap<ObjectStore, Written>();
