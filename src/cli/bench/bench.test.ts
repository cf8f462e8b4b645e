import { expect, test } from 'vitest';
import { measure, median } from './measure.ts';
import { hostRules, lastClusterIP, load, manyServices, newProxier, OneNode, oneEndpointChanged } from './one-node.ts';
import { printTable } from './table.ts';

test('connections to the last of many Services reach the server pod; the rules are fifteen lines a Service', () => {
  const ruleset = hostRules();
  const before = ruleset.ruleCount;
  load(ruleset, newProxier().sync(manyServices(100)).input);
  // 11 rules and 4 chains each, and kube-proxy's own nine.
  expect(ruleset.ruleCount - before).toBe(100 * 11 + 9);
  expect(() => new OneNode(ruleset).connect(lastClusterIP(100), 3, { traced: true })).not.toThrow();
  expect(() => new OneNode(ruleset).connect('10.96.255.1', 1, { traced: false })).toThrow('0 of 1 connections were made');
});

test('one endpoint that moves changes one Service', () => {
  const proxier = newProxier();
  const state = manyServices(10);
  proxier.sync(state);
  const moved = oneEndpointChanged(state);
  const { input } = proxier.sync(moved.state, moved.changed);
  expect(input).toContain('10.127.0.1');
  expect([...moved.changed]).toEqual(['default/web-6']);
});

test('medians, whatever was measured, and a table that Markdown reads', () => {
  expect([
    median([3, 1, 2]),
    median([4, 1, 2, 3]),
    measure(
      3,
      () => 1,
      () => {},
    ).wallMs,
  ]).toEqual([2, 2.5, expect.any(Number)]);
  const table = {
    name: 'x',
    title: 'X',
    columns: ['a', 'b'],
    rows: [
      ['one', 1234.5],
      ['two', null],
    ],
    notes: ['note'],
  };
  expect(printTable(table)).toBe('### X\n\n| a | b |\n| --- | ---: |\n| one | 1,235 |\n| two | - |\n\n- note\n');
});
