// Where a pod can run: the scheduler's filters in their order, each with the words it gives when it says no.
// Follows pkg/scheduler/framework/plugins (nodeunschedulable, nodename, tainttoleration, nodeaffinity, nodeports,
// noderesources), Kubernetes 1.33. What only few pods ask for (spread, affinity to other pods) is a SchedulerPlugin.

import { hasLabels, matchesExpression } from '../api/label-selector.ts';
import type { Node, Pod } from '../api/types.ts';
import type { NodeState, PodDemand, Taint } from './scheduler-nodes.ts';

export interface Filter {
  /** Whether removing other pods could help: what preemption is asked. */
  readonly isResolvable: boolean;
  /** Why the pod cannot run there; empty when it can. */
  reasons(pod: Pod, state: NodeState, demand: PodDemand): readonly string[];
}

const FITS: readonly string[] = [];

export const filters: readonly Filter[] = [
  {
    isResolvable: false,
    reasons: (pod, { node }) => (node.spec?.unschedulable && !tolerates(pod, CORDONED) ? ['node(s) were unschedulable'] : FITS),
  },
  {
    isResolvable: false,
    reasons: (pod, { taints }) => {
      if (taints.length === 0) return FITS;
      const taint = taints.find((one) => one.effect !== 'PreferNoSchedule' && !tolerates(pod, one));
      return taint ? [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`] : FITS;
    },
  },
  {
    isResolvable: false,
    reasons: (pod, { node }) => {
      if (matchesNodeSelection(pod, node)) return FITS;
      return [
        namesAnother(pod, node) ? "node(s) didn't satisfy plugin(s) [NodeAffinity]" : "node(s) didn't match Pod's node affinity/selector",
      ];
    },
  },
  {
    isResolvable: true,
    reasons: (_pod, state, { hostPorts }) =>
      hostPorts.length > 0 && hostPorts.some((port) => state.hasConflict(port))
        ? ["node(s) didn't have free ports for the requested pod ports"]
        : FITS,
  },
  {
    isResolvable: true,
    reasons: (_pod, state, demand) => {
      const { allocatable } = state;
      const isFull = state.podCount + 1 > allocatable.pods;
      const lacksCPU = demand.cpuMillis > 0 && demand.cpuMillis > allocatable.cpuMillis - state.cpuMillis;
      const lacksMemory = demand.memoryBytes > 0 && demand.memoryBytes > allocatable.memoryBytes - state.memoryBytes;
      const lacking = demand.others.length === 0 ? FITS : lackingResources(state, demand);
      if (!isFull && !lacksCPU && !lacksMemory && lacking.length === 0) return FITS;
      return [
        ...(isFull ? ['Too many pods'] : FITS),
        ...(lacksCPU ? ['Insufficient cpu'] : FITS),
        ...(lacksMemory ? ['Insufficient memory'] : FITS),
        ...lacking.map((name) => `Insufficient ${name}`),
      ];
    },
  },
];

function lackingResources(state: NodeState, demand: PodDemand): readonly string[] {
  return demand.others.flatMap(({ name, amount }) => (amount > state.left(name) ? [name] : []));
}

/** Taints of the node that would rather not have the pod. */
export function unwelcomeTaints(pod: Pod, { taints }: NodeState): number {
  return taints.length === 0 ? 0 : taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint)).length;
}

const CORDONED: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

export function tolerates(pod: Pod, taint: Taint): boolean {
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

/** Whether every term of the pod's affinity names its nodes, and this is none of them: such nodes are not even looked at. */
function namesAnother(pod: Pod, node: Node): boolean {
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms: readonly NodeSelectorTerm[] = required?.nodeSelectorTerms ?? [];
  const named = terms.map(
    ({ matchFields = [] }) => matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In')?.values,
  );
  return terms.length > 0 && named.every((names) => names !== undefined && !names.includes(node.metadata.name));
}

/** The weights of the preferred terms of the node affinity that the node meets. */
export function preferredWeight(pod: Pod, node: Node): number {
  const preferred: readonly { weight: number; preference: NodeSelectorTerm }[] =
    pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0), 0);
}

/** nodeSelector and the required node affinity: every pair, and at least one of the terms. */
export function matchesNodeSelection(pod: Pod, node: Node): boolean {
  const { labels } = node.metadata;
  if (pod.spec.nodeSelector && !hasLabels(labels, pod.spec.nodeSelector)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms: readonly NodeSelectorTerm[] | undefined = required?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some((term) => matchesTerm(term, node));
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, { metadata }: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const fields = { 'metadata.name': metadata.name };
  return (
    matchExpressions.every((one) => matchesExpression(metadata.labels, one)) && matchFields.every((one) => matchesExpression(fields, one))
  );
}
