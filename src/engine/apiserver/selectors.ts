// Label and field selectors as text: `app=web,tier!=db,env in (dev,test),!canary` and `status.phase=Running`. Follows
// apimachinery pkg/labels/selector.go, pkg/fields/selector.go and the field label conversions of each group, Kubernetes 1.33.

import { matchesExpression } from '../api/label-selector.ts';
import type { KubeObject } from '../api/types.ts';
import { checkLabelValue, checkQualifiedName } from '../api/validation/names.ts';
import { badRequest } from './api-error.ts';
import { resourceOf } from './resources.ts';

export type Matches = (object: KubeObject) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** The objects that a label selector picks. Throws ApiError BadRequest on a text that is none. */
export function labelSelector(text: string): Matches {
  const requirements = parseRequirements(text);
  return ({ metadata }) => requirements.every((one) => matchesExpression(metadata.labels, one));
}

const TOKEN = /\s*(!=|==|=|!|,|\(|\)|<|>|[^\s!=,()<>]+)/gy;

function parseRequirements(text: string): readonly Requirement[] {
  const tokens = [...text.matchAll(TOKEN)].map((match) => match[1] ?? '');
  const requirements: Requirement[] = [];
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const refuse = (found: string, expected: string) => badRequest(`unable to parse requirement: found '${found}', expected: ${expected}`);
  while (at < tokens.length) {
    requirements.push(parseRequirement(next, () => tokens[at] ?? '', refuse));
    const separator = next();
    if (separator !== '' && separator !== ',') throw refuse(separator, "',' or 'end of string'");
    if (separator === ',' && at >= tokens.length) throw refuse('', "!, identifier, or 'end of string'");
  }
  return requirements;
}

function parseRequirement(next: () => string, peek: () => string, refuse: (found: string, expected: string) => Error): Requirement {
  const first = next();
  if (first === '!') return { key: checkedKey(next()), operator: 'DoesNotExist', values: [] };
  if (!isWord(first)) throw refuse(first, "!, identifier, or 'end of string'");
  const key = checkedKey(first);
  const operator = peek();
  if (operator === '' || operator === ',') return { key, operator: 'Exists', values: [] };
  next();
  switch (operator) {
    case '=':
    case '==':
    case '!=': {
      const value = isWord(peek()) ? next() : '';
      return { key, operator: operator === '!=' ? 'NotIn' : 'In', values: [checkedValue(key, value)] };
    }
    case '>':
    case '<':
      return { key, operator: operator === '>' ? 'Gt' : 'Lt', values: [next()] };
    case 'in':
    case 'notin':
      return { key, operator: operator === 'in' ? 'In' : 'NotIn', values: parseSet(key, next, refuse) };
    default:
      throw refuse(operator, 'in, notin, =, ==, !=, gt, lt');
  }
}

function parseSet(key: string, next: () => string, refuse: (found: string, expected: string) => Error): readonly string[] {
  const open = next();
  if (open !== '(') throw refuse(open, "'('");
  const values: string[] = [];
  for (;;) {
    const token = next();
    if (token === ')') return values.length > 0 ? values : [''];
    if (token === ',') continue;
    if (!isWord(token)) throw refuse(token, "',', ')' or identifier");
    values.push(checkedValue(key, token));
  }
}

function isWord(token: string): boolean {
  return /^[^\s!=,()<>]+$/.test(token);
}

function checkedKey(key: string): string {
  const [problem] = checkQualifiedName(key);
  if (problem) throw badRequest(`unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
  return key;
}

function checkedValue(key: string, value: string): string {
  const [problem] = checkLabelValue(value);
  if (problem) throw badRequest(`unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
  return value;
}

/** The fields that each kind can be selected by, besides its name and namespace. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.hostNetwork',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.nominatedNodeName',
    'status.phase',
    'status.podIP',
    'status.podIPs',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  Service: ['spec.clusterIP', 'spec.type'],
  ReplicaSet: ['status.replicas'],
  ReplicationController: ['status.replicas'],
  Job: ['status.successful'],
  Secret: ['type'],
  Event: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((field) => `involvedObject.${field}`),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};
const METADATA = ['metadata.name', 'metadata.namespace'];

/** The objects of `kind` that a field selector picks. Throws ApiError BadRequest on a field that the server does not select by. */
export function fieldSelector(kind: string, apiVersion: string, text: string): Matches {
  const terms = text
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const [, field = '', operator = '', value = ''] = /^([^=!]*)(!=|==|=)(.*)$/.exec(term) ?? [];
      if (operator === '') throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      refuseUnknown({ kind, apiVersion, text, field });
      return { field, isNot: operator === '!=', value };
    });
  return (object) => terms.every(({ field, isNot, value }) => (fieldValue(object, field) === value) !== isNot);
}

function refuseUnknown({ kind, apiVersion, text, field }: { kind: string; apiVersion: string; text: string; field: string }): void {
  const own = FIELDS[kind];
  if (METADATA.includes(field) || own?.includes(field)) return;
  const { plural } = resourceOf(kind);
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  const why = own
    ? `field label not supported: ${field}`
    : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
  throw badRequest(`Unable to find "${groupVersion}, Resource=${plural}" that match label selector "", field selector "${text}": ${why}`);
}

/** The field as text; what is not set is empty, or `false` where the field is a switch. */
function fieldValue(object: KubeObject, field: string): string {
  if (field === 'source' || field === 'reportingComponent') return String(object.source?.component ?? '');
  if (field === 'status.successful') return String(object.status?.succeeded ?? 0);
  if (field === 'status.podIPs') return object.status?.podIPs?.map(({ ip }: { ip: string }) => ip).join(',') ?? '';
  const value: unknown = field.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], object);
  if (value === undefined) return /unschedulable|hostNetwork/.test(field) ? 'false' : /replicas/.test(field) ? '0' : '';
  return String(value);
}

/** Both selectors at once; a text that is left out picks everything. */
export function selectorsOf(kind: string, apiVersion: string, texts: { labels?: string; fields?: string }): Matches {
  const byLabel = texts.labels ? labelSelector(texts.labels) : null;
  const byField = texts.fields ? fieldSelector(kind, apiVersion, texts.fields) : null;
  return (object) => (byLabel?.(object) ?? true) && (byField?.(object) ?? true);
}

/** `app=web` for a plain map of labels, as kubectl prints a selector. */
export function selectorText(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',');
}
