import { expect, test } from 'vitest';
import { applyTextEdit, linesOf } from './text-edit.ts';

const text = 'spec:\n  selector:\n    app: wep\n';
const range = { startLine: 3, startColumn: 10, endLine: 3, endColumn: 13 };

test('replaces exactly the range', () => {
  expect(applyTextEdit(text, { range, newText: 'web' })).toBe('spec:\n  selector:\n    app: web\n');
});

test('inserts at an empty range, also at the end of the text', () => {
  const end = { startLine: 4, startColumn: 1, endLine: 4, endColumn: 1 };
  expect(applyTextEdit(text, { range: end, newText: '  ports: []\n' })).toBe(`${text}  ports: []\n`);
});

test('names the lines that a range touches', () => {
  expect(linesOf(text, range)).toEqual(['    app: wep']);
});
