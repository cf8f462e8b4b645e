// What is wrong with the YAML itself, as kubectl says it, with a word for beginners on what to do.

import type { Finding } from './finding.ts';
import type { YamlMistake } from './yaml-tree.ts';

/** A document's text and the number that each of its lines has in the whole scenario. */
export interface DocumentSource {
  readonly text: string;
  readonly lineOf: (offset: number) => number;
}

/** Nobody reads a longer line, and looking through it takes time. */
const MAX_LINE = 300;

export function mistakeFinding(source: DocumentSource, mistake: YamlMistake): Finding {
  const duplicate = mistake.duplicate?.key;
  const prefix = duplicate === undefined ? '' : 'unmarshal errors: ';
  const finding = {
    severity: 'error' as const,
    message: `error converting YAML to JSON: yaml: ${prefix}line ${source.lineOf(mistake.start)}: ${mistake.reason}`,
    path: '',
  };
  if (duplicate !== undefined) {
    return { ...finding, hint: `\`${duplicate}\` stands twice in one place: remove one.`, start: mistake.start, end: mistake.end };
  }
  const cause = mistake.fatal ? causeAbove(source.text, mistake.start) : null;
  if (cause) return { ...finding, ...cause };
  const place = mistake.end > mistake.start ? mistake : contentOfLine(source.text, mistake.start);
  const hint = hintFor(mistake, source.text);
  return { ...finding, ...(hint ? { hint } : {}), start: place.start, end: place.end };
}

/** A mistake that YAML notices a line or two after it was made. */
function causeAbove(text: string, at: number): Pick<Finding, 'hint' | 'start' | 'end' | 'fix'> | null {
  let place = contentOfLine(text, at);
  for (let lines = 0; lines < 3; lines++) {
    const line = text.slice(place.start, Math.min(place.end, place.start + MAX_LINE));
    const glued = /^(?:- )?([A-Za-z]+):[^\s/]\S*$/.exec(line)?.[1];
    if (glued !== undefined) {
      const colon = place.start + line.indexOf(':') + 1;
      const fix = { title: 'Put a space after the colon', start: colon, end: colon, newText: ' ' };
      return { ...place, hint: `Put a space after the colon: \`${glued}: ...\`.`, fix };
    }
    if (/[:-]\s+("[^"]*|'[^']*)$/.test(line)) return { ...place, hint: 'A quote is opened here and not closed.' };
    if (place.start === 0) return null;
    place = contentOfLine(text, text.lastIndexOf('\n', place.start - 1));
  }
  return null;
}

const WRONG_INDENT = 'The indentation does not fit the lines above: fields of one object begin in the same column.';

const HINTS: readonly { readonly reason: RegExp; readonly hint: (line: string) => string }[] = [
  {
    reason: /mapping values/,
    hint: (line) =>
      /:\s+[^"'\s][^"']*:(\s|$)/.test(line)
        ? 'A value that contains `: ` stands in quotes; otherwise put each `name: value` on a line of its own.'
        : 'The indentation does not fit: this line is further in than the line above it allows.',
  },
  {
    reason: /expected key|'-' indicator|<document start>/,
    hint: () => WRONG_INDENT,
  },
  {
    reason: /expected ':'/,
    hint: () => 'A line is `name: value`: the colon is missing.',
  },
  { reason: /end of stream/, hint: () => 'A quote is opened here or above and never closed.' },
  { reason: /',' or '}'/, hint: () => 'A bracket is opened and never closed, or a comma is missing.' },
  { reason: /start any token/, hint: () => 'Put the value in quotes: this character has a meaning of its own in YAML.' },
  { reason: /excessive aliasing/, hint: () => 'Aliases (`*name`) multiply this document beyond what is read.' },
];

function hintFor(mistake: YamlMistake, text: string): string | undefined {
  const { start, end } = contentOfLine(text, mistake.start);
  const known = HINTS.find(({ reason }) => reason.test(mistake.reason));
  return known?.hint(text.slice(start, Math.min(end, start + MAX_LINE)));
}

function contentOfLine(text: string, at: number): { start: number; end: number } {
  const lineStart = at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const lineBreak = text.indexOf('\n', at);
  const lineEnd = lineBreak < 0 ? text.length : lineBreak;
  const line = text.slice(lineStart, lineEnd);
  const body = line.trim();
  if (body === '') return { start: lineStart, end: lineEnd };
  const start = lineStart + line.length - line.trimStart().length;
  return { start, end: start + body.length };
}
