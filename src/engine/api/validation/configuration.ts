// Kinds that hold settings: ConfigMap, Secret, ServiceAccount, IngressClass, PodDisruptionBudget. Follows
// pkg/apis/core/validation/validation.go, pkg/apis/networking/validation/validation.go and
// pkg/apis/policy/validation/validation.go (Kubernetes 1.33).

import { type FieldError, forbidden, invalid, invalidEach, required } from '../field-error.ts';
import type { IngressClass, KubeObject, PodDisruptionBudget } from '../types.ts';
import { validateLabelSelector, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { checkConfigKey, checkDNS1123Subdomain } from './names.ts';
import { intOrPercent } from './workloads.ts';

export function validateConfigMap(object: KubeObject): FieldError[] {
  const { data = {}, binaryData = {} } = object;
  return [
    ...validateObjectMeta(object, true, checkDNS1123Subdomain),
    ...Object.keys(data).flatMap((key) => [
      ...invalidEach(`data[${key}]`, key, checkConfigKey(key)),
      ...(key in binaryData ? [invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')] : []),
    ]),
    ...Object.keys(binaryData).flatMap((key) => invalidEach(`binaryData[${key}]`, key, checkConfigKey(key))),
  ];
}

export function validateSecret(object: KubeObject): FieldError[] {
  const keys = Object.keys({ ...object.data, ...object.stringData });
  return [
    ...validateObjectMeta(object, true, checkDNS1123Subdomain),
    ...keys.flatMap((key) => invalidEach(`data[${key}]`, key, checkConfigKey(key))),
  ];
}

/** `immutable: true` cannot be taken back, nor what it protects be changed. */
export function validateConfigUpdate(validate: (object: KubeObject) => FieldError[]) {
  return (object: KubeObject, old: KubeObject): FieldError[] => {
    const errors = validateObjectMetaUpdate(object, old);
    const isChanged = (field: string) => JSON.stringify(object[field] ?? {}) !== JSON.stringify(old[field] ?? {});
    if (old.immutable === true) {
      if (object.immutable !== true) errors.push(forbidden('immutable', 'field is immutable when `immutable` is set'));
      for (const field of ['data', 'binaryData'])
        if (isChanged(field)) errors.push(forbidden(field, 'field is immutable when `immutable` is set'));
    }
    if (object.kind === 'Secret' && object.type !== old.type && old.type !== undefined)
      errors.push(invalid('type', object.type ?? '', 'field is immutable'));
    return [...errors, ...validate(object)];
  };
}

export function validateServiceAccount(object: KubeObject): FieldError[] {
  return validateObjectMeta(object, true, checkDNS1123Subdomain);
}

export function validateIngressClass(object: IngressClass): FieldError[] {
  const controller = object.spec?.controller ?? '';
  return [...validateObjectMeta(object, false, checkDNS1123Subdomain), ...validateController(controller)];
}

export function validateIngressClassUpdate(object: IngressClass, old: IngressClass): FieldError[] {
  const controller = object.spec?.controller ?? '';
  const changed = controller === (old.spec?.controller ?? '') ? [] : [invalid('spec.controller', controller, 'field is immutable')];
  return [...validateObjectMetaUpdate(object, old), ...changed, ...validateIngressClass(object)];
}

function validateController(controller: string): FieldError[] {
  const path = 'spec.controller';
  if (controller === '') return [required(path)];
  if (controller.length > 250) return [invalid(path, controller, 'must be no more than 250 characters')];
  const slash = controller.indexOf('/');
  const prefix = slash < 0 ? controller : controller.slice(0, slash);
  const rest = slash < 0 ? '' : controller.slice(slash + 1);
  if (slash < 0 || rest === '') return [invalid(path, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const syntax = invalidEach(path, prefix, checkDNS1123Subdomain(prefix));
  return /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest) ? syntax : [...syntax, invalid(path, rest, 'Invalid path')];
}

export function validatePodDisruptionBudget(budget: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector } = budget.spec ?? {};
  const errors = validateObjectMeta(budget, true, checkDNS1123Subdomain);
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const value = { go: 'policy.PodDisruptionBudgetSpec{...}' };
    errors.push(invalid('spec', value, 'minAvailable and maxUnavailable cannot be both set'));
  }
  if (minAvailable !== undefined) errors.push(...notOver100('spec.minAvailable', minAvailable));
  if (maxUnavailable !== undefined) errors.push(...notOver100('spec.maxUnavailable', maxUnavailable));
  return selector ? [...errors, ...validateLabelSelector(selector, 'spec.selector')] : errors;
}

function notOver100(path: string, value: number | string): FieldError[] {
  const isOver = typeof value === 'string' && Number.parseInt(value, 10) > 100;
  return [...intOrPercent(path, value), ...(isOver ? [invalid(path, value, 'must not be greater than 100%')] : [])];
}
