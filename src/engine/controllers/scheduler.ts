// The scheduler: gives each pod without a node the best one that fits, or says why there is none. Follows
// pkg/scheduler/schedule_one.go and framework/types.go (the message), Kubernetes 1.33. Scoring is ours and has no
// chance in it: what the pod prefers, then spread the pods of one owner, then the emptiest node, then the order in which
// the nodes came. Left out: preemption.

import type { Condition, Node, Pod } from '../api/types.ts';
import { type EventText, recordEvent } from '../apiserver/events.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { WatchEvent } from '../apiserver/types.ts';
import { type Controller, type ControllerDependencies, controllerOf, keyOf, splitKey, startController } from './controller.ts';
import { isPodActive } from './pod-state.ts';
import { filters, preferredWeight, unwelcomeTaints } from './scheduler-filters.ts';
import { demandOf, type NodeState, type PodDemand, SchedulerNodes } from './scheduler-nodes.ts';
import type { Failure, Judge, SchedulerPlugin } from './scheduler-plugin.ts';

export interface SchedulerDependencies extends ControllerDependencies {
  /** In the order in which they are asked, after the filters of every day. */
  readonly plugins?: readonly SchedulerPlugin[];
}

/** Starts the scheduler. */
export function startScheduler(dependencies: SchedulerDependencies): Controller {
  const { store, clock, plugins = [] } = dependencies;
  const nodes = new SchedulerNodes();
  const events = { store, clock, component: 'default-scheduler' };
  /** Pods that no node takes, and whether what another pod does may change that. */
  const unschedulable = new Map<string, boolean>();
  const retryAll = () => {
    const keys = [...unschedulable.keys()];
    unschedulable.clear();
    return keys;
  };
  const retrySociable = () => {
    const keys = [...unschedulable].flatMap(([key, isSociable]) => (isSociable ? [key] : []));
    for (const key of keys) unschedulable.delete(key);
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
          if (unschedulable.size === 0) return [];
          unschedulable.delete(keyOf(pod));
          // Room may have become free.
          if (event.type === 'DELETED' || !isPodActive(pod)) return retryAll();
          return isOwnStatus(event) ? [] : retrySociable();
        },
      },
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const pod = store.get<Pod>('Pod', namespace, name);
      if (!pod || !isWaiting(pod)) return;
      const judges = plugins.flatMap((plugin) => plugin.prepare(pod, nodes, store) ?? []);
      const verdict = place(pod, nodes, judges);
      if (verdict.nodeName === undefined) unschedulable.set(key, judges.length > 0);
      const condition: Condition =
        verdict.nodeName === undefined
          ? { type: 'PodScheduled', status: 'False', reason: verdict.reason, message: verdict.message }
          : { type: 'PodScheduled', status: 'True' };
      const spec = verdict.nodeName === undefined ? pod.spec : { ...pod.spec, nodeName: verdict.nodeName };
      const conditions = withCondition(pod, condition, clock.nowUs);
      const placed = store.update({ ...pod, spec, status: { phase: 'Pending', ...pod.status, conditions } });
      recordEvent(events, placed, eventOf(pod, verdict));
    },
  });
}

function eventOf({ metadata }: Pod, verdict: Verdict): EventText {
  if (verdict.nodeName === undefined) return { type: 'Warning', reason: 'FailedScheduling', message: verdict.message };
  const message = `Successfully assigned ${metadata.namespace}/${metadata.name} to ${verdict.nodeName}`;
  return { type: 'Normal', reason: 'Scheduled', message };
}

type Verdict = { readonly nodeName: string } | { readonly nodeName?: undefined; readonly reason: string; readonly message: string };

/** The node for the pod, or the scheduler's words. */
function place(pod: Pod, nodes: SchedulerNodes, judges: readonly Judge[]): Verdict {
  if ((pod.spec.schedulingGates ?? []).length > 0)
    return { reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' };
  const { states } = nodes;
  if (states.length === 0) return { reason: 'Unschedulable', message: 'no nodes available to schedule pods' };
  const demand = demandOf(pod);
  const siblings = nodes.podsOfOwner(controllerOf(pod)?.uid ?? '');
  const asksNodes = pod.spec.affinity?.nodeAffinity !== undefined || judges.length > 0;
  let best: NodeState | undefined;
  /** Of the best: taints that would rather not have the pod, how much the pod likes it, pods of the same owner that run there. */
  let [bestUnwelcome, bestLiking, bestOwn] = [0, 0, 0];
  // Scores are cheaper than filters: only a node that would be the best so far is asked whether the pod can run there.
  for (const state of states) {
    const unwelcome = unwelcomeTaints(pod, state);
    const own = siblings.size === 0 ? 0 : (siblings.get(state.name) ?? 0);
    const liking = asksNodes ? likingOf(pod, state, judges) : 0;
    // Below zero it is better; the first difference that there is decides.
    const order = best ? unwelcome - bestUnwelcome || bestLiking - liking || own - bestOwn || state.podCount - best.podCount : -1;
    if (order >= 0 || firstFailure(pod, state, demand, judges)) continue;
    best = state;
    [bestUnwelcome, bestLiking, bestOwn] = [unwelcome, liking, own];
  }
  if (best) return { nodeName: best.name };
  return { reason: 'Unschedulable', message: fitError(states.flatMap((state) => firstFailure(pod, state, demand, judges) ?? [])) };
}

function likingOf(pod: Pod, state: NodeState, judges: readonly Judge[]): number {
  const byNode = pod.spec.affinity?.nodeAffinity ? preferredWeight(pod, state.node) : 0;
  return judges.length === 0 ? byNode : judges.reduce((sum, { score }) => sum + (score?.(state) ?? 0), byNode);
}

function firstFailure(pod: Pod, state: NodeState, demand: PodDemand, judges: readonly Judge[]): Failure | undefined {
  for (const { isResolvable, reasons } of filters) {
    const found = reasons(pod, state, demand);
    if (found.length > 0) return { reasons: found, isResolvable };
  }
  for (const judge of judges) {
    const failure = judge.failure(state);
    if (failure) return failure;
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

/** The pod's conditions with this one; pods that are given a node in the same second share theirs. */
function withCondition(pod: Pod, condition: Condition, nowUs: number): Condition[] {
  const conditions = pod.status?.conditions ?? [];
  const before = conditions.find((other) => other.type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : formatTimestamp(nowUs);
  if (conditions.length > 0 || condition.status !== 'True')
    return [...conditions.filter((other) => other !== before), { ...condition, lastTransitionTime }];
  if (lastFirst[0]?.lastTransitionTime !== lastTransitionTime) lastFirst = [{ ...condition, lastTransitionTime }];
  return lastFirst;
}

let lastFirst: Condition[] = [];
