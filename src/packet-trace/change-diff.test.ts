import { expect, test } from 'vitest';
import { editDiff } from './change-diff.ts';

const text = 'spec:\n  selector:\n    app: wep\n  ports:\n    - port: 80\n';

test('one letter: the two lines, with the letter apart', () => {
  const range = { startLine: 3, startColumn: 10, endLine: 3, endColumn: 13 };
  expect(editDiff(text, { title: 'one letter', range, newText: 'web' })).toEqual([
    { line: 3, kind: 'removed', parts: ['app: we', 'p', ''] },
    { line: 3, kind: 'added', parts: ['app: we', 'b', ''] },
  ]);
});

test('a new line: the line it follows, and both after', () => {
  const range = { startLine: 5, startColumn: 15, endLine: 5, endColumn: 15 };
  const diff = editDiff(text, { title: 'name the port', range, newText: '\n      targetPort: 8080' });
  expect(diff.map(({ kind, parts }) => [kind, parts.join('')])).toEqual([
    ['removed', '- port: 80'],
    ['added', '- port: 80'],
    ['added', '  targetPort: 8080'],
  ]);
});
