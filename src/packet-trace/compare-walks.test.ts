import { expect, test } from 'vitest';
import { answeredWalk, refusedWalk } from '../state/testing-walks.ts';
import { compareWalks, counterpart } from './compare-walks.ts';

test('two walks are the same up to the hop where they first differ', () => {
  const { rows, firstDifference } = compareWalks(answeredWalk(1), refusedWalk(2));
  expect(firstDifference).toBe(2);
  expect(rows[1]?.left?.what).toBe(rows[1]?.right?.what);
  expect(rows[2]?.left?.what).toContain('becomes 10.244.1.11->10.244.2.17:8080');
  expect(rows[2]?.right?.what).toContain('KUBE-SERVICES rule 1 REJECT');
  expect(rows[3]?.right).toBeNull();
});

test('another port of the client is no difference', () => {
  const walk = answeredWalk(1);
  const other = JSON.parse(JSON.stringify(walk).replaceAll(':40001', ':52113'));
  expect(compareWalks(walk, other).firstDifference).toBeNull();
});

test('the counterpart is the same request at the same place', () => {
  const [a, b] = [answeredWalk(1), { ...answeredWalk(2), to: 'http://api' }];
  expect(counterpart(b, [a, b], [refusedWalk(1), { ...b, id: 5 }])?.id).toBe(5);
  expect(counterpart(a, [a], [])).toBeNull();
});
