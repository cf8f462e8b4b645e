// What a kubelet has to say about a pod, as Event objects: the end of `kubectl describe pod`. Follows client-go
// tools/record, Kubernetes 1.33: the same words about the same thing are counted, not repeated.

import type { Event, Pod } from '../api/types.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { Clock } from '../sim/clock.ts';
import { hash32 } from '../sim/random.ts';

export interface EventText {
  readonly type: Event['type'];
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{web}`, where it is about one container. */
  readonly fieldPath?: string;
}

/** Writes the event, or counts it once more. */
export function recordEvent({ store, clock, host }: { store: ObjectStore; clock: Clock; host: string }, pod: Pod, text: EventText): void {
  const { namespace = '', name, uid } = pod.metadata;
  const now = formatTimestamp(clock.nowUs);
  const suffix = hash32([uid, text.reason, text.fieldPath, text.message].join('\n')).toString(16).padStart(8, '0');
  const known = store.get<Event>('Event', namespace, `${name}.${suffix}`);
  if (known) {
    store.update<Event>({ ...known, count: known.count + 1, lastTimestamp: now });
    return;
  }
  if (store.get('Namespace', '', namespace)?.metadata.deletionTimestamp) return;
  const { fieldPath, ...words } = text;
  store.create<Event>({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${suffix}`, namespace },
    ...words,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, ...(uid ? { uid } : {}), ...(fieldPath ? { fieldPath } : {}) },
    source: { component: 'kubelet', host },
  });
}
