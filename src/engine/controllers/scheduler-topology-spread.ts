// Pod topology spread: no domain (a zone, a node) may have more than `maxSkew` matching pods above the one that has
// fewest. Follows pkg/scheduler/framework/plugins/podtopologyspread (filtering.go, scoring.go), Kubernetes 1.33.

import { matchesSelector } from '../api/label-selector.ts';
import type { LabelSelector, Pod } from '../api/types.ts';
import { matchesNodeSelection, tolerates } from './scheduler-filters.ts';
import type { NodeState, SchedulerNodes } from './scheduler-nodes.ts';
import { type Judge, resolvable, type SchedulerPlugin, unresolvable } from './scheduler-plugin.ts';

interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: 'Honor' | 'Ignore';
  readonly nodeTaintsPolicy?: 'Honor' | 'Ignore';
}

const MISMATCH = "node(s) didn't match pod topology spread constraints";

export const topologySpread: SchedulerPlugin = {
  prepare(pod, nodes) {
    const constraints: readonly Constraint[] = pod.spec.topologySpreadConstraints ?? [];
    if (constraints.length === 0) return null;
    const hard = constraints.filter((one) => one.whenUnsatisfiable !== 'ScheduleAnyway').map((one) => countDomains(pod, nodes, one));
    const soft = constraints.filter((one) => one.whenUnsatisfiable === 'ScheduleAnyway').map((one) => countDomains(pod, nodes, one));
    return judgeOf(hard, soft);
  },
};

/** A constraint and how many matching pods each of its domains has. */
interface Counted {
  readonly constraint: Constraint;
  readonly counts: ReadonlyMap<string, number>;
  /** 1 where the pod itself matches. */
  readonly own: number;
}

function judgeOf(hard: readonly Counted[], soft: readonly Counted[]): Judge {
  return {
    failure: (state) => {
      for (const { constraint, counts, own } of hard) {
        const domain = state.node.metadata.labels?.[constraint.topologyKey];
        if (domain === undefined) return unresolvable(`${MISMATCH} (missing required label)`);
        const fewest = counts.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...counts.values());
        if ((counts.get(domain) ?? 0) + own - fewest > constraint.maxSkew) return resolvable(MISMATCH);
      }
      return undefined;
    },
    ...(soft.length > 0 ? { score: (state) => -crowd(state, soft) } : {}),
  };
}

/** How many matching pods there are already where the node is; a node outside all domains comes last. */
function crowd(state: NodeState, soft: readonly Counted[]): number {
  return soft.reduce((sum, { constraint, counts }) => {
    const domain = state.node.metadata.labels?.[constraint.topologyKey];
    return sum + (domain === undefined ? Number.MAX_SAFE_INTEGER / 1024 : (counts.get(domain) ?? 0));
  }, 0);
}

function countDomains(pod: Pod, nodes: SchedulerNodes, constraint: Constraint): Counted {
  const selector = withLabelKeys(pod, constraint);
  const counts = new Map<string, number>();
  for (const state of nodes.states) {
    const domain = state.node.metadata.labels?.[constraint.topologyKey];
    if (domain === undefined || !isCounted(pod, state, constraint)) continue;
    const matching = nodes
      .podsOn(state.node.metadata.name)
      .filter(
        ({ metadata }) =>
          metadata.namespace === pod.metadata.namespace && !metadata.deletionTimestamp && matchesSelector(metadata.labels, selector),
      );
    counts.set(domain, (counts.get(domain) ?? 0) + matching.length);
  }
  return { constraint, counts, own: matchesSelector(pod.metadata.labels, selector) ? 1 : 0 };
}

/** Nodes that the pod could not go to anyway are, unless told otherwise, no domains. */
function isCounted(pod: Pod, { node, taints }: NodeState, { nodeAffinityPolicy, nodeTaintsPolicy }: Constraint): boolean {
  if (nodeAffinityPolicy !== 'Ignore' && !matchesNodeSelection(pod, node)) return false;
  return nodeTaintsPolicy !== 'Honor' || taints.every((taint) => taint.effect === 'PreferNoSchedule' || tolerates(pod, taint));
}

/** `matchLabelKeys`: only pods that have the same values as this one, such as those of the same revision. */
function withLabelKeys(pod: Pod, { labelSelector, matchLabelKeys = [] }: Constraint): LabelSelector | undefined {
  const own = matchLabelKeys.flatMap((key) => {
    const value = pod.metadata.labels?.[key];
    return value === undefined ? [] : [{ key, operator: 'In' as const, values: [value] }];
  });
  if (own.length === 0 || !labelSelector) return labelSelector;
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...own] };
}
