import { expect, test } from 'vitest';
import { lineAt, replacement } from './lines.ts';

const text = 'kind: Service\nspec:\n  ports: []\n';

test('an offset stands in a line', () => {
  expect([0, 13, 14, 25].map((offset) => lineAt(text, offset))).toEqual([1, 1, 2, 3]);
});

test('one changed letter is one replaced letter, so that the cursor and the undo history stay', () => {
  expect(replacement('app: wep', 'app: web')).toEqual({ start: 7, end: 8, text: 'b' });
  expect(replacement('aa', 'aaa')).toEqual({ start: 2, end: 2, text: 'a' });
  expect(replacement('same', 'same')).toEqual({ start: 4, end: 4, text: '' });
  expect(replacement('', 'kind: Pod')).toEqual({ start: 0, end: 0, text: 'kind: Pod' });
});
