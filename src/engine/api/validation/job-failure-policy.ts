// The podFailurePolicy of a Job. Follows validatePodFailurePolicy in pkg/apis/batch/validation/validation.go,
// Kubernetes 1.33.

import { duplicate, type FieldError, invalid, invalidEach, notSupported, required, tooMany } from '../field-error.ts';
import type { Container, Job } from '../types.ts';
import { checkQualifiedName } from './names.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MAX_RULES = 20;
const MAX_VALUES = 255;

interface Rule {
  readonly action?: string;
  readonly onExitCodes?: { readonly containerName?: string; readonly operator?: string; readonly values?: readonly number[] };
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[];
}

export function validateFailurePolicy(spec: Partial<Job['spec']>): FieldError[] {
  const { podFailurePolicy: policy, podReplacementPolicy: replacement } = spec;
  if (!policy) return [];
  const path = 'spec.podFailurePolicy.rules';
  const rules: readonly Rule[] = policy.rules ?? [];
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...containers, ...initContainers].map(({ name }: Container) => name));
  const isReplaced = replacement === undefined || replacement === 'Failed';
  return [
    ...(rules.length > MAX_RULES ? [tooMany(path, rules.length, MAX_RULES)] : []),
    ...rules.flatMap((rule, index) => validateRule(spec, rule, `${path}[${index}]`, names)),
    ...(isReplaced ? [] : [notSupported('spec.podReplacementPolicy', replacement, ['Failed'])]),
  ];
}

function validateRule(spec: Partial<Job['spec']>, rule: Rule, path: string, names: ReadonlySet<string>): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors = oneOf(`${path}.action`, action, ACTIONS);
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    errors.push(invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, `${path}.onExitCodes`, names));
  for (const [index, { type = '', status }] of onPodConditions.entries()) {
    const at = `${path}.onPodConditions[${index}]`;
    errors.push(...invalidEach(`${at}.type`, type, checkQualifiedName(type)), ...oneOf(`${at}.status`, status, STATUSES));
  }
  if (onExitCodes && onPodConditions.length > 0)
    errors.push(wrong(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(wrong(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

function validateExitCodes(
  { operator, containerName, values = [] }: NonNullable<Rule['onExitCodes']>,
  path: string,
  names: ReadonlySet<string>,
): FieldError[] {
  const errors = oneOf(`${path}.operator`, operator, OPERATORS);
  if (containerName !== undefined && !names.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${path}.containerName`, containerName, detail));
  }
  const at = `${path}.values`;
  const all = { go: values.length > 0 ? `[]int32{${values.join(', ')}}` : '[]int32(nil)' };
  if (values.length === 0) errors.push(invalid(at, all, 'at least one value is required'));
  if (values.length > MAX_VALUES) errors.push(tooMany(at, values.length, MAX_VALUES));
  for (const [index, value] of values.entries()) {
    if (operator === 'In' && value === 0) errors.push(invalid(`${at}[${index}]`, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < index) errors.push(duplicate(`${at}[${index}]`, value));
  }
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? value) <= value);
  return isOrdered ? errors : [...errors, invalid(at, all, 'must be ordered')];
}

function oneOf(path: string, value: string | undefined, supported: readonly string[]): FieldError[] {
  if (value === undefined || value === '')
    return [required(path, `valid values: [${supported.map((word) => JSON.stringify(word)).join(' ')}]`)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

/** Of a whole rule the value is not printed. */
function wrong(path: string, detail: string): FieldError {
  return { path, reason: 'FieldValueInvalid', message: `Invalid value: ${detail}` };
}
