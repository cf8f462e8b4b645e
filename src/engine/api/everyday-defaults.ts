// The fields that the API server fills in, for the kinds of every day. Follows pkg/apis/core/v1/defaults.go and
// pkg/apis/apps/v1/defaults.go (Kubernetes 1.33). What only the kubelet reads is filled in as well, because
// `kubectl get -o yaml` shows it.

import { admittedFields } from './pod-admission.ts';
import type { Container, KubeObject, Pod, PodSpec, PodTemplateSpec, Service } from './types.ts';
import { isExternallyAccessible } from './validation/service.ts';

const THREE_HOURS = 10800;

/** Fills in the defaults of one kind. */
// biome-ignore lint/suspicious/noExplicitAny: each function knows the kind that it is for.
export type SetDefaults = (object: any) => void;

export const EVERYDAY_DEFAULTS: Readonly<Record<string, SetDefaults>> = {
  Namespace: (object: KubeObject) => {
    if (object.metadata.name) object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
    object.spec = { finalizers: ['kubernetes'], ...object.spec };
    object.status = { phase: 'Active', ...object.status };
  },
  Node: (object: KubeObject) => {
    const { spec } = object;
    if (spec?.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR];
    if (!spec?.podCIDR && spec?.podCIDRs?.length) spec.podCIDR = spec.podCIDRs[0];
  },
  Pod: (object: Pod) => {
    object.spec ??= { containers: [] };
    defaultPodSpec(object.spec);
    Object.assign(object.spec, admittedFields(object.spec));
    for (const container of [...object.spec.containers, ...(object.spec.initContainers ?? [])]) {
      if (container.resources?.limits) container.resources.requests = { ...container.resources.limits, ...container.resources.requests };
      if (object.spec.hostNetwork) for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
    }
  },
  Deployment: (object: KubeObject) => {
    object.spec ??= {};
    const { spec } = object;
    spec.replicas ??= 1;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate };
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    spec.template ??= {};
    defaultTemplate(spec.template);
  },
  ReplicaSet: (object: KubeObject) => {
    object.spec ??= {};
    object.spec.replicas ??= 1;
    object.spec.template ??= {};
    defaultTemplate(object.spec.template);
  },
  Service: defaultService,
};

function defaultService(object: Service): void {
  object.spec ??= {};
  const { spec } = object;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: THREE_HOURS } };
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    if (!port.targetPort) port.targetPort = port.port ?? 0;
  }
  if (isExternallyAccessible(object)) spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') {
    spec.allocateLoadBalancerNodePorts ??= true;
    for (const ingress of object.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
  }
}

export function defaultTemplate(template: PodTemplateSpec | undefined): void {
  if (!template) return;
  template.spec ??= { containers: [] };
  defaultPodSpec(template.spec);
}

function defaultPodSpec(spec: PodSpec): void {
  spec.containers ??= [];
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) defaultContainer(container);
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ||= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (!probe) continue;
    probe.timeoutSeconds ||= 1;
    probe.periodSeconds ||= 10;
    probe.successThreshold ||= 1;
    probe.failureThreshold ||= 3;
    if (probe.httpGet) {
      probe.httpGet.path ||= '/';
      probe.httpGet.scheme ||= 'HTTP';
    }
  }
}

/** An image without tag and digest means `:latest`. */
function isLatest(image: string): boolean {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return !image.includes('@') && (!name.includes(':') || name.endsWith(':latest'));
}
