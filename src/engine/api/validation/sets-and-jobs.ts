// StatefulSets, DaemonSets and Jobs. Follows pkg/apis/apps/validation/validation.go and
// pkg/apis/batch/validation/validation.go (Kubernetes 1.33).

import { copyOf } from '../copy.ts';
import { type FieldError, forbidden, type GoValue, invalid, notSupported, required } from '../field-error.ts';
import type { DaemonSet, Job, KubeObject, StatefulSet } from '../types.ts';
import { validateFailurePolicy } from './job-failure-policy.ts';
import { goLabelSelector, validateLabelSelector, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { checkDNS1123Subdomain } from './names.ts';
import { validatePodTemplate } from './pod.ts';
import { amount, intOrPercent, isEmptySelector, nonNegative, validateMatch, validateSelector, validateTemplate } from './workloads.ts';

/** What may change in a StatefulSet that exists. */
const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const ONLY_NEVER = 'only "Never" is supported when podFailurePolicy is specified';

const COMPLETION_MODES = ['Indexed', 'NonIndexed'];

export function validateStatefulSet(set: StatefulSet): FieldError[] {
  const spec: Partial<StatefulSet['spec']> = set.spec ?? {};
  const template = spec.template ?? { spec: { containers: [] } };
  const policy = spec.podManagementPolicy ?? '';
  const isPolicy = policy === 'OrderedReady' || policy === 'Parallel';
  return [
    ...validateObjectMeta(set, true, checkDNS1123Subdomain),
    ...(isPolicy ? [] : [invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...validateStatefulSetStrategy(spec.updateStrategy ?? {}),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...validateSelector(spec.selector, 'statefulset'),
    ...validateMatch(spec.selector, template),
    ...validateTemplate(template, 'StatefulSet'),
  ];
}

function validateStatefulSetStrategy({ type, rollingUpdate }: NonNullable<StatefulSet['spec']['updateStrategy']>): FieldError[] {
  const path = 'spec.updateStrategy';
  if (type === 'RollingUpdate') return nonNegative(`${path}.rollingUpdate.partition`, rollingUpdate?.partition);
  if (type !== 'OnDelete') return [invalid(path, strategyText(type, rollingUpdate), "must be 'RollingUpdate' or 'OnDelete'")];
  if (!rollingUpdate) return [];
  return [invalid(`${path}.rollingUpdate`, strategyText(type, rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'")];
}

function strategyText(type: string | undefined, rollingUpdate: object | undefined): GoValue {
  const rolling = rollingUpdate ? '(*apps.RollingUpdateStatefulSetStrategy)(0x0)' : '(*apps.RollingUpdateStatefulSetStrategy)(nil)';
  return { go: `apps.StatefulSetUpdateStrategy{Type:${JSON.stringify(type ?? '')}, RollingUpdate:${rolling}}` };
}

export function validateStatefulSetUpdate(set: StatefulSet, old: StatefulSet): FieldError[] {
  const errors = [...validateObjectMetaUpdate(set, old), ...validateStatefulSet(set)];
  if (fixedText(set) === fixedText(old)) return errors;
  const listed = MUTABLE.map((field) => `'${field}'`);
  const may = `${listed.slice(0, -1).join(', ')} and ${listed.at(-1)}`;
  return [...errors, forbidden('spec', `updates to statefulset spec for fields other than ${may} are forbidden`)];
}

function fixedText({ spec }: StatefulSet): string {
  const entries = Object.entries(copyOf(spec) as object).filter(([key]) => !MUTABLE.includes(key));
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function validateDaemonSet(set: DaemonSet): FieldError[] {
  const spec: Partial<DaemonSet['spec']> = set.spec ?? {};
  const { selector } = spec;
  const template = spec.template ?? { spec: { containers: [] } };
  const isEmpty = selector !== undefined && isEmptySelector(selector);
  return [
    ...validateObjectMeta(set, true, checkDNS1123Subdomain),
    ...(selector ? validateLabelSelector(selector, 'spec.selector') : []),
    ...validateMatch(selector, template),
    ...(isEmpty ? [invalid('spec.selector', goLabelSelector(selector), 'empty selector is invalid for daemonset')] : []),
    ...validateTemplate(template, 'DaemonSet'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateDaemonSetStrategy(spec.updateStrategy ?? {}),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ];
}

function validateDaemonSetStrategy({ type, rollingUpdate }: NonNullable<DaemonSet['spec']['updateStrategy']>): FieldError[] {
  const path = 'spec.updateStrategy';
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [notSupported(path, type ?? '', ['RollingUpdate', 'OnDelete'])];
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const at = `${path}.rollingUpdate`;
  const errors = [...intOrPercent(`${at}.maxUnavailable`, maxUnavailable), ...intOrPercent(`${at}.maxSurge`, maxSurge)];
  const [unavailable, surge] = [amount(maxUnavailable), amount(maxSurge)];
  if (unavailable !== 0 && surge !== 0) errors.push(invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (unavailable === 0 && surge === 0) errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

export function validateJob(job: Job): FieldError[] {
  const spec: Partial<Job['spec']> = job.spec ?? {};
  const template = spec.template ?? { spec: { containers: [] } };
  const path = 'spec.template.spec.restartPolicy';
  const { restartPolicy } = template.spec;
  const isMissing = !restartPolicy || restartPolicy === 'Always';
  const isKnown = restartPolicy === 'OnFailure' || restartPolicy === 'Never';
  return [
    ...validateObjectMeta(job, true, checkDNS1123Subdomain),
    ...nonNegative('spec.parallelism', spec.parallelism),
    ...nonNegative('spec.completions', spec.completions),
    ...nonNegative('spec.activeDeadlineSeconds', spec.activeDeadlineSeconds),
    ...nonNegative('spec.backoffLimit', spec.backoffLimit),
    ...nonNegative('spec.ttlSecondsAfterFinished', spec.ttlSecondsAfterFinished),
    ...validateCompletionMode(spec),
    ...validateFailurePolicy(spec),
    ...validatePodTemplate(template, 'spec.template').filter((error) => error.path !== path),
    // Left out, it becomes Always, which a job cannot have: so leaving it out is what is reported.
    ...(isMissing ? [required(path, 'valid values: "OnFailure", "Never"')] : []),
    ...(isMissing || isKnown ? [] : [notSupported(path, restartPolicy, ['OnFailure', 'Never'])]),
    ...(spec.podFailurePolicy && restartPolicy === 'OnFailure' ? [invalid(path, restartPolicy, ONLY_NEVER)] : []),
  ];
}

function validateCompletionMode({ completionMode, completions }: Partial<Job['spec']>): FieldError[] {
  const path = 'spec.completionMode';
  if (completionMode !== undefined && !COMPLETION_MODES.includes(completionMode))
    return [notSupported(path, completionMode, COMPLETION_MODES)];
  const isMissing = completionMode === 'Indexed' && completions === undefined;
  return isMissing ? [required('spec.completions', 'when completion mode is Indexed')] : [];
}

export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const errors = [...validateObjectMetaUpdate(job, old), ...validateJob(job)];
  if (job.spec?.completions !== old.spec?.completions)
    errors.push(invalid('spec.completions', job.spec?.completions, 'field is immutable'));
  if (job.spec?.completionMode !== old.spec?.completionMode)
    errors.push(invalid('spec.completionMode', job.spec?.completionMode, 'field is immutable'));
  if (JSON.stringify(job.spec?.podFailurePolicy) !== JSON.stringify(old.spec?.podFailurePolicy))
    errors.push(invalid('spec.podFailurePolicy', { go: '&batch.PodFailurePolicy{...}' }, 'field is immutable'));
  if (templateText(job) !== templateText(old))
    errors.push(invalid('spec.template', { go: 'core.PodTemplateSpec{...}' }, 'field is immutable'));
  return errors;
}

function templateText(object: KubeObject): string {
  return JSON.stringify(object.spec?.template);
}
