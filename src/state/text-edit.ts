// Changing a text by a range, as an editor would. Lines and columns count from 1; the end column is exclusive.

import type { SourceRange, TextEdit } from '../protocol/messages.ts';

export function applyTextEdit(text: string, edit: Pick<TextEdit, 'range' | 'newText'>): string {
  const { startLine, startColumn, endLine, endColumn } = edit.range;
  return text.slice(0, offsetAt(text, startLine, startColumn)) + edit.newText + text.slice(offsetAt(text, endLine, endColumn));
}

/** The lines of a text that a range touches, without line ends. */
export function linesOf(text: string, range: SourceRange): readonly string[] {
  return text.split(/\r?\n/).slice(range.startLine - 1, range.endLine);
}

/** The offset of a place in a text; the text's end for a line that it does not have. */
export function offsetAt(text: string, line: number, column: number): number {
  let offset = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', offset);
    if (end < 0) return text.length;
    offset = end + 1;
  }
  return Math.min(text.length, offset + column - 1);
}
