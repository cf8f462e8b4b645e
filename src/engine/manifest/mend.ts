// Mistakes that stop YAML from being read at all and that beginners make by copying from notes: tabs for indentation,
// and two listings that stand side by side. Each is explained, and the text is mended so far that reading can go on
// and find the other mistakes too.

import type { Finding } from './finding.ts';

/** A text that can be read on, and where each of its offsets stands in the original. */
export interface Mended {
  readonly finding: Finding;
  readonly parts: readonly { readonly text: string; readonly originalOffset: (offset: number) => number }[];
}

/** The first known mistake of a text that YAML refuses, or null. */
export function mend(text: string): Mended | null {
  return mendFences(text) ?? mendColumns(text) ?? mendTabs(text);
}

/** Blanks that web pages use and YAML does not know as blanks: it takes them for letters. */
const ODD_BLANKS = /[\u00a0\u2000-\u200a\u202f\u3000]/g;

/** Odd blanks in the indentation, which YAML would read as part of a name; null when there are none. */
export function mendOddBlanks(text: string): Mended | null {
  const lines = linesOf(text).filter((line) => /^[ \t]*[\u00a0\u2000-\u200a\u202f\u3000]/.test(line.text));
  const first = lines[0];
  const last = lines.at(-1);
  if (!first || !last) return null;
  const mended = text.replace(ODD_BLANKS, ' ');
  const end = last.start + last.text.length;
  return {
    finding: {
      severity: 'error',
      message: `error converting YAML to JSON: yaml: line ${first.number}: could not find expected ':'`,
      hint: `${lines.length === 1 ? 'This line begins' : `This line and ${lines.length - 1} more begin`} with non-breaking spaces, as copying from a web page brings them. YAML wants ordinary spaces.`,
      path: '',
      start: first.start,
      end: first.start + (first.text.length - first.text.replace(ODD_BLANKS, ' ').trimStart().length),
      fix: { title: 'Replace by ordinary spaces', start: first.start, end, newText: mended.slice(first.start, end) },
    },
    parts: [{ text: mended, originalOffset: (offset) => offset }],
  };
}

/** The frame that a listing has in Markdown. */
function mendFences(text: string): Mended | null {
  const lines = linesOf(text);
  const fences = lines.filter((line) => /^\s*(```|~~~)/.test(line.text));
  const first = fences[0];
  const last = fences.at(-1);
  if (!first || !last) return null;
  const end = last.start + last.text.length;
  const inside = lines.filter((line) => line.start >= first.start && line.start <= last.start && !fences.includes(line));
  const mended = lines.map((line) => (fences.includes(line) ? '#'.repeat(line.text.length) : line.text)).join('\n');
  return {
    finding: {
      severity: 'error',
      message: `error converting YAML to JSON: yaml: line ${first.number}: found character that cannot start any token`,
      hint: 'A line of ``` frames a listing in Markdown and is no part of it: leave it out.',
      path: '',
      start: first.start,
      end: first.start + first.text.length,
      fix: { title: 'Remove the frame', start: first.start, end, newText: inside.map((line) => line.text).join('\n') },
    },
    parts: [{ text: mended, originalOffset: columnOffsets(lines) }],
  };
}

const TAB_WIDTH = 2;

/** Tabs in the indentation of any line that holds more than blanks and comments. */
function mendTabs(text: string): Mended | null {
  const lines = linesOf(text);
  const tabbed = lines.filter((line) => /^ *\t/.test(line.text) && !/^\s*(#.*)?$/.test(line.text));
  const first = tabbed[0];
  const last = tabbed.at(-1);
  if (!first || !last) return null;
  const pieces = lines.map((line) => {
    const indent = /^[ \t]*/.exec(line.text)?.[0] ?? '';
    return { line, indent, spaces: indent.replaceAll('\t', ' '.repeat(TAB_WIDTH)) };
  });
  const mended = pieces.map((piece) => piece.spaces + piece.line.text.slice(piece.indent.length));
  const inRange = pieces.flatMap((piece, index) =>
    piece.line.start >= first.start && piece.line.start <= last.start ? [mended[index] ?? ''] : [],
  );
  const firstTabs = /^[ \t]*/.exec(first.text)?.[0].length ?? 1;
  const howMany = tabbed.length === 1 ? 'This line is' : `This line and ${tabbed.length - 1} more are`;
  return {
    finding: {
      severity: 'error',
      message: `error converting YAML to JSON: yaml: line ${first.number}: found character that cannot start any token`,
      hint: `${howMany} indented with a tab. YAML allows only spaces: two for each level.`,
      path: '',
      start: first.start,
      end: first.start + firstTabs,
      fix: { title: 'Replace tabs by spaces', start: first.start, end: last.start + last.text.length, newText: inRange.join('\n') },
    },
    parts: [{ text: mended.join('\n'), originalOffset: tabOffsets(pieces, mended) }],
  };
}

function tabOffsets(
  pieces: readonly { line: Line; indent: string; spaces: string }[],
  mended: readonly string[],
): (offset: number) => number {
  const starts = startsOf(mended);
  return (offset) => {
    const index = lastAtOrBefore(starts, offset);
    const piece = pieces[index];
    if (!piece) return offset;
    const column = offset - (starts[index] ?? 0);
    const inText = column - piece.spaces.length;
    return piece.line.start + (inText >= 0 ? piece.indent.length + inText : Math.min(piece.indent.length, Math.floor(column / TAB_WIDTH)));
  };
}

/** Two listings set in two columns: lines of `key: value`, a gap, and `key:` again. */
function mendColumns(text: string): Mended | null {
  const lines = linesOf(text);
  const gaps = lines.flatMap((line) => {
    const match = /\S( {3,})(?=(- )?[A-Za-z][\w./-]*:(\s|$))/.exec(line.text);
    return match && line.text.slice(0, match.index + 1).includes(':') ? [{ line, column: match.index + 1 + (match[1]?.length ?? 0) }] : [];
  });
  const first = gaps[0];
  if (!first || gaps.length < 2) return null;
  const column = Math.min(...gaps.map((gap) => gap.column));
  const left = lines.map((line) => ({ ...line, text: line.text.slice(0, column) }));
  const right = lines.map((line) => ({ ...line, start: line.start + column, text: line.text.slice(column) }));
  if (right.some((line) => line.text !== '' && /\S/.test(text.charAt(line.start - 1)))) return null;
  return {
    finding: {
      severity: 'error',
      message: `error converting YAML to JSON: yaml: line ${first.line.number}: mapping values are not allowed in this context`,
      hint: 'Two listings stand side by side. Put the right one below the left one, after a line with only `---`.',
      path: '',
      start: first.line.start + column,
      end: first.line.start + first.line.text.length,
      fix: {
        title: 'Put the two listings below each other',
        start: 0,
        end: text.length,
        newText: `${columnText(left)}\n---\n${columnText(right)}\n`,
      },
    },
    parts: [left, right].map((part) => ({ text: part.map((line) => line.text).join('\n'), originalOffset: columnOffsets(part) })),
  };
}

function columnText(lines: readonly Line[]): string {
  return lines
    .map((line) => line.text.trimEnd())
    .join('\n')
    .trimEnd();
}

function columnOffsets(lines: readonly Line[]): (offset: number) => number {
  const starts = startsOf(lines.map((line) => line.text));
  return (offset) => {
    const index = lastAtOrBefore(starts, offset);
    const line = lines[index];
    return line ? line.start + Math.min(offset - (starts[index] ?? 0), line.text.length) : 0;
  };
}

/** Where each line begins once they are joined. */
function startsOf(lines: readonly string[]): number[] {
  let at = 0;
  return lines.map((line) => {
    const start = at;
    at += line.length + 1;
    return start;
  });
}

/** The index of the last of the ascending `starts` that is not beyond `offset`, or 0. */
function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

interface Line {
  readonly number: number;
  readonly start: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  let start = 0;
  return text.split('\n').map((line, index) => {
    const result = { number: index + 1, start, text: line.replace(/\r$/, '') };
    start += line.length + 1;
    return result;
  });
}
