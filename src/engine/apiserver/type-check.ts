// A JSON object against the Go struct of its kind, as the API server decodes the body of a request: the first value of a
// wrong type is refused. (The text of a manifest goes through manifest/decode.ts, which knows places and reports all.)
// Follows sigs.k8s.io/json and apiserver pkg/endpoints/handlers, Kubernetes 1.33.

import { copyOf } from '../api/copy.ts';
import { type FieldType, goStructName, structOf } from '../api/schema.ts';
import type { KubeObject } from '../api/types.ts';

export interface Mismatch {
  /** `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32` */
  readonly message: string;
}

/** The first value that does not fit its field, or null. */
export function typeMismatch(object: KubeObject): Mismatch | null {
  return structOf(object.kind) ? checkStruct(object, object.kind, []) : null;
}

/** What a client is told of a field that no struct has: `unknown field "spec.replcas"`. The object keeps nothing of them. */
export function pruneUnknownFields<T extends KubeObject>(given: T): { readonly object: T; readonly warnings: readonly string[] } {
  const object = copyOf(given);
  const warnings: string[] = [];
  const visit = (value: unknown, type: FieldType | undefined, path: string): void => {
    if (typeof value !== 'object' || value === null || !type) return;
    if (type.kind === 'list' && Array.isArray(value))
      for (const [index, item] of value.entries()) visit(item, type.element, `${path}[${index}]`);
    if (type.kind !== 'struct' || Array.isArray(value)) return;
    const fields = structOf(type.name);
    const below = path === '' ? '' : `${path}.`;
    for (const [key, inner] of Object.entries(value)) if (fields?.has(key)) visit(inner, fields.get(key), `${below}${key}`);
    for (const key of Object.keys(value).filter((one) => !fields?.has(one))) {
      warnings.push(`unknown field "${below}${key}"`);
      delete (value as Record<string, unknown>)[key];
    }
  };
  if (structOf(object.kind)) visit(object, { kind: 'struct', name: object.kind, go: object.kind }, '');
  return { object, warnings };
}

function checkStruct(value: object, struct: string, path: readonly string[]): Mismatch | null {
  const fields = structOf(struct);
  for (const [key, inner] of Object.entries(value)) {
    const type = fields?.get(key);
    const mismatch = type && inner !== null && inner !== undefined ? checkValue(inner, type, struct, [...path, key]) : null;
    if (mismatch) return mismatch;
  }
  return null;
}

function checkValue(value: unknown, wanted: FieldType, struct: string, path: readonly string[]): Mismatch | null {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  switch (wanted.kind) {
    case 'any':
      return null;
    case 'struct':
      return isRecord ? checkStruct(value as object, wanted.name, path) : mismatchOf(value, wanted, struct, path);
    case 'map':
      if (!isRecord) return mismatchOf(value, wanted, struct, path);
      return firstOf(Object.values(value as object), (inner) => checkValue(inner, wanted.element, struct, path));
    case 'list':
      if (!Array.isArray(value)) return mismatchOf(value, wanted, struct, path);
      return firstOf(value, (inner) => checkValue(inner, wanted.element, struct, path));
    case 'scalar':
      return fitsScalar(value, wanted.name) ? null : mismatchOf(value, wanted, struct, path);
    default: {
      wanted satisfies never;
      return null;
    }
  }
}

function firstOf<T>(list: readonly T[], check: (item: T) => Mismatch | null): Mismatch | null {
  for (const item of list) {
    const mismatch = check(item);
    if (mismatch) return mismatch;
  }
  return null;
}

function fitsScalar(value: unknown, name: string): boolean {
  if (name === 'bool') return typeof value === 'boolean';
  if (name === 'int32' || name === 'int64') return Number.isInteger(value);
  if (name === 'IntOrString') return typeof value === 'string' || Number.isInteger(value);
  if (name === 'Quantity') return typeof value === 'string' || typeof value === 'number';
  return typeof value === 'string';
}

function mismatchOf(value: unknown, type: FieldType, struct: string, path: readonly string[]): Mismatch {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const word = found === 'number' && /^int\d/.test(type.go) ? `number ${value}` : found;
  return { message: `json: cannot unmarshal ${word} into Go struct field ${[goStructName(struct), ...path].join('.')} of type ${type.go}` };
}
