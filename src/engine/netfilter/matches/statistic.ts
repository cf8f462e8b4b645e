// `-m statistic`: a share of packets, by chance or by counting. Follows libxt_statistic.c and net/netfilter/xt_statistic.c.

import { fail, type MatchModule, parseUnsigned } from '../extension.ts';
import { not } from '../rule-header.ts';

interface StatisticOptions {
  mode: 'random' | 'nth' | null;
  /** The probability as the kernel keeps it, a multiple of 2^-31. */
  probability: number | null;
  every: number | null;
  packet: number | null;
  negated: boolean;
  counted: number;
}

const SCALE = 2 ** 31;

export const statistic: MatchModule<StatisticOptions> = {
  name: 'statistic',
  stateful: true,
  options: {
    '--mode': {
      values: 1,
      read(options, [text = ''], cx) {
        if (text === 'random' || text === 'nth') options.mode = text;
        else fail(cx, `Bad mode "${text}"`);
      },
    },
    '--probability': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        const value = Number(text);
        if (text === '' || !(value >= 0 && value <= 1)) {
          fail(cx, 'statistic: bad value for option "--probability", or out of range (0-1).');
        }
        options.probability = Math.round(value * SCALE);
        options.negated = negated;
      },
    },
    '--every': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        const value = parseUnsigned(text);
        if (!value) fail(cx, 'statistic: bad value for option "--every", or out of range (1-4294967295).');
        options.every = value;
        options.negated = negated;
      },
    },
    '--packet': {
      values: 1,
      read(options, [text = ''], cx) {
        options.packet = parseUnsigned(text);
        if (options.packet === null) fail(cx, 'statistic: bad value for option "--packet", or out of range (0-4294967295).');
      },
    },
  },
  begin: () => ({ mode: null, probability: null, every: null, packet: null, negated: false, counted: 0 }),
  finish(options, cx) {
    const { probability, every, packet } = options;
    if (probability !== null && every !== null) {
      fail(cx, 'statistic: option "--probability" cannot be used together with "--every".');
    }
    if ((every === null) !== (packet === null)) {
      fail(
        cx,
        `statistic: option "${every === null ? '--packet' : '--every'}" also requires "${every === null ? '--every' : '--packet'}".`,
      );
    }
    if (options.mode === null && probability !== null) fail(cx, 'statistic: option "--mode" must be specified');
    if (options.mode === 'nth' && every === null) fail(cx, '--every and --packet must be specified when using nth mode');
    if (options.mode !== 'nth' && probability === null) fail(cx, '--probability must be specified when using random mode');
    if (every !== null && packet !== null && packet >= every) fail(cx, 'the --packet p must be 0 <= p <= n-1');
    // The kernel counts up to `every`; the first packet that matches is number `packet`.
    if (every !== null && packet !== null) options.counted = every - 1 - packet;
  },
  print(options) {
    if (options.mode === 'nth') return ` --mode nth${not(options.negated)} --every ${options.every} --packet ${options.packet}`;
    return ` --mode random${not(options.negated)} --probability ${((options.probability ?? 0) / SCALE).toFixed(11)}`;
  },
  test(options, context, environment) {
    if (options.mode === 'random') {
      return context.random(environment.rule) < (options.probability ?? 0) / SCALE !== options.negated;
    }
    const last = (options.every ?? 1) - 1;
    const matches = options.counted === last;
    options.counted = matches ? 0 : options.counted + 1;
    return matches !== options.negated;
  },
};
