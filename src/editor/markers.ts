// Problems as Monaco's markers and gutter signs. Plain data: the numbers are Monaco's MarkerSeverity.

import type { editor, IRange } from 'monaco-editor/editor';
import type { Problem, SourceRange, TextEdit } from '../protocol/messages.ts';

const SEVERITY = { error: 8, warning: 4, 'not-simulated': 1 } as const;

export function toMonacoRange({ startLine, startColumn, endLine, endColumn }: SourceRange): IRange {
  return { startLineNumber: startLine, startColumn, endLineNumber: endLine, endColumn };
}

/** The squiggle under a problem's exact range, and what its hover says. */
export function toMarker(problem: Problem): editor.IMarkerData {
  const { message, hint, severity, range } = problem;
  return { severity: SEVERITY[severity], message: hint ? `${message}\n${hint}` : message, ...toMonacoRange(range) };
}

/** What is drawn besides squiggles: one sign a line, for the worst problem that begins there, and what is not simulated. */
export function toDecorations(problems: readonly Problem[]): editor.IModelDeltaDecoration[] {
  const byLine = new Map<number, Problem[]>();
  for (const problem of problems) byLine.set(problem.range.startLine, [...(byLine.get(problem.range.startLine) ?? []), problem]);
  const unread = problems.filter(({ severity }) => severity === 'not-simulated');
  return [
    ...[...byLine].map(([line, here]) => gutterSign(line, here)),
    ...unread.map(({ range }) => ({ range: toMonacoRange(range), options: { inlineClassName: 'not-simulated' } })),
  ];
}

function gutterSign(line: number, problems: readonly Problem[]): editor.IModelDeltaDecoration {
  const worst = problems.reduce((a, b) => (SEVERITY[b.severity] > SEVERITY[a.severity] ? b : a));
  return {
    range: toMonacoRange({ startLine: line, startColumn: 1, endLine: line, endColumn: 1 }),
    options: {
      glyphMarginClassName: `gutter-sign gutter-${worst.severity}`,
      glyphMarginHoverMessage: problems.map(({ message, hint }) => ({ value: plain(hint ? `${message}\n${hint}` : message) })),
    },
  };
}

/** Schema findings, without those that only repeat what the engine says better about the same place. */
export function withoutEcho(schemaMarkers: readonly editor.IMarkerData[], problems: readonly Problem[]): editor.IMarkerData[] {
  const said = problems.filter(({ severity }) => severity !== 'not-simulated').map(({ range }) => range);
  return schemaMarkers.filter((marker) => !said.some((range) => shareLine(range, marker)));
}

/** The certain repairs for problems that touch `range`. */
export function fixesAt(problems: readonly Problem[], range: IRange): readonly { problem: Problem; fix: TextEdit }[] {
  return problems.flatMap((problem) => (problem.fix && shareLine(problem.range, range) ? [{ problem, fix: problem.fix }] : []));
}

function shareLine(range: SourceRange, other: IRange): boolean {
  return range.startLine <= other.endLineNumber && other.startLineNumber <= range.endLine;
}

// Hovers are Markdown; the API server's words are not.
function plain(text: string): string {
  return text.replace(/[\\*_{}[\]()#+\-.!|<>~]/g, '\\$&').replace(/\n/g, '  \n');
}
