// Runs the validation cases: an object is admitted beside what is stored already, and the API server's errors, the text
// that kubectl shows and the fields after defaulting and allocation are compared. Go's notation of lists and structs is
// compared loosely, as the notes of the vectors say.

import { admit } from '../api/admit.ts';
import { type FieldError, statusMessage } from '../api/field-error.ts';
import type { ClusterConfig, KubeObject } from '../api/types.ts';
import { addressValue, cidrContains, parseCIDR } from '../net/address.ts';

interface ExpectedError {
  readonly path: string;
  readonly reason: string;
  readonly message: string;
}

interface ValidationCase {
  readonly operation: 'create' | 'update';
  readonly cluster?: ClusterConfig;
  readonly existing?: readonly KubeObject[];
  readonly object: KubeObject;
  readonly expect: {
    readonly valid: boolean;
    readonly code: number;
    readonly errors?: readonly ExpectedError[];
    readonly kubectl?: string;
    readonly alternatives?: readonly { readonly message?: string; readonly note?: string }[];
    readonly spec?: Readonly<Record<string, unknown>>;
    readonly absent?: readonly string[];
  };
}

const DEFAULT_CLUSTER: ClusterConfig = { serviceCIDRs: ['10.96.0.0/16'], nodePortRange: '30000-32767' };

/** Null when the case passes, else the first difference in one line. */
// biome-ignore lint/suspicious/noExplicitAny: a case is whatever the vector file holds.
export function runValidationCase(suite: string, testCase: any): string | null {
  if (suite !== 'service-validation' && suite !== 'ingress-validation') return `unknown suite ${suite}`;
  const { operation, object, existing = [], cluster = DEFAULT_CLUSTER, expect } = testCase as ValidationCase;
  const old = operation === 'update' ? existing.find((stored) => isSameObject(stored, object)) : undefined;
  if (operation === 'update' && !old) return `nothing stored under the name ${object.metadata.name}`;
  const admitted = admit({ operation, object, ...(old ? { old } : {}), cluster, existing });
  const code = statusCode(operation, admitted.errors);
  if (expect.valid !== (admitted.errors.length === 0))
    return `valid: expected ${expect.valid}, got ${!expect.valid} (${firstOf(admitted.errors)})`;
  if (code !== expect.code) return `code: expected ${expect.code}, got ${code}`;
  return compareErrors(testCase, admitted.errors) ?? compareSpec(expect, admitted.object, { cluster, existing, old });
}

function isSameObject(a: KubeObject, b: KubeObject): boolean {
  return a.kind === b.kind && a.metadata.name === b.metadata.name && (a.metadata.namespace ?? '') === (b.metadata.namespace ?? '');
}

function statusCode(operation: 'create' | 'update', errors: readonly FieldError[]): number {
  if (errors.length > 0) return errors[0]?.reason === 'InternalError' ? 500 : 422;
  return operation === 'create' ? 201 : 200;
}

function firstOf(errors: readonly FieldError[]): string {
  return errors[0] ? `${errors[0].path}: ${errors[0].message}` : 'no error';
}

function compareErrors({ object, expect }: ValidationCase, errors: readonly FieldError[]): string | null {
  const expected = expect.errors ?? [];
  const alternatives = expect.alternatives ?? [];
  let isLiteral = true;
  for (const [index, want] of expected.entries()) {
    const got = errors[index];
    if (!got) return `errors[${index}]: expected ${want.path}: ${want.message}, got nothing`;
    if (got.path !== want.path) return `errors[${index}].path: expected ${want.path}, got ${got.path}`;
    if (got.reason !== want.reason) return `errors[${index}].reason: expected ${want.reason}, got ${got.reason}`;
    if (got.message === want.message) continue;
    isLiteral = false;
    const isKnown = alternatives.some(({ message, note }) => message === got.message || (note !== undefined && isPathAndReasonOnly(note)));
    if (!isKnown && !isSameInGo(want.message, got.message)) return `errors[${index}].message: expected ${want.message}, got ${got.message}`;
  }
  if (errors.length > expected.length) return `errors: unexpected ${firstOf(errors.slice(expected.length))}`;
  const text = errors.length > 0 ? statusMessage(object.kind, object.metadata.name, errors) : undefined;
  if (isLiteral && expect.kubectl !== undefined && text !== expect.kubectl) return `kubectl: expected ${expect.kubectl}, got ${text}`;
  return null;
}

function isPathAndReasonOnly(note: string): boolean {
  return /path and reason only/.test(note);
}

/** The same sort of error and detail about a list or struct that is printed differently. */
function isSameInGo(want: string, got: string): boolean {
  const parts = (message: string) => /^([A-Z][a-z]+ value): (?:\[\]|map\[|&?[a-z]\w*\.)[^{(]*(?:\{.*\}|\(.*\))(?:: (.*))?$/s.exec(message);
  const wanted = parts(want);
  const given = parts(got);
  return wanted !== null && given !== null && wanted[1] === given[1] && wanted[2] === given[2];
}

interface Surroundings {
  readonly cluster: ClusterConfig;
  readonly existing: readonly KubeObject[];
  readonly old: KubeObject | undefined;
}

function compareSpec(expect: ValidationCase['expect'], object: KubeObject, around: Surroundings): string | null {
  const bound = new Map<string, unknown>();
  for (const [field, want] of Object.entries(expect.spec ?? {})) {
    const difference = compareValue(want, object.spec?.[field], `spec.${field}`, { ...around, bound });
    if (difference) return difference;
  }
  for (const field of expect.absent ?? []) {
    if (object.spec?.[field] !== undefined) return `spec.${field}: expected to be absent, got ${JSON.stringify(object.spec[field])}`;
  }
  return null;
}

type Binding = Surroundings & { readonly bound: Map<string, unknown> };

function compareValue(want: unknown, got: unknown, path: string, binding: Binding): string | null {
  if (typeof want === 'string' && want.startsWith('$')) return comparePlaceholder(want, got, path, binding);
  if (typeof want !== 'object' || want === null || typeof got !== 'object' || got === null) {
    return Object.is(want, got) ? null : `${path}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`;
  }
  const keys = new Set([...Object.keys(want), ...Object.keys(got)]);
  for (const key of keys) {
    const inner = Array.isArray(want) ? `${path}[${key}]` : `${path}.${key}`;
    const difference = compareValue(Reflect.get(want, key), Reflect.get(got, key), inner, binding);
    if (difference) return difference;
  }
  return null;
}

/** A placeholder stands for any free value, and for the same one wherever it stands again. */
function comparePlaceholder(name: string, got: unknown, path: string, binding: Binding): string | null {
  if (binding.bound.has(name))
    return binding.bound.get(name) === got ? null : `${path}: expected the same ${name} again, got ${JSON.stringify(got)}`;
  if ([...binding.bound.values()].includes(got)) return `${path}: ${JSON.stringify(got)} was given out twice`;
  binding.bound.set(name, got);
  const isFine = name.startsWith('$clusterIP')
    ? isFreeAddress(got, name === '$clusterIPv6' ? 6 : 4, binding)
    : isFreeNodePort(got, binding);
  return isFine ? null : `${path}: ${JSON.stringify(got)} is no free value for ${name}`;
}

function isFreeAddress(got: unknown, family: 4 | 6, { cluster, existing, old }: Binding): boolean {
  if (typeof got !== 'string' || addressValue(got) === null) return false;
  const cidr = cluster.serviceCIDRs.map(parseCIDR).find((range) => range?.family === family);
  if (!cidr || !cidrContains(cidr, got)) return false;
  const place = (addressValue(got) ?? 0n) - cidr.value;
  const last = (1n << BigInt((family === 4 ? 32 : 128) - cidr.prefix)) - 1n;
  if (place === 0n || (family === 4 && place === last)) return false;
  return !existing.some((stored) => stored !== old && [stored.spec?.clusterIP, ...(stored.spec?.clusterIPs ?? [])].includes(got));
}

function isFreeNodePort(got: unknown, { cluster, existing, old }: Binding): boolean {
  const [first = 0, last = 0] = cluster.nodePortRange.split('-').map(Number);
  if (typeof got !== 'number' || got < first || got > last) return false;
  return !existing.some((stored) => {
    const ports: { nodePort?: number }[] = stored.spec?.ports ?? [];
    return stored !== old && (stored.spec?.healthCheckNodePort === got || ports.some((port) => port.nodePort === got));
  });
}
