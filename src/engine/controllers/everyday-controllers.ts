// The controllers that clusters of every day need, in the order in which all of them start.

import type { Controller, ControllerDependencies } from './controller.ts';
import { startDeploymentController } from './deployment.ts';
import { startEndpointsController } from './endpoints.ts';
import { startEndpointSliceController } from './endpointslice.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startNamespaceController } from './namespace.ts';
import { startNodeLifecycleController } from './node-lifecycle.ts';
import { startReplicaSetController } from './replicaset.ts';
import { startScheduler } from './scheduler.ts';

export function startEverydayControllers(dependencies: ControllerDependencies): readonly Controller[] {
  return [
    startNamespaceController(dependencies),
    startNodeLifecycleController(dependencies),
    startDeploymentController(dependencies),
    startReplicaSetController(dependencies),
    startScheduler(dependencies),
    startEndpointSliceController(dependencies),
    startEndpointsController(dependencies),
    startGarbageCollector(dependencies),
  ];
}
