import { expect, test } from 'vitest';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

test('virtual time starts with 2026 and knows the calendar', () => {
  const day = 86_400_000_000;
  expect(formatTimestamp(0)).toBe('2026-01-01T00:00:00Z');
  expect(formatTimestamp(59_999_999)).toBe('2026-01-01T00:00:59Z');
  expect(formatTimestamp(59 * day)).toBe('2026-03-01T00:00:00Z');
  expect(formatTimestamp((365 + 365 + 31 + 28) * day)).toBe('2028-02-29T00:00:00Z');
});

test('what was printed is read back', () => {
  for (const timeUs of [0, 1_000_000, 5_000_000_000_000, -1_000_000]) expect(parseTimestamp(formatTimestamp(timeUs))).toBe(timeUs);
  expect(parseTimestamp('2026-01-01T00:00:00.25Z')).toBe(250_000);
  expect(parseTimestamp('yesterday')).toBeNull();
});
