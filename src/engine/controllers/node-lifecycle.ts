// Nodes that are not well: taints them by their conditions, so that no new pod comes, and evicts the pods that do not
// tolerate it. Follows pkg/controller/nodelifecycle/node_lifecycle_controller.go and pkg/controller/tainteviction,
// Kubernetes 1.33. Left out: heartbeats (a node is as ready as its object says) and rate limits.

import type { Node, Pod } from '../api/types.ts';
import { markDisrupted } from '../apiserver/disruption-target.ts';
import { isEqual } from '../apiserver/equality.ts';
import { type EventText, recordEvent } from '../apiserver/events.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import { type Controller, type ControllerDependencies, ownKey, splitKey, startController } from './controller.ts';
import { isPodActive } from './pod-state.ts';
import { tolerates } from './scheduler-filters.ts';
import type { Taint } from './scheduler-nodes.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const OWN_KEYS = [NOT_READY, UNREACHABLE, UNSCHEDULABLE];

/** Starts the node lifecycle controller. */
export function startNodeLifecycleController(dependencies: ControllerDependencies): Controller {
  const { store, clock } = dependencies;
  /** Since when a node has a NoExecute taint. */
  const taintedUs = new Map<string, number>();
  return startController(dependencies, {
    name: 'node-lifecycle-controller',
    lagUs: 1_000,
    watches: [
      {
        kind: 'Node',
        keysOf: (event) => {
          const text = turnOf(event);
          if (text) recordEvent({ store, clock, component: 'node-controller' }, event.object, text);
          return ownKey(event);
        },
      },
      { kind: 'Pod', keysOf: ({ object }) => (taintedUs.has(object.spec.nodeName) ? [`/${object.spec.nodeName}`] : []) },
    ],
    sync: (key, queue) => {
      const { name } = splitKey(key);
      const node = store.get<Node>('Node', '', name);
      if (!node) return;
      const taints = wantedTaints(node);
      const before = node.spec?.taints ?? [];
      if (!isEqual(taints, before)) store.update<Node>({ ...node, spec: { ...node.spec, taints: [...taints] } });
      const hostile = taints.filter(({ effect }) => effect === 'NoExecute');
      if (hostile.length === 0) taintedUs.delete(name);
      else {
        const sinceUs = taintedUs.get(name) ?? clock.nowUs;
        taintedUs.set(name, sinceUs);
        const note = (pod: Pod) => {
          const message = `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`;
          const by = { store, clock, component: 'taint-eviction-controller' };
          recordEvent(by, pod, { type: 'Normal', reason: 'TaintManagerEviction', message });
          markDisrupted({ store, clock }, pod, 'DeletionByTaintManager');
        };
        evict(store, name, hostile, { goneUs: clock.nowUs - sinceUs, again: (delayUs) => queue.addAfter(key, delayUs), note });
      }
    },
  });
}

/** What there is to say when a node is no longer well, or may take no more pods. */
function turnOf({ object, previous }: WatchEvent): EventText | null {
  if (!previous) return null;
  const [node, before] = [object as Node, previous as Node];
  const isReady = ({ status }: Node) => (status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True') === 'True';
  const say = (state: string): EventText => ({
    type: 'Normal',
    reason: state,
    message: `Node ${node.metadata.name} status is now: ${state}`,
  });
  if (isReady(before) !== isReady(node)) return say(isReady(node) ? 'NodeReady' : 'NodeNotReady');
  if ((before.spec?.unschedulable ?? false) === (node.spec?.unschedulable ?? false)) return null;
  return say(node.spec?.unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable');
}

/** The node's taints as they should be: those of others, and those that its condition asks for. */
function wantedTaints(node: Node): readonly Taint[] {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True';
  const unwell = ready === 'True' ? null : ready === 'False' ? NOT_READY : UNREACHABLE;
  const wanted: readonly Taint[] = [
    ...(node.spec?.unschedulable ? [{ key: UNSCHEDULABLE, effect: 'NoSchedule' }] : []),
    ...(unwell
      ? [
          { key: unwell, effect: 'NoSchedule' },
          { key: unwell, effect: 'NoExecute' },
        ]
      : []),
  ];
  const taints: readonly Taint[] = node.spec?.taints ?? [];
  const kept = taints.filter((taint) => !OWN_KEYS.includes(taint.key) || wanted.some((one) => isSame(one, taint)));
  return [...kept, ...wanted.filter((one) => !kept.some((taint) => isSame(one, taint)))];
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** Deletes the node's pods whose patience is over, and comes back for the next one. */
function evict(
  store: ObjectStore,
  node: string,
  taints: readonly Taint[],
  { goneUs, again, note }: { goneUs: number; again(delayUs: number): void; note(pod: Pod): void },
): void {
  const waits: number[] = [];
  for (const pod of store.list<Pod>('Pod').filter((one) => one.spec.nodeName === node && isPodActive(one))) {
    const leftUs = Math.min(...taints.map((taint) => patienceUs(pod, taint))) - goneUs;
    if (leftUs <= 0) {
      note(pod);
      store.delete('Pod', pod.metadata.namespace ?? '', pod.metadata.name);
    } else if (leftUs < Number.POSITIVE_INFINITY) waits.push(leftUs);
  }
  if (waits.length > 0) again(Math.min(...waits));
}

/** How long the pod stays under a NoExecute taint: the shortest tolerationSeconds of what tolerates it. */
function patienceUs(pod: Pod, taint: Taint): number {
  const tolerations: readonly { tolerationSeconds?: number }[] = pod.spec.tolerations ?? [];
  const matching = tolerations.filter((one) => tolerates({ ...pod, spec: { ...pod.spec, tolerations: [one] } }, taint));
  if (matching.length === 0) return 0;
  return Math.min(
    ...matching.map(({ tolerationSeconds: seconds }) => (seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1_000_000)),
  );
}
