// The kinds that something in the simulation acts on. Which of their fields are read is in `simulated.ts`.

const VERSIONS: Readonly<Record<string, string | readonly string[]>> = {
  Namespace: 'v1',
  Node: 'v1',
  Pod: 'v1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  Service: 'v1',
  Endpoints: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  ClusterNetworkPolicy: 'policy.networking.k8s.io/v1alpha2',
  Ingress: 'networking.k8s.io/v1',
  GatewayClass: 'gateway.networking.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  ReferenceGrant: 'gateway.networking.k8s.io/v1beta1',
  IngressClass: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  ClusterConfiguration: ['kubeadm.k8s.io/v1beta4', 'kubeadm.k8s.io/v1beta3'],
  KubeProxyConfiguration: 'kubeproxy.config.k8s.io/v1alpha1',
  ConfigMap: 'v1',
  Secret: 'v1',
  IPAddressPool: 'metallb.io/v1beta1',
  L2Advertisement: 'metallb.io/v1beta1',
  Scenario: 'packetwalk.dev/v1',
};

/** Whether something acts on objects of this kind and version. */
export function isSimulated(apiVersion: string, kind: string): boolean {
  const versions = Object.hasOwn(VERSIONS, kind) ? VERSIONS[kind] : undefined;
  return typeof versions === 'string' ? versions === apiVersion : (versions?.includes(apiVersion) ?? false);
}
