// An object in full, as `kubectl get -o json` and `-o yaml` print it: keys in order, lists of YAML not indented. Follows
// cli-runtime pkg/printers of Kubernetes 1.33 and sigs.k8s.io/yaml, for the values that an API object can have.

export function printJSON(value: unknown): string[] {
  return JSON.stringify(ordered(value), null, 4).split('\n');
}

export function printYAML(value: unknown): string[] {
  return linesOf(ordered(value));
}

/** As Go prints a map: its keys in order, and nothing for a field that is not set. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, ordered(field)]));
}

function linesOf(value: unknown): string[] {
  if (isFilled(value)) {
    if (Array.isArray(value)) return value.flatMap((item) => behindDash(linesOf(item)));
    return Object.entries(value).flatMap(([key, field]) => fieldLines(plainText(key), field));
  }
  return scalarLines(value);
}

function isFilled(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function fieldLines(key: string, value: unknown): string[] {
  const [first = '', ...rest] = linesOf(value);
  if (!isFilled(value)) return [`${key}: ${first}`, ...rest.map(indented)];
  // A list stands as far left as its key.
  return [`${key}:`, ...(Array.isArray(value) ? [first, ...rest] : [first, ...rest].map(indented))];
}

function behindDash([first = '', ...rest]: readonly string[]): string[] {
  return [`- ${first}`, ...rest.map(indented)];
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`;
}

/** The first line stands behind its key or dash; a text of several lines is a block. */
function scalarLines(value: unknown): string[] {
  if (Array.isArray(value)) return ['[]'];
  if (typeof value === 'object' && value !== null) return ['{}'];
  if (typeof value !== 'string') return [String(value)];
  if (!value.includes('\n') || /^\s|[^\n\x20-\x7e\u00a0-\uffff]/.test(value)) return [plainText(value)];
  const body = value.replace(/\n+$/, '');
  const ends = value.length - body.length;
  return [ends === 0 ? '|-' : ends === 1 ? '|' : '|+', ...body.split('\n'), ...Array(Math.max(ends - 1, 0)).fill('')];
}

/** What a reader of YAML would take for a number, a switch, nothing, a time, or for syntax. */
const NOT_A_STRING =
  /^$|^[-+]?((\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)([eE][-+]?\d+)?|0[xob][\da-f_]+|\.inf|\.nan)$|^(true|false|yes|no|on|off|y|n|null|~)$|^\d{4}-\d\d?-\d\d?([Tt ].*)?$|^\d+(:[0-5]?\d)+$/i;
const SYNTAX = /^[\s\-?:,[\]{}#&*!|>'"%@`=]|: |:$| #|\s$|[^\x20-\x7e\u00a0-\uffff]/;

function plainText(text: string): string {
  if (NOT_A_STRING.test(text)) return JSON.stringify(text);
  // A dash or a colon with something behind it opens no list and no key.
  if (!SYNTAX.test(text.replace(/^[-?:](?=\S)/, 'x'))) return text;
  return /[^\x20-\x7e\u00a0-\uffff]/.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
