// What is wrong with a Scenario document, and what a document asks for that this cluster does not do.

import type { FieldError } from './api/field-error.ts';
import type { Scenario } from './api/types.ts';
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

/** The API server takes a NetworkPolicy whether anything acts on it or not, and says nothing. */
export function notEnforced(item: ManifestObject): Problem {
  const { kind, metadata } = item.object;
  return {
    severity: 'warning',
    message: `${kind} "${metadata.name}" is accepted, but the CNI of this cluster does not enforce it: all traffic passes`,
    hint: 'Choose a CNI that enforces NetworkPolicies: `networkPolicy: true` in the `cluster` of the Scenario.',
    path: 'kind',
    range: item.rangeOf('kind'),
    object: `${kind}/${metadata.namespace ?? ''}/${metadata.name}`,
  };
}
