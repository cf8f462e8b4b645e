// `kubectl get`: which objects, and how they are printed. Follows pkg/cmd/get of kubectl 1.33, whose words the errors have.

import type { KubeObject } from '../api/types.ts';
import { answerOf, errorText, notFound } from '../apiserver/api-error.ts';
import { listObjects } from '../apiserver/listing.ts';
import { resourceOf } from '../apiserver/resources.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { Cluster } from '../cluster.ts';
import { columnsOf, pairs } from './kubectl-columns.ts';
import { printJSON, printYAML } from './kubectl-output.ts';
import { kindOfResource } from './kubectl-targets.ts';

export interface Shown {
  readonly ok: boolean;
  readonly output: readonly string[];
}

type Output = '' | 'wide' | 'name' | 'json' | 'yaml';

interface Asked {
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  /** Null: all namespaces. */
  readonly namespace: string | null;
  readonly selector: string;
  readonly fields: string;
  readonly output: Output;
  readonly showLabels: boolean;
}

/** What `kubectl get all` means. */
const ALL = ['Pod', 'ReplicationController', 'Service', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'Job'];

/** Carries out what follows `kubectl get`. */
export function kubectlGet(cluster: Cluster, words: readonly string[]): Shown {
  const asked = readArguments(words);
  if (typeof asked === 'string') return { ok: false, output: asked.split('\n') };
  const answer = answerOf(() => asked.kinds.map((kind) => ({ kind, objects: find(cluster.store, kind, asked) })));
  if ('status' in answer) return { ok: false, output: [errorText(answer.status)] };
  const found = answer.value.filter(({ objects }) => objects.length > 0);
  if (found.length === 0) {
    return { ok: true, output: [asked.namespace === null ? 'No resources found' : `No resources found in ${asked.namespace} namespace.`] };
  }
  if (asked.output === 'json' || asked.output === 'yaml') {
    const shown = whole(found.flatMap(({ objects }) => objects));
    return { ok: true, output: asked.output === 'json' ? printJSON(shown) : printYAML(shown) };
  }
  const isMixed = asked.kinds.length > 1;
  const tables = found.map(({ kind, objects }) => printTable(cluster, kind, objects, asked, isMixed));
  return { ok: true, output: tables.flatMap((table, index) => (index > 0 && asked.output !== 'name' ? ['', ...table] : table)) };
}

const FLAGS_WITH_VALUE = new Set(['-n', '--namespace', '-l', '--selector', '--field-selector', '-o', '--output']);

function readArguments(words: readonly string[]): Asked | string {
  const plain: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const [flag = '', joined] = (words[at] ?? '').split(/=(.*)/s);
    if (!flag.startsWith('-')) plain.push(words[at] ?? '');
    else if (FLAGS_WITH_VALUE.has(flag)) flags.set(flag, joined ?? words[++at] ?? '');
    else if (/^-o.+/.test(flag)) flags.set('-o', flag.slice(2));
    else if (['-A', '--all-namespaces', '--show-labels'].includes(flag)) flags.set(flag, '');
    else
      return `error: unknown ${flag.startsWith('--') ? `flag: ${flag}` : `shorthand flag: '${flag[1]}' in ${flag}`}\nSee 'kubectl get --help' for usage.`;
  }
  const [resources = '', ...names] = plain;
  if (resources === '') return 'You must specify the type of resource to get: pods, services, deployments, endpointslices, nodes, events …';
  const slash = resources.indexOf('/');
  const kinds = kindsOf(slash < 0 ? resources : resources.slice(0, slash));
  if (typeof kinds === 'string') return kinds;
  const value = (...keys: string[]) => keys.map((key) => flags.get(key)).find((one) => one !== undefined);
  const output = value('-o', '--output') ?? '';
  if (!['', 'wide', 'name', 'json', 'yaml'].includes(output)) {
    return `error: unable to match a printer suitable for the output format "${output}", allowed formats are: json,name,wide,yaml`;
  }
  return {
    kinds,
    names: slash < 0 ? names : [resources.slice(slash + 1), ...names],
    namespace: flags.has('-A') || flags.has('--all-namespaces') ? null : (value('-n', '--namespace') ?? 'default'),
    selector: value('-l', '--selector') ?? '',
    fields: value('--field-selector') ?? '',
    output: output as Output,
    showLabels: flags.has('--show-labels'),
  };
}

function kindsOf(resources: string): readonly string[] | string {
  if (resources === 'all') return ALL;
  const kinds: string[] = [];
  for (const resource of resources.split(',')) {
    const kind = kindOfResource(resource);
    if (!kind) return `error: the server doesn't have a resource type "${resource}"`;
    kinds.push(kind);
  }
  return kinds;
}

function find(store: ObjectStore, kind: string, { names, namespace, selector, fields }: Asked): readonly KubeObject[] {
  const place = resourceOf(kind).namespaced && namespace !== null ? { namespace } : {};
  const { items } = listObjects({ store }, kind, { ...place, labelSelector: selector, fieldSelector: fields });
  if (names.length === 0) return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return names.map((name) => items.find(({ metadata }) => metadata.name === name) ?? absent(kind, name));
}

function absent(kind: string, name: string): never {
  throw notFound(kind, name);
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** `deployment.apps/web` */
function nameWithResource({ kind, metadata }: KubeObject): string {
  const { group } = resourceOf(kind);
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${metadata.name}`;
}

function printTable(cluster: Cluster, kind: string, objects: readonly KubeObject[], asked: Asked, isMixed: boolean): string[] {
  if (asked.output === 'name') return objects.map(nameWithResource);
  const columns = columnsOf(kind).filter(({ isWide }) => !isWide || asked.output === 'wide');
  const hasNamespace = asked.namespace === null && resourceOf(kind).namespaced;
  const head = [...(hasNamespace ? ['NAMESPACE'] : []), ...columns.map(({ name }) => name), ...(asked.showLabels ? ['LABELS'] : [])];
  const rows = objects.map((object) => [
    ...(hasNamespace ? [object.metadata.namespace ?? ''] : []),
    ...columns.map((column) => (isMixed && column.name === 'NAME' ? nameWithResource(object) : column.cell(object, cluster))),
    ...(asked.showLabels ? [pairs(object.metadata.labels)] : []),
  ]);
  return align([head, ...rows]);
}

/** As kubectl's tabwriter: each column as wide as its widest cell, and three spaces. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_head, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd((widths[at] ?? 0) + 3))).join(''));
}

/** What `-o json` and `-o yaml` print: the object as it is stored, or a list of several. */
function whole(objects: readonly KubeObject[]): unknown {
  const [first] = objects;
  return objects.length === 1 ? first : { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } };
}
