import { expect, it } from 'vitest';
import { type Box, overlap } from './geometry.ts';
import { columnBoxes, columnTop, legendPlace, legendSize } from './wire-layout.ts';
import type { ChainColumn } from './wire-model.ts';

const chain = (name: string, count: number): ChainColumn => ({
  chain: name,
  about: '',
  rows: Array.from({ length: count }, (_, i) => ({
    state: 'missed',
    number: String(i + 1),
    condition: '',
    target: '',
    packets: null,
    tone: 'plain',
  })),
});

function legendBeside(counts: readonly number[]): { place: Box | null; columns: readonly Box[] } {
  const columns = columnBoxes(
    counts.map((count, i) => chain(`KUBE-${i}`, count)),
    { x: 32, y: columnTop, width: 1020, most: 4 },
  );
  const last = columns.at(-1) as Box;
  const place = legendPlace({ columns, packet: { x: last.x + 100, y: last.y + last.height + 24 }, width: 1084 });
  return { place: place && { ...place, ...legendSize }, columns };
}

it('folds the oldest chains of a deep stack to strips', () => {
  expect(legendBeside([2, 3, 2, 1, 2]).columns.map(({ width }) => width < 60)).toEqual([true, false, false, false, false]);
});

it('keeps the legend off every chain, and leaves it out where there is no room', () => {
  for (const counts of [[1], [2, 3], [2, 3, 2], [1, 3, 4, 2], [2, 3, 2, 1, 2], [2, 2, 2, 2, 2, 2], [4, 4, 4, 4]]) {
    const { place, columns } = legendBeside(counts);
    expect(place && columns.some((box) => overlap(box, place)), counts.join()).not.toBe(true);
  }
  expect(legendBeside([1]).place).not.toBeNull();
  expect(legendBeside([4, 4, 4, 4]).place).toBeNull();
});
