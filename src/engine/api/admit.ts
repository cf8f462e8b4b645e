// The way of an object into the API server: defaults, allocation, validation, in the order of the real one
// (apiserver pkg/registry/generic/registry/store.go, Kubernetes 1.33).

import { copyOf, withDefaults } from './defaulting.ts';
import type { FieldError } from './field-error.ts';
import { kindInfo } from './kinds.ts';
import { prepareServiceCreate, prepareServiceUpdate } from './service-admission.ts';
import { allocationsOf, ServiceAllocations } from './service-allocation.ts';
import type { ClusterConfig, KubeObject, Service } from './types.ts';
import { validateNamespace, validateNode, validateScenario } from './validation/cluster-scoped.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate, validateEndpoints } from './validation/endpoints.ts';
import { validateIngress, validateIngressUpdate } from './validation/ingress.ts';
import { validateObjectMetaUpdate } from './validation/metadata.ts';
import { validateNetworkPolicy, validateNetworkPolicyUpdate } from './validation/network-policy.ts';
import { validatePod, validatePodUpdate } from './validation/pod.ts';
import { validateService, validateServiceUpdate } from './validation/service.ts';
import {
  validateDaemonSet,
  validateJob,
  validateJobUpdate,
  validateStatefulSet,
  validateStatefulSetUpdate,
} from './validation/sets-and-jobs.ts';
import { validateDeployment, validateReplicaSet, validateReplicationController, validateSelectorUpdate } from './validation/workloads.ts';

export type { FieldError } from './field-error.ts';
export type { ClusterConfig } from './types.ts';

export interface AdmitInput {
  readonly operation: 'create' | 'update';
  readonly object: KubeObject;
  /** For an update: the object as it is stored. */
  readonly old?: KubeObject;
  readonly cluster: ClusterConfig;
  /** What is stored already, or the index of what its Services hold (for a store that keeps one). */
  readonly existing: readonly KubeObject[] | ServiceAllocations;
}

export interface Admitted {
  /** With defaults and allocated values; meaningful only without errors. */
  readonly object: KubeObject;
  readonly errors: readonly FieldError[];
}

/** What the API server makes of a request, or why it refuses it. The input is not changed. */
export function admit(input: AdmitInput): Admitted {
  const object = withDefaults(input.object);
  if (!object.metadata.namespace && kindInfo(object.apiVersion, object.kind)?.namespaced) object.metadata.namespace = 'default';
  const old = input.operation === 'update' ? input.old : undefined;
  if (object.kind === 'Service') {
    const refused = allocate(object as Service, old as Service | undefined, input);
    if (refused.length > 0) return { object, errors: refused };
  }
  const rules = Object.hasOwn(RULES, object.kind) ? RULES[object.kind] : undefined;
  if (!rules) return { object, errors: old ? validateObjectMetaUpdate(object, old) : [] };
  return { object, errors: old ? rules.update(object, old) : rules.create(object) };
}

function allocate(service: Service, old: Service | undefined, { cluster, existing }: AdmitInput): FieldError[] {
  const allocations = existing instanceof ServiceAllocations ? existing : allocationsOf(existing, cluster);
  return old ? prepareServiceUpdate(service, copyOf(old), allocations) : prepareServiceCreate(service, allocations);
}

interface Rules {
  readonly create: (object: KubeObject) => FieldError[];
  readonly update: (object: KubeObject, old: KubeObject) => FieldError[];
}

/** For kinds whose updates have no rules of their own. */
// biome-ignore lint/suspicious/noExplicitAny: each function knows the kind that it is for.
function rules(create: (object: any) => FieldError[], update?: (object: any, old: any) => FieldError[]): Rules {
  return { create, update: update ?? ((object, old) => [...validateObjectMetaUpdate(object, old), ...create(object)]) };
}

const RULES: Readonly<Record<string, Rules>> = {
  Namespace: rules(validateNamespace),
  Node: rules(validateNode),
  Pod: rules(validatePod, validatePodUpdate),
  Deployment: rules(validateDeployment, (object, old) => [...validateSelectorUpdate(object, old), ...validateDeployment(object)]),
  ReplicaSet: rules(validateReplicaSet, (object, old) => [...validateSelectorUpdate(object, old), ...validateReplicaSet(object)]),
  ReplicationController: rules(validateReplicationController),
  StatefulSet: rules(validateStatefulSet, validateStatefulSetUpdate),
  DaemonSet: rules(validateDaemonSet, (object, old) => [...validateSelectorUpdate(object, old), ...validateDaemonSet(object)]),
  Job: rules(validateJob, validateJobUpdate),
  Service: rules(validateService, validateServiceUpdate),
  Endpoints: rules(validateEndpoints),
  EndpointSlice: rules(validateEndpointSlice, validateEndpointSliceUpdate),
  Ingress: rules(validateIngress, validateIngressUpdate),
  NetworkPolicy: rules(validateNetworkPolicy, validateNetworkPolicyUpdate),
  Scenario: rules(validateScenario),
};
