// Applies an edit that a problem offers, as the editor and the tests do.

import type { TextEdit } from '../view.ts';

/** `text` with the edit's range replaced; unchanged when there is no edit. */
export function applyEdit(text: string, edit: TextEdit | undefined): string {
  if (!edit) return text;
  const { startLine, startColumn, endLine, endColumn } = edit.range;
  const start = offsetOfLine(text, startLine) + startColumn - 1;
  const end = offsetOfLine(text, endLine) + endColumn - 1;
  return text.slice(0, start) + edit.newText + text.slice(end);
}

function offsetOfLine(text: string, line: number): number {
  let start = 0;
  for (let current = 1; current < line; current++) start = text.indexOf('\n', start) + 1 || text.length;
  return start;
}
