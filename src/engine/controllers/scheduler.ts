// The scheduler: gives each pod without a node the best one that fits, or says why there is none. Follows
// pkg/scheduler/schedule_one.go and framework/types.go (the message), Kubernetes 1.33. Scoring is ours and has no
// chance in it: spread the pods of one owner, then the emptiest node, then the order in which the nodes came.
// Left out: preemption, inter-pod affinity, topology spread.

import type { Condition, Node, Pod } from '../api/types.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { WatchEvent } from '../apiserver/types.ts';
import { type Controller, type ControllerDependencies, controllerOf, keyOf, splitKey, startController } from './controller.ts';
import { isPodActive } from './pod-state.ts';
import { filters, unwelcomeTaints } from './scheduler-filters.ts';
import { demandOf, type NodeState, type PodDemand, SchedulerNodes } from './scheduler-nodes.ts';

/** Starts the scheduler. */
export function startScheduler(dependencies: ControllerDependencies): Controller {
  const { store, clock } = dependencies;
  const nodes = new SchedulerNodes();
  const unschedulable = new Set<string>();
  const retryAll = () => {
    const keys = [...unschedulable];
    unschedulable.clear();
    return keys;
  };
  return startController(dependencies, {
    name: 'kube-scheduler',
    lagUs: 2_000,
    watches: [
      {
        kind: 'Node',
        keysOf: ({ type, object }) => {
          if (type === 'DELETED') nodes.removeNode(object.metadata.name);
          else nodes.putNode(object as Node);
          return retryAll();
        },
      },
      {
        kind: 'Pod',
        keysOf: (event: WatchEvent) => {
          const pod = event.object as Pod;
          if (event.type === 'DELETED') nodes.removePod(pod);
          else nodes.putPod(pod);
          if (event.type !== 'DELETED' && isWaiting(pod)) return unschedulable.has(keyOf(pod)) && isOwnStatus(event) ? [] : [keyOf(pod)];
          unschedulable.delete(keyOf(pod));
          // Room may have become free.
          return event.type === 'DELETED' || !isPodActive(pod) ? retryAll() : [];
        },
      },
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const pod = store.get<Pod>('Pod', namespace, name);
      if (!pod || !isWaiting(pod)) return;
      const verdict = place(pod, nodes);
      if (verdict.nodeName === undefined) unschedulable.add(key);
      const condition: Condition =
        verdict.nodeName === undefined
          ? { type: 'PodScheduled', status: 'False', reason: verdict.reason, message: verdict.message }
          : { type: 'PodScheduled', status: 'True' };
      const spec = verdict.nodeName === undefined ? pod.spec : { ...pod.spec, nodeName: verdict.nodeName };
      store.update({ ...pod, spec, status: { phase: 'Pending', ...pod.status, conditions: withCondition(pod, condition, clock.nowUs) } });
    },
  });
}

type Verdict = { readonly nodeName: string } | { readonly nodeName?: undefined; readonly reason: string; readonly message: string };

/** The node for the pod, or the scheduler's words. */
function place(pod: Pod, nodes: SchedulerNodes): Verdict {
  if ((pod.spec.schedulingGates ?? []).length > 0)
    return { reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' };
  const { states } = nodes;
  if (states.length === 0) return { reason: 'Unschedulable', message: 'no nodes available to schedule pods' };
  const demand = demandOf(pod);
  const siblings = nodes.podsOfOwner(controllerOf(pod)?.uid ?? '');
  let best: Candidate | undefined;
  // Scores are cheaper than filters: only a node that would be the best so far is asked whether the pod can run there.
  for (const state of states) {
    const unwelcome = unwelcomeTaints(pod, state);
    const own = siblings.size === 0 ? 0 : (siblings.get(state.node.metadata.name) ?? 0);
    if (best && !isBetter(state, unwelcome, own, best)) continue;
    if (!firstFailure(pod, state, demand)) best = { state, unwelcome, siblings: own };
  }
  if (best) return { nodeName: best.state.node.metadata.name };
  return { reason: 'Unschedulable', message: fitError(states.flatMap((state) => firstFailure(pod, state, demand) ?? [])) };
}

interface Candidate {
  readonly state: NodeState;
  /** Taints that would rather not have the pod. */
  readonly unwelcome: number;
  /** Pods of the same owner that run there. */
  readonly siblings: number;
}

function isBetter(state: NodeState, unwelcome: number, siblings: number, best: Candidate): boolean {
  if (unwelcome !== best.unwelcome) return unwelcome < best.unwelcome;
  if (siblings !== best.siblings) return siblings < best.siblings;
  return state.podCount < best.state.podCount;
}

interface Failure {
  readonly reasons: readonly string[];
  readonly isResolvable: boolean;
}

function firstFailure(pod: Pod, state: NodeState, demand: PodDemand): Failure | undefined {
  for (const { isResolvable, reasons } of filters) {
    const found = reasons(pod, state, demand);
    if (found.length > 0) return { reasons: found, isResolvable };
  }
  return undefined;
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: ...` */
function fitError(failures: readonly Failure[]): string {
  const none = `0/${failures.length} nodes are available`;
  const reasons = failures.flatMap((failure) => failure.reasons);
  const preemption = failures.map(({ isResolvable }) =>
    isResolvable ? 'No preemption victims found for incoming pod' : 'Preemption is not helpful for scheduling',
  );
  return `${none}: ${counted(reasons)}. preemption: ${none}: ${counted(preemption)}.`;
}

function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Array.from(counts, ([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

function isWaiting(pod: Pod): boolean {
  return !pod.spec.nodeName && isPodActive(pod) && (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler';
}

/** Whether the event only says what the scheduler itself has written. */
function isOwnStatus({ object, previous }: WatchEvent): boolean {
  return object.spec === previous?.spec && object.metadata.labels === previous?.metadata.labels;
}

function withCondition(pod: Pod, condition: Condition, nowUs: number): Condition[] {
  const conditions = pod.status?.conditions ?? [];
  const before = conditions.find((other) => other.type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : formatTimestamp(nowUs);
  return [...conditions.filter((other) => other !== before), { ...condition, lastTransitionTime }];
}
