import { expect, test } from 'vitest';
import type { TrafficSample, TrafficView } from '../protocol/messages.ts';
import { spanOf, tallyAt } from './traffic.ts';

const sample = (startUs: number, by: string, more: Partial<TrafficSample> = {}): TrafficSample => ({
  startUs,
  endUs: startUs + 900,
  ok: true,
  text: `200 from ${by}`,
  by,
  ...more,
});
const load: TrafficView = {
  action: 0,
  from: 'pod/default/client',
  to: 'http://web',
  samples: [
    sample(0, 'web-b'),
    sample(1_000, 'web-a'),
    sample(2_000, 'web-b', { endUs: 4_000 }),
    sample(3_000, '', { ok: false, text: 'connection refused', endUs: 3_100 }),
  ],
};

test('answers are counted by who gave them, failures by what they were, none before its time', () => {
  const counts = (atUs: number) => tallyAt(load, atUs).counts.map(({ name, count }) => `${name} ${count}`);
  expect(counts(900)).toEqual(['web-a 0', 'web-b 1', 'connection refused 0']);
  expect(counts(9_000)).toEqual(['web-a 1', 'web-b 2', 'connection refused 1']);
});

test('requests are sent, then end; the slow ones are seen at the 95th percentile', () => {
  expect(tallyAt(load, 2_500)).toMatchObject({ sent: 3, ended: 2, failed: 0, medianUs: 900, p95Us: 900 });
  expect(tallyAt(load, 4_000)).toMatchObject({ sent: 4, ended: 4, failed: 1, medianUs: 900, p95Us: 2_000 });
  expect(tallyAt(load, -1)).toMatchObject({ sent: 0, ended: 0, medianUs: null });
});

test('a load lasts from its first request to its last answer', () => {
  expect(spanOf(load)).toEqual({ startUs: 0, endUs: 4_000 });
});
