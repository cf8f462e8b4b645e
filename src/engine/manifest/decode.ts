// The strict decoder: a YAML tree as the Go struct of its kind, with unknown fields and wrong types reported in the
// words of sigs.k8s.io/json. Unlike the original it reports all wrong types, not the first only.

import { type FieldType, goStructName, type ScalarName, type StructOf } from '../api/struct.ts';
import type { Finding, Fix } from './finding.ts';
import type { YamlEntry, YamlMapping, YamlNode } from './yaml-tree.ts';

/** Which fields there are, and what to do about others. */
export interface Dictionary {
  readonly structOf: StructOf;
  /** Null where nobody asks how to mend a mistake. */
  readonly advice: DecodeAdvice | null;
}

export interface Advice {
  readonly hint?: string;
  readonly fix?: Fix;
}

export interface DecodeAdvice {
  /** The field that a misspelt one most likely means: its value is read as that field's, to find further mistakes in it. */
  meantField(entry: YamlEntry, context: DecodeContext): string | undefined;
  /** For a field that the innermost struct of `context` does not have. */
  unknownField(entry: YamlEntry, context: DecodeContext): Advice;
  /** For a value whose type does not fit. */
  wrongType(node: YamlNode, type: FieldType, context: DecodeContext): Advice;
}

/** Where the decoder stands: the path as the API prints it, and the structs that lie around, innermost last. */
export interface DecodeContext {
  readonly dictionary: Dictionary;
  readonly text: string;
  readonly path: string;
  /** Field names only, as Go's error prints them. */
  readonly goPath: readonly string[];
  readonly structs: readonly { readonly name: string; readonly node: YamlMapping }[];
  /** The key that the value stands behind; null for an entry of a list. */
  readonly key: { readonly start: number; readonly end: number } | null;
}

/** Nobody reads hints on more mistakes than this, and looking for them takes time. */
const MAX_ADVISED = 100;

const ANYTHING: FieldType = { kind: 'any', go: 'interface {}' };

// biome-ignore lint/suspicious/noExplicitAny: decoded JSON.
type Json = any;

export interface Decoded {
  readonly value: Json;
  readonly findings: readonly Finding[];
}

/** The struct of a kind whose own fields nobody here knows: only what every object has is typed. */
export const ANY_OBJECT = 'Object';

/** Decodes `node` as the struct `structName`; null fields are left out, as Go leaves them unset. */
export function decodeStruct(dictionary: Dictionary, node: YamlMapping, structName: string, text: string): Decoded {
  const findings: Finding[] = [];
  const value = decodeMapping(node, structName, { dictionary, text, path: '', goPath: [], structs: [], key: null }, findings);
  return { value, findings };
}

/** The plain JSON value of a tree whose type nobody here knows. */
export function plainValue(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plainValue);
  const value: Record<string, Json> = {};
  for (const [key, entry] of node.entries) setField(value, key, plainValue(entry.value));
  return value;
}

/** A key is only a key: `__proto__` must not reach the prototype. */
export function setField(target: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

function decodeMapping(node: YamlMapping, structName: string, context: DecodeContext, findings: Finding[]): Json {
  const { structOf, advice } = context.dictionary;
  const fields = structOf(structName);
  const value: Record<string, Json> = {};
  const inner = { ...context, structs: [...context.structs, { name: structName, node }] };
  for (const [key, entry] of node.entries) {
    const path = context.path === '' ? key : `${context.path}.${key}`;
    const type = fields?.get(key) ?? (structName === ANY_OBJECT ? ANYTHING : undefined);
    if (!type) {
      const isAdvised = findings.length < MAX_ADVISED;
      const meant = isAdvised ? advice?.meantField(entry, inner) : undefined;
      const mending = isAdvised ? advice?.unknownField(entry, inner) : {};
      const message = `strict decoding error: unknown field "${path}"`;
      findings.push({ severity: 'error', message, path, start: entry.keyPlace.start, end: entry.keyPlace.end, ...mending });
      const meantType = meant === undefined ? undefined : fields?.get(meant);
      if (meant !== undefined && meantType)
        decodeValue(entry.value, meantType, { ...inner, path, goPath: [...context.goPath, meant], key: entry.keyPlace }, findings);
      continue;
    }
    if (entry.value.kind === 'scalar' && entry.value.value === null) continue;
    const decoded = decodeValue(entry.value, type, { ...inner, path, goPath: [...context.goPath, key], key: entry.keyPlace }, findings);
    if (decoded !== undefined) setField(value, key, decoded);
  }
  return value;
}

function decodeValue(node: YamlNode, wanted: FieldType, context: DecodeContext, findings: Finding[]): Json {
  switch (wanted.kind) {
    case 'any':
      return plainValue(node);
    case 'struct':
      if (node.kind === 'mapping') return decodeMapping(node, wanted.name, context, findings);
      if (node.kind === 'scalar' && node.value === null) return {};
      break;
    case 'list':
      if (node.kind === 'sequence') {
        return node.items.flatMap((item, index) => {
          const decoded = decodeValue(item, wanted.element, { ...context, path: `${context.path}[${index}]`, key: null }, findings);
          return decoded === undefined ? [] : [decoded];
        });
      }
      break;
    case 'map':
      if (node.kind === 'mapping') return decodeMap(node, wanted.element, context, findings);
      break;
    case 'scalar': {
      const scalar = decodeScalar(node, wanted.name);
      if (scalar.ok) return scalar.value;
      const message = scalar.message ?? typeMessage(node, wanted, context);
      report(node, wanted, message, context, findings);
      return undefined;
    }
    default: {
      wanted satisfies never;
    }
  }
  report(node, wanted, typeMessage(node, wanted, context), context, findings);
  return undefined;
}

function decodeMap(node: YamlMapping, element: FieldType, context: DecodeContext, findings: Finding[]): Json {
  const value: Record<string, Json> = {};
  for (const [key, entry] of node.entries) {
    const path = /^[A-Za-z0-9_-]+$/.test(key) ? `${context.path}.${key}` : `${context.path}[${key}]`;
    const decoded = decodeValue(entry.value, element, { ...context, path, key: entry.keyPlace }, findings);
    if (decoded !== undefined) setField(value, key, decoded);
  }
  return value;
}

function report(node: YamlNode, type: FieldType, message: string, context: DecodeContext, findings: Finding[]): void {
  const advice = context.dictionary.advice?.wrongType(node, type, context);
  const { start, end } = placeOf(node, context);
  findings.push({ severity: 'error', message, path: context.path, start, end, ...advice });
}

/** A value that fills several lines is marked by its key, or by its first line. */
function placeOf(node: YamlNode, { text, key }: DecodeContext): { start: number; end: number } {
  const lineBreak = text.indexOf('\n', node.start);
  if (lineBreak < 0 || lineBreak >= node.end) {
    const isBehindKey = key !== null && !text.slice(key.end, node.start).includes('\n');
    return node.kind === 'scalar' || key === null || isBehindKey ? node : key;
  }
  return key ?? { start: node.start, end: lineBreak };
}

type ScalarResult = { ok: true; value: Json } | { ok: false; message?: string };

function decodeScalar(node: YamlNode, name: ScalarName): ScalarResult {
  if (node.kind !== 'scalar') return { ok: false };
  const { value } = node;
  switch (name) {
    case 'string':
    case 'bytes':
      if (value === null) return { ok: true, value: '' };
      return typeof value === 'string' ? { ok: true, value } : { ok: false };
    case 'bool':
      return typeof value === 'boolean' ? { ok: true, value } : { ok: false };
    case 'int32':
    case 'int64':
      return isInteger(value, name) ? { ok: true, value } : { ok: false };
    case 'IntOrString':
      return decodeIntOrString(value);
    case 'Quantity':
      return decodeQuantity(value);
    case 'Time':
      return decodeTime(value);
    default:
      name satisfies never;
      return { ok: false };
  }
}

function decodeIntOrString(value: string | number | boolean | null): ScalarResult {
  if (typeof value === 'string' || isInteger(value, 'int32')) return { ok: true, value };
  return { ok: false, message: `json: cannot unmarshal ${jsonKind(value, 'int32')} into Go value of type int32` };
}

function decodeQuantity(value: string | number | boolean | null): ScalarResult {
  if ((typeof value === 'string' || typeof value === 'number') && /^[+-]?[0-9.]+([eEinumkKMGTP]*[-+]?[0-9]*)$/.test(String(value))) {
    return { ok: true, value: String(value) };
  }
  return { ok: false, message: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" };
}

function decodeTime(value: string | number | boolean | null): ScalarResult {
  if (typeof value !== 'string') return { ok: false };
  if (/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value)) return { ok: true, value };
  return { ok: false, message: `parsing time "${value}" as "2006-01-02T15:04:05Z07:00": cannot parse "${value}" as "2006"` };
}

function isInteger(value: unknown, name: 'int32' | 'int64'): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return name === 'int64' ? Number.isSafeInteger(value) : value >= -2147483648 && value <= 2147483647;
}

function typeMessage(node: YamlNode, type: FieldType, context: DecodeContext): string {
  const innermost = context.structs.at(-1)?.name ?? '';
  const found =
    node.kind === 'scalar' ? jsonKind(node.value, type.kind === 'scalar' ? type.name : '') : node.kind === 'sequence' ? 'array' : 'object';
  return `json: cannot unmarshal ${found} into Go struct field ${[goStructName(innermost), ...context.goPath].join('.')} of type ${type.go}`;
}

/** What Go calls a JSON value that does not fit; a number that is only too big or not whole is printed. */
function jsonKind(value: string | number | boolean | null, wanted: string): string {
  if (typeof value === 'number') return wanted === 'int32' || wanted === 'int64' ? `number ${value}` : 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
