// `-m limit`: a token bucket per rule. Follows libxt_limit.c and net/netfilter/xt_limit.c; the kernel counts in jiffies, ours in microseconds.

import { fail, type MatchModule, type ParseContext, parseUnsigned } from '../extension.ts';

/** Ten-thousandths of a second, the unit of the kernel's `avg`. */
const SCALE = 10_000;
const DEFAULT_BURST = 5;

/** Seconds. */
const PERIODS: readonly (readonly [string, number])[] = [
  ['day', 24 * 60 * 60],
  ['hour', 60 * 60],
  ['min', 60],
  ['sec', 1],
];

interface LimitOptions {
  /** Time for one packet, in units of SCALE. */
  average: number;
  burst: number;
  creditUs: number;
  lastUs: number | null;
}

export const limit: MatchModule<LimitOptions> = {
  name: 'limit',
  stateful: true,
  options: {
    '--limit': {
      values: 1,
      read(options, [text = ''], cx) {
        options.average = readRate(cx, text);
      },
    },
    '--limit-burst': {
      values: 1,
      read(options, [text = ''], cx) {
        const burst = parseUnsigned(text, 10_000);
        if (burst === null) fail(cx, 'limit: bad value for option "--limit-burst", or out of range (0-10000).');
        options.burst = burst || DEFAULT_BURST;
      },
    },
  },
  begin: () => ({ average: (60 * 60 * SCALE) / 3, burst: DEFAULT_BURST, creditUs: 0, lastUs: null }),
  print(options) {
    const burst = options.burst === DEFAULT_BURST ? '' : ` --limit-burst ${options.burst}`;
    return ` --limit ${printRate(options.average)}${burst}`;
  },
  test(options, context) {
    const costUs = (options.average * 1_000_000) / SCALE;
    const fullUs = costUs * options.burst;
    const earnedUs = options.lastUs === null ? fullUs : context.nowUs - options.lastUs;
    options.creditUs = Math.min(fullUs, options.creditUs + earnedUs);
    options.lastUs = context.nowUs;
    if (options.creditUs < costUs) return false;
    options.creditUs -= costUs;
    return true;
  },
};

/** `10/sec` as the time for one packet, in units of which a second has `scale`. */
export function readRate(cx: ParseContext, text: string, scale = SCALE): number {
  const [countText = '', period = 'sec'] = text.split('/');
  const count = parseUnsigned(countText);
  const unit = PERIODS.find(([name]) => period !== '' && (name.startsWith(period) || LONG_NAMES[period] === name));
  if (!count || !unit) {
    fail(cx, `bad rate "${text}"'`);
    return scale;
  }
  const average = Math.floor((unit[1] * scale) / count);
  if (average === 0) fail(cx, `Rate too fast "${text}"`);
  return average;
}

const LONG_NAMES: Readonly<Record<string, string>> = { second: 'sec', minute: 'min' };

export function printRate(average: number, scale = SCALE): string {
  const periods = PERIODS.map(([name, seconds]): [string, number] => [name, seconds * scale]);
  let [name, length] = periods[0] ?? ['day', scale];
  for (const [nextName, nextLength] of periods.slice(1)) {
    if (average > nextLength || Math.floor(nextLength / average) < nextLength % average) break;
    [name, length] = [nextName, nextLength];
  }
  return `${Math.floor(length / average)}/${name}`;
}
