import { expect, test } from 'vitest';
import { notFound } from '../apiserver/api-error.ts';
import { Clock } from '../sim/clock.ts';
import { WorkQueue } from './work-queue.ts';

function newQueue(sync?: (key: string) => void) {
  const clock = new Clock();
  const seen: string[] = [];
  const queue = new WorkQueue(clock, 1_000, (key) => {
    seen.push(`${key}@${clock.nowUs}`);
    sync?.(key);
  });
  return { clock, queue, seen };
}

test('a key that waits is not queued twice; keys come in the order they were added', () => {
  const { clock, queue, seen } = newQueue();
  for (const key of ['a', 'b', 'a']) queue.add(key);
  clock.advanceTo(10_000);
  expect(seen).toEqual(['a@1000', 'b@1000']);
});

test('what the API refuses is tried again, less and less often', () => {
  const { clock, queue, seen } = newQueue(() => {
    throw notFound('Pod', 'x');
  });
  queue.add('a');
  clock.advanceTo(25_000);
  expect(seen).toEqual(['a@1000', 'a@7000', 'a@18000']);
  while (clock.step());
  expect(seen).toHaveLength(16);
});

test('our own mistakes are not hidden', () => {
  const { clock, queue } = newQueue(() => {
    throw new Error('a bug');
  });
  queue.add('a');
  expect(() => clock.advanceTo(10_000)).toThrow('a bug');
});

test('a paused queue remembers what it was asked', () => {
  const { clock, queue, seen } = newQueue();
  queue.add('a');
  queue.pause();
  queue.add('b');
  clock.advanceTo(10_000);
  expect(seen).toEqual([]);
  queue.resume();
  clock.advanceTo(20_000);
  expect(seen).toEqual(['a@11000', 'b@11000']);
});
