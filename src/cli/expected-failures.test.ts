import { expect, test } from 'vitest';
import { judgeResults } from './expected-failures.ts';
import type { CaseResult } from './vectors.ts';

const result = (name: string, difference: string | null, counted = true): CaseResult => ({
  file: '/vectors/netpol/e2e.json',
  suite: 'netpol',
  name,
  counted,
  difference,
});

test('passing cases count, listed failures do not', () => {
  const results = [result('deny-all', null), result('allow-all', 'x/a cannot reach x/b')];
  expect(judgeResults('/vectors', results, { 'netpol/e2e.json': ['allow-all'] })).toEqual({
    passed: 1,
    surprises: [],
    expectedFailures: 1,
  });
});

test('an unlisted failure, a listed case that passes, and a listed case that is gone are red', () => {
  const results = [result('deny-all', 'x/a reaches x/b'), result('allow-all', null)];
  expect(judgeResults('/vectors', results, { 'netpol/e2e.json': ['allow-all', 'renamed'] }).surprises).toEqual([
    'netpol/e2e.json: deny-all: x/a reaches x/b',
    'netpol/e2e.json: allow-all: passes, but is listed as an expected failure',
    'netpol/e2e.json: renamed: listed as an expected failure, but there is no such case',
  ]);
});

test('extras are not judged', () => {
  expect(judgeResults('/vectors', [result('host-network', 'undefined', false)], {})).toEqual({
    passed: 0,
    surprises: [],
    expectedFailures: 0,
  });
});
