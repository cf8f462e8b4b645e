// The rules for the kinds of every day.

import { EVERYDAY_DEFAULTS } from './everyday-defaults.ts';
import { type KindRules, kindRules } from './kind-rules.ts';
import { validateNamespace, validateNode, validateNodeUpdate, validateScenario } from './validation/cluster-scoped.ts';
import { validatePod, validatePodUpdate } from './validation/pod.ts';
import { validateService, validateServiceUpdate } from './validation/service.ts';
import { validateDeployment, validateReplicaSet, validateSelectorUpdate } from './validation/workloads.ts';

const { Namespace, Node, Pod, Deployment, ReplicaSet, Service } = EVERYDAY_DEFAULTS;

export const EVERYDAY_KINDS: ReadonlyMap<string, KindRules> = new Map([
  ['Namespace', kindRules(Namespace, validateNamespace)],
  ['Node', kindRules(Node, validateNode, validateNodeUpdate)],
  ['Pod', kindRules(Pod, validatePod, validatePodUpdate)],
  [
    'Deployment',
    kindRules(Deployment, validateDeployment, (object, old) => [...validateSelectorUpdate(object, old), ...validateDeployment(object)]),
  ],
  [
    'ReplicaSet',
    kindRules(ReplicaSet, validateReplicaSet, (object, old) => [...validateSelectorUpdate(object, old), ...validateReplicaSet(object)]),
  ],
  ['Service', kindRules(Service, validateService, validateServiceUpdate)],
  ['Scenario', kindRules(undefined, validateScenario)],
]);
