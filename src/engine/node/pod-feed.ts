// What kubelets hear of pods: each only of those that are bound to its node, as their watch asks for with the field
// selector spec.nodeName (newSourceApiserverFromLW in pkg/kubelet/config/apiserver.go, v1.33).

import type { Pod } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';

type Listener = (event: WatchEvent<Pod>) => void;

export class PodFeed {
  readonly #listeners = new Map<string, Listener>();

  constructor(store: ObjectStore) {
    store.watch<Pod>('Pod', (event) => this.#listeners.get(event.object.spec.nodeName ?? '')?.(event));
  }

  /** Calls back for every change of a pod of that node. Returns the way to stop. */
  watch(nodeName: string, listener: Listener): () => void {
    this.#listeners.set(nodeName, listener);
    return () => this.#listeners.delete(nodeName);
  }
}
