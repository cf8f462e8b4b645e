// `-m hashlimit`: a token bucket per address, port or pair of them, in a table that rules share by its name. Follows
// libxt_hashlimit.c and net/netfilter/xt_hashlimit.c. Limits in bytes are read and printed, and not simulated.

import { addressValue, formatAddress } from '../../net/address.ts';
import { destinationPortOf, type Packet, sourcePortOf } from '../../net/packet.ts';
import { fail, type MatchModule, type OptionSpec, parseUnsigned, quoteWord } from '../extension.ts';
import { printRate, readRate } from './limit.ts';

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'] as const;
type Mode = (typeof MODES)[number];

/** XT_HASHLIMIT_SCALE_v2: a second in the units of a rate. */
const SECOND = 1_000_000;
const DEFAULT_BURST = 5;
const DEFAULT_EXPIRE_MS = 10_000;

interface HashlimitOptions {
  /** `--hashlimit-above`: it holds for what is over the limit. */
  above: boolean;
  /** Time for one packet in microseconds; null until it is given, or for a limit in bytes. */
  rate: number | null;
  byteRate: string | null;
  burst: number | null;
  modes: readonly Mode[];
  name: string | null;
  masks: { src: number | null; dst: number | null };
  /** Sizes of the table, which change nothing here, in the order of iptables-save. */
  sizes: Map<string, number>;
}

interface Bucket {
  creditUs: number;
  lastUs: number;
}

function rateOption(above: boolean): OptionSpec<HashlimitOptions> {
  return {
    values: 1,
    read(options, [text = ''], cx) {
      options.above = above;
      if (/^\d+[km]?b\/(s|sec|second)$/.test(text)) {
        options.byteRate = text.replace(/\/.*/, '/s');
        cx.note = `hashlimit: a limit in bytes (${text}) is not simulated`;
      } else options.rate = readRate(cx, text, SECOND);
    },
  };
}

function numberOption(read: (options: HashlimitOptions, value: number) => void, max: number): OptionSpec<HashlimitOptions> {
  return {
    values: 1,
    read(options, [text = ''], cx) {
      const value = parseUnsigned(text, max);
      if (value === null) fail(cx, `hashlimit: bad value "${text}", or out of range (0-${max}).`);
      else read(options, value);
    },
  };
}

const SIZES = ['size', 'max', 'gcinterval', 'expire'];

const upto = rateOption(false);

export const hashlimit: MatchModule<HashlimitOptions> = {
  name: 'hashlimit',
  stateful: true,
  options: {
    '--hashlimit-upto': upto,
    '--hashlimit': upto,
    '--hashlimit-above': rateOption(true),
    '--hashlimit-burst': numberOption((options, value) => {
      options.burst = value;
    }, 1_000_000),
    '--hashlimit-mode': {
      values: 1,
      read(options, [text = ''], cx) {
        const names = text.split(',');
        if (!names.every((name) => MODES.some((mode) => mode === name))) fail(cx, `bad value for option "--hashlimit-mode": ${text}`);
        options.modes = MODES.filter((mode) => names.includes(mode));
      },
    },
    '--hashlimit-name': {
      values: 1,
      read(options, [text = '']) {
        options.name = text;
      },
    },
    '--hashlimit-srcmask': numberOption((options, value) => {
      options.masks.src = value;
    }, 128),
    '--hashlimit-dstmask': numberOption((options, value) => {
      options.masks.dst = value;
    }, 128),
    ...Object.fromEntries(
      SIZES.map((size) => [`--hashlimit-htable-${size}`, numberOption((options, value) => options.sizes.set(size, value), 0xffffffff)]),
    ),
  },
  begin: () => ({
    above: false,
    rate: null,
    byteRate: null,
    burst: null,
    modes: [],
    name: null,
    masks: { src: null, dst: null },
    sizes: new Map(),
  }),
  finish({ rate, byteRate, name }, cx) {
    if (rate === null && byteRate === null) fail(cx, 'hashlimit: you must specify --hashlimit-upto or --hashlimit-above');
    if (name === null) fail(cx, 'hashlimit: option "--hashlimit-name" must be specified');
  },
  print(options) {
    const { above, rate, byteRate, burst, modes, name, masks, sizes } = options;
    const option = (text: string, value: string | number | null | undefined) =>
      value === null || value === undefined ? '' : ` --hashlimit-${text} ${value}`;
    return (
      option(above ? 'above' : 'upto', byteRate ?? printRate(rate ?? 1, SECOND)) +
      option('burst', byteRate === null ? (burst ?? DEFAULT_BURST) : burst) +
      option('mode', modes.length > 0 ? modes.join(',') : null) +
      option('name', quoteWord(name ?? '')) +
      SIZES.map((size) => option(`htable-${size}`, sizes.get(size) === defaultSize(size) ? null : sizes.get(size))).join('') +
      option('srcmask', masks.src) +
      option('dstmask', masks.dst)
    );
  },
  test(options, { packet, nowUs }, environment) {
    if (options.rate === null) {
      environment.undecided = true;
      return false;
    }
    const key = `hashlimit ${options.name}`;
    const table = (environment.memory.get(key) as Map<string, Bucket> | undefined) ?? new Map<string, Bucket>();
    environment.memory.set(key, table);
    return takeToken(table, keyOf(options, packet), options, nowUs) !== options.above;
  },
};

function defaultSize(size: string): number | null {
  return size === 'expire' ? DEFAULT_EXPIRE_MS : size === 'gcinterval' ? 1000 : null;
}

function takeToken(table: Map<string, Bucket>, key: string, options: HashlimitOptions, nowUs: number): boolean {
  const costUs = options.rate ?? 0;
  const fullUs = costUs * (options.burst ?? DEFAULT_BURST);
  const expireUs = (options.sizes.get('expire') ?? DEFAULT_EXPIRE_MS) * 1000;
  const known = table.get(key);
  const bucket = known && nowUs - known.lastUs < expireUs ? known : { creditUs: fullUs, lastUs: nowUs };
  table.set(key, bucket);
  bucket.creditUs = Math.min(fullUs, bucket.creditUs + nowUs - bucket.lastUs);
  bucket.lastUs = nowUs;
  if (bucket.creditUs < costUs) return false;
  bucket.creditUs -= costUs;
  return true;
}

function keyOf({ modes, masks }: HashlimitOptions, packet: Packet): string {
  const parts: Readonly<Record<Mode, () => string>> = {
    srcip: () => masked(packet.source, masks.src),
    dstip: () => masked(packet.destination, masks.dst),
    srcport: () => String(sourcePortOf(packet)),
    dstport: () => String(destinationPortOf(packet)),
  };
  return modes.map((mode) => parts[mode]()).join(' ');
}

function masked(address: string, length: number | null): string {
  if (length === null) return address;
  const [family, bits] = address.includes(':') ? ([6, 128] as const) : ([4, 32] as const);
  const host = BigInt(Math.max(0, bits - length));
  return formatAddress(family, ((addressValue(address) ?? 0n) >> host) << host);
}
