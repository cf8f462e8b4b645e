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
export function recordEvent(by: EventSource, about: KubeObject, text: EventText): void {
  const { store } = by;
  const atUs = by.clock.nowUs;
  // What is said of a cluster-scoped object is kept in `default`.
  const namespace = about.metadata.namespace || 'default';
  const isEnding = store.get('Namespace', '', namespace)?.metadata.deletionTimestamp !== undefined;
  if (!isEnding && store.putLater('Event', () => eventOf(by, about, text, atUs))) return;
  // What could wait comes before this one.
  store.list('Event');
  const known = knownEvent(store, about, text);
  if (known) store.update(countedAgain(known, atUs));
  else if (!isEnding) store.create(newEvent(by, about, text, atUs));
}

function eventOf(by: EventSource, about: KubeObject, text: EventText, atUs: number): Event {
  const known = knownEvent(by.store, about, text);
  return known ? countedAgain(known, atUs) : newEvent(by, about, text, atUs);
}

function countedAgain(known: Event, atUs: number): Event {
  return { ...known, count: known.count + 1, lastTimestamp: formatTimestamp(atUs) };
}

/** The event with the same words about the same object, unless it was deleted. */
function knownEvent(store: ObjectStore, { metadata }: KubeObject, text: EventText): Event | undefined {
  const name = writtenTo(store).names.get(keyOf(metadata.uid, text));
  return name === undefined ? undefined : store.get<Event>('Event', metadata.namespace || 'default', name);
}

function keyOf(uid: string | undefined, { reason, fieldPath, message }: EventText): string {
  return `${uid}/${reason}/${fieldPath}/${message}`;
}

function newEvent({ store, component, host }: EventSource, about: KubeObject, text: EventText, atUs: number): Event {
  const { apiVersion, kind, metadata } = about;
  const { name, uid = '' } = metadata;
  const written = writtenTo(store);
  // client-go takes the time in nanoseconds for the end of the name; ours are numbered.
  const number = (written.count++).toString(16).padStart(16, '0');
  const eventName = `${name}.${number}`;
  written.names.set(keyOf(metadata.uid, text), eventName);
  const now = formatTimestamp(atUs);
  const { type, reason, message, fieldPath } = text;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName,
      namespace: metadata.namespace || 'default',
      uid: `${uid.slice(0, 8)}-e000-4000-8000-${number.slice(4)}`,
      creationTimestamp: now,
    },
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
      ...(metadata.namespace ? { namespace: metadata.namespace } : undefined),
      ...(uid ? { uid } : undefined),
      ...(fieldPath ? { fieldPath } : undefined),
    },
    source: host === undefined ? { component } : { component, host },
  };
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
