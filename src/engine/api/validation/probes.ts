// The three probes of a container. Follows validateProbe, validateHandler and validateHTTPGetAction of
// pkg/apis/core/validation/validation.go (Kubernetes 1.33). Left out: exec and gRPC beyond their presence.

import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import type { Container, HTTPGetAction, Probe } from '../types.ts';
import { checkPortName, checkPortNumber } from './names.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
const TIMES = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;
const SCHEMES = ['HTTP', 'HTTPS'];

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & { readonly sleep?: object };

export function validateProbes(container: Container, path: string): FieldError[] {
  return [
    ...validateProbe(container.livenessProbe, `${path}.livenessProbe`, true),
    ...validateProbe(container.readinessProbe, `${path}.readinessProbe`, false),
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
  if (isOnce && probe.successThreshold !== undefined && probe.successThreshold !== 1)
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
  return errors;
}

/** What a probe or a hook does: exactly one thing. */
export function validateHandler(probe: Handler, path: string): FieldError[] {
  const given = HANDLERS.filter((handler) => probe[handler]);
  if (given.length === 0) return [required(path, 'must specify a handler type')];
  const surplus = given.slice(1).map((handler) => forbidden(`${path}.${handler}`, 'may not specify more than 1 handler type'));
  const first = given[0];
  if (first === 'httpGet' && probe.httpGet) return [...validateHTTPGet(probe.httpGet, `${path}.httpGet`), ...surplus];
  if (first === 'tcpSocket' && probe.tcpSocket) return [...validatePort(probe.tcpSocket.port, `${path}.tcpSocket.port`), ...surplus];
  return surplus;
}

function validateHTTPGet({ path: urlPath, port, scheme = '' }: HTTPGetAction, path: string): FieldError[] {
  return [
    ...(urlPath ? [] : [required(`${path}.path`)]),
    ...validatePort(port, `${path}.port`),
    ...(SCHEMES.includes(scheme) ? [] : [notSupported(`${path}.scheme`, scheme, SCHEMES)]),
  ];
}

function validatePort(port: number | string | undefined, path: string): FieldError[] {
  if (typeof port === 'string') return invalidEach(path, port, checkPortName(port));
  return checkPortNumber(port ?? 0).map((detail) => invalid(path, port ?? 0, detail));
}
