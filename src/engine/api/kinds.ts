// Every kind that an API server of the 1.33 line serves, with its group, version and scope, so that a manifest is
// refused as kubectl refuses it (`no matches for kind ...`) and told where the kind really lives.

import { nearest } from './nearest.ts';

export interface KindInfo {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** `apiVersion: kinds`; a kind with a star is cluster-scoped. The last group of lines is not part of Kubernetes itself. */
const KINDS = `
v1: Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount ComponentStatus* Namespace* Node* PersistentVolume*
apps/v1: ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet
batch/v1: CronJob Job
autoscaling/v2: HorizontalPodAutoscaler
autoscaling/v1: HorizontalPodAutoscaler
policy/v1: PodDisruptionBudget
networking.k8s.io/v1: Ingress NetworkPolicy IngressClass* IPAddress* ServiceCIDR*
discovery.k8s.io/v1: EndpointSlice
events.k8s.io/v1: Event
rbac.authorization.k8s.io/v1: Role RoleBinding ClusterRole* ClusterRoleBinding*
storage.k8s.io/v1: CSIStorageCapacity CSIDriver* CSINode* StorageClass* VolumeAttachment*
scheduling.k8s.io/v1: PriorityClass*
coordination.k8s.io/v1: Lease
node.k8s.io/v1: RuntimeClass*
certificates.k8s.io/v1: CertificateSigningRequest*
authentication.k8s.io/v1: SelfSubjectReview* TokenReview*
authorization.k8s.io/v1: LocalSubjectAccessReview SelfSubjectAccessReview* SelfSubjectRulesReview* SubjectAccessReview*
admissionregistration.k8s.io/v1: MutatingWebhookConfiguration* ValidatingAdmissionPolicy* ValidatingAdmissionPolicyBinding* ValidatingWebhookConfiguration*
apiextensions.k8s.io/v1: CustomResourceDefinition*
apiregistration.k8s.io/v1: APIService*
flowcontrol.apiserver.k8s.io/v1: FlowSchema* PriorityLevelConfiguration*
packetwalk.dev/v1: Scenario*
gateway.networking.k8s.io/v1: Gateway GRPCRoute HTTPRoute GatewayClass*
gateway.networking.k8s.io/v1beta1: ReferenceGrant
policy.networking.k8s.io/v1alpha2: ClusterNetworkPolicy*
metallb.io/v1beta1: IPAddressPool L2Advertisement
kubeadm.k8s.io/v1beta4: ClusterConfiguration* InitConfiguration* JoinConfiguration*
kubeadm.k8s.io/v1beta3: ClusterConfiguration* InitConfiguration* JoinConfiguration*
kubeproxy.config.k8s.io/v1alpha1: KubeProxyConfiguration*
kubelet.config.k8s.io/v1beta1: KubeletConfiguration*
`;

const kinds: readonly KindInfo[] = KINDS.trim()
  .split('\n')
  .flatMap((line) => {
    const [apiVersion = '', names = ''] = line.split(': ');
    return names.split(' ').map((name) => ({ apiVersion, kind: name.replace('*', ''), namespaced: !name.endsWith('*') }));
  });

const byKey = new Map(kinds.map((info) => [`${info.apiVersion} ${info.kind}`, info]));
const groups = new Set(kinds.map((info) => groupOf(info.apiVersion)));

/** Documents of tools, not objects of the API: they have no name. */
const CONFIGURATION_GROUPS = /^(kubeadm\.k8s\.io|kube(proxy|let)\.config\.k8s\.io|packetwalk\.dev)\//;

/** The kind as the API server serves it, or undefined when that group and version have no such kind. */
export function kindInfo(apiVersion: string, kind: string): KindInfo | undefined {
  return byKey.get(`${apiVersion} ${kind}`);
}

/** Whether the kind may well exist although it is not in the table: a custom resource of a group that nobody here knows. */
export function isCustomKind(apiVersion: string, kind: string): boolean {
  return (
    apiVersion.includes('/') &&
    !groups.has(groupOf(apiVersion)) &&
    !kinds.some((info) => info.kind === kind) &&
    groupOf(apiVersion).includes('.')
  );
}

/** Whether objects of this kind carry a name (the configuration documents of tools do not). */
export function isNamed(apiVersion: string): boolean {
  return !CONFIGURATION_GROUPS.test(apiVersion);
}

/** What the writer most likely meant by a kind and version that do not fit together, or undefined. */
export function suggestKind(apiVersion: string, kind: string): KindInfo | undefined {
  const exact = kinds.find((info) => info.kind === kind);
  if (exact) return exact;
  const folded = kinds.find(
    (info) => info.kind.toLowerCase() === kind.toLowerCase() || `${info.kind.toLowerCase()}s` === kind.toLowerCase(),
  );
  if (folded) return folded;
  const sameGroup = kinds.filter((info) => info.apiVersion === apiVersion);
  for (const candidates of [sameGroup, kinds]) {
    const name = nearest(
      kind,
      candidates.map((info) => info.kind),
    );
    const found = name === undefined ? undefined : candidates.find((info) => info.kind === name);
    if (found) return found;
  }
  return undefined;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** `apps/v1` for `Deployment`: the version that the API server prefers; `v1` for a kind that it does not know. */
export function kindVersion(kind: string): string {
  return kinds.find((info) => info.kind === kind)?.apiVersion ?? 'v1';
}
