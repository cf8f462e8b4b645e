// Changes of the text that certainly mend what the API server complains about: a word that was nearly right, a field that
// is better left out, a label or a name that is missing. Where several changes could be meant, there is none.

import type { FieldError } from '../api/field-error.ts';
import { nearest } from '../api/nearest.ts';
import { checkDNS1035Label, checkDNS1123Label, checkDNS1123Subdomain } from '../api/validation/names.ts';
import type { SourceRange, TextEdit } from '../view.ts';
import type { ManifestObject } from './manifest.ts';

type Fix = (error: FieldError, item: ManifestObject, range: SourceRange) => TextEdit | null;

interface Rule {
  readonly path: RegExp;
  readonly message: RegExp;
  readonly fix: Fix;
}

/** The first rule that knows a change. */
export function certainFix(error: FieldError, item: ManifestObject, range: SourceRange): TextEdit | undefined {
  for (const { path, message, fix } of RULES) {
    const edit = path.test(error.path) && message.test(error.message) ? fix(error, item, range) : null;
    if (edit) return edit;
  }
  return undefined;
}

const RULES: readonly Rule[] = [
  { path: /./, message: /^Unsupported value/, fix: supportedWord },
  { path: /(nodePort|NodePort)$/, message: /already allocated|not in the valid range/, fix: (error, item) => removeLine(item, error.path) },
  { path: /^spec\.clusterIPs/, message: /already allocated|current range/, fix: (_error, item) => removeLine(item, 'spec.clusterIP') },
  { path: /\.restartPolicy$/, message: /may not be set for non-init/, fix: (error, item) => removeLine(item, error.path) },
  { path: /Probe$|\.lifecycle$/, message: /may not be set for init containers/, fix: (error, item) => removeLine(item, error.path) },
  { path: /^spec\.template\.metadata\.labels$/, message: /does not match template/, fix: (_error, item) => matchLabels(item) },
  { path: /^spec\.selector$/, message: /^Required value/, fix: (_error, item) => addSelector(item) },
  { path: /^spec\.ports\[\d+\]\.name$/, message: /^Required value/, fix: (error, item) => namePort(error, item) },
  { path: /\.resources\.\w+\[[^\]]+\]$/, message: /standard resource type/, fix: (error, item) => renameResource(error, item) },
  { path: /volumeMounts\[\d+\]\.name$/, message: /^Not found/, fix: (error, item, range) => nearestVolume(error, item, range) },
  { path: /(^|\.)name$/, message: /^Invalid value: "/, fix: tidyName },
];

/** The supported word that was meant: the only one, or the one that is nearly what stands there. */
function supportedWord({ message, path }: FieldError, item: ManifestObject, range: SourceRange): TextEdit | null {
  const [, given = '', list = ''] = /^Unsupported value: "([^"]*)": supported values: (.*)$/.exec(message) ?? [];
  const words = [...list.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
  const word = words.length === 1 ? words[0] : nearest(given, words);
  return word === undefined || given === '' || !item.has(path) ? null : change(range, word);
}

/** A name in small letters and with dashes, where nothing else is wrong with it. */
function tidyName({ message, path }: FieldError, item: ManifestObject, range: SourceRange): TextEdit | null {
  const [, given = ''] = /^Invalid value: "([^"]*)"/.exec(message) ?? [];
  const tidy = given
    .toLowerCase()
    .replace(/[ _]+/g, '-')
    .replace(/[^a-z0-9.-]/g, '')
    .replace(/^[-.]+|[-.]+$/g, '');
  const check = /DNS-1035/.test(message) ? checkDNS1035Label : /subdomain/.test(message) ? checkDNS1123Subdomain : checkDNS1123Label;
  return tidy === given || !item.has(path) || check(tidy).length > 0 ? null : change(range, tidy);
}

function nearestVolume({ message }: FieldError, { object }: ManifestObject, range: SourceRange): TextEdit | null {
  const spec = object.kind === 'Pod' ? object.spec : object.spec?.template?.spec;
  const names: string[] = (spec?.volumes ?? []).map(({ name = '' }: { name?: string }) => name);
  const name = nearest(/"([^"]*)"/.exec(message)?.[1] ?? '', names);
  return name === undefined ? null : change(range, name);
}

function renameResource({ path }: FieldError, item: ManifestObject): TextEdit | null {
  const given = /\[([^\]]+)\]$/.exec(path)?.[1] ?? '';
  const name = nearest(given, ['cpu', 'memory', 'ephemeral-storage']);
  return name === undefined || !item.has(path) ? null : change(item.keyRangeOf(path), name);
}

/** One label of the template that is not what the selector asks for. */
function matchLabels(item: ManifestObject): TextEdit | null {
  const { selector, template } = item.object.spec ?? {};
  const wanted: Readonly<Record<string, string>> = selector?.matchLabels ?? {};
  const given: Readonly<Record<string, string>> = template?.metadata?.labels ?? {};
  const wrong = Object.entries(wanted).filter(([key, value]) => given[key] !== value);
  const [only] = wrong;
  if (!only || wrong.length > 1) return null;
  const [key, value] = only;
  const labels = 'spec.template.metadata.labels';
  if (Object.hasOwn(given, key)) return change(item.rangeOf(`${labels}[${key}]`), value);
  const [first] = Object.keys(given);
  return first === undefined ? null : insertBefore(item, `${labels}[${first}]`, `${key}: ${value}`, `Add ${key}: ${value}`);
}

/** The labels of the template as selector. */
function addSelector(item: ManifestObject): TextEdit | null {
  const labels: Readonly<Record<string, string>> = item.object.spec?.template?.metadata?.labels ?? {};
  const entries = Object.entries(labels);
  if (entries.length === 0 || item.has('spec.selector')) return null;
  const lines = ['selector:', '  matchLabels:', ...entries.map(([key, value]) => `    ${key}: ${value}`)];
  return insertBefore(item, 'spec.template', lines.join('\n'), 'Add a selector for the labels of the template');
}

function namePort({ path }: FieldError, item: ManifestObject): TextEdit | null {
  const entry = path.replace(/\.name$/, '');
  const port = `${entry}.port`;
  const number = /^spec\.ports\[(\d+)\]/.exec(path)?.[1];
  const value = item.object.spec?.ports?.[Number(number)]?.port;
  return value === undefined || !item.has(port) ? null : insertBefore(item, port, `name: port-${value}`, `Add name: port-${value}`);
}

function change(range: SourceRange, newText: string): TextEdit {
  return { title: `Change to ${newText}`, range, newText };
}

/** New lines before the field at `path`, indented like it; null for a field within braces. */
function insertBefore(item: ManifestObject, path: string, lines: string, title: string): TextEdit | null {
  const key = item.keyRangeOf(path);
  const parent = item.rangeOf(parentOf(path));
  if (!item.has(path) || parent.startColumn !== key.startColumn) return null;
  const indent = ' '.repeat(key.startColumn - 1);
  const newText = `${lines.replaceAll('\n', `\n${indent}`)}\n${indent}`;
  return { title, range: { ...key, endLine: key.startLine, endColumn: key.startColumn }, newText };
}

/** Takes a field out that has lines of its own; null for one that begins an entry of a list or stands within braces. */
function removeLine(item: ManifestObject, path: string): TextEdit | null {
  if (!item.has(path)) return null;
  const key = item.keyRangeOf(path);
  const value = item.rangeOf(path);
  const parent = item.rangeOf(parentOf(path));
  if (parent.startLine === key.startLine || parent.startColumn !== key.startColumn) return null;
  const range = { startLine: key.startLine, startColumn: 1, endLine: value.endLine + (value.endColumn > 1 ? 1 : 0), endColumn: 1 };
  return { title: `Remove ${path.split('.').at(-1)}`, range, newText: '' };
}

function parentOf(path: string): string {
  return path.replace(/(\.[^.[\]]+|\[[^\]]*\])$/, '');
}
