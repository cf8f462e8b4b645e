// Deletes what a deleted object leaves behind: in the background when it is gone, in the foreground before it goes, or
// not at all (orphans). Follows pkg/controller/garbagecollector/garbagecollector.go, Kubernetes 1.33. An object whose
// owner was never here is left alone: a pasted pod lives on without its ReplicaSet.

import type { KubeObject } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { type Controller, type ControllerDependencies, startController } from './controller.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/** Starts the garbage collector. Its keys are uids of owners that are gone or going. */
export function startGarbageCollector(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  /** Owners that wait for this collector, by uid. */
  const waiting = new Map<string, KubeObject>();
  const controller = startController(dependencies, {
    name: 'garbage-collector-controller',
    lagUs: 4_000,
    watches: [],
    sync: (uid) => {
      const owner = waiting.get(uid);
      const current = owner && store.get(owner.kind, owner.metadata.namespace ?? '', owner.metadata.name);
      if (current?.metadata.uid !== uid) collect(store, uid);
      else if (has(current, ORPHAN)) release(store, current);
      else if (has(current, FOREGROUND)) collectFirst(store, current);
    },
  });
  const stopWatching = store.watchAll(({ type, object }) => {
    const { uid = '', deletionTimestamp, ownerReferences = [] } = object.metadata;
    if (type === 'DELETED') {
      waiting.delete(uid);
      if (store.listOwned(uid).length > 0) controller.queue.add(uid);
      for (const owner of ownerReferences) if (waiting.has(owner.uid)) controller.queue.add(owner.uid);
    } else if (deletionTimestamp && (has(object, FOREGROUND) || has(object, ORPHAN))) {
      waiting.set(uid, object);
      controller.queue.add(uid);
    }
  }, 'Event');
  return {
    ...controller,
    stop: () => {
      stopWatching();
      controller.stop();
    },
  };
}

function has({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

/** The owner is gone: so is what had no other. A dependent that has dependents to wait for does so (its own finalizer says it). */
function collect(store: ObjectStore, uid: string): void {
  for (const { kind, metadata } of store.listOwned(uid)) {
    const left = metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
    const current = store.get(kind, metadata.namespace ?? '', metadata.name);
    if (!current || current.metadata.deletionTimestamp) continue;
    if (left.some((owner) => isAlive(store, metadata.namespace, owner)))
      store.update<KubeObject>({ ...current, metadata: { ...current.metadata, ownerReferences: left } });
    else store.delete(kind, metadata.namespace ?? '', metadata.name);
  }
}

/** Foreground: dependents that block their owner go first, and theirs before them; then the owner may go. */
function collectFirst(store: ObjectStore, owner: KubeObject): void {
  const { uid = '', namespace } = owner.metadata;
  const blocking = store.listOwned(uid).filter((dependent) => isBlocking(dependent, uid));
  for (const { kind, metadata } of blocking) {
    const others = metadata.ownerReferences?.filter((one) => one.uid !== uid) ?? [];
    if (others.some((one) => isAlive(store, namespace, one) && !isWaiting(store, namespace, one))) {
      const current = store.get(kind, metadata.namespace ?? '', metadata.name);
      if (current) store.update<KubeObject>({ ...current, metadata: { ...current.metadata, ownerReferences: others } });
      continue;
    }
    if (metadata.deletionTimestamp) continue;
    const hasOwn = store.listOwned(metadata.uid ?? '').some((dependent) => isBlocking(dependent, metadata.uid));
    store.delete(kind, metadata.namespace ?? '', metadata.name, { propagationPolicy: hasOwn ? 'Foreground' : 'Background' });
  }
  if (!store.listOwned(uid).some((dependent) => isBlocking(dependent, uid))) removeFinalizer(store, owner, FOREGROUND);
}

/** Orphan: the dependents forget their owner, which may then go. */
function release(store: ObjectStore, owner: KubeObject): void {
  const { uid = '' } = owner.metadata;
  for (const dependent of store.listOwned(uid)) {
    const ownerReferences = dependent.metadata.ownerReferences?.filter((one) => one.uid !== uid);
    store.update<KubeObject>({ ...dependent, metadata: { ...dependent.metadata, ownerReferences } });
  }
  removeFinalizer(store, owner, ORPHAN);
}

function removeFinalizer(store: ObjectStore, { kind, metadata }: KubeObject, finalizer: string): void {
  const current = store.get(kind, metadata.namespace ?? '', metadata.name);
  if (current?.metadata.uid !== metadata.uid || !current) return;
  const finalizers = current.metadata.finalizers?.filter((one) => one !== finalizer);
  store.update<KubeObject>({ ...current, metadata: { ...current.metadata, finalizers } });
}

function isBlocking({ metadata }: KubeObject, uid: string | undefined): boolean {
  return metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true) ?? false;
}

interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

function ownerOf(store: ObjectStore, namespace: string | undefined, { kind, name, uid }: Owner): KubeObject | undefined {
  return [namespace ?? '', ''].map((place) => store.get(kind, place, name)).find((object) => object?.metadata.uid === uid);
}

function isAlive(store: ObjectStore, namespace: string | undefined, owner: Owner): boolean {
  return ownerOf(store, namespace, owner) !== undefined;
}

function isWaiting(store: ObjectStore, namespace: string | undefined, owner: Owner): boolean {
  const object = ownerOf(store, namespace, owner);
  return object !== undefined && object.metadata.deletionTimestamp !== undefined && has(object, FOREGROUND);
}
