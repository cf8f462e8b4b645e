// What the API server knows of each kind: its resource name, its group, whether it lives in a namespace.
// Facts from `kubectl api-resources` of Kubernetes 1.33.

export interface Resource {
  readonly plural: string;
  readonly group: string;
  readonly namespaced: boolean;
  /** Whether metadata.generation counts its spec changes. */
  readonly generation: boolean;
}

/** The resource of a kind; a kind that is not listed (a custom one) gets its name in the usual plural. */
export function resourceOf(kind: string): Resource {
  const known = resources[kind];
  if (known) return known;
  const lower = kind.toLowerCase();
  const plural = /(s|x|ch|sh)$/.test(lower) ? `${lower}es` : /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  return { plural, group: '', namespaced: true, generation: true };
}

const core = (plural: string, namespaced = true): Resource => ({ plural, group: '', namespaced, generation: false });
const grouped = (plural: string, group: string, generation = true, namespaced = true): Resource => ({
  plural,
  group,
  namespaced,
  generation,
});

const resources: Readonly<Record<string, Resource>> = {
  ConfigMap: core('configmaps'),
  Endpoints: core('endpoints'),
  Event: core('events'),
  LimitRange: core('limitranges'),
  Namespace: core('namespaces', false),
  Node: core('nodes', false),
  PersistentVolume: core('persistentvolumes', false),
  PersistentVolumeClaim: core('persistentvolumeclaims'),
  Pod: core('pods'),
  ReplicationController: { ...core('replicationcontrollers'), generation: true },
  ResourceQuota: core('resourcequotas'),
  Secret: core('secrets'),
  Service: core('services'),
  ServiceAccount: core('serviceaccounts'),
  ControllerRevision: grouped('controllerrevisions', 'apps', false),
  DaemonSet: grouped('daemonsets', 'apps'),
  Deployment: grouped('deployments', 'apps'),
  ReplicaSet: grouped('replicasets', 'apps'),
  StatefulSet: grouped('statefulsets', 'apps'),
  HorizontalPodAutoscaler: grouped('horizontalpodautoscalers', 'autoscaling', false),
  CronJob: grouped('cronjobs', 'batch'),
  Job: grouped('jobs', 'batch'),
  Lease: grouped('leases', 'coordination.k8s.io', false),
  EndpointSlice: grouped('endpointslices', 'discovery.k8s.io'),
  Ingress: grouped('ingresses', 'networking.k8s.io'),
  IngressClass: grouped('ingressclasses', 'networking.k8s.io', true, false),
  NetworkPolicy: grouped('networkpolicies', 'networking.k8s.io'),
  ClusterNetworkPolicy: grouped('clusternetworkpolicies', 'policy.networking.k8s.io', true, false),
  Gateway: grouped('gateways', 'gateway.networking.k8s.io'),
  GatewayClass: grouped('gatewayclasses', 'gateway.networking.k8s.io', true, false),
  HTTPRoute: grouped('httproutes', 'gateway.networking.k8s.io'),
  PodDisruptionBudget: grouped('poddisruptionbudgets', 'policy'),
  ClusterRole: grouped('clusterroles', 'rbac.authorization.k8s.io', false, false),
  ClusterRoleBinding: grouped('clusterrolebindings', 'rbac.authorization.k8s.io', false, false),
  Role: grouped('roles', 'rbac.authorization.k8s.io', false),
  RoleBinding: grouped('rolebindings', 'rbac.authorization.k8s.io', false),
  PriorityClass: grouped('priorityclasses', 'scheduling.k8s.io', true, false),
  StorageClass: grouped('storageclasses', 'storage.k8s.io', false, false),
};
