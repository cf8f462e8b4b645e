// What to do about a field that the decoder refuses: the nearest known name, the level where the field belongs, the
// quotes or the dash that is missing. A fix is offered only where it certainly mends the line.

import { nearest } from '../api/nearest.ts';
import { type FieldType, structOf } from '../api/schema.ts';
import type { Advice, DecodeAdvice, DecodeContext } from './decode.ts';
import type { Fix } from './finding.ts';
import type { YamlEntry, YamlMapping, YamlNode } from './yaml-tree.ts';

export const DECODE_ADVICE: DecodeAdvice = { meantField, unknownField, wrongType };

function meantField(entry: YamlEntry, context: DecodeContext): string | undefined {
  const struct = context.structs.at(-1);
  if (!struct) return undefined;
  const free = [...(structOf(struct.name)?.keys() ?? [])].filter((field) => !struct.node.entries.has(field));
  const name = free.find((field) => field.toLowerCase() === entry.key.toLowerCase()) ?? nearest(entry.key, free);
  return name !== undefined && (pathBelow(struct.name, entry.key) === null || sameWord(name, entry.key)) ? name : undefined;
}

function unknownField(entry: YamlEntry, context: DecodeContext): Advice {
  const struct = context.structs.at(-1);
  if (!struct) return {};
  const plainSelector = selectorAdvice(entry, struct, context);
  if (plainSelector) return plainSelector;
  const name = meantField(entry, context);
  if (name !== undefined) return renameAdvice(entry, name);
  const fields = [...(structOf(struct.name)?.keys() ?? [])];
  const below = pathBelow(struct.name, entry.key);
  const outer = context.path;
  if (below !== null) {
    return { hint: belongsBelow(entry.key, outer === '' ? below : `${outer}.${below}`) };
  }
  const above = context.structs.slice(0, -1).findLast((outer) => structOf(outer.name)?.has(entry.key) && outer.name !== 'ObjectMeta');
  if (above) return { hint: `\`${entry.key}\` belongs further out, in the ${above.name}: indent it less.` };
  if (fields.length <= 12) return { hint: `Known here: ${fields.join(', ')}.` };
  return { hint: `A ${struct.name} has no field \`${entry.key}\`.` };
}

function wrongType(node: YamlNode, type: FieldType, context: DecodeContext): Advice {
  const field = context.goPath.at(-1) ?? '';
  const isServiceSelector = context.structs.at(-1)?.name === 'ServiceSpec' && field === 'selector';
  if (isServiceSelector && type.kind === 'scalar') return serviceSelectorAdvice(node, context);
  if (type.kind === 'scalar' && node.kind === 'scalar') return scalarAdvice(node, type);
  if (type.kind === 'list' && node.kind === 'mapping') return dashAdvice(node, field, context);
  if (type.kind === 'list') return { hint: `\`${field}\` is a list: write each entry in a line of its own that begins with \`- \`.` };
  if (type.kind === 'struct' || type.kind === 'map') {
    if (node.kind === 'sequence') return { hint: `\`${field}\` is not a list: leave out the \`-\`.` };
    if (context.path.endsWith(']'))
      return { hint: `Each entry of \`${field}\` is a group of lines \`name: value\`; the first begins with \`- \`.` };
    return { hint: `\`${field}\` takes lines of \`name: value\` below it, two spaces further in.` };
  }
  return node.kind === 'scalar' ? {} : { hint: `\`${field}\` takes a single value.` };
}

function belongsBelow(key: string, below: string): string {
  const place = below.replaceAll('[]', '');
  if (below.endsWith('[]')) return `\`${key}\` belongs to an entry of \`${place}\`: indent it like the entry's other fields.`;
  return `\`${key}\` belongs under \`${place}\`: indent it by two spaces more than \`${place.split('.').at(-1)}:\`.`;
}

function renameAdvice(entry: YamlEntry, name: string): Advice {
  const { start, end } = entry.keyPlace;
  return { hint: `Did you mean \`${name}\`?`, fix: { title: `Change to ${name}`, start, end, newText: name } };
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase() || `${a}s` === b || `${b}s` === a;
}

/** A Deployment's selector written like a Service's: labels directly under `selector`. */
function selectorAdvice(entry: YamlEntry, struct: { name: string; node: YamlMapping }, context: DecodeContext): Advice | null {
  if (struct.name !== 'LabelSelector' || context.path.split('.').at(-1) !== 'selector' || entry.value.kind !== 'scalar') return null;
  if (/^match/i.test(entry.key)) return null;
  const hint =
    'Here the labels stand under `selector.matchLabels`; only a Service and a ReplicationController have them directly under `selector`.';
  const labels = [...struct.node.entries.values()];
  const isFirst = labels[0] === entry;
  if (!isFirst || !labels.every((label) => label.value.kind === 'scalar')) return { hint };
  return { hint, fix: nestFix(struct.node, 'matchLabels', context.text) ?? undefined };
}

/** `matchLabels:` above a block mapping, and the mapping two spaces further in. */
function nestFix(node: YamlMapping, key: string, text: string): Fix | null {
  const body = text.slice(node.start, node.end);
  if (body.startsWith('{')) return { title: `Put ${key} round it`, start: node.start, end: node.end, newText: `{${key}: ${body}}` };
  const indent = indentOf(text, node.start);
  if (indent === null) return null;
  const newText = `${key}:\n${indent}  ${body.split('\n').join('\n  ')}`;
  return { title: `Put ${key} above the labels`, start: node.start, end: node.end, newText };
}

/** `matchLabels` (or another mapping) in a Service, whose selector is a plain map. */
function serviceSelectorAdvice(node: YamlNode, context: DecodeContext): Advice {
  const hint =
    'In a Service the labels stand directly under `selector`, each as `name: value`. `matchLabels` is for Deployments and ReplicaSets.';
  const selector = context.structs.at(-1)?.node.entries.get('selector')?.value;
  const isMatchLabels = selector?.kind === 'mapping' && selector.entries.size === 1 && selector.entries.get('matchLabels')?.value === node;
  if (!isMatchLabels || node.kind !== 'mapping') return node.kind === 'scalar' ? quoteAdvice(node) : { hint };
  const inner = context.text.slice(node.start, node.end);
  const title = 'Remove matchLabels';
  if (inner.startsWith('{')) return { hint, fix: { title, start: selector.start, end: selector.end, newText: inner } };
  const innerIndent = indentOf(context.text, node.start);
  const outerIndent = indentOf(context.text, selector.start);
  if (innerIndent === null || outerIndent === null) return { hint };
  const newText = inner.split('\n').map((line) => (line.startsWith(innerIndent) ? outerIndent + line.slice(innerIndent.length) : line));
  return { hint, fix: { title, start: selector.start, end: selector.end, newText: newText.join('\n') } };
}

function scalarAdvice(node: YamlNode & { kind: 'scalar' }, type: FieldType & { kind: 'scalar' }): Advice {
  const { value, text, start, end } = node;
  if (type.name === 'string') return quoteAdvice(node);
  if ((type.name === 'int32' || type.name === 'int64') && typeof value === 'string' && /^\d+$/.test(text.trim())) {
    const newText = String(Number(text));
    return { hint: 'A number stands without quotes.', fix: { title: `Change to ${newText}`, start, end, newText } };
  }
  if (type.name === 'int32' || type.name === 'int64') return { hint: 'A whole number is wanted here.' };
  if (type.name === 'bool' && typeof value === 'string' && /^(true|false|yes|no|on|off)$/i.test(text)) {
    const newText = /^(true|yes|on)$/i.test(text) ? 'true' : 'false';
    return { hint: '`true` and `false` stand without quotes.', fix: { title: `Change to ${newText}`, start, end, newText } };
  }
  return type.name === 'bool' ? { hint: '`true` or `false` is wanted here.' } : {};
}

/** A number or boolean where text is wanted: labels, annotations, env values. */
function quoteAdvice(node: YamlNode & { kind: 'scalar' }): Advice {
  const { value, text, start, end } = node;
  const hint =
    typeof value === 'boolean' ? `YAML reads \`${text}\` as ${value}: put it in quotes.` : 'Put the value in quotes: text is wanted here.';
  return { hint, fix: { title: `Change to "${text}"`, start, end, newText: JSON.stringify(text) } };
}

/** A mapping where a list is wanted: one entry whose `- ` was forgotten. */
function dashAdvice(node: YamlMapping, field: string, context: DecodeContext): Advice {
  const hint = `\`${field}\` is a list: put \`- \` before the first line of each entry.`;
  const body = context.text.slice(node.start, node.end);
  if (body.startsWith('{')) return { hint, fix: { title: 'Make it a list', start: node.start, end: node.end, newText: `[${body}]` } };
  const newText = `- ${body.split('\n').join('\n  ')}`;
  return { hint, fix: { title: 'Make it a list', start: node.start, end: node.end, newText } };
}

/** Where in the structs below `structName` a field of that name lives, nearest first: `spec.template.spec`, or null. */
function pathBelow(structName: string, field: string): string | null {
  let index = fieldsBelow.get(structName);
  if (!index) {
    index = indexBelow(structName);
    fieldsBelow.set(structName, index);
  }
  return index.get(field) ?? null;
}

const fieldsBelow = new Map<string, ReadonlyMap<string, string>>();
const MAX_LEVELS = 5;

function indexBelow(structName: string): Map<string, string> {
  const index = new Map<string, string>();
  const seen = new Set<string>([structName]);
  let level: { path: readonly string[]; name: string }[] = [{ path: [], name: structName }];
  for (let depth = 0; depth < MAX_LEVELS; depth++) {
    level = level.flatMap(({ path, name }) => structsIn(name, path, seen));
    for (const { path, name } of level) {
      for (const field of structOf(name)?.keys() ?? []) if (!index.has(field)) index.set(field, path.join('.'));
    }
  }
  return index;
}

/** The structs among a struct's fields that have not been seen yet. What only the server writes is left out. */
function structsIn(name: string, path: readonly string[], seen: Set<string>): { path: readonly string[]; name: string }[] {
  return [...(structOf(name) ?? [])].flatMap(([key, type]) => {
    const target = type.kind === 'list' ? type.element : type;
    if (target.kind !== 'struct' || key === 'status' || seen.has(target.name)) return [];
    seen.add(target.name);
    return [{ path: [...path, type.kind === 'list' ? `${key}[]` : key], name: target.name }];
  });
}

/** The blanks before the first thing in the line of `offset`, or null when something else stands before it. */
function indentOf(text: string, offset: number): string | null {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^ *$/.test(before) ? before : null;
}
