// The two patches that know no types: JSON Patch (RFC 6902), with the words of github.com/evanphx/json-patch, which the
// API server uses, and JSON Merge Patch (RFC 7396).

import { copyOf } from '../api/copy.ts';
import { isEqual } from './equality.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape.
type Json = any;

export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** RFC 7396: null takes a field out, lists are replaced whole. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** The document after all operations, or what is wrong with one of them. */
export function jsonPatch(
  document: Json,
  operations: readonly JsonPatchOperation[],
): { readonly value: Json } | { readonly error: string } {
  let value = copyOf(document);
  for (const operation of operations) {
    const result = applyOperation(value, operation);
    if ('error' in result) return result;
    value = result.value;
  }
  return { value };
}

type Result = { readonly value: Json } | { readonly error: string };

function applyOperation(document: Json, { op, path, from = '', value }: JsonPatchOperation): Result {
  switch (op) {
    case 'add':
      return put(document, path, copyOf(value), true);
    case 'replace':
      return has(document, path) ? put(document, path, copyOf(value), false) : missing('replace', path);
    case 'remove':
      return has(document, path) ? remove(document, path) : missing('remove', path);
    case 'move':
    case 'copy': {
      if (!has(document, from)) return missing(op, from);
      const moved = copyOf(find(document, from));
      const rest = op === 'move' ? remove(document, from) : { value: document };
      return 'error' in rest ? rest : put(rest.value, path, moved, true);
    }
    case 'test':
      return isEqual(find(document, path), value) ? { value: document } : { error: `testing value ${path} failed: test failed` };
    default:
      return { error: `Unexpected kind: ${op}` };
  }
}

function missing(op: string, path: string): Result {
  if (op === 'remove') return { error: `remove operation does not apply: doc is missing path: "${path}": missing value` };
  return { error: `${op} operation does not apply: doc is missing key: ${path}: missing value` };
}

function segments(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(document: Json, path: string): Json {
  return segments(path).reduce(
    (value: Json, key) => (Array.isArray(value) ? value[Number(key)] : isObject(value) ? value[key] : undefined),
    document,
  );
}

function has(document: Json, path: string): boolean {
  return find(document, path) !== undefined;
}

function put(document: Json, path: string, value: Json, isAdd: boolean): Result {
  const keys = segments(path);
  const last = keys.pop();
  if (last === undefined) return { value };
  const parent = find(document, keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      return {
        error: `add operation does not apply: doc is missing path: "${path}": Unable to access invalid index: ${last}: invalid index referenced`,
      };
    parent.splice(index, isAdd ? 0 : 1, value);
    return { value: document };
  }
  if (!isObject(parent)) return { error: `add operation does not apply: doc is missing path: "${path}": missing value` };
  parent[last] = value;
  return { value: document };
}

function remove(document: Json, path: string): Result {
  const keys = segments(path);
  const last = keys.pop() ?? '';
  const parent = find(document, keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return { value: document };
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
