// MARK and CONNMARK. Follows iptables 1.8.9, extensions/libxt_{MARK,CONNMARK}.c.

import { fail, hex, type Masked, type OptionSpec, type ParseContext, readMasked, readUnsigned, type TargetModule } from '../extension.ts';
import { hasConnection } from '../matches/ct.ts';

/** The kernel's only operation: `mark = (mark & ~mask) ^ value`. */
interface MarkOptions {
  xmark: Masked | null;
  given: string | null;
}

/** What each spelling makes of its argument. */
const SPELLINGS: Readonly<Record<string, (cx: ParseContext, target: string, text: string) => Masked>> = {
  '--set-xmark': (cx, target, text) => readMasked(cx, target, '--set-xmark', text),
  '--set-mark': (cx, target, text) => {
    const { value, mask } = readMasked(cx, target, '--set-mark', text);
    return { value, mask: (mask | value) >>> 0 };
  },
  '--and-mark': (cx, target, text) => ({ value: 0, mask: ~readUnsigned(cx, target, '--and-mark', text) >>> 0 }),
  '--or-mark': (cx, target, text) => {
    const bits = readUnsigned(cx, target, '--or-mark', text);
    return { value: bits, mask: bits };
  },
  '--xor-mark': (cx, target, text) => ({ value: readUnsigned(cx, target, '--xor-mark', text), mask: 0 }),
};

function spellingOptions<Options extends MarkOptions>(target: string): Record<string, OptionSpec<Options>> {
  const options: Record<string, OptionSpec<Options>> = {};
  for (const [option, read] of Object.entries(SPELLINGS)) {
    options[option] = {
      values: 1,
      read(draft, [text = ''], cx) {
        takeTurn(draft, target, option, cx);
        draft.xmark = read(cx, target, text);
      },
    };
  }
  return options;
}

function takeTurn(options: MarkOptions, target: string, option: string, cx: ParseContext): void {
  if (options.given !== null) {
    const [first, second] = [options.given, option].sort((a, b) => COMMAND_ORDER.indexOf(a) - COMMAND_ORDER.indexOf(b));
    fail(cx, `${target}: option "${first}" cannot be used together with "${second}".`);
  }
  options.given = option;
}

/** Which of two conflicting options the tool names first. */
const COMMAND_ORDER = ['--set-xmark', '--set-mark', '--and-mark', '--or-mark', '--xor-mark', '--save-mark', '--restore-mark'];

function applyXmark(mark: number, { value, mask }: Masked): number {
  return ((mark & ~mask) ^ value) >>> 0;
}

function printXmark({ value, mask }: Masked): string {
  return ` --set-xmark ${hex(value)}/${hex(mask)}`;
}

export const MARK: TargetModule<MarkOptions> = {
  name: 'MARK',
  options: spellingOptions('MARK'),
  begin: () => ({ xmark: null, given: null }),
  finish(options, cx) {
    if (options.xmark === null) fail(cx, 'MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
  },
  print: ({ xmark }) => (xmark ? printXmark(xmark) : ''),
  apply({ xmark }, context) {
    if (xmark) context.mark = applyXmark(context.mark, xmark);
    return null;
  },
};

interface ConnmarkOptions extends MarkOptions {
  command: 'save' | 'restore' | null;
  nfmask: number;
  ctmask: number;
  maskOption: string | null;
}

function copyOption(command: 'save' | 'restore'): OptionSpec<ConnmarkOptions> {
  return {
    values: 0,
    read(options, _values, cx) {
      takeTurn(options, 'CONNMARK', `--${command}-mark`, cx);
      options.command = command;
    },
  };
}

function maskOption(option: '--mask' | '--nfmask' | '--ctmask'): OptionSpec<ConnmarkOptions> {
  return {
    values: 1,
    read(options, [text = ''], cx) {
      const mask = readUnsigned(cx, 'CONNMARK', option, text);
      if (options.maskOption !== null && (option === '--mask' || options.maskOption === '--mask')) {
        const other = option === '--mask' ? options.maskOption : option;
        fail(cx, `CONNMARK: option "${other}" cannot be used together with "--mask".`);
      }
      options.maskOption = option;
      if (option !== '--ctmask') options.nfmask = mask;
      if (option !== '--nfmask') options.ctmask = mask;
    },
  };
}

export const CONNMARK: TargetModule<ConnmarkOptions> = {
  name: 'CONNMARK',
  options: {
    ...spellingOptions<ConnmarkOptions>('CONNMARK'),
    '--save-mark': copyOption('save'),
    '--restore-mark': copyOption('restore'),
    '--mask': maskOption('--mask'),
    '--nfmask': maskOption('--nfmask'),
    '--ctmask': maskOption('--ctmask'),
  },
  begin: () => ({ xmark: null, given: null, command: null, nfmask: 0xffffffff, ctmask: 0xffffffff, maskOption: null }),
  finish(options, cx) {
    if (options.given === null) fail(cx, 'CONNMARK target: No operation specified');
  },
  print(options) {
    if (options.xmark) return printXmark(options.xmark);
    return ` --${options.command}-mark --nfmask ${hex(options.nfmask)} --ctmask ${hex(options.ctmask)}`;
  },
  apply(options, context) {
    const { nfmask, ctmask } = options;
    if (!hasConnection(context.ct)) return null;
    if (options.xmark) context.ctMark = applyXmark(context.ctMark, options.xmark);
    else if (options.command === 'save') context.ctMark = ((context.ctMark & ~ctmask) ^ (context.mark & nfmask)) >>> 0;
    else context.mark = ((context.mark & ~nfmask) ^ (context.ctMark & ctmask)) >>> 0;
    return null;
  },
};
