// ReplicationControllers: the ReplicaSets of the first Kubernetes, with a plain label map as selector.
// Follows pkg/controller/replication/replication_controller.go, Kubernetes 1.33.

import type { Controller, ControllerDependencies } from './controller.ts';
import { startReplicaController } from './replica-control.ts';

/** Starts the ReplicationController controller. */
export function startReplicationControllerController(dependencies: ControllerDependencies): Controller {
  return startReplicaController(dependencies, {
    kind: 'ReplicationController',
    name: 'replicationcontroller-controller',
    lagUs: 3_000,
    // Without a selector the template's own labels are it.
    selectorOf: (owner) => ({ matchLabels: (owner.spec.selector ?? owner.spec.template.metadata?.labels) as Record<string, string> }),
  });
}
