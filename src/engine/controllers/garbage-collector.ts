// Deletes what a deleted object leaves behind, in the background. Follows pkg/controller/garbagecollector, Kubernetes
// 1.33. An object whose owner was never here is left alone: a pasted pod lives on without its ReplicaSet.
// Left out: foreground deletion and orphaning.

import type { KubeObject } from '../api/types.ts';
import { type Controller, type ControllerDependencies, startController } from './controller.ts';

/** Starts the garbage collector. Its keys are uids of deleted objects. */
export function startGarbageCollector(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const controller = startController(dependencies, {
    name: 'garbage-collector-controller',
    lagUs: 4_000,
    watches: [],
    sync: (uid) => {
      for (const { kind, metadata } of store.listOwned(uid)) {
        const left = metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
        const current = store.get(kind, metadata.namespace ?? '', metadata.name);
        if (!current || current.metadata.deletionTimestamp) continue;
        if (left.some((owner) => isAlive(owner.kind, metadata.namespace, owner))) {
          store.update<KubeObject>({ ...current, metadata: { ...current.metadata, ownerReferences: left } });
        } else store.delete(kind, metadata.namespace ?? '', metadata.name);
      }
    },
  });
  const isAlive = (kind: string, namespace: string | undefined, { name, uid }: { name: string; uid: string }) =>
    [namespace ?? '', ''].some((place) => store.get(kind, place, name)?.metadata.uid === uid);
  const stopWatching = store.watchAll(({ type, object }) => {
    if (type === 'DELETED' && object.metadata.uid && store.listOwned(object.metadata.uid).length > 0)
      controller.queue.add(object.metadata.uid);
  });
  return {
    ...controller,
    stop: () => {
      stopWatching();
      controller.stop();
    },
  };
}
