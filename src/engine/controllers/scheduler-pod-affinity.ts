// Inter-pod affinity: near pods of some labels, or away from them, where near means the same value of a node label.
// Follows pkg/scheduler/framework/plugins/interpodaffinity (filtering.go, scoring.go), Kubernetes 1.33.

import { matchesSelector } from '../api/label-selector.ts';
import type { LabelSelector, Node, Pod } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { NodeState, SchedulerNodes } from './scheduler-nodes.ts';
import { type Judge, resolvable, type SchedulerPlugin, unresolvable } from './scheduler-plugin.ts';

interface Term {
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly topologyKey: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

interface WeightedTerm {
  readonly weight: number;
  readonly podAffinityTerm: Term;
}

export const interPodAffinity: SchedulerPlugin = {
  prepare(pod, nodes, store) {
    const others = nodes.antiAffinePods();
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    if (!podAffinity && !podAntiAffinity && others.length === 0) return null;
    return judgeOf(pod, nodes, store, others);
  },
};

/** The required terms of a pod's anti-affinity. */
export function antiAffinityTerms(pod: Pod): readonly Term[] {
  return pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

function judgeOf(pod: Pod, nodes: SchedulerNodes, store: ObjectStore, others: readonly Pod[]): Judge {
  const required: readonly Term[] = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const running = nodes.states.flatMap(({ node }) => nodes.podsOn(node.metadata.name).map((one) => ({ node, pod: one })));
  const isNear = (term: Term, other: Pod) => matchesTerm(store, term, pod, other);
  const friends = running.filter((one) => required.every((term) => isNear(term, one.pod)));
  const isFirst = friends.length === 0 && required.every((term) => isNear(term, pod));
  const wanted = required.map((term) => ({ term, domains: isFirst ? null : domainsOf(term, friends) }));
  const shunned = antiAffinityTerms(pod).map((term) => ({
    term,
    domains: domainsOf(
      term,
      running.filter((one) => isNear(term, one.pod)),
    ),
  }));
  const shunning = others.flatMap((other) => {
    const node = nodes.nodeNamed(other.spec.nodeName ?? '');
    const terms = antiAffinityTerms(other).filter((term) => matchesTerm(store, term, other, pod));
    return node ? terms.map((term) => ({ term, domains: domainsOf(term, [{ node, pod: other }]) })) : [];
  });
  const isIn =
    ({ node }: NodeState) =>
    ({ term, domains }: { term: Term; domains: ReadonlySet<string> | null }) => {
      const domain = node.metadata.labels?.[term.topologyKey];
      return domain !== undefined && (domains === null || domains.has(domain));
    };
  return {
    failure: (state) => {
      if (!wanted.every(isIn(state))) return unresolvable("node(s) didn't match pod affinity rules");
      if (shunned.some(isIn(state))) return resolvable("node(s) didn't match pod anti-affinity rules");
      return shunning.some(isIn(state)) ? resolvable("node(s) didn't satisfy existing pods anti-affinity rules") : undefined;
    },
    ...scoreOf(pod, running, isNear),
  };
}

interface Placed {
  readonly node: Node;
  readonly pod: Pod;
}

/** The weights of the preferred terms, for every pod that they find in the node's domain. */
function scoreOf(pod: Pod, running: readonly Placed[], isNear: (term: Term, other: Pod) => boolean): Pick<Judge, 'score'> {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const liked: readonly WeightedTerm[] = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const disliked: readonly WeightedTerm[] = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const signed = [...liked.map((one) => ({ ...one, sign: 1 })), ...disliked.map((one) => ({ ...one, sign: -1 }))];
  if (signed.length === 0) return {};
  const counted = signed.map(({ weight, sign, podAffinityTerm: term }) => {
    const counts = new Map<string, number>();
    for (const one of running) {
      const domain = one.node.metadata.labels?.[term.topologyKey];
      if (domain !== undefined && isNear(term, one.pod)) counts.set(domain, (counts.get(domain) ?? 0) + sign * weight);
    }
    return { key: term.topologyKey, counts };
  });
  return { score: ({ node }) => counted.reduce((sum, { key, counts }) => sum + (counts.get(node.metadata.labels?.[key] ?? '') ?? 0), 0) };
}

function domainsOf({ topologyKey }: Term, placed: readonly Placed[]): ReadonlySet<string> {
  return new Set(placed.flatMap(({ node }) => node.metadata.labels?.[topologyKey] ?? []));
}

/** Whether a term of `owner` is about `other`: its labels, and its namespace. */
function matchesTerm(store: ObjectStore, term: Term, owner: Pod, other: Pod): boolean {
  const { namespaces = [], namespaceSelector } = term;
  const { namespace = '' } = other.metadata;
  const isNamed = namespaces.length === 0 && !namespaceSelector ? namespace === owner.metadata.namespace : namespaces.includes(namespace);
  const isSelected = () =>
    namespaceSelector !== undefined && matchesSelector(store.get('Namespace', '', namespace)?.metadata.labels, namespaceSelector);
  if (!isNamed && !isSelected()) return false;
  return matchesSelector(other.metadata.labels, withLabelKeys(term, owner));
}

function withLabelKeys({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: Term, owner: Pod): LabelSelector | undefined {
  if (!labelSelector || matchLabelKeys.length + mismatchLabelKeys.length === 0) return labelSelector;
  const requirement = (operator: 'In' | 'NotIn') => (key: string) => {
    const value = owner.metadata.labels?.[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  };
  const own = [...matchLabelKeys.flatMap(requirement('In')), ...mismatchLabelKeys.flatMap(requirement('NotIn'))];
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...own] };
}
