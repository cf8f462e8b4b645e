import { expect, test } from 'vitest';
import { Random, stableSuffix } from './random.ts';

test('a stream depends on seed and name alone', () => {
  const draw = (seed: number, stream: string) => Array.from({ length: 5 }, () => new Random(seed, stream)).map((r) => r.float());
  expect(draw(1, 'node-1 draws')).toEqual(draw(1, 'node-1 draws'));
  expect(draw(1, 'node-1 draws')).not.toEqual(draw(2, 'node-1 draws'));
  expect(draw(1, 'node-1 draws')).not.toEqual(draw(1, 'node-2 draws'));
});

test('draws are spread evenly', () => {
  const random = new Random(3, 'dice');
  const sides = new Array<number>(6).fill(0);
  for (let i = 0; i < 60_000; i++) {
    const side = random.below(6);
    sides[side] = (sides[side] ?? 0) + 1;
  }
  for (const side of sides) expect(Math.abs(side - 10_000)).toBeLessThan(500);
});

test('a generated suffix looks like the API server made it and never changes', () => {
  expect(stableSuffix('web 1', 5)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(stableSuffix('web 1', 5)).toBe(stableSuffix('web 1', 5));
  expect(stableSuffix('web 1', 5)).not.toBe(stableSuffix('web 2', 5));
});
