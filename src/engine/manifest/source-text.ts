// Offsets of the scenario text as the lines and columns an editor shows. The text is taken without its byte order mark,
// as editors keep it.

import type { SourceRange } from '../view.ts';

export interface SourceText {
  readonly text: string;
  /** `start` inclusive, `end` exclusive. */
  rangeOf(start: number, end: number): SourceRange;
  /** Counts from 1. */
  lineOf(offset: number): number;
  /** The line's text without its line break; `line` counts from 1. */
  line(line: number): string;
  /** Where the line begins. */
  startOfLine(line: number): number;
  readonly lineCount: number;
}

/** Indexes the line starts of `text`. */
export function sourceText(text: string): SourceText {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineOf = (offset: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  const startOfLine = (line: number) => starts[line - 1] ?? text.length;
  return {
    text,
    lineOf,
    startOfLine,
    lineCount: starts.length,
    line: (line) => text.slice(startOfLine(line), starts[line] ?? text.length).replace(/\r?\n$/, ''),
    rangeOf: (start, end) => {
      const startLine = lineOf(start);
      const endLine = lineOf(Math.max(start, end));
      return {
        startLine,
        startColumn: start - startOfLine(startLine) + 1,
        endLine,
        endColumn: Math.max(start, end) - startOfLine(endLine) + 1,
      };
    },
  };
}

/** The part of a line that is neither indentation nor trailing blanks, as offsets; the whole line when it is blank. */
export function lineContent(source: SourceText, line: number): { start: number; end: number } {
  const text = source.line(line);
  const start = source.startOfLine(line);
  const body = text.trim();
  if (body === '') return { start, end: start + text.length };
  const indent = text.length - text.trimStart().length;
  return { start: start + indent, end: start + indent + body.length };
}
