import { expect, test } from 'vitest';
import type { Problem } from '../protocol/messages.ts';
import { fixesAt, toDecorations, toMarker, withoutEcho } from './markers.ts';

const range = { startLine: 7, startColumn: 10, endLine: 7, endColumn: 13 };
const unknownField: Problem = {
  severity: 'error',
  message: 'unknown field "spec.selectr"',
  hint: 'Did you mean selector?',
  path: 'spec.selectr',
  range,
  fix: { title: 'Rename to selector', range, newText: 'selector' },
};
const notSimulated: Problem = { severity: 'not-simulated', message: 'accepted, not simulated', path: 'spec', range };
const atLine7 = { startLineNumber: 7, startColumn: 10, endLineNumber: 7, endColumn: 13 };

test('a problem is marked at its exact range, with the advice below the message', () => {
  expect(toMarker(unknownField)).toEqual({ severity: 8, message: 'unknown field "spec.selectr"\nDid you mean selector?', ...atLine7 });
  expect(toMarker(notSimulated)).toMatchObject({ severity: 1 });
});

test('a line has one sign in the gutter, the worst; what is not simulated is underlined', () => {
  expect(toDecorations([notSimulated, unknownField]).map(({ range, options }) => [range.startLineNumber, options])).toEqual([
    [7, expect.objectContaining({ glyphMarginClassName: 'gutter-sign gutter-error' })],
    [7, { inlineClassName: 'not-simulated' }],
  ]);
});

test('the schema is silent where the engine has spoken', () => {
  const echo = { severity: 4, message: 'Property selectr is not allowed.', ...atLine7 };
  const other = { ...echo, startLineNumber: 9, endLineNumber: 9 };
  expect(withoutEcho([echo, other], [unknownField])).toEqual([other]);
  expect(withoutEcho([echo], [notSimulated])).toEqual([echo]);
});

test('a fix is offered on the lines of its problem', () => {
  expect(fixesAt([unknownField, notSimulated], { ...atLine7, startColumn: 1 }).map(({ fix }) => fix.title)).toEqual(['Rename to selector']);
  expect(fixesAt([unknownField], { ...atLine7, startLineNumber: 8, endLineNumber: 8 })).toEqual([]);
});
