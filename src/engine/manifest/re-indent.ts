// Gives a listing its indentation back when all of it was lost (as copying from a slide or a PDF does). The Kubernetes
// schema says which field can hold which, so that for most listings exactly one nesting makes sense.

import { type FieldType, structOf } from '../api/schema.ts';

interface Level {
  /** The struct whose fields may stand here, a plain map of strings, or a list of either. */
  readonly type: FieldType;
  readonly indent: number;
  readonly seen: Set<string>;
}

/** The text with its lines nested as the struct `rootStruct` wants them, or null when that is not clear. */
export function reIndent(text: string, rootStruct: string): string | null {
  const stack: Level[] = [level({ kind: 'struct', name: rootStruct, go: '' }, 0)];
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const body = line.trim();
    if (body === '' || body.startsWith('#')) {
      lines.push(body);
      continue;
    }
    const placed = placeLine(body, stack);
    if (placed === null) return null;
    lines.push(placed);
  }
  return lines.join('\n');
}

function placeLine(body: string, stack: Level[]): string | null {
  const entry = /^- +(.*)$/.exec(body);
  if (!entry) return placeField(body, stack, '');
  const list = stack.findLastIndex((open) => open.type.kind === 'list');
  const open = stack[list];
  if (open?.type.kind !== 'list') return null;
  stack.length = list + 1;
  const element = open.type.element;
  if (element.kind === 'scalar') return `${' '.repeat(open.indent)}${body}`;
  stack.push(level(element, open.indent + 2));
  return placeField(entry[1] ?? '', stack, `${' '.repeat(open.indent)}- `);
}

/** Puts `key: value` into the innermost open level that can take the key. */
function placeField(body: string, stack: Level[], prefix: string): string | null {
  const match = /^"?([^\s":]+)"?:(?:\s+(.*))?$/.exec(body);
  if (!match) return null;
  const key = match[1] ?? '';
  const depth = levelFor(key, stack);
  const target = stack[depth];
  if (!target || (prefix !== '' && depth !== stack.length - 1)) return null;
  stack.length = depth + 1;
  target.seen.add(key);
  const isOpen = (match[2] ?? '').replace(/#.*/, '').trim() === '';
  const type = fieldType(target, key);
  if (isOpen && type && type.kind !== 'scalar') stack.push(level(type, target.indent + 2));
  return `${prefix || ' '.repeat(target.indent)}${body}`;
}

/** A struct that knows the key goes before a map that would take any. */
function levelFor(key: string, stack: readonly Level[]): number {
  const known = stack.findLastIndex(
    (open) => open.type.kind === 'struct' && !open.seen.has(key) && structOf(open.type.name)?.has(key) === true,
  );
  if (known >= 0) return known;
  return stack.findLastIndex((open) => open.type.kind === 'map' && open.type.element.kind === 'scalar' && !open.seen.has(key));
}

function fieldType(open: Level, key: string): FieldType | undefined {
  return open.type.kind === 'struct' ? structOf(open.type.name)?.get(key) : undefined;
}

function level(type: FieldType, indent: number): Level {
  return { type, indent, seen: new Set() };
}
