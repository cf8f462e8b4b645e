// The syntax of names, labels and ports. Follows apimachinery util/validation/validation.go and
// api/validate/content/kube.go (Kubernetes 1.33). Every function returns the messages, none when the value is fine.

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1123_SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`;
const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const WILDCARD_SUBDOMAIN = `\\*\\.${DNS1123_SUBDOMAIN}`;
const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED_NAME})?`;
const PERCENT = '[0-9]+%';
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const HTTP_HEADER_NAME = '[-A-Za-z0-9]+';
const ENV_VAR_NAME = '[-._a-zA-Z][-._a-zA-Z0-9]*';

const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const DNS1035_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const WILDCARD_TEXT =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
const QUALIFIED_TEXT = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

export function checkDNS1123Label(value: string): string[] {
  const messages = tooLong(value, 63);
  if (matches(DNS1123_LABEL, value)) return messages;
  // What is a subdomain but no label has dots, which deserves a message of its own.
  if (matches(DNS1123_SUBDOMAIN, value)) return [...messages, 'must not contain dots'];
  return [...messages, syntax(LABEL_TEXT, DNS1123_LABEL, ['my-name', '123-abc'])];
}

export function checkDNS1123Subdomain(value: string): string[] {
  const bad = matches(DNS1123_SUBDOMAIN, value) ? [] : [syntax(SUBDOMAIN_TEXT, DNS1123_SUBDOMAIN, ['example.com'])];
  return [...tooLong(value, 253), ...bad];
}

export function checkDNS1035Label(value: string): string[] {
  const bad = matches(DNS1035_LABEL, value) ? [] : [syntax(DNS1035_TEXT, DNS1035_LABEL, ['my-name', 'abc-123'])];
  return [...tooLong(value, 63), ...bad];
}

export function checkWildcardSubdomain(value: string): string[] {
  const bad = matches(WILDCARD_SUBDOMAIN, value) ? [] : [syntax(WILDCARD_TEXT, WILDCARD_SUBDOMAIN, ['*.example.com'])];
  return [...tooLong(value, 253), ...bad];
}

/** A label key: an optional DNS prefix, a slash, a name. */
export function checkQualifiedName(value: string): string[] {
  const parts = value.split('/');
  const shape = syntax(QUALIFIED_TEXT, QUALIFIED_NAME, ['MyName', 'my.name', '123-abc']);
  if (parts.length > 2) {
    return [`a qualified name ${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? '';
  const messages: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    messages.push(...(prefix === '' ? ['must be non-empty'] : checkDNS1123Subdomain(prefix)).map((message) => `prefix part ${message}`));
  }
  if (name === '') messages.push('name part must be non-empty');
  messages.push(...tooLong(name, 63).map((message) => `name part ${message}`));
  if (!matches(QUALIFIED_NAME, name)) messages.push(`name part ${shape}`);
  return messages;
}

export function checkLabelValue(value: string): string[] {
  const bad = matches(LABEL_VALUE, value) ? [] : [syntax(LABEL_VALUE_TEXT, LABEL_VALUE, ['MyValue', 'my_value', '12345'])];
  return [...tooLong(value, 63), ...bad];
}

export function checkPortNumber(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

/** The name of a container port, or a target port given by name (RFC 6335). */
export function checkPortName(value: string): string[] {
  const messages = tooLong(value, 15);
  if (!/^[-a-z0-9]+$/.test(value)) messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) messages.push('must contain at least one letter (a-z)');
  if (value.includes('--')) messages.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) messages.push('must not begin or end with a hyphen');
  return messages;
}

export function checkPercent(value: string): string[] {
  const text = "a valid percent string must be a numeric string followed by an ending '%'";
  return matches(PERCENT, value) ? [] : [syntax(text, PERCENT, ['1%', '93%'])];
}

export function checkEnvVarName(value: string): string[] {
  const text =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
  return matches(ENV_VAR_NAME, value) ? [] : [syntax(text, ENV_VAR_NAME, ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'])];
}

export function checkHTTPHeaderName(value: string): string[] {
  const text = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return matches(HTTP_HEADER_NAME, value) ? [] : [syntax(text, HTTP_HEADER_NAME, ['X-Header-Name'])];
}

/** A key of a ConfigMap or Secret. */
export function checkConfigKey(value: string): string[] {
  const text = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const bad = matches(CONFIG_KEY, value) ? [] : [syntax(text, CONFIG_KEY, ['key.name', 'KEY_NAME', 'key-name'])];
  const isDots = value === '.' || value === '..' ? [`must not be '${value}'`] : value.startsWith('..') ? ["must not start with '..'"] : [];
  return [...tooLong(value, 253), ...bad, ...isDots];
}

/** A name that can stand as one segment of a URL path. */
export function checkPathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((character) => value.includes(character)).map((character) => `may not contain '${character}'`);
}

/** A generateName is a prefix: its final dashes are not its end. */
export function maskTrailingDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

function tooLong(value: string, max: number): string[] {
  return value.length > max ? [`must be no more than ${max} characters`] : [];
}

function syntax(text: string, pattern: string, examples: readonly string[]): string {
  const list = examples.map((example) => `'${example}', `).join(' or ');
  return `${text} (e.g. ${list}regex used for validation is '${pattern}')`;
}

const compiled = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  let regexp = compiled.get(pattern);
  if (!regexp) {
    regexp = new RegExp(`^(?:${pattern})$`);
    compiled.set(pattern, regexp);
  }
  return regexp.test(value);
}
