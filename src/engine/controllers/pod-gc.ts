// Pods of a node that was deleted or never was: nobody will ever report on them, so they are taken away. Follows
// pkg/controller/podgc/gc_controller.go, Kubernetes 1.33. Left out: clearing away of finished pods, of which this cluster
// never has more than the 12,500 that it may keep.

import type { Pod } from '../api/types.ts';
import { markDisrupted } from '../apiserver/disruption-target.ts';
import { type Controller, type ControllerDependencies, ownKey, splitKey, startController } from './controller.ts';
import { isPodFinished } from './pod-state.ts';

/** How long a node may be missing before its pods go (quarantineTime). */
const QUARANTINE_US = 40_000_000;

/** Starts the pod garbage collector. Its keys are nodes that are not there. */
export function startPodGarbageCollector(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  return startController(dependencies, {
    name: 'pod-garbage-collector-controller',
    lagUs: QUARANTINE_US,
    watches: [
      { kind: 'Node', keysOf: (event) => (event.type === 'DELETED' ? ownKey(event) : []) },
      {
        kind: 'Pod',
        keysOf: ({ type, object }) => {
          const node: string | undefined = type === 'DELETED' ? undefined : object.spec.nodeName;
          return node && !store.get('Node', '', node) ? [`/${node}`] : [];
        },
      },
    ],
    sync: (key) => {
      const { name: node } = splitKey(key);
      if (store.get('Node', '', node)) return;
      for (const pod of store.list<Pod>('Pod').filter(({ spec }) => spec.nodeName === node)) {
        const { namespace = '', name } = pod.metadata;
        if (!isPodFinished(pod)) markDisrupted(dependencies, pod, 'DeletionByPodGC', 'Failed');
        store.delete('Pod', namespace, name, { gracePeriodSeconds: 0 });
      }
    },
  });
}
