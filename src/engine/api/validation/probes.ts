// The three probes of a container. Follows validateProbe, validateHandler and validateHTTPGetAction of
// pkg/apis/core/validation/validation.go (Kubernetes 1.33).

import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import type { Container, HTTPGetAction, Probe } from '../types.ts';
import { checkHTTPHeaderName, checkPortName, checkPortNumber } from './names.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
const TIMES = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;
const SCHEMES = ['HTTP', 'HTTPS'];

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & { readonly sleep?: object };

export function validateProbes(container: Container, path: string): FieldError[] {
  return [
    ...validateProbe(container.livenessProbe, `${path}.livenessProbe`, true),
    ...validateProbe(container.readinessProbe, `${path}.readinessProbe`, false),
    ...refuseGracePeriod(container.readinessProbe, `${path}.readinessProbe.terminationGracePeriodSeconds`),
    ...validateProbe(container.startupProbe, `${path}.startupProbe`, true),
  ];
}

function validateProbe(probe: Probe | undefined, path: string, isOnce: boolean): FieldError[] {
  if (!probe) return [];
  const negative = TIMES.filter((field) => (probe[field] ?? 0) < 0);
  const errors = [
    ...validateHandler(probe, path),
    ...negative.map((field) => invalid(`${path}.${field}`, probe[field], 'must be greater than or equal to 0')),
  ];
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  if (isOnce && probe.successThreshold !== undefined && probe.successThreshold !== 1)
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
  return errors;
}

/** Nothing is ended by a probe that only takes a pod out of its Services. */
function refuseGracePeriod(probe: Probe | undefined, path: string): FieldError[] {
  const grace = probe?.terminationGracePeriodSeconds;
  return grace === undefined ? [] : [invalid(path, grace, 'must not be set for readinessProbes')];
}

/** What a probe or a hook does: exactly one thing. */
export function validateHandler(probe: Handler, path: string): FieldError[] {
  const given = HANDLERS.filter((handler) => probe[handler]);
  if (given.length === 0) return [required(path, 'must specify a handler type')];
  const surplus = given.slice(1).map((handler) => forbidden(`${path}.${handler}`, 'may not specify more than 1 handler type'));
  return [...validateFirst(probe, given[0], path), ...surplus];
}

function validateFirst(probe: Handler, handler: (typeof HANDLERS)[number] | undefined, path: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (handler === 'exec') return exec?.command?.length ? [] : [required(`${path}.exec.command`)];
  if (handler === 'httpGet' && httpGet) return validateHTTPGet(httpGet, `${path}.httpGet`);
  if (handler === 'tcpSocket' && tcpSocket) return validatePort(tcpSocket.port, `${path}.tcpSocket.port`);
  return handler === 'grpc' ? validatePort(grpc?.port, `${path}.grpc.port`) : [];
}

function validateHTTPGet({ path: urlPath, port, scheme = '', httpHeaders = [] }: HTTPGetAction, path: string): FieldError[] {
  return [
    ...(urlPath ? [] : [required(`${path}.path`)]),
    ...validatePort(port, `${path}.port`),
    ...(SCHEMES.includes(scheme) ? [] : [notSupported(`${path}.scheme`, scheme, SCHEMES)]),
    ...httpHeaders.flatMap(({ name = '' }) => invalidEach(`${path}.httpHeaders`, name, checkHTTPHeaderName(name))),
  ];
}

function validatePort(port: number | string | undefined, path: string): FieldError[] {
  if (typeof port === 'string') return invalidEach(path, port, checkPortName(port));
  return checkPortNumber(port ?? 0).map((detail) => invalid(path, port ?? 0, detail));
}
