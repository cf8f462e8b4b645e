// The API server's writes, as a client makes them: a new object, a changed one, its status, its end. Each goes through
// admission and is refused with the server's own words (an ApiError). Follows apiserver pkg/registry/generic/registry/store.go
// and pkg/registry/rest, Kubernetes 1.33. Patches, selectors, scale and evictions are in files of their own beside this one.

import type { AdmitInput, Admitted } from '../api/admission.ts';
import { withDefaultIngressClass } from '../api/default-ingress-class.ts';
import { kindInfo } from '../api/kinds.ts';
import { ServiceAllocations } from '../api/service-allocation.ts';
import type { ClusterConfig, Ingress, IngressClass, KubeObject } from '../api/types.ts';
import { stableSuffix } from '../sim/random.ts';
import { badRequest, conflict, forbiddenRequest, invalidObject, notFound } from './api-error.ts';
import { isEqual } from './equality.ts';
import type { ObjectStore } from './types.ts';

export interface Api {
  readonly store: ObjectStore;
  readonly config: ClusterConfig;
  /** Which addresses and node ports the stored Services hold. */
  readonly allocations: ServiceAllocations;
  /** Defaults, allocation and validation, with the rules of the kinds that this server knows. */
  readonly admit: (input: AdmitInput) => Admitted;
}

/** Names one object. */
export interface ObjectRef {
  readonly kind: string;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  /** `Background` where nothing is said, which is what kubectl sends. */
  readonly propagationPolicy?: PropagationPolicy;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The API over a store; it keeps count of what its Services hold. */
export function createApi(store: ObjectStore, config: ClusterConfig, admit: Api['admit']): Api {
  const allocations = new ServiceAllocations(config);
  for (const service of store.list('Service')) allocations.add(service);
  store.watch('Service', ({ type, object, previous }) => {
    allocations.delete(previous ?? object);
    if (type !== 'DELETED') allocations.add(object);
  });
  return { store, config, allocations, admit };
}

/** POST: stores a new object with its defaults. With `dryRun` it is only said what would be stored. */
export function createObject({ store, config, allocations, admit }: Api, given: KubeObject, { dryRun = false } = {}): KubeObject {
  const named = withGeneratedName(store, withNamespace(given));
  const { kind, metadata } = named;
  if (metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  if (metadata.namespace && kind !== 'Namespace' && !store.get('Namespace', '', metadata.namespace))
    throw notFound('Namespace', metadata.namespace);
  const wanted = kind === 'Ingress' ? withDefaultIngressClass(named as Ingress, store.list<IngressClass>('IngressClass')) : named;
  const { object, errors } = admit({ operation: 'create', object: withoutServerFields(wanted), cluster: config, existing: allocations });
  if (errors.length > 0) throw invalidObject(kind, metadata.name, errors);
  return dryRun ? object : store.create(object);
}

/** PUT: replaces what a client may change. With a resourceVersion only if nobody else has written since. */
export function updateObject(api: Api, given: KubeObject, { dryRun = false } = {}): KubeObject {
  const stored = storedFor(api, given);
  const { kind, metadata } = stored;
  const kept = { status: stored.status, metadata: { ...withNamespace(given).metadata, ...serverFields(stored) } };
  const wanted: KubeObject = { ...given, ...kept };
  if (stored.status === undefined) delete wanted.status;
  const { object, errors } = api.admit({
    operation: 'update',
    object: wanted,
    old: stored,
    cluster: api.config,
    existing: api.allocations,
  });
  if (errors.length > 0) throw invalidObject(kind, metadata.name, errors);
  // What did not change stays the same object, so that watchers can tell at a glance.
  const shared = sharingParts(object, stored);
  return dryRun ? shared : api.store.update(shared);
}

/** PUT on the status subresource: nothing but the status is taken. */
export function updateObjectStatus(api: Api, given: KubeObject): KubeObject {
  return api.store.updateStatus({ ...storedFor(api, given), status: given.status });
}

/** DELETE: at once, or as soon as graceful termination, finalizers and dependents allow. */
export function deleteObject({ store }: Api, ref: ObjectRef, options: DeleteOptions = {}): void {
  const { kind, namespace, name } = ref;
  const stored = store.get(kind, namespace, name);
  if (!stored) throw notFound(kind, name);
  if (kind === 'Namespace' && PROTECTED_NAMESPACES.includes(name)) throw forbiddenRequest(kind, name, 'this namespace may not be deleted');
  const { uid, resourceVersion } = options.preconditions ?? {};
  if (uid !== undefined && uid !== stored.metadata.uid) throw conflict(kind, name, uidMismatch(uid, stored));
  if (resourceVersion !== undefined && resourceVersion !== stored.metadata.resourceVersion)
    throw conflict(kind, name, versionMismatch(resourceVersion, stored));
  const { gracePeriodSeconds, propagationPolicy = 'Background' } = options;
  if (gracePeriodSeconds !== undefined && gracePeriodSeconds < 0) throw badRequest('gracePeriodSeconds must not be negative');
  store.delete(kind, namespace, name, { gracePeriodSeconds, propagationPolicy });
}

const PROTECTED_NAMESPACES = ['default', 'kube-system', 'kube-public'];

/** What the store has under the name of `given`, if the request is about that very object and version. */
function storedFor({ store }: Api, given: KubeObject): KubeObject {
  const { kind } = given;
  const { name, namespace = '', uid, resourceVersion } = withNamespace(given).metadata;
  const stored = store.get(kind, namespace, name);
  if (!stored) throw notFound(kind, name);
  if (uid && uid !== stored.metadata.uid) throw conflict(kind, name, uidMismatch(uid, stored));
  if (resourceVersion && resourceVersion !== stored.metadata.resourceVersion) throw conflict(kind, name);
  return stored;
}

function uidMismatch(uid: string, { metadata }: KubeObject): string {
  return `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
}

function versionMismatch(version: string, { metadata }: KubeObject): string {
  return `Precondition failed: ResourceVersion in precondition: ${version}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
}

/** In `default`, where nothing is said. */
export function withNamespace(object: KubeObject): KubeObject {
  const isNamespaced = kindInfo(object.apiVersion, object.kind)?.namespaced ?? true;
  if (!isNamespaced || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}

function withGeneratedName(store: ObjectStore, object: KubeObject): KubeObject {
  const { name, generateName, namespace = '' } = object.metadata;
  if (name || !generateName) return object;
  for (let ordinal = 0; ; ordinal++) {
    const generated = `${generateName}${stableSuffix(`${object.kind}/${namespace}/${generateName}/${ordinal}`, 5)}`;
    if (!store.get(object.kind, namespace, generated)) return { ...object, metadata: { ...object.metadata, name: generated } };
  }
}

/** Kinds whose status a client cannot write together with the rest. A Node brings its own: there is no kubelet to report it. */
const WITHOUT_STATUS = new Set(
  'Deployment ReplicaSet ReplicationController StatefulSet DaemonSet Job Service Ingress Namespace'.split(' '),
);

/** Where no machine stands behind a Node, nobody reports it ready, and no pod is sent there. */
const NEVER_HEARD = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'NodeStatusNeverUpdated',
  message: 'Kubelet never posted node status.',
};

function withReadiness(status: KubeObject['status']): KubeObject['status'] {
  const conditions: readonly { type: string }[] = status?.conditions ?? [];
  return conditions.some(({ type }) => type === 'Ready') ? status : { ...status, conditions: [...conditions, NEVER_HEARD] };
}

/** A new object cannot bring what only the server writes. The address that a pod asks for in its status is heeded by its kubelet. */
function withoutServerFields(object: KubeObject): KubeObject {
  const { uid: _uid, creationTimestamp: _time, deletionTimestamp: _end, generation: _generation, ...metadata } = object.metadata;
  const { status, ...rest } = object;
  if (object.kind === 'Pod') {
    const asked = { ...(status?.podIP ? { podIP: status.podIP } : {}), ...(status?.podIPs ? { podIPs: status.podIPs } : {}) };
    return { ...rest, metadata, status: { phase: 'Pending', ...asked } } as KubeObject;
  }
  if (object.kind === 'Node') return { ...rest, metadata, status: withReadiness(status) } as KubeObject;
  if (status === undefined || WITHOUT_STATUS.has(object.kind)) return { ...rest, metadata } as KubeObject;
  return { ...rest, metadata, status } as KubeObject;
}

function serverFields({ metadata }: KubeObject): Partial<KubeObject['metadata']> {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds };
}

function sharingParts(object: KubeObject, stored: KubeObject): KubeObject {
  const metadata: Record<string, unknown> = { ...object.metadata };
  for (const key of Object.keys(metadata)) {
    const before = stored.metadata[key as keyof KubeObject['metadata']];
    if (isEqual(metadata[key], before)) metadata[key] = before;
  }
  const shared: KubeObject = { ...object, metadata: metadata as unknown as KubeObject['metadata'] };
  for (const key of Object.keys(shared)) if (key !== 'metadata' && isEqual(shared[key], stored[key])) shared[key] = stored[key];
  return shared;
}
