// Admission with the rules of every kind that is simulated, and of every field that the rules of every day leave alone.

import { type AdmitInput, type Admitted, admitWith, type Knowledge } from './admission.ts';
import { EVERYDAY_KINDS } from './everyday-kinds.ts';
import type { FieldError } from './field-error.ts';
import { type KindRules, kindRules, type Update } from './kind-rules.ts';
import { RARER_DEFAULTS } from './rarer-defaults.ts';
import { prepareServiceUpdate } from './service-update.ts';
import type { KubeObject, Node, PodSpec, StatefulSet as StatefulSetObject } from './types.ts';
import { validateClusterNetworkPolicy } from './validation/cluster-network-policy.ts';
import { validateNodeUpdate } from './validation/cluster-scoped.ts';
import {
  validateConfigMap,
  validateConfigUpdate,
  validateIngressClass,
  validateIngressClassUpdate,
  validatePodDisruptionBudget,
  validateSecret,
  validateServiceAccount,
} from './validation/configuration.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate, validateEndpoints } from './validation/endpoints.ts';
import { validateIngress, validateIngressUpdate } from './validation/ingress.ts';
import { validateNetworkPolicy, validateNetworkPolicyUpdate } from './validation/network-policy.ts';
import { validateContainerFields, validatePodFields } from './validation/pod-containers.ts';
import { validateScheduling, validateTaints } from './validation/pod-scheduling.ts';
import {
  validateDaemonSet,
  validateJob,
  validateJobUpdate,
  validateStatefulSet,
  validateStatefulSetUpdate,
} from './validation/sets-and-jobs.ts';
import { validatePodUpdate, validateSelectorUpdate, validateServiceUpdate } from './validation/updates.ts';
import { validateDeployment, validateReplicaSet, validateReplicationController } from './validation/workloads.ts';

const { ReplicationController, StatefulSet, DaemonSet, Job, Endpoints, EndpointSlice, NetworkPolicy } = RARER_DEFAULTS;

/** What may change in objects of every day that exist. */
const EVERYDAY_UPDATES: readonly (readonly [kind: string, update: Update])[] = [
  ['Node', validateNodeUpdate],
  ['Pod', validatePodUpdate],
  ['Deployment', (object, old) => [...validateSelectorUpdate(object, old), ...validateDeployment(object)]],
  ['ReplicaSet', (object, old) => [...validateSelectorUpdate(object, old), ...validateReplicaSet(object)]],
  ['Service', validateServiceUpdate],
];

const KINDS: ReadonlyMap<string, KindRules> = new Map([
  ...EVERYDAY_KINDS,
  ...EVERYDAY_UPDATES.map(([kind, update]): [string, KindRules] => [kind, { ...(EVERYDAY_KINDS.get(kind) as KindRules), update }]),
  ['ReplicationController', kindRules(ReplicationController, validateReplicationController)],
  ['StatefulSet', kindRules(StatefulSet, validateStatefulSet, validateStatefulSetUpdate)],
  [
    'DaemonSet',
    kindRules(DaemonSet, validateDaemonSet, (object, old) => [...validateSelectorUpdate(object, old), ...validateDaemonSet(object)]),
  ],
  ['Job', kindRules(Job, validateJob, validateJobUpdate)],
  ['Endpoints', kindRules(Endpoints, validateEndpoints)],
  ['EndpointSlice', kindRules(EndpointSlice, validateEndpointSlice, validateEndpointSliceUpdate)],
  ['Ingress', kindRules(undefined, validateIngress, validateIngressUpdate)],
  ['NetworkPolicy', kindRules(NetworkPolicy, validateNetworkPolicy, validateNetworkPolicyUpdate)],
  ['ClusterNetworkPolicy', kindRules(undefined, validateClusterNetworkPolicy)],
  ['IngressClass', kindRules(undefined, validateIngressClass, validateIngressClassUpdate)],
  ['PodDisruptionBudget', kindRules(undefined, validatePodDisruptionBudget)],
  ['ConfigMap', kindRules(undefined, validateConfigMap, validateConfigUpdate(validateConfigMap))],
  ['Secret', kindRules(RARER_DEFAULTS.Secret, validateSecret, validateConfigUpdate(validateSecret))],
  ['ServiceAccount', kindRules(undefined, validateServiceAccount)],
]);

/** What else there is to check in an object of the kind, after its own rules. */
const FURTHER: ReadonlyMap<string, (object: KubeObject) => FieldError[]> = new Map([
  ['Pod', (object) => validateRest(object.spec, 'spec')],
  ['Node', (object) => validateTaints(object as Node)],
  ['StatefulSet', (object) => validateRest(object.spec?.template?.spec, 'spec.template.spec', claimNames(object as StatefulSetObject))],
  ...['Deployment', 'ReplicaSet', 'ReplicationController', 'DaemonSet', 'Job'].map(
    (kind): [string, (object: KubeObject) => FieldError[]] => [
      kind,
      (object) => validateRest(object.spec?.template?.spec, 'spec.template.spec'),
    ],
  ),
]);

const ALL_KINDS: ReadonlyMap<string, KindRules> = new Map(
  [...KINDS].map(([kind, rules]): [string, KindRules] => [kind, withFurther(rules, FURTHER.get(kind))]),
);

function withFurther(rules: KindRules, further: ((object: KubeObject) => FieldError[]) | undefined): KindRules {
  if (!further) return rules;
  const { setDefaults, create, update } = rules;
  return {
    setDefaults,
    create: (object) => [...create(object), ...further(object)],
    update: (object, old) => [...update(object, old), ...further(object)],
  };
}

function validateRest(spec: PodSpec | undefined, path: string, volumes: readonly string[] = []): FieldError[] {
  if (!spec) return [];
  return [...validateContainerFields(spec, path, volumes), ...validatePodFields(spec, path), ...validateScheduling(spec, path)];
}

/** Each pod of a StatefulSet has the volumes of its claims, too. */
function claimNames({ spec }: StatefulSetObject): readonly string[] {
  const claims: readonly { metadata?: { name?: string } }[] = (spec as { volumeClaimTemplates?: [] }).volumeClaimTemplates ?? [];
  return claims.map(({ metadata }) => metadata?.name ?? '');
}

const KNOWLEDGE: Knowledge = { rulesOf: (kind) => ALL_KINDS.get(kind), prepareServiceUpdate };

/** What the API server makes of a request, or why it refuses it. The input is not changed. */
export function admit(input: AdmitInput): Admitted {
  return admitWith(KNOWLEDGE, input);
}
