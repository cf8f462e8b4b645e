// A suggested change as the lines of a diff, with the characters that differ.

import type { TextEdit } from '../protocol/messages.ts';
import { applyTextEdit, linesOf } from '../state/text-edit.ts';

export interface DiffLine {
  /** Its number in the text; the prompt, of a line that is typed. */
  readonly line: number | '$';
  readonly kind: 'removed' | 'added';
  /** The text before, inside and after what differs. */
  readonly parts: readonly [string, string, string];
}

/** The lines that an edit takes away and those that it brings. Shared indentation is taken off. */
export function editDiff(text: string, edit: TextEdit): readonly DiffLine[] {
  const before = linesOf(text, edit.range);
  const changed = applyTextEdit(text, edit);
  const grown = changed.split('\n').length - text.split('\n').length;
  const after = linesOf(changed, { ...edit.range, endLine: edit.range.endLine + grown });
  const indent = Math.min(...[...before, ...after].filter((line) => line.trim() !== '').map((line) => line.search(/\S/)), 99);
  const pair = before.length === 1 && after.length === 1;
  const [removedParts, addedParts] = pair ? differing(before[0] ?? '', after[0] ?? '', indent) : [null, null];
  const asLine = (kind: DiffLine['kind'], parts: DiffLine['parts'] | null) => (line: string, index: number) => ({
    line: edit.range.startLine + index,
    kind,
    parts: parts ?? ([line.slice(indent), '', ''] as const),
  });
  return [...before.map(asLine('removed', removedParts)), ...after.map(asLine('added', addedParts))];
}

/** One line in place of another. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [removed, added] = differing(before, after, 0);
  return [
    { line: '$', kind: 'removed', parts: removed },
    { line: '$', kind: 'added', parts: added },
  ];
}

function differing(before: string, after: string, indent: number): [DiffLine['parts'], DiffLine['parts']] {
  let head = 0;
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const cut = (line: string): DiffLine['parts'] => [
    line.slice(Math.min(indent, head), head),
    line.slice(head, line.length - tail),
    line.slice(line.length - tail),
  ];
  return [cut(before), cut(after)];
}
