// The rules for the kinds of every day.

import { EVERYDAY_DEFAULTS } from './everyday-defaults.ts';
import { type KindRules, kindRules } from './kind-rules.ts';
import { validateNamespace, validateNode, validateScenario } from './validation/cluster-scoped.ts';
import { validatePod } from './validation/pod.ts';
import { validateService } from './validation/service.ts';
import { validateDeployment, validateReplicaSet } from './validation/workloads.ts';

const { Namespace, Node, Pod, Deployment, ReplicaSet, Service } = EVERYDAY_DEFAULTS;

/** For new objects: what may change in one that exists is told in `admit.ts`. */
export const EVERYDAY_KINDS: ReadonlyMap<string, KindRules> = new Map([
  ['Namespace', kindRules(Namespace, validateNamespace)],
  ['Node', kindRules(Node, validateNode)],
  ['Pod', kindRules(Pod, validatePod)],
  ['Deployment', kindRules(Deployment, validateDeployment)],
  ['ReplicaSet', kindRules(ReplicaSet, validateReplicaSet)],
  ['Service', kindRules(Service, validateService)],
  ['Scenario', kindRules(undefined, validateScenario)],
]);
