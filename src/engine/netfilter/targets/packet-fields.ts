// Targets that write single fields of a packet or tell a program about it: TCPMSS, TTL, NFLOG, DSCP, TOS, CHECKSUM,
// CLASSIFY and AUDIT. Follows iptables 1.8.9, extensions/libxt_{TCPMSS,NFLOG,DSCP,TOS,CHECKSUM,CLASSIFY,AUDIT}.c and
// libipt_TTL.c. What only queues, checksums and listeners would notice changes nothing here.

import { fail, type ParseContext, parseUnsigned, quoteWord, type TargetModule } from '../extension.ts';
import { dscpClass } from '../matches/packet-fields.ts';
import { TCP } from '../protocols.ts';
import type { HookContext } from '../types.ts';

interface TCPMSSOptions {
  mss: number | null;
  clamp: boolean;
}

export const TCPMSS: TargetModule<TCPMSSOptions> = {
  name: 'TCPMSS',
  options: {
    '--set-mss': {
      values: 1,
      read(options, [text = ''], cx) {
        options.mss = readNumber(cx, 'TCPMSS', '--set-mss', text, 0xffff - 40);
      },
    },
    '--clamp-mss-to-pmtu': {
      values: 0,
      read(options) {
        options.clamp = true;
      },
    },
  },
  begin: () => ({ mss: null, clamp: false }),
  finish({ mss, clamp }, cx, header) {
    if (mss === null && !clamp) fail(cx, 'TCPMSS: At least one parameter is required');
    if (header.protocol?.number !== TCP || header.protocol.negated) fail(cx, 'RULE_APPEND failed (Invalid argument)');
  },
  print: ({ mss, clamp }) => (clamp ? ' --clamp-mss-to-pmtu' : ` --set-mss ${mss}`),
  apply({ mss, clamp }, context) {
    const { transport, source } = context.packet;
    if (transport.protocol !== 'tcp' || !transport.flags.includes('SYN') || transport.mss === undefined) return null;
    const headers = source.includes(':') ? 60 : 40;
    const wanted = clamp ? (context.machine?.pathMTU() ?? 0xffff) - headers : (mss ?? 0);
    // The kernel never raises what the sender said, unless told a fixed value that is smaller anyway.
    if (wanted < transport.mss) context.packet = { ...context.packet, transport: { ...transport, mss: wanted } };
    return null;
  },
};

interface TTLOptions {
  change: { readonly option: 'set' | 'dec' | 'inc'; readonly value: number } | null;
}

export const TTL: TargetModule<TTLOptions> = {
  name: 'TTL',
  tables: ['mangle'],
  options: Object.fromEntries(
    (['set', 'dec', 'inc'] as const).map((option) => [
      `--ttl-${option}`,
      {
        values: 1 as const,
        read(options: TTLOptions, [text = '']: readonly string[], cx: ParseContext) {
          options.change = { option, value: readNumber(cx, 'TTL', `--ttl-${option}`, text, 255) };
        },
      },
    ]),
  ),
  begin: () => ({ change: null }),
  finish({ change }, cx) {
    if (change === null) fail(cx, 'TTL: You must specify an action');
  },
  print: ({ change }) => (change ? ` --ttl-${change.option} ${change.value}` : ''),
  apply({ change }, context) {
    if (change === null) return null;
    const { ttl } = context.packet;
    const { option, value } = change;
    const wanted = option === 'set' ? value : option === 'inc' ? Math.min(255, ttl + value) : Math.max(0, ttl - value);
    context.packet = { ...context.packet, ttl: wanted };
    return null;
  },
};

function readNumber(cx: ParseContext, target: string, option: string, text: string, max: number): number {
  const value = parseUnsigned(text, max);
  if (value === null) fail(cx, `${target}: bad value for option "${option}" near "${text}", or out of range (0-${max}).`);
  return value ?? 0;
}

interface PlainOptions {
  readonly words: string[];
}

/** An option of a target that changes nothing here: what its argument must be, and how iptables-save spells it. */
type PlainOption = (text: string) => string | null;

/** `order` is that of iptables-save. */
function plainTarget(name: string, options: Readonly<Record<string, PlainOption | null>>, required: boolean): TargetModule<PlainOptions> {
  const order = Object.keys(options);
  return {
    name,
    options: Object.fromEntries(
      Object.entries(options).map(([option, read]) => [
        option,
        {
          values: read === null ? (0 as const) : (1 as const),
          read(draft: PlainOptions, [text = '']: readonly string[], cx: ParseContext) {
            const value = read === null ? '' : read(text);
            if (value === null) fail(cx, `${name}: bad value for option "${option}" near "${text}", or out of range.`);
            else if (value !== undefined)
              draft.words[order.indexOf(option)] =
                ` ${option.replace(/-class$/, name === 'DSCP' ? '' : '-class')}${value === '' ? '' : ` ${value}`}`;
          },
        },
      ]),
    ),
    begin: () => ({ words: [] }),
    finish({ words }, cx) {
      if (required && words.length === 0) fail(cx, `${name}: option "${order[0]}" must be specified`);
    },
    print: ({ words }) => words.filter((word) => word !== undefined).join(''),
    apply: (_options, _context: HookContext) => null,
  };
}

const number = (max: number) => (text: string) => {
  const value = parseUnsigned(text, max);
  return value === null ? null : String(value);
};

const hexByte = (value: number | null) => (value === null ? null : `0x${value.toString(16).padStart(2, '0')}`);

export const NFLOG = plainTarget(
  'NFLOG',
  {
    '--nflog-prefix': (text) => (text === '' ? null : quoteWord(text.slice(0, 63))),
    '--nflog-group': (text) => number(0xffff)(text),
    '--nflog-size': number(0xffffffff),
    '--nflog-range': number(0xffffffff),
    '--nflog-threshold': number(0xffff),
  },
  false,
);

export const DSCP = plainTarget(
  'DSCP',
  { '--set-dscp': (text) => hexByte(parseUnsigned(text, 63)), '--set-dscp-class': (text) => hexByte(dscpClass(text)) },
  true,
);

export const TOS = plainTarget(
  'TOS',
  {
    '--set-tos': (text) => {
      const [value, mask] = text.split('/').map((part) => hexByte(parseUnsigned(part, 255)));
      return value && mask !== null ? `${value}/${mask ?? '0xff'}` : null;
    },
  },
  true,
);

export const CHECKSUM = plainTarget('CHECKSUM', { '--checksum-fill': null }, true);

export const CLASSIFY: TargetModule<PlainOptions> = {
  ...plainTarget(
    'CLASSIFY',
    {
      '--set-class': (text) => {
        const parts = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(text);
        return parts ? `${parts[1]?.padStart(4, '0')}:${parts[2]?.padStart(4, '0')}` : null;
      },
    },
    true,
  ),
  baseChains: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
};

export const AUDIT = plainTarget('AUDIT', { '--type': (text) => (/^(accept|drop|reject)$/.test(text) ? text : null) }, true);
