// Problems in the order in which a reader should meet them.

import type { Problem } from '../protocol/messages.ts';

const order = { error: 0, warning: 1, 'not-simulated': 2 } as const;

/** Errors first, then warnings, then what is accepted but not simulated; each from the top of the text down. */
export function worstFirst(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => order[a.severity] - order[b.severity] || a.range.startLine - b.range.startLine);
}

export function problemCounts(problems: readonly Problem[]): readonly { severity: Problem['severity']; count: number }[] {
  return (['error', 'warning', 'not-simulated'] as const)
    .map((severity) => ({ severity, count: problems.filter((problem) => problem.severity === severity).length }))
    .filter(({ count }) => count > 0);
}
