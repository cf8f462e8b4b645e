// What a component has to say about an object, as Event objects: the end of `kubectl describe`. Follows client-go
// tools/record (event.go, events_cache.go), Kubernetes 1.33: the same words about the same thing are counted, not repeated.

import type { Event, KubeObject } from '../api/types.ts';
import type { Clock } from '../sim/clock.ts';
import { hash32 } from '../sim/random.ts';
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
  const { name, uid } = metadata;
  // What is said of a cluster-scoped object is kept in `default`.
  const namespace = metadata.namespace || 'default';
  const now = formatTimestamp(clock.nowUs);
  const suffix = hash32(`${uid}\n${text.reason}\n${text.fieldPath}\n${text.message}`).toString(16).padStart(8, '0');
  const known = store.get<Event>('Event', namespace, `${name}.${suffix}`);
  if (known) {
    store.update<Event>({ ...known, count: known.count + 1, lastTimestamp: now });
    return;
  }
  if (store.get('Namespace', '', namespace)?.metadata.deletionTimestamp) return;
  const { fieldPath, ...words } = text;
  const involved = metadata.namespace ? { apiVersion, kind, namespace, name } : { apiVersion, kind, name };
  store.create<Event>({
    apiVersion: 'v1',
    kind: 'Event',
    // There are many of them: their uid costs no more than their name.
    metadata: { name: `${name}.${suffix}`, namespace, uid: `${suffix}-e000-4000-8000-${(uid ?? '').slice(-12).padStart(12, '0')}` },
    ...words,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    involvedObject: { ...involved, ...(uid ? { uid } : {}), ...(fieldPath ? { fieldPath } : {}) },
    source: host === undefined ? { component } : { component, host },
  });
}
