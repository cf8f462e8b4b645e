// How the lists of Kubernetes types are merged by a strategic merge patch: by which field their entries are told apart.
// From the `patchMergeKey` and `patchStrategy` tags in k8s.io/api, Kubernetes 1.33. A list that is not here is replaced whole.

import { type FieldType, structOf } from '../api/schema.ts';

/** `Struct.field` -> merge key; an empty key means a list of plain values, merged as a set. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  'ObjectMeta.ownerReferences': 'uid',
  'ObjectMeta.finalizers': '',
  'PodSpec.containers': 'name',
  'PodSpec.initContainers': 'name',
  'PodSpec.ephemeralContainers': 'name',
  'PodSpec.imagePullSecrets': 'name',
  'PodSpec.hostAliases': 'ip',
  'PodSpec.resourceClaims': 'name',
  'PodSpec.schedulingGates': 'name',
  'PodSpec.topologySpreadConstraints': 'topologyKey',
  'PodSpec.volumes': 'name',
  'Container.ports': 'containerPort',
  'Container.env': 'name',
  'Container.volumeMounts': 'mountPath',
  'Container.volumeDevices': 'devicePath',
  'ServiceSpec.ports': 'port',
  'ServiceAccount.secrets': 'name',
  'NodeSpec.podCIDRs': '',
  'NodeStatus.addresses': 'type',
  'NodeStatus.conditions': 'type',
  'NamespaceStatus.conditions': 'type',
  'PodStatus.conditions': 'type',
  'PodStatus.podIPs': 'ip',
  'PodStatus.hostIPs': 'ip',
  'ServiceStatus.conditions': 'type',
  'DeploymentStatus.conditions': 'type',
  'ReplicaSetStatus.conditions': 'type',
  'ReplicationControllerStatus.conditions': 'type',
  'StatefulSetStatus.conditions': 'type',
  'DaemonSetStatus.conditions': 'type',
  'JobStatus.conditions': 'type',
};

/** Structs of which a patch keeps only the fields that it names, because their fields exclude each other. */
const RETAIN_KEYS = new Set(['DeploymentStrategy']);

/** Where a merge stands: the Go struct, or null where nobody knows the type. */
export type StructName = string | null;

/** The merge key of a list, `''` for a set of plain values, null for a list that is replaced whole. */
export function mergeKeyOf(struct: StructName, field: string): string | null {
  return struct === null ? null : (MERGE_KEYS[`${struct}.${field}`] ?? null);
}

export function retainsKeys(struct: StructName): boolean {
  return struct !== null && RETAIN_KEYS.has(struct);
}

/** The struct that a field holds, or that the entries of its list are. */
export function structBelow(struct: StructName, field: string): StructName {
  const type = struct === null ? undefined : structOf(struct)?.get(field);
  return type === undefined ? null : structIn(type);
}

function structIn(type: FieldType): StructName {
  if (type.kind === 'struct') return type.name;
  return type.kind === 'list' ? structIn(type.element) : null;
}
