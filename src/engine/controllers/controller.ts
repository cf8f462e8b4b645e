// What every controller is made of: watches that say which keys to look at, and a queue that looks at them. A new
// controller is one file that calls `startController`.

import { namespacedName } from '../api/object-names.ts';
import type { KubeObject, OwnerReference } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import type { Clock } from '../sim/clock.ts';
import { WorkQueue } from './work-queue.ts';

export interface ControllerDependencies {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** How long after a change the controller acts on it; each controller has its own default. */
  readonly lagUs?: number;
}

export interface Controller {
  /** As in the `--controllers` flag of kube-controller-manager, or the binary's name. */
  readonly name: string;
  readonly queue: WorkQueue;
  stop(): void;
}

/** One kind that a controller watches, and which keys a change of it touches. */
export interface Watch {
  readonly kind: string;
  keysOf(event: WatchEvent): Iterable<string>;
}

/** Starts a controller: what exists already is looked at as if it had just been added. */
export function startController(
  dependencies: ControllerDependencies,
  controller: {
    readonly name: string;
    readonly lagUs: number;
    readonly watches: readonly Watch[];
    sync(key: string, queue: WorkQueue): void;
  },
): Controller {
  const { store, clock, lagUs = controller.lagUs } = dependencies;
  const queue: WorkQueue = new WorkQueue(clock, lagUs, (key) => controller.sync(key, queue));
  const stops = controller.watches.map(({ kind, keysOf }) => {
    const onEvent = (event: WatchEvent) => {
      const keys = keysOf(event);
      // There are many events, and most give no key or one: an iterator for each would show.
      if (Array.isArray(keys)) for (let place = 0; place < keys.length; place++) queue.add(keys[place]);
      else for (const key of keys) queue.add(key);
    };
    for (const object of store.list(kind)) onEvent({ type: 'ADDED', object });
    return store.watch(kind, onEvent);
  });
  return {
    name: controller.name,
    queue,
    stop: () => {
      for (const stop of stops) stop();
      queue.stop();
    },
  };
}

/** `default/web`; for cluster-scoped kinds `/node-1`. */
export function keyOf(object: KubeObject): string {
  return namespacedName(object.metadata.namespace ?? '', object.metadata.name);
}

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The usual `keysOf`: the changed object itself. */
export function ownKey(event: WatchEvent): readonly string[] {
  return [keyOf(event.object)];
}

/** The same, but deaf to changes of the status alone, for controllers that write it and read only the rest. */
export function ownKeyUnlessStatus(event: WatchEvent): readonly string[] {
  const { object, previous } = event;
  const isStatusOnly =
    previous !== undefined &&
    previous.spec === object.spec &&
    previous.metadata.labels === object.metadata.labels &&
    previous.metadata.ownerReferences === object.metadata.ownerReferences &&
    previous.metadata.deletionTimestamp === object.metadata.deletionTimestamp;
  return isStatusOnly ? [] : ownKey(event);
}

/** The `keysOf` of a dependent: the object of `kind` that controls it, before or after the change. */
export function controllerKey(kind: string): (event: WatchEvent) => readonly string[] {
  const keyOfOwner = (one: KubeObject): string | null => {
    const owner = controllerOf(one);
    return owner?.kind === kind ? namespacedName(one.metadata.namespace ?? '', owner.name) : null;
  };
  return ({ object, previous }) => {
    const now = keyOfOwner(object);
    // Nearly always it is the owner that it was.
    const isSame = !previous || previous.metadata.ownerReferences === object.metadata.ownerReferences;
    const before = isSame ? null : keyOfOwner(previous);
    return before === null ? (now === null ? NO_KEYS : [now]) : now === null ? [before] : [before, now];
  };
}

const NO_KEYS: readonly string[] = [];
const NO_OWNERS: readonly OwnerReference[] = [];

/** The owner that manages the object: at most one of its ownerReferences says `controller: true`. */
export function controllerOf(object: KubeObject) {
  const [first] = object.metadata.ownerReferences ?? NO_OWNERS;
  return first?.controller ? first : object.metadata.ownerReferences?.find((owner) => owner.controller);
}

/** The ownerReference that makes `owner` the controller of what carries it. */
export function controllerReference(owner: KubeObject) {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}
