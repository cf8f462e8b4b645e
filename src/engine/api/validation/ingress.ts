// Ingresses. Follows pkg/apis/networking/validation/validation.go (Kubernetes 1.33).

import { type FieldError, type GoValue, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import type { Ingress, IngressBackend, IngressPath, IngressRule } from '../types.ts';
import { parseSloppyAddress } from './addresses.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import {
  checkDNS1035Label,
  checkDNS1123Label,
  checkDNS1123Subdomain,
  checkPathSegment,
  checkPortName,
  checkPortNumber,
  checkWildcardSubdomain,
} from './names.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_ENDS = ['/..', '/.'];

/** What an object that is already stored may keep although a new one may not have it. */
interface Leniency {
  readonly secretNames: boolean;
  readonly wildcardRules: boolean;
  readonly serviceNames: boolean;
}

const STRICT: Leniency = { secretNames: false, wildcardRules: false, serviceNames: false };

export function validateIngress(ingress: Ingress): FieldError[] {
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  const className = ingress.spec?.ingressClassName;
  const disagrees = annotation !== undefined && className !== undefined && annotation !== className;
  const detail = 'must match `ingressClassName` when both are specified';
  return [
    ...validateObjectMeta(ingress, true, checkDNS1123Subdomain),
    ...validateSpec(ingress, STRICT),
    ...(disagrees ? [invalid(`annotations.${CLASS_ANNOTATION}`, annotation, detail)] : []),
  ];
}

export function validateIngressUpdate(ingress: Ingress, old: Ingress): FieldError[] {
  return [
    ...validateObjectMetaUpdate(ingress, old),
    ...validateObjectMeta(ingress, true, checkDNS1123Subdomain),
    ...validateSpec(ingress, leniencyFor(old)),
  ];
}

function validateSpec(ingress: Ingress, leniency: Leniency): FieldError[] {
  const spec = ingress.spec ?? {};
  const rules = spec.rules ?? [];
  const errors: FieldError[] = [];
  if (rules.length === 0 && spec.defaultBackend === undefined) {
    const none: GoValue = { go: spec.rules ? '[]networking.IngressRule{}' : '[]networking.IngressRule(nil)' };
    errors.push(invalid('spec', none, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, 'spec.defaultBackend', leniency));
  errors.push(...rules.flatMap((rule, index) => validateRule(rule, `spec.rules[${index}]`, leniency)));
  for (const [index, tls] of (spec.tls ?? []).entries()) {
    const path = `spec.tls[${index}]`;
    errors.push(...(tls.hosts ?? []).flatMap((host, at) => invalidEach(`${path}.hosts[${at}]`, host, checkHost(host))));
    if (tls.secretName && !leniency.secretNames)
      errors.push(...invalidEach(`${path}.secretName`, tls.secretName, checkDNS1123Subdomain(tls.secretName)));
  }
  const className = spec.ingressClassName;
  if (className !== undefined) errors.push(...invalidEach('spec.ingressClassName', className, checkDNS1123Subdomain(className)));
  return errors;
}

function checkHost(host: string): string[] {
  return host.includes('*') ? checkWildcardSubdomain(host) : checkDNS1123Subdomain(host);
}

function validateRule(rule: IngressRule, path: string, leniency: Leniency): FieldError[] {
  const host = rule.host ?? '';
  const errors: FieldError[] = [];
  if (host !== '' && parseSloppyAddress(host) !== null) errors.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'));
  if (host !== '') errors.push(...invalidEach(`${path}.host`, host, checkHost(host)));
  if (!rule.http || (host.includes('*') && leniency.wildcardRules)) return errors;
  const paths = rule.http.paths ?? [];
  if (paths.length === 0) errors.push(required(`${path}.http.paths`));
  return [...errors, ...paths.flatMap((entry, index) => validatePath(entry, `${path}.http.paths[${index}]`, leniency))];
}

function validatePath(entry: IngressPath, path: string, leniency: Leniency): FieldError[] {
  const { pathType, path: value = '' } = entry;
  // Without a type nothing else about the path can be judged.
  if (pathType === undefined) return [required(`${path}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const at = `${path}.path`;
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!value.startsWith('/')) errors.push(invalid(at, value, 'must be an absolute path'));
    for (const part of FORBIDDEN_SEQUENCES) if (value.includes(part)) errors.push(invalid(at, value, `must not contain '${part}'`));
    for (const end of FORBIDDEN_ENDS) if (value.endsWith(end)) errors.push(invalid(at, value, `cannot end with '${end}'`));
  } else if (pathType === 'ImplementationSpecific') {
    if (value !== '' && !value.startsWith('/')) errors.push(invalid(at, value, 'must be an absolute path'));
  } else errors.push(notSupported(`${path}.pathType`, pathType, PATH_TYPES));
  return [...errors, ...validateBackend(entry.backend ?? {}, `${path}.backend`, leniency)];
}

function validateBackend(backend: IngressBackend, path: string, leniency: Leniency): FieldError[] {
  const { service, resource } = backend;
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateReference(resource, `${path}.resource`);
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const checkName = leniency.serviceNames ? checkDNS1123Label : checkDNS1035Label;
  const nameErrors = service.name
    ? invalidEach(`${path}.service.name`, service.name, checkName(service.name))
    : [required(`${path}.service.name`)];
  return [...nameErrors, ...validateBackendPort(service.port ?? {}, path)];
}

function validateBackendPort(port: { readonly name?: string; readonly number?: number }, path: string): FieldError[] {
  const { name = '', number = 0 } = port;
  if (name !== '' && number !== 0) return [invalid(path, '', 'cannot set both port name & port number')];
  if (name !== '') return invalidEach(`${path}.service.port.name`, name, checkPortName(name));
  if (number === 0) return [required(path, 'port name or number is required')];
  return checkPortNumber(number).map((detail) => invalid(`${path}.service.port.number`, number, detail));
}

function validateReference(resource: NonNullable<IngressBackend['resource']>, path: string): FieldError[] {
  const { apiGroup, kind = '', name = '' } = resource;
  return [
    ...(apiGroup === undefined ? [] : invalidEach(`${path}.apiGroup`, apiGroup, checkDNS1123Subdomain(apiGroup))),
    ...(kind === '' ? [required(`${path}.kind`)] : invalidEach(`${path}.kind`, kind, checkPathSegment(kind))),
    ...(name === '' ? [required(`${path}.name`)] : invalidEach(`${path}.name`, name, checkPathSegment(name))),
  ];
}

function leniencyFor(old: Ingress): Leniency {
  const rules = old.spec?.rules ?? [];
  const backends = [old.spec?.defaultBackend, ...rules.flatMap((rule) => (rule.http?.paths ?? []).map((entry) => entry.backend))];
  return {
    secretNames: (old.spec?.tls ?? []).some((tls) => tls.secretName && checkDNS1123Subdomain(tls.secretName).length > 0),
    wildcardRules: rules.some((rule) => rule.host?.includes('*') && validateRule({ ...rule, host: '' }, '', STRICT).length > 0),
    serviceNames: backends.some((backend) => {
      const name = backend?.service?.name ?? '';
      return checkDNS1123Label(name).length === 0 && checkDNS1035Label(name).length > 0;
    }),
  };
}
