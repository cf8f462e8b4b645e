// ReplicaSets: so many pods of one template. Follows pkg/controller/replicaset/replica_set.go, Kubernetes 1.33.

import type { LabelSelector } from '../api/types.ts';
import type { Controller, ControllerDependencies } from './controller.ts';
import { startReplicaController } from './replica-control.ts';

/** Starts the ReplicaSet controller. */
export function startReplicaSetController(dependencies: ControllerDependencies): Controller {
  return startReplicaController(dependencies, {
    kind: 'ReplicaSet',
    name: 'replicaset-controller',
    lagUs: 3_000,
    selectorOf: (owner) => owner.spec.selector as LabelSelector,
  });
}
