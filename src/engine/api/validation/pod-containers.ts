// What a container has beyond its ports and probes: resources, environment, hooks, mounts. Follows
// ValidateContainerResourceRequirements, ValidateEnv, validateLifecycle and ValidateVolumeMounts of
// pkg/apis/core/validation/validation.go (Kubernetes 1.33). Of volumes only the names are looked at.

import { duplicate, type FieldError, forbidden, invalid, invalidEach, notFoundValue, notSupported, required } from '../field-error.ts';
import { parseQuantity } from '../quantity.ts';
import type { Container, EnvVar, PodSpec } from '../types.ts';
import { checkDNS1123Label, checkDNS1123Subdomain, checkQualifiedName } from './names.ts';
import { validateHandler } from './probes.ts';

const NOT_FOR_INIT = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];
/** Field paths of the downward API that the environment can have, as the message lists them. */
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const OTHER_FIELDS = ['metadata.labels', 'metadata.annotations', 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'];
const SUBSCRIPTED = /^metadata\.(labels|annotations)\['([^']*)'\]$/;
const ENV_RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function validateContainerFields(spec: PodSpec, path: string, volumesElsewhere: readonly string[] = []): FieldError[] {
  const volumes: readonly { name?: string }[] = Array.isArray(spec.volumes) ? spec.volumes : [];
  const known = new Set([...volumes.map(({ name }) => name ?? ''), ...volumesElsewhere]);
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  return [
    ...validateVolumeNames(volumes, `${path}.volumes`),
    ...(['containers', 'initContainers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap((container, index) => {
        const here = `${path}.${list}[${index}]`;
        return [
          ...validateRestartPolicy(container, list === 'initContainers', here),
          ...(container.env ?? []).flatMap((variable, at) => validateValueFrom(variable, `${here}.env[${at}]`)),
          ...validateMounts(container, known, `${here}.volumeMounts`),
          ...validateLifecycle(container, grace, `${here}.lifecycle`),
          ...validateResources(container, `${here}.resources`),
        ];
      }),
    ),
  ];
}

/** The fields of a pod that stand beside its containers and are rarely set. */
export function validatePodFields(spec: PodSpec, path: string): FieldError[] {
  const { terminationGracePeriodSeconds: grace = 30, ephemeralContainers = [] } = spec;
  const names = (['serviceAccountName', 'priorityClassName', 'runtimeClassName'] as const).flatMap((field) =>
    spec[field] ? invalidEach(`${path}.${field}`, spec[field], checkDNS1123Subdomain(spec[field])) : [],
  );
  return [
    ...names,
    ...(grace < 0 ? [invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0')] : []),
    ...(ephemeralContainers.length > 0 ? [forbidden(`${path}.ephemeralContainers`, 'cannot be set on create')] : []),
  ];
}

function validateVolumeNames(volumes: readonly { name?: string }[], path: string): FieldError[] {
  const seen = new Set<string>();
  return volumes.flatMap(({ name = '' }, index) => {
    const here = `${path}[${index}].name`;
    if (name === '') return [required(here)];
    const errors = invalidEach(here, name, checkDNS1123Label(name));
    if (seen.has(name)) errors.push(duplicate(here, name));
    seen.add(name);
    return errors;
  });
}

function validateRestartPolicy(container: Container, isInit: boolean, path: string): FieldError[] {
  const { restartPolicy } = container;
  if (!isInit) return restartPolicy ? [forbidden(`${path}.restartPolicy`, 'may not be set for non-init containers')] : [];
  if (restartPolicy !== undefined && restartPolicy !== 'Always') return [notSupported(`${path}.restartPolicy`, restartPolicy, ['Always'])];
  if (restartPolicy === 'Always') return [];
  return NOT_FOR_INIT.filter((field) => container[field]).map((field) =>
    forbidden(`${path}.${field}`, 'may not be set for init containers without restartPolicy=Always'),
  );
}

function validateValueFrom({ value, valueFrom }: EnvVar, path: string): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((one) => one !== undefined).length;
  const here = `${path}.valueFrom`;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldRef(fieldRef.fieldPath ?? '', `${here}.fieldRef.fieldPath`));
  if (resourceFieldRef) errors.push(...validateResourceRef(resourceFieldRef.resource ?? '', `${here}.resourceFieldRef.resource`));
  for (const [name, ref] of Object.entries({ configMapKeyRef, secretKeyRef }))
    if (ref && !ref.key) errors.push(required(`${here}.${name}.key`));
  if (sources === 0)
    errors.push(invalid(here, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'));
  else if (value) errors.push(invalid(here, '', 'may not be specified when `value` is not empty'));
  else if (sources > 1) errors.push(invalid(here, '', 'may not have more than one field specified at a time'));
  return errors;
}

function validateFieldRef(fieldPath: string, path: string): FieldError[] {
  if (fieldPath === '') return [required(path)];
  const subscript = SUBSCRIPTED.exec(fieldPath)?.[2];
  if (subscript !== undefined) return invalidEach(path, subscript, checkQualifiedName(subscript));
  if (ENV_FIELDS.includes(fieldPath)) return [];
  if (OTHER_FIELDS.includes(fieldPath)) return [notSupported(path, fieldPath, ENV_FIELDS)];
  return [invalid(path, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`)];
}

function validateResourceRef(resource: string, path: string): FieldError[] {
  if (resource === '') return [required(path)];
  const isKnown = ENV_RESOURCES.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource);
  return isKnown ? [] : [notSupported(path, resource, ENV_RESOURCES)];
}

function validateMounts(container: Container, volumes: ReadonlySet<string>, path: string): FieldError[] {
  const mounts: readonly { name?: string; mountPath?: string }[] = container.volumeMounts ?? [];
  const taken = new Set<string>();
  return mounts.flatMap(({ name = '', mountPath = '' }, index) => {
    const here = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${here}.name`));
    if (mountPath === '') errors.push(required(`${here}.mountPath`));
    if (name !== '' && !volumes.has(name)) errors.push(notFoundValue(`${here}.name`, name));
    if (mountPath !== '' && taken.has(mountPath)) errors.push(invalid(`${here}.mountPath`, mountPath, 'must be unique'));
    taken.add(mountPath);
    return errors;
  });
}

function validateLifecycle({ lifecycle }: Container, grace: number, path: string): FieldError[] {
  const hooks: Readonly<Record<string, Parameters<typeof validateHandler>[0] & { sleep?: { seconds?: number } }>> = lifecycle ?? {};
  return ['postStart', 'preStop'].flatMap((hook) => {
    const handler = hooks[hook];
    if (!handler) return [];
    const seconds = handler.sleep?.seconds ?? 0;
    const detail = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
    const isWrong = handler.sleep !== undefined && (seconds < 0 || seconds > grace);
    return [...validateHandler(handler, `${path}.${hook}`), ...(isWrong ? [invalid(`${path}.${hook}.sleep`, seconds, detail)] : [])];
  });
}

function validateResources({ resources = {} }: Container, path: string): FieldError[] {
  const limits: Readonly<Record<string, string>> = resources.limits ?? {};
  const requests: Readonly<Record<string, string>> = resources.requests ?? {};
  const errors: FieldError[] = [];
  for (const [list, quantities] of Object.entries({ limits, requests }))
    for (const [name, quantity] of Object.entries(quantities)) {
      const here = `${path}.${list}[${name}]`;
      errors.push(...validateResourceName(name, here));
      if ((parseQuantity(quantity) ?? 0) < 0) errors.push(invalid(here, String(quantity), 'must be greater than or equal to 0'));
    }
  for (const [name, quantity] of Object.entries(requests))
    errors.push(...validateRequest(name, quantity, limits[name], `${path}.requests`));
  return errors;
}

function validateResourceName(name: string, path: string): FieldError[] {
  const syntax = invalidEach(path, name, checkQualifiedName(name));
  if (syntax.length > 0 || name.includes('/') || /^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(name)) return syntax;
  return [
    invalid(path, name, 'must be a standard resource type or fully qualified'),
    invalid(path, name, 'must be a standard resource for containers'),
  ];
}

/** A request lies within its limit; what cannot be shared out more than once has the two equal. */
function validateRequest(name: string, request: string, limit: string | undefined, path: string): FieldError[] {
  const isOvercommitable = !name.includes('/') && !name.startsWith('hugepages-');
  if (limit === undefined)
    return isOvercommitable ? [] : [required(path.replace(/requests$/, 'limits'), 'Limit must be set for non overcommitable resources')];
  const [wanted, most] = [parseQuantity(request) ?? 0, parseQuantity(limit) ?? 0];
  if (!isOvercommitable && wanted !== most) return [invalid(path, String(request), `must be equal to ${name} limit of ${limit}`)];
  return wanted > most ? [invalid(path, String(request), `must be less than or equal to ${name} limit of ${limit}`)] : [];
}
