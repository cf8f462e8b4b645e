// The API server's refusals: a Status with its reason, code and words.
// Follows apimachinery pkg/api/errors, Kubernetes 1.33.

import { type FieldError, statusMessage } from '../api/field-error.ts';
import { resourceOf } from './resources.ts';

export type StatusReason =
  | 'BadRequest'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Expired'
  | 'Forbidden'
  | 'Invalid'
  | 'TooManyRequests'
  | 'InternalError';

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: StatusReason;
  readonly details: { readonly name?: string; readonly group?: string; readonly kind?: string; readonly causes?: readonly StatusCause[] };
  readonly code: number;
}

const codes: Record<StatusReason, number> = {
  BadRequest: 400,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
};

export class ApiError extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message);
    this.name = 'ApiError';
    this.status = status;
  }

  get reason(): StatusReason {
    return this.status.reason;
  }
}

/** `pods "web" not found` */
export function notFound(kind: string, name: string): ApiError {
  return failure('NotFound', kind, name, `${qualified(kind)} "${name}" not found`);
}

/** `deployments.apps "web" already exists` */
export function alreadyExists(kind: string, name: string): ApiError {
  return failure('AlreadyExists', kind, name, `${qualified(kind)} "${name}" already exists`);
}

/** `pods "web" is forbidden: ...` */
export function forbiddenRequest(kind: string, name: string, why: string): ApiError {
  return failure('Forbidden', kind, name, `${qualified(kind)} "${name}" is forbidden: ${why}`);
}

/** Nothing new may be created in a namespace that is being deleted. */
export function namespaceTerminating(kind: string, name: string, namespace: string): ApiError {
  return forbiddenRequest(kind, name, `unable to create new content in namespace ${namespace} because it is being terminated`);
}

/** `Operation cannot be fulfilled on pods "web": ...`; without a reason, that somebody else has changed the object meanwhile. */
export function conflict(kind: string, name: string, why = OBJECT_MODIFIED): ApiError {
  return failure('Conflict', kind, name, `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`);
}

const OBJECT_MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** A request that cannot be understood. */
export function badRequest(message: string): ApiError {
  return new ApiError(statusOf('BadRequest', message, {}));
}

/** A watch or list from a version that nobody remembers any more. */
export function expired(asked: number, oldest: number): ApiError {
  return new ApiError(statusOf('Expired', `too old resource version: ${asked} (${oldest})`, {}));
}

/** A request that the server cannot serve. */
export function internalFailure(message: string): ApiError {
  return new ApiError(statusOf('InternalError', message, {}));
}

/** An eviction that a PodDisruptionBudget does not allow now. */
export function tooManyRequests(name: string, message: string, cause: string): ApiError {
  const causes = [{ reason: 'DisruptionBudget', message: cause, field: '' }];
  return new ApiError(statusOf('TooManyRequests', message, { name, causes }));
}

/** `Deployment.apps "web" is invalid: spec.replicas: Invalid value: ...`; a failure that no field is to blame for is the server's own. */
export function invalidObject(kind: string, name: string, errors: readonly FieldError[]): ApiError {
  const [first] = errors;
  if (first?.reason === 'InternalError')
    return new ApiError(statusOf('InternalError', `Internal error occurred: ${first.message}`, { causes: [causeOf(first)] }));
  const { group } = resourceOf(kind);
  const texts = [...new Set(errors.map(({ path, message }) => `${path}: ${message}`))];
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const details = { name, ...(group === '' ? {} : { group }), kind, causes: errors.map(causeOf) };
  return new ApiError(statusOf('Invalid', `${group === '' ? kind : `${kind}.${group}`} "${name}" is invalid: ${text}`, details));
}

/** What kubectl prints of a refusal: `Error from server (NotFound): pods "web" not found`. */
export function errorText({ reason, message, details }: Status): string {
  if (reason !== 'Invalid') return `Error from server (${reason}): ${message}`;
  if (details.kind === undefined) return `The request is invalid: ${message}`;
  const causes = (details.causes ?? []).map((cause) => ({
    path: cause.field,
    reason: cause.reason as FieldError['reason'],
    message: cause.message,
  }));
  return statusMessage(details.kind, details.name ?? '', causes);
}

/** The answer of a call that may be refused: what it returns, or the Status. Faults of our own are thrown on. */
export function answerOf<T>(call: () => T): { readonly value: T } | { readonly status: Status } {
  try {
    return { value: call() };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status };
    throw error;
  }
}

function causeOf({ reason, message, path }: FieldError): StatusCause {
  return { reason, message, field: path };
}

function qualified(kind: string): string {
  const { plural, group } = resourceOf(kind);
  return group === '' ? plural : `${plural}.${group}`;
}

function failure(reason: StatusReason, kind: string, name: string, message: string): ApiError {
  const { plural, group } = resourceOf(kind);
  return new ApiError(statusOf(reason, message, group === '' ? { name, kind: plural } : { name, group, kind: plural }));
}

function statusOf(reason: StatusReason, message: string, details: Status['details']): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code: codes[reason] };
}
