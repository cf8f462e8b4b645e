// What the control plane makes of a kubelet that it no longer hears: the node's Ready condition becomes Unknown when the
// grace period is over, its pods are not ready, and the node lifecycle controller's taints do the rest. Follows
// pkg/controller/nodelifecycle/node_lifecycle_controller.go and pkg/kubelet/nodestatus, Kubernetes 1.33.

import type { Condition, Node, Pod } from '../api/types.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { Clock, Task } from '../sim/clock.ts';

/** A kubelet renews its Lease so often (nodeLeaseDurationSeconds / 4). */
const RENEW_US = 10_000_000;
/** --node-monitor-grace-period and --node-monitor-period of the controller manager. */
const GRACE_US = 50_000_000;
const MONITOR_US = 5_000_000;
const SILENT = 'Kubelet stopped posting node status.';

export class NodeHealth {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  /** Of each silent node: when its grace period ends. */
  readonly #silent = new Map<string, Task>();

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Says whether the API server hears the node's kubelet, from now on. */
  setHeard(node: string, isHeard: boolean): void {
    if (isHeard === !this.#silent.has(node)) return;
    if (isHeard) {
      this.#silent.get(node)?.cancel();
      this.#silent.delete(node);
      return this.#post(node, { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' });
    }
    const { nowUs } = this.#clock;
    const lastRenewalUs = Math.floor(nowUs / RENEW_US) * RENEW_US;
    const noticedUs = Math.ceil((lastRenewalUs + GRACE_US) / MONITOR_US) * MONITOR_US;
    this.#silent.set(
      node,
      this.#clock.at(noticedUs, () => this.#giveUp(node)),
    );
  }

  #giveUp(node: string): void {
    this.#post(node, { status: 'Unknown', reason: 'NodeStatusUnknown', message: SILENT });
    for (const pod of this.#store.list<Pod>('Pod')) {
      if (pod.spec.nodeName !== node || !pod.status?.conditions) continue;
      const conditions = changed(pod.status.conditions, { status: 'False' }, formatTimestamp(this.#clock.nowUs));
      this.#store.updateStatus<Pod>({ ...pod, status: { ...pod.status, conditions } });
    }
  }

  #post(name: string, ready: Omit<Condition, 'type'>): void {
    const node = this.#store.get<Node>('Node', '', name);
    if (!node) return;
    const now = formatTimestamp(this.#clock.nowUs);
    const before = node.status?.conditions ?? [];
    const known = before.some(({ type }) => type === 'Ready') ? before : [...before, { type: 'Ready', status: '' as Condition['status'] }];
    this.#store.updateStatus<Node>({ ...node, status: { ...node.status, conditions: changed(known, ready, now) } });
  }
}

/** The conditions with another Ready. */
function changed(conditions: readonly Condition[], ready: Omit<Condition, 'type'>, now: string): Condition[] {
  return conditions.map((one) =>
    one.type === 'Ready' && one.status !== ready.status ? { ...one, ...ready, lastTransitionTime: now } : one,
  );
}
