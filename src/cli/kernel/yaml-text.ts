// Prints plain data as YAML in block style, for scenarios that a person is meant to read and to run again.

/** Several documents. */
export function printDocuments(objects: readonly object[]): string {
  return objects.map((object) => printMapping(object, '')).join('---\n');
}

function printMapping(mapping: object, indent: string): string {
  const entries = Object.entries(mapping).filter(([, value]) => value !== undefined);
  return entries.map(([key, value]) => `${indent}${printScalar(key)}:${printValue(value, indent)}`).join('');
}

function printValue(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((item) => printItem(item, indent)).join('')}`;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length === 0 ? ' {}\n' : `\n${printMapping(value, `${indent}  `)}`;
  }
  return ` ${printScalar(value)}\n`;
}

function printItem(item: unknown, indent: string): string {
  if (typeof item !== 'object' || item === null) return `${indent}- ${printScalar(item)}\n`;
  if (Object.keys(item).length === 0) return `${indent}- {}\n`;
  return `${indent}- ${printMapping(item, `${indent}  `).trimStart()}`;
}

/** Words that YAML would read as something else than text are quoted. */
function printScalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z][A-Za-z0-9_./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
