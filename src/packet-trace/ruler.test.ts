import { expect, test } from 'vitest';
import { crossing, packet, refusedWalk, synHops } from '../state/testing-walks.ts';
import { formatMs, shortName } from './place.ts';
import { rulerGroups } from './ruler.ts';

const syn = packet(2, 'SYN', synHops);
const long = packet(
  3,
  'SYN',
  [...Array(40).keys()].map((index) => crossing(index + 1, index < 20 ? 'node-1' : 'node-2', 'eth0')),
);

test('hops are grouped by machine, in order, a mark each', () => {
  const groups = rulerGroups(syn, 1100);
  expect(groups.map(({ label, marks }) => [label, marks.map((mark) => mark.n)])).toEqual([
    ['client', [1]],
    ['node-1', [2, 3, 4]],
    ['web-…x2x9z', [5]],
  ]);
  expect(groups[1]?.marks.map((mark) => mark.kind)).toEqual(['interface', 'rule-rewrite', 'interface']);
});

test('groups fill the width and never overlap', () => {
  const groups = rulerGroups(long, 700);
  const last = groups.at(-1);
  expect(Math.round((last?.x ?? 0) + (last?.width ?? 0))).toBe(700);
  for (const [index, group] of groups.entries()) {
    const next = groups[index + 1];
    if (next) expect(group.x + group.width).toBeLessThan(next.x);
    for (const mark of group.marks) expect(mark.x > group.x && mark.x < group.x + group.width).toBe(true);
  }
});

test('a tunnel makes two groups of a machine, the step between them an outlined bar', () => {
  const wrapped = packet(4, 'SYN', [
    crossing(1, 'node-1', 'vethd4cc9318', 'rx'),
    crossing(2, 'node-1', 'flannel.1'),
    crossing(3, 'node-1', 'eth0', 'tx', '192.168.56.11:47360->192.168.56.12:8472'),
    crossing(4, 'node-2', 'eth0', 'rx', '192.168.56.11:47360->192.168.56.12:8472'),
    crossing(5, 'node-2', 'flannel.1', 'rx'),
  ]);
  const groups = rulerGroups(wrapped, 800);
  expect(groups.map(({ label }) => label)).toEqual(['node-1, inner', 'node-1, outer', 'node-2, outer', 'node-2, inner']);
  expect(groups[0]?.marks.map(({ kind }) => kind)).toEqual(['interface', 'tunnel']);
});

test('few hops stay together', () => {
  const last = rulerGroups(syn, 1100).at(-1);
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThan(400);
});

test('a packet that was refused ends in its verdict', () => {
  const [refused] = refusedWalk().packets;
  expect(refused && rulerGroups(refused, 800).at(-1)?.marks.at(-1)?.kind).toBe('refused');
});

test('names are cut in the middle and keep the five characters by which pods differ', () => {
  expect(shortName('web-7d4b9c6f5-x2x9z', 12)).toBe('web-…x2x9z');
  expect(shortName('client', 12)).toBe('client');
});

test('time carries its unit', () => {
  expect([31, 452_100, 3_052_000, 10_000_000].map(formatMs)).toEqual(['0.031 ms', '452.1 ms', '3.05 s', '10 s']);
});
