// Where a pod can run: the scheduler's filters in their order, each with the words it gives when it says no.
// Follows pkg/scheduler/framework/plugins (nodeunschedulable, nodename, tainttoleration, nodeaffinity, nodeports,
// noderesources), Kubernetes 1.33. A further filter (inter-pod affinity, topology spread) is one more row.

import { matchesExpression } from '../api/label-selector.ts';
import type { Node, Pod } from '../api/types.ts';
import { type NodeState, podRequests, usedHostPorts } from './scheduler-nodes.ts';

export interface Filter {
  /** Whether removing other pods could help: what preemption is asked. */
  readonly isResolvable: boolean;
  /** Why the pod cannot run there; empty when it can. */
  reasons(pod: Pod, state: NodeState): readonly string[];
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const FITS: readonly string[] = [];

export const filters: readonly Filter[] = [
  {
    isResolvable: false,
    reasons: (pod, { node }) => (node.spec?.unschedulable && !tolerates(pod, CORDONED) ? ['node(s) were unschedulable'] : FITS),
  },
  {
    isResolvable: false,
    reasons: (pod, { node }) => {
      const taint = taintsOf(node).find(({ effect, ...rest }) => effect !== 'PreferNoSchedule' && !tolerates(pod, { effect, ...rest }));
      return taint ? [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`] : FITS;
    },
  },
  {
    isResolvable: false,
    reasons: (pod, { node }) => (matchesNodeSelection(pod, node) ? FITS : ["node(s) didn't match Pod's node affinity/selector"]),
  },
  {
    isResolvable: true,
    reasons: (pod, { hostPorts }) =>
      usedHostPorts(pod).some((port) => hostPorts.conflicts(port)) ? ["node(s) didn't have free ports for the requested pod ports"] : FITS,
  },
  {
    isResolvable: true,
    reasons: (pod, state) => {
      const requests = podRequests(pod);
      const isShort = (asked: number, used: number, all: number) => asked > 0 && asked > all - used;
      return [
        ...(state.podCount + 1 > state.allocatable.pods ? ['Too many pods'] : FITS),
        ...(isShort(requests.cpuMillis, state.cpuMillis, state.allocatable.cpuMillis) ? ['Insufficient cpu'] : FITS),
        ...(isShort(requests.memoryBytes, state.memoryBytes, state.allocatable.memoryBytes) ? ['Insufficient memory'] : FITS),
      ];
    },
  },
];

/** Taints of the node that would rather not have the pod. */
export function unwelcomeTaints(pod: Pod, node: Node): number {
  return taintsOf(node).filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint)).length;
}

const CORDONED: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** The node's taints, with the one that the node lifecycle controller gives a node that is not ready. */
function taintsOf(node: Node): readonly Taint[] {
  const taints: readonly Taint[] = node.spec?.taints ?? [];
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready')?.status ?? 'True';
  if (ready === 'True') return taints;
  const key = ready === 'False' ? 'node.kubernetes.io/not-ready' : 'node.kubernetes.io/unreachable';
  return taints.some((taint) => taint.key === key) ? taints : [...taints, { key, effect: 'NoSchedule' }];
}

function tolerates(pod: Pod, taint: Taint): boolean {
  const tolerations: readonly { key?: string; operator?: string; value?: string; effect?: string }[] = pod.spec.tolerations ?? [];
  return tolerations.some(({ key, operator = 'Equal', value = '', effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (key && key !== taint.key) return false;
    return operator === 'Exists' || (Boolean(key) && value === (taint.value ?? ''));
  });
}

interface NodeSelectorTerm {
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
  readonly matchFields?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

/** nodeSelector and the required node affinity: every pair, and at least one of the terms. */
function matchesNodeSelection(pod: Pod, node: Node): boolean {
  const { labels } = node.metadata;
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (labels?.[key] !== value) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms: readonly NodeSelectorTerm[] | undefined = required?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    const fields = { 'metadata.name': node.metadata.name };
    return matchExpressions.every((one) => matchesExpression(labels, one)) && matchFields.every((one) => matchesExpression(fields, one));
  });
}
