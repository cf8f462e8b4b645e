// Deployments, ReplicaSets and ReplicationControllers. Follows pkg/apis/apps/validation/validation.go and
// ValidateReplicationControllerSpec of pkg/apis/core/validation/validation.go (Kubernetes 1.33).

import { type FieldError, forbidden, goMap, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import { hasLabels, matchesSelector } from '../label-selector.ts';
import type { Deployment, LabelSelector, PodTemplateSpec, ReplicaSet, ReplicationController } from '../types.ts';
import { goLabelSelector, validateLabelSelector, validateObjectMeta } from './metadata.ts';
import { checkDNS1123Subdomain, checkPercent } from './names.ts';
import { validatePodTemplate } from './pod.ts';

const NO_MATCH = '`selector` does not match template `labels`';

export function validateDeployment(deployment: Deployment): FieldError[] {
  const spec = deployment.spec ?? {};
  const deadline = spec.progressDeadlineSeconds;
  const minReady = spec.minReadySeconds ?? 0;
  const isTooShort = typeof deadline === 'number' && deadline <= minReady;
  return [
    ...validateObjectMeta(deployment, true, checkDNS1123Subdomain),
    ...nonNegative('spec.replicas', spec.replicas),
    ...validateSelectorAndTemplate(spec.selector, spec.template),
    ...validateStrategy(spec.strategy ?? {}),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', deadline),
    ...(isTooShort ? [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')] : []),
  ];
}

export function validateReplicaSet(replicaSet: ReplicaSet): FieldError[] {
  const spec: Partial<ReplicaSet['spec']> & { minReadySeconds?: number } = replicaSet.spec ?? {};
  return [
    ...validateObjectMeta(replicaSet, true, checkDNS1123Subdomain),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateSelectorAndTemplate(spec.selector, spec.template),
  ];
}

export function validateReplicationController(controller: ReplicationController): FieldError[] {
  const spec: Partial<ReplicationController['spec']> & { minReadySeconds?: number } = controller.spec ?? {};
  const selector = spec.selector ?? {};
  const isEmpty = Object.keys(selector).length === 0;
  const labels = spec.template?.metadata?.labels;
  const isMismatch = spec.template !== undefined && !isEmpty && !hasLabels(labels, selector);
  return [
    ...validateObjectMeta(controller, true, checkDNS1123Subdomain),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...(isEmpty ? [required('spec.selector')] : []),
    ...nonNegative('spec.replicas', spec.replicas),
    ...(isMismatch ? [invalid('spec.template.metadata.labels', goMap(labels), NO_MATCH)] : []),
    ...(spec.template ? validateTemplate(spec.template, 'ReplicationController') : [required('spec.template')]),
  ];
}

function validateSelectorAndTemplate(selector: LabelSelector | undefined, template: PodTemplateSpec | undefined): FieldError[] {
  const given: PodTemplateSpec = template ?? { spec: { containers: [] } };
  return [...validateSelector(selector), ...validateMatch(selector, given), ...validateTemplate(given, 'ReplicaSet')];
}

/** A selector must be there and select something. */
export function validateSelector(selector: LabelSelector | undefined, kind = 'deployment'): FieldError[] {
  if (!selector) return [required('spec.selector')];
  const errors = validateLabelSelector(selector, 'spec.selector');
  if (isEmptySelector(selector)) errors.push(invalid('spec.selector', goLabelSelector(selector), `empty selector is invalid for ${kind}`));
  return errors;
}

/** A missing selector matches nothing, so it does not match the template either; an empty one is not compared. */
export function validateMatch(selector: LabelSelector | undefined, template: PodTemplateSpec): FieldError[] {
  if (selector && isEmptySelector(selector)) return [];
  if (selector && validateLabelSelector(selector, '').length > 0)
    return [invalid('spec.selector', goLabelSelector(selector), 'invalid label selector')];
  const labels = template.metadata?.labels;
  return matchesSelector(labels, selector) ? [] : [invalid('spec.template.metadata.labels', goMap(labels), NO_MATCH)];
}

export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

/** The template, whose pods are kept running by `owner`. */
export function validateTemplate(template: PodTemplateSpec, owner: string): FieldError[] {
  const errors = validatePodTemplate(template, 'spec.template');
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy && restartPolicy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${owner} is not Supported`));
  }
  return errors;
}

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
}

function validateStrategy({ type, rollingUpdate }: Strategy): FieldError[] {
  const path = 'spec.strategy';
  if (type === 'Recreate') {
    return rollingUpdate ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")] : [];
  }
  if (type !== 'RollingUpdate') return [notSupported(`${path}.type`, type ?? '', ['Recreate', 'RollingUpdate'])];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const at = `${path}.rollingUpdate.maxUnavailable`;
  const errors = [...intOrPercent(at, maxUnavailable), ...intOrPercent(`${path}.rollingUpdate.maxSurge`, maxSurge)];
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) errors.push(invalid(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  if (typeof maxUnavailable === 'string' && amount(maxUnavailable) > 100)
    errors.push(invalid(at, maxUnavailable, 'must not be greater than 100%'));
  return errors;
}

export function intOrPercent(path: string, value: number | string): FieldError[] {
  return typeof value === 'string' ? invalidEach(path, value, checkPercent(value)) : nonNegative(path, value);
}

export function amount(value: number | string): number {
  return typeof value === 'string' ? Number.parseInt(value, 10) || 0 : value;
}

export function nonNegative(path: string, value: number | undefined): FieldError[] {
  return value === undefined || value >= 0 ? [] : [invalid(path, value, 'must be greater than or equal to 0')];
}
