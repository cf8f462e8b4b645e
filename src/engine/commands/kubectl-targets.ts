// Which objects a line of kubectl means: resource names with their short forms, single names, selectors and `--all`.
// Follows cli-runtime pkg/resource/builder.go of kubectl 1.33.

import { kindInfo, kindVersion } from '../api/kinds.ts';
import type { KubeObject } from '../api/types.ts';
import type { Api, ObjectRef } from '../apiserver/api.ts';
import { answerOf, errorText } from '../apiserver/api-error.ts';
import { getObject, listObjects } from '../apiserver/listing.ts';
import { resourceOf } from '../apiserver/resources.ts';
import type { Targets } from './kubectl-line.ts';

/** Kinds that have a short name: `kubectl api-resources`. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  po: 'Pod',
  svc: 'Service',
  deploy: 'Deployment',
  rs: 'ReplicaSet',
  rc: 'ReplicationController',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  no: 'Node',
  ns: 'Namespace',
  ep: 'Endpoints',
  cm: 'ConfigMap',
  ing: 'Ingress',
  netpol: 'NetworkPolicy',
  cnp: 'ClusterNetworkPolicy',
  pdb: 'PodDisruptionBudget',
  ev: 'Event',
  sa: 'ServiceAccount',
  gtw: 'Gateway',
};

const KINDS = [
  ...Object.values(SHORT_NAMES),
  ...['Secret', 'Job', 'CronJob', 'EndpointSlice', 'IngressClass', 'GatewayClass', 'HTTPRoute', 'ReferenceGrant', 'ControllerRevision'],
];

/** `deployments`, `deployment.apps`, `deploy`: the kind, or null where the server has none of that name. */
export function kindOfResource(resource: string): string | null {
  const [name = '', ...group] = resource.toLowerCase().split('.');
  const fits = (kind: string) => {
    const known = resourceOf(kind);
    const names = [kind.toLowerCase(), known.plural, Object.entries(SHORT_NAMES).find(([, one]) => one === kind)?.[0]];
    return names.includes(name) && (group.length === 0 || group.join('.').endsWith(known.group));
  };
  return KINDS.find(fits) ?? null;
}

export interface Found {
  readonly objects: readonly KubeObject[];
  /** Why others were not found, as kubectl prints it. */
  readonly errors: readonly string[];
}

/** The objects that `targets` names, in its order. */
export function findTargets(api: Api, targets: Targets): Found {
  const objects: KubeObject[] = [];
  const errors: string[] = [];
  for (const { resource, name } of targets.refs) {
    const kind = kindOfResource(resource);
    if (!kind) return { objects: [], errors: [`error: the server doesn't have a resource type "${resource}"`] };
    const namespace = isNamespaced(kind) ? targets.namespace : '';
    const found = name === null ? select(api, kind, namespace, targets.selector) : getOne(api, { kind, namespace, name });
    objects.push(...found.objects);
    errors.push(...found.errors);
  }
  return { objects, errors };
}

export function refOf({ kind, metadata }: KubeObject): ObjectRef {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** `pod "web-1"`, `deployment.apps "web"`, as deleting prints an object. */
export function quotedName({ kind, metadata }: KubeObject): string {
  const { group } = resourceOf(kind);
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`} "${metadata.name}"`;
}

function isNamespaced(kind: string): boolean {
  return kindInfo(kindVersion(kind), kind)?.namespaced ?? true;
}

function getOne(api: Api, ref: ObjectRef): Found {
  const answer = answerOf(() => getObject(api, ref));
  return 'value' in answer ? { objects: [answer.value], errors: [] } : { objects: [], errors: [errorText(answer.status)] };
}

function select(api: Api, kind: string, namespace: string, selector: string | null): Found {
  const options = { ...(namespace === '' ? {} : { namespace }), labelSelector: selector ?? '' };
  const answer = answerOf(() => listObjects(api, kind, options).items);
  return 'value' in answer ? { objects: answer.value, errors: [] } : { objects: [], errors: [errorText(answer.status)] };
}
