// What the scheduler asks beside its filters of every day: plugins that have something to say about few pods, and then
// look at all nodes once before they judge each. The interface is the PreFilter, Filter and Score of
// pkg/scheduler/framework, Kubernetes 1.33, in one.

import type { Pod } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { NodeState, SchedulerNodes } from './scheduler-nodes.ts';

/** Why a pod cannot run on a node. */
export interface Failure {
  readonly reasons: readonly string[];
  /** Whether removing other pods could help: what preemption is asked. */
  readonly isResolvable: boolean;
}

/** What a plugin has found out about one pod. */
export interface Judge {
  failure(state: NodeState): Failure | undefined;
  /** More is better; left out where all nodes are alike. */
  score?(state: NodeState): number;
}

export interface SchedulerPlugin {
  /** Null when the plugin has nothing to say about the pod. */
  prepare(pod: Pod, nodes: SchedulerNodes, store: ObjectStore): Judge | null;
}

export function unresolvable(reason: string): Failure {
  return { reasons: [reason], isResolvable: false };
}

export function resolvable(reason: string): Failure {
  return { reasons: [reason], isResolvable: true };
}
