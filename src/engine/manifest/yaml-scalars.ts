// Plain scalars as Kubernetes tooling reads them. Follows the resolution of sigs.k8s.io/yaml (goyaml.v2/resolve.go):
// YAML 1.1 booleans, C-like integers (0644 is octal), no base-60 numbers, timestamps stay strings.

const WORDS = new Map<string, boolean | null>([
  ...['y', 'yes', 'true', 'on'].flatMap((word) => spellings(word).map((text) => [text, true] as const)),
  ...['n', 'no', 'false', 'off'].flatMap((word) => spellings(word).map((text) => [text, false] as const)),
  ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, null] as const),
]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** The value of a plain (unquoted, untagged) scalar. */
export function resolvePlain(text: string): string | number | boolean | null {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charAt(0);
  if (first === '.') return FLOAT.test(text) ? Number(text) : text;
  if (!/[-+0-9]/.test(first)) return text;
  return parseNumber(text.replaceAll('_', '')) ?? text;
}

/** A scalar with an explicit tag (`!!str`, `!!int` ...); null when the text does not fit the tag. */
export function resolveTagged(tag: string, text: string): { value: string | number | boolean | null } | null {
  const name = tag.replace('tag:yaml.org,2002:', '!!');
  if (name === '!!str' || name === '!' || name === '!!binary') return { value: text };
  const value = resolvePlain(text);
  if (name === '!!int') return typeof value === 'number' && Number.isInteger(value) ? { value } : null;
  if (name === '!!float') return typeof value === 'number' ? { value } : null;
  if (name === '!!bool') return typeof value === 'boolean' ? { value } : null;
  if (name === '!!null') return value === null ? { value } : null;
  return { value: text };
}

function parseNumber(text: string): number | undefined {
  const negative = text.startsWith('-');
  const digits = /^[-+]/.test(text) ? text.slice(1) : text;
  const integer = parseInteger(digits);
  if (integer !== undefined) return negative ? -integer : integer;
  return FLOAT.test(text) ? Number(text) : undefined;
}

/** Go's strconv.ParseInt with base 0. */
function parseInteger(digits: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(digits)) return Number.parseInt(digits.slice(2), 16);
  if (/^0[bB][01]+$/.test(digits)) return Number.parseInt(digits.slice(2), 2);
  if (/^0[oO]?[0-7]+$/.test(digits)) return Number.parseInt(digits.replace(/^0[oO]?/, ''), 8);
  if (/^(0|[1-9][0-9]*)$/.test(digits)) return Number(digits);
  return undefined;
}

function spellings(word: string): string[] {
  return [...new Set([word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()])];
}
