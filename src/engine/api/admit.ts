// Admission with the rules of every kind that is simulated.

import { type AdmitInput, type Admitted, admitWith } from './admission.ts';
import { EVERYDAY_KINDS } from './everyday-kinds.ts';
import { type KindRules, kindRules } from './kind-rules.ts';
import { RARER_DEFAULTS } from './rarer-defaults.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate, validateEndpoints } from './validation/endpoints.ts';
import { validateIngress, validateIngressUpdate } from './validation/ingress.ts';
import { validateNetworkPolicy, validateNetworkPolicyUpdate } from './validation/network-policy.ts';
import {
  validateDaemonSet,
  validateJob,
  validateJobUpdate,
  validateStatefulSet,
  validateStatefulSetUpdate,
} from './validation/sets-and-jobs.ts';
import { validateReplicationController, validateSelectorUpdate } from './validation/workloads.ts';

const { ReplicationController, StatefulSet, DaemonSet, Job, Endpoints, EndpointSlice, NetworkPolicy } = RARER_DEFAULTS;

const ALL_KINDS: ReadonlyMap<string, KindRules> = new Map([
  ...EVERYDAY_KINDS,
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
]);

/** What the API server makes of a request, or why it refuses it. The input is not changed. */
export function admit(input: AdmitInput): Admitted {
  return admitWith((kind) => ALL_KINDS.get(kind), input);
}
