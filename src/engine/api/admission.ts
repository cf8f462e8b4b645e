// The way of an object into the API server: defaults, allocation, validation, in the order of the real one
// (apiserver pkg/registry/generic/registry/store.go, Kubernetes 1.33).

import { copyOf } from './copy.ts';
import type { FieldError } from './field-error.ts';
import type { KindRules, RulesOf } from './kind-rules.ts';
import { kindInfo } from './kinds.ts';
import { prepareServiceCreate } from './service-admission.ts';
import { allocationsOf, ServiceAllocations } from './service-allocation.ts';
import type { prepareServiceUpdate } from './service-update.ts';
import type { ClusterConfig, KubeObject, Service } from './types.ts';
import { validateObjectMetaUpdate } from './validation/metadata.ts';

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

/** What an API server knows of kinds. */
export interface Knowledge {
  readonly rulesOf: RulesOf;
  readonly prepareServiceUpdate: typeof prepareServiceUpdate;
}

/** What an API server with this knowledge makes of a request, or why it refuses it. The input is not changed. */
export function admitWith(knowledge: Knowledge, input: AdmitInput): Admitted {
  // Of others than Services nothing but the object itself decides, and a text that is edited brings most of them again.
  if (input.operation !== 'create' || input.object.kind === 'Service') return admitNow(knowledge, input);
  const known = admittedBefore.get(input.object);
  if (known?.knowledge === knowledge) return known.admitted;
  const admitted = admitNow(knowledge, input);
  admittedBefore.set(input.object, { knowledge, admitted });
  return admitted;
}

const admittedBefore = new WeakMap<KubeObject, { readonly knowledge: Knowledge; readonly admitted: Admitted }>();

function admitNow(knowledge: Knowledge, input: AdmitInput): Admitted {
  const rules = knowledge.rulesOf(input.object.kind);
  const object = copyOf(input.object);
  rules?.setDefaults?.(object);
  if (!object.metadata.namespace && kindInfo(object.apiVersion, object.kind)?.namespaced) object.metadata.namespace = 'default';
  const old = input.operation === 'update' ? withDefaults(input.old, rules) : undefined;
  if (object.kind === 'Service') {
    const refused = allocate(knowledge, object as Service, old as Service | undefined, input);
    if (refused.length > 0) return { object, errors: refused };
  }
  if (!rules) return { object, errors: old ? validateObjectMetaUpdate(object, old) : [] };
  return { object, errors: old ? rules.update(object, old) : rules.create(object) };
}

/** What is stored has its defaults too; a pod that a controller made may lack some here. */
function withDefaults(stored: KubeObject | undefined, rules: KindRules | undefined): KubeObject | undefined {
  if (!stored || !rules?.setDefaults) return stored;
  const copy = copyOf(stored);
  rules.setDefaults(copy);
  return copy;
}

function allocate(
  { prepareServiceUpdate }: Knowledge,
  service: Service,
  old: Service | undefined,
  { cluster, existing }: AdmitInput,
): FieldError[] {
  const allocations = existing instanceof ServiceAllocations ? existing : allocationsOf(existing, cluster);
  return old ? prepareServiceUpdate(service, copyOf(old), allocations) : prepareServiceCreate(service, allocations);
}
