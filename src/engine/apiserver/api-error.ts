// The API server's refusals: a Status with its reason, code and words.
// Follows apimachinery pkg/api/errors, Kubernetes 1.33.

import { resourceOf } from './resources.ts';

export type StatusReason = 'NotFound' | 'AlreadyExists' | 'Conflict' | 'Forbidden' | 'Invalid';

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: StatusReason;
  readonly details: { readonly name: string; readonly group?: string; readonly kind: string };
  readonly code: number;
}

const codes: Record<StatusReason, number> = { NotFound: 404, AlreadyExists: 409, Conflict: 409, Forbidden: 403, Invalid: 422 };

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

/** Nothing new may be created in a namespace that is being deleted. */
export function namespaceTerminating(kind: string, name: string, namespace: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return failure('Forbidden', kind, name, `${qualified(kind)} "${name}" is forbidden: ${why}`);
}

function qualified(kind: string): string {
  const { plural, group } = resourceOf(kind);
  return group === '' ? plural : `${plural}.${group}`;
}

function failure(reason: StatusReason, kind: string, name: string, message: string): ApiError {
  const { plural, group } = resourceOf(kind);
  const details = group === '' ? { name, kind: plural } : { name, group, kind: plural };
  return new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code: codes[reason] });
}
