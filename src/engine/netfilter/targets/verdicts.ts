// LOG, TRACE, NOTRACK and CT. Follows iptables 1.8.9, extensions/libxt_{LOG,TRACE,CT}.c.
// Of CT only --notrack is simulated; LOG and TRACE let the packet go on and write nothing, the trace shows them anyway.

import { fail, type OptionSpec, quoteWord, type TargetModule } from '../extension.ts';

const LOG_LEVELS: readonly (readonly string[])[] = [
  ['emerg', 'panic'],
  ['alert'],
  ['crit'],
  ['error', 'err'],
  ['warning', 'warn'],
  ['notice'],
  ['info'],
  ['debug'],
];
const DEFAULT_LEVEL = 4;
const PREFIX_LENGTH = 29;

interface LogOptions {
  prefix: string | null;
  level: number;
  flags: string[];
}

/** In the order in which iptables-save writes them. */
const LOG_FLAGS = ['--log-tcp-sequence', '--log-tcp-options', '--log-ip-options', '--log-uid', '--log-macdecode'];

function logFlags(): Record<string, OptionSpec<LogOptions>> {
  const options: Record<string, OptionSpec<LogOptions>> = {};
  for (const flag of LOG_FLAGS) {
    options[flag] = {
      values: 0,
      read(draft) {
        draft.flags.push(flag);
      },
    };
  }
  return options;
}

export const LOG: TargetModule<LogOptions> = {
  name: 'LOG',
  options: {
    ...logFlags(),
    '--log-prefix': {
      values: 1,
      read(options, [text = ''], cx) {
        if (text === '') fail(cx, 'Argument must have a minimum length of 1 characters');
        options.prefix = text.slice(0, PREFIX_LENGTH);
      },
    },
    '--log-level': {
      values: 1,
      read(options, [text = ''], cx) {
        const named = LOG_LEVELS.findIndex((names) => names.includes(text));
        options.level = named >= 0 ? named : /^[0-7]$/.test(text) ? Number(text) : -1;
        if (options.level < 0) fail(cx, `log level "${text}" unknown`);
      },
    },
  },
  begin: () => ({ prefix: null, level: DEFAULT_LEVEL, flags: [] }),
  print(options) {
    const prefix = options.prefix === null ? '' : ` --log-prefix ${quoteWord(options.prefix)}`;
    const level = options.level === DEFAULT_LEVEL ? '' : ` --log-level ${options.level}`;
    const flags = LOG_FLAGS.filter((flag) => options.flags.includes(flag)).map((flag) => ` ${flag}`);
    return prefix + level + flags.join('');
  },
  apply: () => null,
};

type NoOptions = Record<string, never>;

export const TRACE: TargetModule<NoOptions> = { name: 'TRACE', options: {}, begin: () => ({}), print: () => '', apply: () => null };

export const NOTRACK: TargetModule<NoOptions> = {
  name: 'NOTRACK',
  tables: ['raw'],
  options: {},
  begin: () => ({}),
  print: () => '',
  apply(_options, context) {
    context.untracked = true;
    return null;
  },
};

interface CTOptions {
  notrack: boolean;
}

export const CT: TargetModule<CTOptions> = {
  name: 'CT',
  tables: ['raw'],
  options: {
    '--notrack': {
      values: 0,
      read(options) {
        options.notrack = true;
      },
    },
  },
  begin: () => ({ notrack: false }),
  print: (options) => (options.notrack ? ' --notrack' : ''),
  apply(options, context) {
    if (options.notrack) context.untracked = true;
    return null;
  },
};
