import { expect, test } from 'vitest';
import { cpuMillis, parseQuantity } from './quantity.ts';

test('quantities are decimal, binary or exponential', () => {
  expect(['128Mi', '1.5', '500m', '2e3', '1k', 4, 'much', undefined].map(parseQuantity)).toEqual([
    134_217_728,
    1.5,
    0.5,
    2000,
    1000,
    4,
    null,
    null,
  ]);
});

test('cpu counts in thousandths, rounded up', () => {
  expect(['100m', '0.1', '1', '0.0001', undefined].map(cpuMillis)).toEqual([100, 100, 1000, 1, 0]);
});
