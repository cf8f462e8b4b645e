// The errors of API validation and how they read. Follows apimachinery util/validation/field/errors.go (Kubernetes
// 1.33) for the message of one field, and kubectl's multi-line form for several.

/** One cause of an API status: where, of which sort, and in which words. */
export interface FieldError {
  /** `spec.ports[0].nodePort`, as the API prints it. */
  readonly path: string;
  readonly reason: FieldErrorReason;
  /** `Invalid value: 80: provided port is not in the valid range...` */
  readonly message: string;
}

export type FieldErrorReason =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError';

/** A value that is printed in Go's own notation, because it is no plain string, number or boolean. */
export interface GoValue {
  readonly go: string;
}

type Printable = string | number | boolean | null | undefined | GoValue;

export function invalid(path: string, value: Printable, detail: string): FieldError {
  return { path, reason: 'FieldValueInvalid', message: withDetail(`Invalid value: ${printed(value)}`, detail) };
}

export function required(path: string, detail = ''): FieldError {
  return { path, reason: 'FieldValueRequired', message: withDetail('Required value', detail) };
}

export function forbidden(path: string, detail: string): FieldError {
  return { path, reason: 'FieldValueForbidden', message: withDetail('Forbidden', detail) };
}

export function duplicate(path: string, value: Printable, detail = ''): FieldError {
  return { path, reason: 'FieldValueDuplicate', message: withDetail(`Duplicate value: ${printed(value)}`, detail) };
}

/** A value that refers to something that is not there. */
export function notFoundValue(path: string, value: Printable): FieldError {
  return { path, reason: 'FieldValueNotFound', message: `Not found: ${printed(value)}` };
}

/** `supported` in the order in which they are printed. */
export function notSupported(path: string, value: Printable, supported: readonly string[]): FieldError {
  const detail = `supported values: ${supported.map((word) => JSON.stringify(word)).join(', ')}`;
  return { path, reason: 'FieldValueNotSupported', message: `Unsupported value: ${printed(value)}: ${detail}` };
}

export function tooLong(path: string, maxBytes: number): FieldError {
  return { path, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxBytes} bytes` };
}

export function tooMany(path: string, count: number, max: number): FieldError {
  return { path, reason: 'FieldValueTooMany', message: `Too many: ${count}: must have at most ${max} items` };
}

/** A failure that the server does not blame on a field. */
export function internalError(message: string): FieldError {
  return { path: '', reason: 'InternalError', message };
}

/** One `Invalid value` per message, as the server reports a value with several faults. */
export function invalidEach(path: string, value: string, details: readonly string[]): FieldError[] {
  return details.map((detail) => invalid(path, value, detail));
}

/** `[]string{"10.96.0.5"}`, as `%#v` prints it. */
export function goList(type: string, values: readonly string[] | undefined): GoValue {
  if (values === undefined) return { go: `[]${type}(nil)` };
  return { go: `[]${type}{${values.map((value) => JSON.stringify(value)).join(', ')}}` };
}

/** `map[string]string{"app":"web"}`, keys sorted as Go sorts them. */
export function goMap(values: Readonly<Record<string, string>> | undefined): GoValue {
  if (values === undefined) return { go: 'map[string]string(nil)' };
  const entries = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { go: `map[string]string{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(', ')}}` };
}

/** What kubectl prints when the server refuses an object. */
export function statusMessage(kind: string, name: string, errors: readonly FieldError[]): string {
  const [first] = errors;
  if (first?.reason === 'InternalError') return `Error from server (InternalError): Internal error occurred: ${first.message}`;
  const lines = [...new Set(errors.map((error) => `${error.path}: ${error.message}`))];
  const head = `The ${kind} ${JSON.stringify(name)} is invalid: `;
  return lines.length === 1 ? `${head}${lines[0]}` : [head, ...lines.map((line) => `* ${line}`)].join('\n');
}

function withDetail(body: string, detail: string): string {
  return detail === '' ? body : `${body}: ${detail}`;
}

function printed(value: Printable): string {
  if (value === null || value === undefined) return '"null"';
  if (typeof value === 'object') return value.go;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
