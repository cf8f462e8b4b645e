// PATCH and the two things that kubectl builds on it: `apply` and `scale`. Follows apiserver pkg/endpoints/handlers/patch.go
// and kubectl pkg/cmd/apply (client-side apply), Kubernetes 1.33. Left out: managed fields, and with them server-side apply.

import { copyOf } from '../api/copy.ts';
import { structOf } from '../api/schema.ts';
import type { KubeObject } from '../api/types.ts';
import { type Api, createObject, type ObjectRef, updateObject, withNamespace } from './api.ts';
import { ApiError, badRequest, invalidObject, notFound } from './api-error.ts';
import { isEqual } from './equality.ts';
import { type JsonPatchOperation, jsonPatch, mergePatch } from './json-patch.ts';
import { resourceOf } from './resources.ts';
import { strategicMerge, threeWayMerge } from './strategic-merge.ts';
import { pruneUnknownFields, typeMismatch } from './type-check.ts';

export type PatchType = 'strategic' | 'merge' | 'json';

/** Where kubectl apply remembers what it was given. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

// biome-ignore lint/suspicious/noExplicitAny: a patch is JSON of any shape.
type Json = any;

export interface PatchOptions {
  readonly dryRun?: boolean;
  /** Takes what the server says beside its answer: fields that nobody knows, which it does not keep. */
  readonly warn?: (warning: string) => void;
}

/** PATCH: the stored object with the patch laid over it, through the same admission as an update. */
export function patchObject(
  api: Api,
  ref: ObjectRef,
  type: PatchType,
  patch: Json,
  { dryRun = false, warn = () => {} }: PatchOptions = {},
): KubeObject {
  const stored = api.store.get(ref.kind, ref.namespace, ref.name);
  if (!stored) throw notFound(ref.kind, ref.name);
  const { object: patched, warnings } = pruneUnknownFields(patchedObject(stored, type, patch));
  for (const warning of warnings) warn(warning);
  const mismatch = typeMismatch(patched);
  const version = stored.apiVersion.split('/').at(-1);
  if (mismatch) throw badRequest(`${ref.kind} in version "${version}" cannot be handled as a ${ref.kind}: ${mismatch.message}`);
  const { name, namespace } = patched.metadata;
  if (name !== stored.metadata.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${stored.metadata.name})`);
  if (namespace !== stored.metadata.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return updateObject(api, patched, { dryRun });
}

function patchedObject(stored: KubeObject, type: PatchType, patch: Json): KubeObject {
  if (type === 'merge') return mergePatch(stored, patch);
  if (type === 'strategic') {
    if (!structOf(stored.kind))
      throw badRequest(
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
      );
    return strategicMerge(stored, patch, stored.kind);
  }
  const result = jsonPatch(stored, patch as JsonPatchOperation[]);
  if ('error' in result) throw rejectedPatch(result.error);
  return result.value;
}

/** What is wrong with a JSON patch stands among the causes; the message is the same for all. */
function rejectedPatch(why: string): ApiError {
  const causes = [{ reason: 'UnexpectedServerResponse', message: why, field: '' }];
  const message = 'the server rejected our request due to an error in our request';
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'Invalid',
    details: { causes },
    code: 422,
  });
}

export interface Applied {
  readonly object: KubeObject;
  readonly result: 'created' | 'configured' | 'unchanged';
  /** What kubectl prints: `deployment.apps/web configured`, warnings first. */
  readonly lines: readonly string[];
}

export interface ApplyOptions {
  readonly dryRun?: boolean;
  /** What was applied before, for an object that does not carry it. */
  readonly original?: KubeObject;
}

/** kubectl apply: creates the object, or merges what has changed in the manifest since the last time into what there is. */
export function applyObject(api: Api, given: KubeObject, { dryRun = false, original }: ApplyOptions = {}): Applied {
  const manifest = withNamespace(given);
  const { kind, metadata } = manifest;
  if (!metadata.name && metadata.generateName) throw badRequest(`from ${metadata.generateName}: cannot use generate name with apply`);
  const modified = withLastApplied(manifest);
  const stored = api.store.get(kind, metadata.namespace ?? '', metadata.name);
  const suffix = dryRun ? ' (server dry run)' : '';
  if (!stored) {
    const object = createObject(api, modified, { dryRun });
    return { object, result: 'created', lines: [`${printedName(object)} created${suffix}`] };
  }
  const remembered = lastApplied(stored);
  const before = remembered ?? (original ? withLastApplied(withNamespace(original)) : null);
  const struct = structOf(kind) ? kind : null;
  const merged: KubeObject = threeWayMerge(before, modified, stored, struct);
  const warnings = remembered || original ? [] : [missingAnnotation(stored)];
  if (stored.metadata.deletionTimestamp)
    warnings.push(`Warning: Detected changes to resource ${metadata.name} which is currently being deleted.`);
  const isUnchanged = isEqual(merged, stored);
  const object = isUnchanged ? stored : updateObject(api, merged, { dryRun });
  const result = isUnchanged ? 'unchanged' : 'configured';
  return { object, result, lines: [...warnings, `${printedName(object)} ${result}${suffix}`] };
}

/** `deployment.apps/web`, as kubectl names an object in its messages. */
export function printedName({ kind, metadata }: KubeObject): string {
  const { group } = resourceOf(kind);
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${metadata.name}`;
}

/** What the object remembers of its last `kubectl apply`, or null. */
export function lastApplied({ metadata }: KubeObject): KubeObject | null {
  const text = metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? withLastApplied(value as KubeObject) : null;
  } catch {
    return null;
  }
}

/** The manifest with itself as an annotation, as kubectl sends it. */
export function withLastApplied(manifest: KubeObject): KubeObject {
  const copy = copyOf(manifest);
  const { [LAST_APPLIED]: _own, ...annotations } = copy.metadata.annotations ?? {};
  const { status: _status, ...rest } = copy;
  const plain = { ...rest, metadata: { ...copy.metadata, annotations } };
  return { ...copy, metadata: { ...copy.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${sortedText(plain)}\n` } } };
}

/** JSON as Go's encoder writes it: keys in order. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function missingAnnotation({ kind, metadata }: KubeObject): string {
  const { plural } = resourceOf(kind);
  return (
    `Warning: resource ${plural}/${metadata.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. ` +
    'kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. ' +
    'The missing annotation will be patched automatically.'
  );
}

const SCALABLE = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']);

export interface Scale {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly replicas: number };
}

/** GET on the scale subresource. */
export function scaleOf({ store }: Api, { kind, namespace, name }: ObjectRef): Scale {
  const stored = store.get(kind, namespace, name);
  if (!stored) throw notFound(kind, name);
  if (!SCALABLE.has(kind)) throw badRequest('the server could not find the requested resource');
  return { spec: { replicas: stored.spec?.replicas ?? 1 }, status: { replicas: stored.status?.replicas ?? 0 } };
}

/** PUT on the scale subresource: the number of replicas and nothing else. */
export function scaleObject(api: Api, ref: ObjectRef, replicas: number): KubeObject {
  const { kind, name } = ref;
  scaleOf(api, ref);
  if (!Number.isInteger(replicas) || replicas < 0)
    throw invalidObject('Scale', name, [
      { path: 'spec.replicas', reason: 'FieldValueInvalid', message: `Invalid value: ${replicas}: must be greater than or equal to 0` },
    ]);
  const stored = api.store.get(kind, ref.namespace, name) as KubeObject;
  return updateObject(api, { ...stored, spec: { ...stored.spec, replicas } });
}
