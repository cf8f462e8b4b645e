// Matches on single fields of a packet: length, ttl, dscp, tos, tcpmss and mac. Follows iptables 1.8.9,
// extensions/libxt_{length,dscp,tos,tcpmss,mac}.c and libipt_ttl.c. Simulated packets carry a TOS byte of 0.

import { sizeOf } from '../../net/packet.ts';
import { fail, type MatchModule, type OptionSpec, type ParseContext, parseUnsigned } from '../extension.ts';
import { not } from '../rule-header.ts';
import type { HookContext } from '../types.ts';

interface FieldOptions {
  condition: {
    readonly option: string;
    readonly min: number;
    readonly max: number;
    readonly mask?: number;
    readonly negated: boolean;
  } | null;
}

type Condition = NonNullable<FieldOptions['condition']>;

interface Field {
  readonly name: string;
  /** Option -> what its argument asks for; null for an argument that cannot be read. */
  readonly options: Readonly<Record<string, (text: string) => Omit<Condition, 'option' | 'negated'> | null>>;
  readonly missing: string;
  print(condition: Condition): string;
  /** The field's value, or null where the packet has none. */
  value(context: HookContext): number | null;
}

function fieldMatch(field: Field): MatchModule<FieldOptions> {
  const options: Record<string, OptionSpec<FieldOptions>> = {};
  for (const [option, read] of Object.entries(field.options)) {
    options[option] = {
      values: 1,
      invertible: true,
      read(draft, [text = ''], cx, negated) {
        const asked = read(text);
        if (asked === null) fail(cx, `${field.name}: bad value for option "${option}" near "${text}", or out of range.`);
        else draft.condition = { option, ...asked, negated };
      },
    };
  }
  return {
    name: field.name,
    options,
    begin: () => ({ condition: null }),
    finish({ condition }, cx: ParseContext) {
      if (condition === null) fail(cx, `${field.name}: ${field.missing}`);
    },
    print: ({ condition }) => (condition ? field.print(condition) : ''),
    test({ condition }, context) {
      const value = field.value(context);
      if (condition === null || value === null) return false;
      const { min, max, mask = 0xffffffff, negated } = condition;
      return ((value & mask) >>> 0 >= min && (value & mask) >>> 0 <= max) !== negated;
    },
  };
}

function one(text: string, max: number): { min: number; max: number } | null {
  const value = parseUnsigned(text, max);
  return value === null ? null : { min: value, max: value };
}

function range(text: string): { min: number; max: number } | null {
  const [low = '', high] = text.split(':');
  if (high === undefined) return one(low, 0xffff);
  const min = low === '' ? 0 : parseUnsigned(low, 0xffff);
  const max = high === '' ? 0xffff : parseUnsigned(high, 0xffff);
  return min === null || max === null || min > max ? null : { min, max };
}

const printRange = ({ option, min, max, negated }: Condition) => `${not(negated)} ${option} ${min === max ? min : `${min}:${max}`}`;
const hexByte = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;

export const length = fieldMatch({
  name: 'length',
  options: { '--length': range },
  missing: 'option "--length" must be specified',
  print: printRange,
  value: ({ packet }) => sizeOf(packet),
});

export const ttl = fieldMatch({
  name: 'ttl',
  options: {
    '--ttl-eq': (text) => one(text, 255),
    '--ttl-lt': (text) => below(one(text, 255)),
    '--ttl-gt': (text) => above(one(text, 255)),
  },
  missing: 'You must specify one of `--ttl-eq`, `--ttl-lt`, `--ttl-gt`',
  print: ({ option, min, max, negated }) =>
    `${not(negated)} ${option} ${option === '--ttl-lt' ? max + 1 : option === '--ttl-gt' ? min - 1 : min}`,
  value: ({ packet }) => packet.ttl,
});

function below(limit: { min: number } | null): { min: number; max: number } | null {
  return limit && { min: 0, max: limit.min - 1 };
}

function above(limit: { min: number } | null): { min: number; max: number } | null {
  return limit && { min: limit.min + 1, max: 255 };
}

/** The code points that have names (RFC 2474, 2597, 3246). */
export function dscpClass(text: string): number | null {
  const [, kind, first, second] = /^(CS|AF|EF|BE)(\d?)(\d?)$/i.exec(text) ?? [];
  switch (kind?.toUpperCase()) {
    case 'CS':
      return Number(first) << 3;
    case 'AF':
      return (Number(first) << 3) | (Number(second) << 1);
    case 'EF':
      return 0x2e;
    case 'BE':
      return 0;
    default:
      return null;
  }
}

export const dscp = fieldMatch({
  name: 'dscp',
  options: { '--dscp': (text) => one(text, 63), '--dscp-class': (text) => one(String(dscpClass(text)), 63) },
  missing: 'Either `--dscp` or `--dscp-class` must be specified',
  print: ({ min, negated }) => `${not(negated)} --dscp ${hexByte(min)}`,
  value: () => 0,
});

export const tos = fieldMatch({
  name: 'tos',
  options: {
    '--tos': (text) => {
      const [value = '', mask] = text.split('/');
      const asked = one(value, 255);
      const bits = mask === undefined ? 255 : parseUnsigned(mask, 255);
      return asked === null || bits === null ? null : { ...asked, mask: bits };
    },
  },
  missing: 'option "--tos" must be specified',
  print: ({ min, mask, negated }) => `${not(negated)} --tos ${hexByte(min)}/${hexByte(mask ?? 255)}`,
  value: () => 0,
});

export const tcpmss = fieldMatch({
  name: 'tcpmss',
  options: { '--mss': range },
  missing: 'option "--mss" must be specified',
  print: printRange,
  value: ({ packet: { transport } }) => (transport.protocol === 'tcp' ? (transport.mss ?? 0) : null),
});

interface MacOptions {
  condition: { readonly mac: string; readonly negated: boolean } | null;
}

export const mac: MatchModule<MacOptions> = {
  name: 'mac',
  baseChains: ['PREROUTING', 'INPUT', 'FORWARD'],
  options: {
    '--mac-source': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) fail(cx, `mac: bad value for option "--mac-source" near "${text}"`);
        options.condition = { mac: text.toLowerCase(), negated };
      },
    },
  },
  begin: () => ({ condition: null }),
  finish({ condition }, cx) {
    if (condition === null) fail(cx, 'mac: option "--mac-source" must be specified');
  },
  print: ({ condition }) => (condition ? `${not(condition.negated)} --mac-source ${condition.mac}` : ''),
  test({ condition }, { machine }) {
    const sender = machine?.sourceMac ?? null;
    return condition !== null && sender !== null && (sender === condition.mac) !== condition.negated;
  },
};
