// The kubelet's door: a pod that is bound to the node and cannot run there is not started. It has failed, for good, and
// says why. Follows canAdmitPod and rejectPod of pkg/kubelet/kubelet.go, Kubernetes 1.33. A controller answers a failed pod
// with the next one at once; so that such a cluster comes to rest, here each pod of one owner waits longer at the door.

import type { Node, Pod } from '../api/types.ts';
import { recordEvent } from '../apiserver/events.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { Clock } from '../sim/clock.ts';
import type { HeldTimers } from '../sim/held-timers.ts';

export interface RejectionOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly timers: HeldTimers;
  readonly nodeName: string;
  /** Why the pod cannot run beside the others; null when it can. */
  rejectionOf(pod: Pod, node: Node, others: () => readonly Pod[]): { readonly reason: string; readonly message: string } | null;
}

/** Until the API server has been told of an owner's first pod; of each further one it takes twice as long. */
const TELL_US = 100_000;
const MOST_US = 300_000_000;

export class PodRejection {
  readonly #options: RejectionOptions;
  /** The pods that were turned away, until the API server has heard of it. */
  readonly #untold = new Map<string, { readonly isFirst: boolean }>();
  /** How many there were, by the owner's uid. */
  readonly #counts = new Map<string, number>();

  constructor(options: RejectionOptions) {
    this.#options = options;
  }

  /** Whether the API server has yet to hear of a pod that is the first one of its owner to be turned away. */
  get isTelling(): boolean {
    return this.#untold.size > 0 && [...this.#untold.values()].some(({ isFirst }) => isFirst);
  }

  /** Whether the pod is turned away. */
  rejects(pod: Pod, others: () => readonly Pod[]): boolean {
    const { store, nodeName, timers, rejectionOf } = this.#options;
    const { uid = '' } = pod.metadata;
    if (this.#untold.has(uid)) return true;
    const node = store.get<Node>('Node', '', nodeName);
    const rejection = node && rejectionOf(pod, node, others);
    if (!rejection) return false;
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid ?? uid;
    const count = this.#counts.get(owner) ?? 0;
    this.#counts.set(owner, count + 1);
    this.#untold.set(uid, { isFirst: count === 0 });
    timers.after(Math.min(TELL_US * 2 ** count, MOST_US), () => {
      this.#untold.delete(uid);
      this.#tell(pod, rejection);
    });
    return true;
  }

  #tell({ metadata }: Pod, { reason, message }: { readonly reason: string; readonly message: string }): void {
    const { store, clock, nodeName } = this.#options;
    const pod = store.get<Pod>('Pod', metadata.namespace ?? '', metadata.name);
    if (!pod || pod.metadata.uid !== metadata.uid || pod.metadata.deletionTimestamp) return;
    recordEvent({ store, clock, component: 'kubelet', host: nodeName }, pod, { type: 'Warning', reason, message });
    const startTime = pod.status?.startTime ?? formatTimestamp(clock.nowUs);
    const status = { ...pod.status, phase: 'Failed' as const, reason, message: `Pod was rejected: ${message}`, startTime };
    store.updateStatus<Pod>({ ...pod, status });
  }
}
