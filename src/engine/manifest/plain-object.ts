// A document as an API object, where nothing is wrong with it and nothing in it is out of the ordinary. What this
// refuses to read, `read-object.ts` reads.

import { isNamed, kindInfo } from '../api/kinds.ts';
import type { StructOf } from '../api/struct.ts';
import type { KubeObject } from '../api/types.ts';
import { containerNotes } from './container-notes.ts';
import { decodeStruct } from './decode.ts';
import type { Finding } from './finding.ts';
import type { YamlMapping, YamlNode } from './yaml-tree.ts';

export interface ReadObject {
  readonly object: KubeObject;
  readonly node: YamlMapping;
}

export interface ReadResult {
  readonly objects: readonly ReadObject[];
  readonly findings: readonly Finding[];
}

/** The object that `root` holds; null where its kind is not in the schema, or it has any mistake. */
export function readPlainObject(structOf: StructOf, root: YamlNode, text: string): ReadResult | null {
  if (root.kind !== 'mapping') return null;
  const [apiVersion, kind] = [stringField(root, 'apiVersion'), stringField(root, 'kind')];
  if (!kindInfo(apiVersion, kind) || !structOf(kind)) return null;
  const { value, findings } = decodeStruct({ structOf, advice: null }, root, kind, text);
  if (findings.length > 0 || (isNamed(apiVersion) && !value.metadata?.name)) return null;
  const object = complete(value, apiVersion, kind);
  return { objects: [{ object, node: root }], findings: withKey(containerNotes(root, object), objectKey(object)) };
}

/** The findings with the object that they are about. */
export function withKey(findings: readonly Finding[], object: string): Finding[] {
  return findings.map((finding) => ({ ...finding, object }));
}

export function stringField(root: YamlMapping, key: string): string {
  const node = root.entries.get(key)?.value;
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
}

/** The object with its type, and with the name and namespace that it has where it gives none. */
export function complete(value: KubeObject, apiVersion: string, kind: string): KubeObject {
  const metadata = typeof value.metadata === 'object' && value.metadata !== null ? value.metadata : {};
  const name = kind === 'Scenario' ? { name: 'scenario' } : { name: '' };
  const namespace = (kindInfo(apiVersion, kind)?.namespaced ?? true) ? { namespace: 'default' } : {};
  const given = Object.fromEntries(
    Object.entries(metadata).filter(([key, field]) => key !== 'namespace' || (field !== '' && 'namespace' in namespace)),
  );
  return { ...value, apiVersion, kind, metadata: { ...name, ...namespace, ...given } };
}

/** `Service/default/web`; cluster-scoped kinds have an empty namespace. */
export function objectKey(object: KubeObject): string {
  return `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name || `${object.metadata.generateName ?? ''}`}`;
}
