import { expect, test } from 'vitest';
import type { Problem } from '../protocol/messages.ts';
import { shownProblems } from './shown-problems.ts';

const problem = (message: string, startLine = 1): Problem => ({
  message,
  severity: 'error',
  path: 'spec',
  range: { startLine, startColumn: 1, endLine: startLine, endColumn: 2 },
});
const none = { problems: [], usable: true };
const unreadable = { problems: [problem('bad indentation')], usable: false };

test('a word that is half written is no mistake before the reader pauses', () => {
  const typing = shownProblems(none, unreadable, true);
  expect(typing).toBe(none);
  expect(shownProblems(typing, unreadable, false)).toEqual(unreadable);
});

test('what was shown stays, moves with its line, and goes at once when it is mended', () => {
  const moved = { problems: [problem('bad indentation', 2), problem('another')], usable: false };
  expect(shownProblems(unreadable, moved, true)).toEqual({ problems: [moved.problems[0]], usable: false });
  expect(shownProblems(unreadable, none, true)).toEqual(none);
});
