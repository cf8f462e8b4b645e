import { expect, test } from 'vitest';
import { Clock } from './clock.ts';

test('tasks run by time, ties in the order they were scheduled', () => {
  const clock = new Clock();
  const seen: string[] = [];
  clock.at(20, () => seen.push(`late ${clock.nowUs}`));
  clock.at(10, () => seen.push('first'));
  clock.at(10, () => seen.push('second'));
  clock.advanceTo(15);
  expect(seen).toEqual(['first', 'second']);
  expect(clock.nowUs).toBe(15);
  clock.advanceTo(100);
  expect(seen).toEqual(['first', 'second', 'late 20']);
});

test('a cancelled task does not run; the past is now', () => {
  const clock = new Clock();
  const seen: string[] = [];
  clock.at(5, () => seen.push('never')).cancel();
  clock.advanceTo(50);
  clock.at(1, () => seen.push(`at ${clock.nowUs}`));
  clock.advanceTo(60);
  expect(seen).toEqual(['at 50']);
});

test('a thousand tasks in any order come out sorted', () => {
  const clock = new Clock();
  const seen: number[] = [];
  for (let i = 0; i < 1000; i++) clock.at((i * 7919) % 1000, () => seen.push(clock.nowUs));
  clock.runUntil(() => seen.length === 1000, 5000);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen).toHaveLength(1000);
});
