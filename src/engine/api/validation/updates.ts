// What may change in Services, pods and selectors that exist. Follows ValidateServiceUpdate and ValidatePodUpdate of
// pkg/apis/core/validation/validation.go and pkg/apis/apps/validation/validation.go (Kubernetes 1.33).

import { type FieldError, forbidden, goList, invalid } from '../field-error.ts';
import type { Container, DaemonSet, Deployment, Pod, PodSpec, ReplicaSet, Service } from '../types.ts';
import { goLabelSelector, validateObjectMetaUpdate } from './metadata.ts';
import { validatePod } from './pod.ts';
import { needsHealthCheck, validateLoadBalancerClass, validateService } from './service.ts';
import { isHeadless } from './service-addresses.ts';

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const sameClass = service.spec.loadBalancerClass === old.spec.loadBalancerClass;
  const classChanged = service.spec.type === 'LoadBalancer' && old.spec.type === 'LoadBalancer' && !sameClass;
  const healthPortChanged =
    needsHealthCheck(service) && needsHealthCheck(old) && service.spec.healthCheckNodePort !== old.spec.healthCheckNodePort;
  return [
    ...validateObjectMetaUpdate(service, old),
    ...validateClusterIPsUpdate(service, old),
    ...validateIPFamiliesUpdate(service, old),
    ...(classChanged ? [invalid('spec.loadBalancerClass', service.spec.loadBalancerClass, 'may not change once set')] : []),
    ...validateLoadBalancerClass(service),
    ...(healthPortChanged ? [forbidden('spec.healthCheckNodePort', 'field is immutable')] : []),
    ...validateService(service),
  ];
}

/** A Service keeps its primary address, and headless stays headless. */
function validateClusterIPsUpdate(service: Service, old: Service): FieldError[] {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return [];
  if (isHeadless(old) && isHeadless(service)) return [];
  const before = old.spec.clusterIPs ?? [];
  const after = service.spec.clusterIPs ?? [];
  const changed = (index: number) => invalid(`spec.clusterIPs[${index}]`, goList('string', after), 'may not change once set');
  if (before.length === after.length) return before.flatMap((address, index) => (address === after[index] ? [] : [changed(index)]));
  const errors: FieldError[] = [];
  if (after.length === 0) {
    errors.push(invalid('spec.clusterIPs[0]', goList('string', service.spec.clusterIPs), 'primary clusterIP can not be unset'));
  } else if (before.length > 0 && after[0] !== before[0]) errors.push(changed(0));
  if (before.length > after.length && after.length === 1) errors.push(...validateRelease(service, 'clusterIP'));
  return errors;
}

function validateIPFamiliesUpdate(service: Service, old: Service): FieldError[] {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return [];
  if (isHeadless(service) || isHeadless(old)) return [];
  const before = old.spec.ipFamilies ?? [];
  const after = service.spec.ipFamilies ?? [];
  const path = 'spec.ipFamilies[0]';
  if (before.length === after.length) {
    const value = goList('core.IPFamily', service.spec.ipFamilies);
    return before.flatMap((family, index) => (family === after[index] ? [] : [invalid(path, value, 'may not change once set')]));
  }
  const errors: FieldError[] = [];
  if (before.length > after.length && (service.spec.clusterIPs ?? []).length === 0) {
    errors.push(invalid(path, goList('core.IPFamily', service.spec.ipFamilies), 'primary ipFamily can not be unset'));
  }
  // The server prints the addresses here, not the families.
  if (before.length > 0 && after.length > 0 && after[0] !== before[0]) {
    errors.push(invalid(path, goList('string', service.spec.clusterIPs), 'may not change once set'));
  }
  if (before.length > after.length && after.length === 1) errors.push(...validateRelease(service, 'ipFamily'));
  return errors;
}

function validateRelease(service: Service, what: 'clusterIP' | 'ipFamily'): FieldError[] {
  if (service.spec.ipFamilyPolicy === 'SingleStack') return [];
  const detail = `must be set to 'SingleStack' when releasing the secondary ${what}`;
  return [invalid('spec.ipFamilyPolicy', service.spec.ipFamilyPolicy, detail)];
}

/** Of a pod that exists, images, deadlines and tolerations may change, and nothing else of its spec. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = [...validateObjectMetaUpdate(pod, old), ...validatePod(pod)];
  for (const list of ['containers', 'initContainers'] as const)
    if ((pod.spec[list] ?? []).length !== (old.spec[list] ?? []).length)
      return [...errors, forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
  const deadline = validateDeadlineUpdate(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  errors.push(...deadline, ...validateAddedTolerations(pod.spec.tolerations, old.spec.tolerations));
  if (deadline.length > 0) return errors;
  if (JSON.stringify(withoutMutable(pod.spec), sortedKeys) === JSON.stringify(withoutMutable(old.spec), sortedKeys)) return errors;
  const allowed =
    '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [...errors, forbidden('spec', `pod updates may not change fields other than ${allowed}`)];
}

/** A deadline may be set, or come nearer. */
function validateDeadlineUpdate(after: number | undefined, before: number | undefined): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  if (before === undefined) return [];
  if (after === undefined) return [invalid(path, null, 'must not update from a positive integer to nil value')];
  return after > before ? [invalid(path, after, 'must be less than or equal to previous value')] : [];
}

function validateAddedTolerations(after: PodSpec['tolerations'] = [], before: PodSpec['tolerations'] = []): FieldError[] {
  const textOf = (toleration: object) => JSON.stringify({ ...toleration, tolerationSeconds: undefined }, sortedKeys);
  const kept = new Set(after.map(textOf));
  const isLost = before.some((toleration: object) => !kept.has(textOf(toleration)));
  return isLost ? [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')] : [];
}

function withoutMutable(spec: PodSpec): PodSpec {
  const withoutImage = (container: Container): Container => ({ ...container, image: '' });
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec;
  const initContainers = spec.initContainers ? { initContainers: spec.initContainers.map(withoutImage) } : {};
  return { ...rest, ...initContainers, containers: spec.containers.map(withoutImage) };
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The selector of a Deployment, ReplicaSet or DaemonSet stays what it was. */
export function validateSelectorUpdate<T extends Deployment | ReplicaSet | DaemonSet>(object: T, old: T): FieldError[] {
  const after = object.spec?.selector;
  const isSame = JSON.stringify(after) === JSON.stringify(old.spec?.selector);
  const changed = isSame || !after ? [] : [invalid('spec.selector', goLabelSelector(after), 'field is immutable')];
  return [...validateObjectMetaUpdate(object, old), ...changed];
}
