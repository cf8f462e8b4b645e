// All controllers of the control plane, as kube-controller-manager, kube-scheduler and the cloud controller manager
// start them. A new controller is one more line here.

import type { Controller, ControllerDependencies } from './controller.ts';
import { startDaemonSetController } from './daemonset.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption.ts';
import { startEndpointsController } from './endpoints.ts';
import { startEndpointSliceController } from './endpointslice.ts';
import { startEndpointSliceMirroringController } from './endpointslicemirroring.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startJobController } from './job.ts';
import { startMetalLBController } from './metallb.ts';
import { startNamespaceController } from './namespace.ts';
import { startNodeLifecycleController } from './node-lifecycle.ts';
import { startPodGarbageCollector } from './pod-gc.ts';
import { startReplicaSetController } from './replicaset.ts';
import { startReplicationControllerController } from './replicationcontroller.ts';
import { startScheduler } from './scheduler.ts';
import { interPodAffinity } from './scheduler-pod-affinity.ts';
import { topologySpread } from './scheduler-topology-spread.ts';
import { startServiceLoadBalancerController } from './service-lb.ts';
import { startStatefulSetController } from './statefulset.ts';

export type LoadBalancerProvider = 'cloud' | 'metallb';

export interface ControllerManagerDependencies extends Omit<ControllerDependencies, 'lagUs'> {
  /** Who gives Services of type LoadBalancer their addresses; null: nobody. */
  readonly loadBalancer: LoadBalancerProvider | null;
}

/** Starts every controller with its own lag. Each can be paused, slowed down and stopped by itself, through its queue. */
export function startControllers({ store, clock, loadBalancer }: ControllerManagerDependencies): readonly Controller[] {
  const dependencies = { store, clock };
  return [
    startNamespaceController(dependencies),
    startNodeLifecycleController(dependencies),
    startDeploymentController(dependencies),
    startReplicaSetController(dependencies),
    startReplicationControllerController(dependencies),
    startStatefulSetController(dependencies),
    startDaemonSetController(dependencies),
    startJobController(dependencies),
    startScheduler({ ...dependencies, plugins: [topologySpread, interPodAffinity] }),
    startEndpointSliceController(dependencies),
    startEndpointsController(dependencies),
    startEndpointSliceMirroringController(dependencies),
    startGarbageCollector(dependencies),
    startDisruptionController(dependencies),
    startPodGarbageCollector(dependencies),
    ...(loadBalancer === 'cloud' ? [startServiceLoadBalancerController(dependencies)] : []),
    ...(loadBalancer === 'metallb' ? [startMetalLBController(dependencies)] : []),
  ];
}
