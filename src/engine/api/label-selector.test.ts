import { expect, test } from 'vitest';
import { matchesExpression, matchesSelector } from './label-selector.ts';

const labels = { app: 'web', tier: '' };

test('an empty selector matches everything, a missing one nothing', () => {
  expect(matchesSelector(labels, {})).toBe(true);
  expect(matchesSelector(labels, undefined)).toBe(false);
});

test('labels and expressions must all hold', () => {
  const exists = { key: 'tier', operator: 'Exists' as const };
  expect(matchesSelector(labels, { matchLabels: { app: 'web' }, matchExpressions: [exists] })).toBe(true);
  expect(matchesSelector(labels, { matchLabels: { app: 'db' }, matchExpressions: [exists] })).toBe(false);
});

test.each([
  ['In', 'app', ['db', 'web'], true],
  ['In', 'zone', ['a'], false],
  ['NotIn', 'zone', ['a'], true],
  ['NotIn', 'tier', [''], false],
  ['Exists', 'zone', [], false],
  ['DoesNotExist', 'zone', [], true],
])('%s %s %j is %s', (operator, key, values, holds) => {
  expect(matchesExpression(labels, { key, operator, values })).toBe(holds);
});
