// The controllers that clusters of every day need, in the order in which all of them start. Those that act when
// namespaces, nodes or owners go are not among them: nothing of every day takes these away.

import type { Controller, ControllerDependencies } from './controller.ts';
import { startDeploymentController } from './deployment.ts';
import { startEndpointsController } from './endpoints.ts';
import { startEndpointSliceController } from './endpointslice.ts';
import { startReplicaSetController } from './replicaset.ts';
import { startScheduler } from './scheduler.ts';

export function startEverydayControllers(dependencies: ControllerDependencies): readonly Controller[] {
  return [
    startDeploymentController(dependencies),
    startReplicaSetController(dependencies),
    startScheduler(dependencies),
    startEndpointSliceController(dependencies),
    startEndpointsController(dependencies),
  ];
}
