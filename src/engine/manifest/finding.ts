// A problem as the reader of a document notes it: by offsets into that document's text. Placing it in the whole
// scenario text comes last, because a document may have been mended (tabs, columns) before it could be read on.

import type { Problem, SourceRange } from '../view.ts';

export interface Finding {
  readonly severity: Problem['severity'];
  readonly message: string;
  readonly hint?: string;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly object?: string;
  readonly fix?: Fix;
}

export interface Fix {
  readonly title: string;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** The same finding where its document begins at `offset`. */
export function shiftFinding(finding: Finding, offset: number): Finding {
  return moveFinding(finding, (at) => at + offset);
}

/** The same finding with every offset put through `place`. */
export function moveFinding(finding: Finding, place: (offset: number) => number): Finding {
  const { fix } = finding;
  const moved = { ...finding, start: place(finding.start), end: place(finding.end) };
  return fix ? { ...moved, fix: { ...fix, start: place(fix.start), end: place(fix.end) } } : moved;
}

export function toProblem(finding: Finding, rangeOf: (start: number, end: number) => SourceRange): Problem {
  const { start, end, fix, ...rest } = finding;
  const problem = { ...rest, range: rangeOf(start, end) };
  return fix ? { ...problem, fix: { title: fix.title, range: rangeOf(fix.start, fix.end), newText: fix.newText } } : problem;
}
