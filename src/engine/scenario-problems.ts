// What is wrong with a Scenario document, and what a document asks for that this cluster does not do.

import type { FieldError } from './api/field-error.ts';
import type { KubeObject, Pod, Scenario } from './api/types.ts';
import type { Cluster } from './cluster.ts';
import type { ManifestObject } from './manifest/manifest.ts';
import { parseSource, parseTarget } from './programs/target.ts';
import type { Problem } from './view.ts';

/** Its fields, nodes that are not there, sources and targets that cannot be read. */
export function scenarioProblems({ parts, settings, network, lesson }: Cluster, item: ManifestObject): Problem[] {
  const { errors } = parts.admit({ operation: 'create', object: item.object, cluster: settings.api, existing: [] });
  const { traffic = [], cluster } = item.object as Scenario;
  const unreadable = traffic.flatMap(({ from, to }, i) => [
    ...grammarError(`traffic[${i}].from`, parseSource(String(from))),
    ...grammarError(`traffic[${i}].to`, parseTarget(String(to))),
  ]);
  const missing = Object.keys(cluster?.nodes ?? {}).filter((name) => !network.machines.has(name));
  const unknown = missing.flatMap((name) => grammarError(`cluster.nodes[${name}]`, { error: `nodes "${name}" not found` }));
  return parts.problemsFor([...errors, ...unreadable, ...unknown, ...lesson.errors], item);
}

function grammarError(path: string, parsed: { readonly error: string } | object): FieldError[] {
  return 'error' in parsed ? [{ path, reason: 'FieldValueInvalid', message: String(parsed.error) }] : [];
}

/** What the API server takes without a word, and nothing in this cluster acts on: a policy without an enforcer, a node that is not there. */
export function acceptedInVain({ enforcesPolicies, network }: Cluster, item: ManifestObject): Problem[] {
  const { kind, metadata } = item.object;
  const warning = (path: string, message: string, hint: string): Problem => {
    const object = `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
    return { severity: 'warning', message, hint, path, range: item.rangeOf(path), object };
  };
  if (kind.endsWith('NetworkPolicy') && !enforcesPolicies) {
    const message = `${kind} "${metadata.name}" is accepted, but the CNI of this cluster does not enforce it: all traffic passes`;
    return [
      warning('kind', message, 'Choose a CNI that enforces NetworkPolicies: `networkPolicy: true` in the `cluster` of the Scenario.'),
    ];
  }
  return (['spec', 'spec.template.spec'] as const).flatMap((place) => {
    const { nodeName } = podSpecAt(item.object, place);
    if (!nodeName || network.machines.has(nodeName)) return [];
    const message = `nodes "${nodeName}" not found: no kubelet will start what is bound to it`;
    return [warning(`${place}.nodeName`, message, 'Leave nodeName out and the scheduler chooses, or add a Node of that name.')];
  });
}

function podSpecAt(object: KubeObject, place: 'spec' | 'spec.template.spec'): Partial<Pod['spec']> {
  const { spec } = object as { spec?: Pod['spec'] & { template?: { spec?: Pod['spec'] } } };
  return (place === 'spec' ? spec : spec?.template?.spec) ?? {};
}
