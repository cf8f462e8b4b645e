// How controllers make pods and take them away: with an event on the owner that says so. Follows RealPodControl in
// pkg/controller/controller_utils.go, Kubernetes 1.33.

import type { KubeObject, Pod } from '../api/types.ts';
import { type EventSource, recordEvent } from '../apiserver/events.ts';

export interface PodControl {
  create(owner: KubeObject, pod: Pod): void;
  delete(owner: KubeObject, pod: Pod): void;
}

export function podControl(by: EventSource): PodControl {
  return {
    create(owner, pod) {
      const { metadata } = by.store.create(pod);
      recordEvent(by, owner, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${metadata.name}` });
    },
    delete(owner, { metadata }) {
      by.store.delete('Pod', metadata.namespace ?? '', metadata.name);
      recordEvent(by, owner, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${metadata.name}` });
    },
  };
}
