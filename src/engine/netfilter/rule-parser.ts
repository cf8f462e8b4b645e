// Reads the words of one rule, in any order that iptables takes, and prints a rule as iptables-save does.
// Follows do_parse (iptables 1.8.9, xshared.c) and nft_ipv4_save_rule / xtables_save_* for the order of output.

import type { Family } from '../net/address.ts';
import { type AnyMatchModule, type AnyTargetModule, fail, type Match, type OptionSpec, type ParseContext } from './extension.ts';
import type { CommentOptions } from './matches/remarks.ts';
import { ICMP, ICMPV6, SCTP, TCP, UDP } from './protocols.ts';
import {
  type AddressCondition,
  EMPTY_HEADER,
  printHeader,
  type RuleHeader,
  readAddress,
  readInterface,
  readProtocol,
} from './rule-header.ts';

/** The match whose options may be used after `-p` without naming it. */
const PROTOCOL_MATCHES: ReadonlyMap<number, string> = new Map([
  [TCP, 'tcp'],
  [UDP, 'udp'],
  [SCTP, 'sctp'],
  [ICMP, 'icmp'],
  [ICMPV6, 'icmp6'],
]);

export type Target =
  | { readonly kind: 'verdict'; readonly verdict: 'ACCEPT' | 'DROP' | 'RETURN' }
  | { readonly kind: 'jump'; readonly chain: string; readonly goto: boolean }
  | { readonly kind: 'extension'; readonly module: AnyTargetModule; readonly options: unknown };

/** What a rule says, apart from where it stands and how often it matched. Immutable, so rules may share one. */
export interface RuleSpec {
  readonly header: RuleHeader;
  /** As written. */
  readonly matches: readonly Match[];
  /** As asked: those that change something come last, those that never say no are left out. */
  readonly asked: readonly Match[];
  readonly target: Target | null;
  readonly comment: string | null;
  readonly stateful: boolean;
  /** Some match keeps a list alive (see MatchModule.hold). */
  readonly holds: boolean;
}

interface HeaderDraft {
  source: readonly (AddressCondition | null)[] | null;
  destination: readonly (AddressCondition | null)[] | null;
  inInterface: RuleHeader['inInterface'];
  outInterface: RuleHeader['outInterface'];
  protocol: RuleHeader['protocol'];
  fragment: boolean | null;
}

interface LoadedMatch extends Match {
  readonly seen: string[];
}

interface RuleDraft {
  readonly header: HeaderDraft;
  readonly matches: LoadedMatch[];
  /** Letters of the options that were given. */
  given: string;
  target: Target | null;
  readonly targetSeen: string[];
  counters: { packets: number; bytes: number } | null;
}

export interface ParsedRule {
  /** Several when an address option lists several. */
  readonly specs: readonly RuleSpec[];
  /** `-c PACKETS BYTES`, when the rule gives them. */
  readonly counters: { readonly packets: number; readonly bytes: number } | null;
}

/** Reads the words of a rule from `start` on. A problem is left in `cx`; the result is then meaningless. */
export function parseRule(words: readonly string[], start: number, cx: ParseContext): ParsedRule {
  const draft: RuleDraft = {
    header: { source: null, destination: null, inInterface: null, outInterface: null, protocol: null, fragment: null },
    matches: [],
    given: '',
    target: null,
    targetSeen: [],
    counters: null,
  };
  let negated = false;
  for (let at = start; at < words.length && cx.problem === null; ) {
    const word = words[at] ?? '';
    if (word === '!') {
      if (negated) fail(cx, 'multiple consecutive ! not allowed');
      negated = true;
      at++;
      continue;
    }
    at = readOption(words, at, draft, negated, cx);
    negated = false;
  }
  return { specs: cx.problem === null ? finishRule(draft, cx) : [], counters: draft.counters };
}

interface GlobalOption {
  readonly letter: string;
  readonly values: 0 | 1 | 2;
  readonly invertible?: boolean;
  readonly repeatable?: boolean;
  read(draft: RuleDraft, values: readonly string[], cx: ParseContext, negated: boolean): void;
}

const SOURCE: GlobalOption = {
  letter: 's',
  values: 1,
  invertible: true,
  read(draft, [text = ''], cx, negated) {
    draft.header.source = readAddresses(cx, text, negated);
  },
};

const DESTINATION: GlobalOption = {
  letter: 'd',
  values: 1,
  invertible: true,
  read(draft, [text = ''], cx, negated) {
    draft.header.destination = readAddresses(cx, text, negated);
  },
};

const PROTOCOL: GlobalOption = {
  letter: 'p',
  values: 1,
  invertible: true,
  read(draft, [text = ''], cx, negated) {
    draft.header.protocol = readProtocol(cx, text, negated);
  },
};

const IN_INTERFACE: GlobalOption = {
  letter: 'i',
  values: 1,
  invertible: true,
  read(draft, [text = ''], cx, negated) {
    draft.header.inInterface = readInterface(cx, text, negated);
  },
};

const OUT_INTERFACE: GlobalOption = {
  letter: 'o',
  values: 1,
  invertible: true,
  read(draft, [text = ''], cx, negated) {
    draft.header.outInterface = readInterface(cx, text, negated);
  },
};

const FRAGMENT: GlobalOption = {
  letter: 'f',
  values: 0,
  invertible: true,
  read(draft, _values, cx, negated) {
    if (cx.family === 6) fail(cx, "`-f' is not supported in IPv6, use -m frag instead");
    draft.header.fragment = !negated;
  },
};

const MATCH: GlobalOption = {
  letter: 'm',
  values: 1,
  repeatable: true,
  read(draft, [name = ''], cx) {
    const module = cx.extensions.matches.get(name);
    if (!module || (module.families && !module.families.includes(cx.family))) {
      fail(cx, `Couldn't load match \`${name}':No such file or directory`);
    } else loadMatch(draft, module, cx);
  },
};

const JUMP: GlobalOption = {
  letter: 'j',
  values: 1,
  read(draft, [name = ''], cx) {
    draft.target = readTarget(name, cx);
  },
};

const GOTO: GlobalOption = {
  letter: 'g',
  values: 1,
  read(draft, [chain = '']) {
    draft.target = { kind: 'jump', chain, goto: true };
  },
};

const SET_COUNTERS: GlobalOption = {
  letter: 'c',
  values: 2,
  read(draft, [packets = '', bytes = ''], cx) {
    if (!/^\d+$/.test(packets)) fail(cx, '-c packet counter not numeric');
    if (!/^\d+$/.test(bytes)) fail(cx, '-c byte counter not numeric');
    draft.counters = { packets: Number(packets), bytes: Number(bytes) };
  },
};

const GLOBAL_OPTIONS: ReadonlyMap<string, GlobalOption> = new Map([
  ...['-s', '--source', '--src'].map((word): [string, GlobalOption] => [word, SOURCE]),
  ...['-d', '--destination', '--dst'].map((word): [string, GlobalOption] => [word, DESTINATION]),
  ...['-p', '--protocol', '--proto'].map((word): [string, GlobalOption] => [word, PROTOCOL]),
  ...['-i', '--in-interface'].map((word): [string, GlobalOption] => [word, IN_INTERFACE]),
  ...['-o', '--out-interface'].map((word): [string, GlobalOption] => [word, OUT_INTERFACE]),
  ...['-f', '--fragment', '--fragments'].map((word): [string, GlobalOption] => [word, FRAGMENT]),
  ...['-m', '--match'].map((word): [string, GlobalOption] => [word, MATCH]),
  ...['-j', '--jump'].map((word): [string, GlobalOption] => [word, JUMP]),
  ...['-g', '--goto'].map((word): [string, GlobalOption] => [word, GOTO]),
  ...['-c', '--set-counters'].map((word): [string, GlobalOption] => [word, SET_COUNTERS]),
]);

/** Reads the option at `at` with its values; returns where the next word is. */
function readOption(words: readonly string[], at: number, draft: RuleDraft, negated: boolean, cx: ParseContext): number {
  const word = words[at] ?? '';
  if (!word.startsWith('-')) {
    fail(cx, `Bad argument \`${word}'`);
    return at + 1;
  }
  const global = GLOBAL_OPTIONS.get(word);
  // `-m policy` has a --proto of its own.
  const isTheirs = word === '--proto' && draft.matches.some(({ module }) => word in module.options);
  if (!global || isTheirs) return readExtensionOption(words, at, draft, negated, cx);
  if (negated && !global.invertible) fail(cx, `cannot have ! before -${global.letter}`);
  if (!global.repeatable && draft.given.includes(global.letter)) fail(cx, `multiple -${global.letter} flags not allowed`);
  draft.given += global.letter;
  const values = takeValues(words, at, global.values, cx);
  if (cx.problem === null) global.read(draft, values, cx, negated);
  return at + 1 + global.values;
}

function takeValues(words: readonly string[], at: number, count: number, cx: ParseContext): readonly string[] {
  if (count === 0) return NO_VALUES;
  const values = words.slice(at + 1, at + 1 + count);
  if (values.length === count) return values;
  if (count === 2 && values.length === 1) fail(cx, `${words[at]} requires two args.`);
  else fail(cx, `option "${words[at]}" requires an argument`);
  return values;
}

const NO_VALUES: readonly string[] = [];

interface FoundOption {
  readonly extension: AnyMatchModule | AnyTargetModule;
  readonly option: OptionSpec<unknown>;
  readonly options: unknown;
  readonly seen: string[];
}

/** An option belongs to the last loaded match that knows it, else to the target, else to the protocol's own match. */
function findOption(word: string, draft: RuleDraft, cx: ParseContext): FoundOption | null {
  for (let i = draft.matches.length - 1; i >= 0; i--) {
    const match = draft.matches[i];
    const option = match?.module.options[word];
    if (match && option) return { extension: match.module, option, options: match.options, seen: match.seen };
  }
  const { target, header } = draft;
  const targetOption = target?.kind === 'extension' ? target.module.options[word] : undefined;
  if (target?.kind === 'extension' && targetOption) {
    return { extension: target.module, option: targetOption, options: target.options, seen: draft.targetSeen };
  }
  const implied =
    header.protocol && !header.protocol.negated ? cx.extensions.matches.get(PROTOCOL_MATCHES.get(header.protocol.number) ?? '') : undefined;
  if (!implied?.options[word] || draft.matches.some((match) => match.module === implied)) return null;
  loadMatch(draft, implied, cx);
  return findOption(word, draft, cx);
}

function readExtensionOption(words: readonly string[], at: number, draft: RuleDraft, negated: boolean, cx: ParseContext): number {
  const word = words[at] ?? '';
  const found = findOption(word, draft, cx);
  if (found === null) {
    fail(cx, `unknown option "${word}"`);
    return at + 1;
  }
  const { extension, option, options, seen } = found;
  if (negated && !option.invertible) fail(cx, `${extension.name}: option "${word}" cannot be inverted.`);
  const values = takeValues(words, at, option.values, cx);
  if (cx.problem === null) option.read(options, values, cx, negated);
  if (seen.includes(word) && !option.repeatable) fail(cx, `${extension.name}: option "${word}" can only be used once.`);
  seen.push(word);
  return at + 1 + option.values;
}

function loadMatch(draft: RuleDraft, module: AnyMatchModule, cx: ParseContext): void {
  draft.matches.push({ module, options: module.begin(cx), seen: [] });
}

function readTarget(name: string, cx: ParseContext): Target {
  if (name === 'ACCEPT' || name === 'DROP' || name === 'RETURN') {
    if (name === 'DROP' && cx.table === 'nat') {
      fail(cx, 'The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.');
    }
    return { kind: 'verdict', verdict: name };
  }
  const module = cx.extensions.targets.get(name);
  if (!module) return { kind: 'jump', chain: name, goto: false };
  return { kind: 'extension', module, options: module.begin(cx) };
}

function readAddresses(cx: ParseContext, text: string, negated: boolean): readonly (AddressCondition | null)[] {
  if (!text.includes(',')) return [readAddress(cx, text, negated)];
  if (negated) fail(cx, '! not allowed with multiple source or destination IP addresses');
  return text.split(',').map((part) => readAddress(cx, part, negated));
}

function finishRule(draft: RuleDraft, cx: ParseContext): RuleSpec[] {
  const { source, destination, inInterface, outInterface, protocol, fragment } = draft.header;
  const bare: RuleHeader = { source: null, destination: null, inInterface, outInterface, protocol, fragment };
  const rest = finishExtensions(draft, bare, cx);
  if (source === null && destination === null) return [{ header: shareHeader(bare), ...rest }];
  const specs: RuleSpec[] = [];
  for (const oneSource of source ?? ANY_ADDRESS) {
    for (const oneDestination of destination ?? ANY_ADDRESS) {
      specs.push({ header: { ...bare, source: oneSource, destination: oneDestination }, ...rest });
    }
  }
  return specs;
}

const ANY_ADDRESS: readonly null[] = [null];

/** Most rules ask nothing here, or the protocol alone: they share one header each, which keeps large rule sets small. */
function shareHeader(header: RuleHeader): RuleHeader {
  const { inInterface, outInterface, protocol, fragment } = header;
  if (inInterface !== null || outInterface !== null || fragment !== null) return header;
  if (protocol === null) return EMPTY_HEADER;
  const key = protocol.negated ? -protocol.number : protocol.number;
  const shared = PROTOCOL_HEADERS.get(key) ?? header;
  PROTOCOL_HEADERS.set(key, shared);
  return shared;
}

const PROTOCOL_HEADERS = new Map<number, RuleHeader>();

function finishExtensions(draft: RuleDraft, header: RuleHeader, cx: ParseContext): Omit<RuleSpec, 'header'> {
  const matches: Match[] = [];
  const asked: Match[] = [];
  const askedLast: Match[] = [];
  let comment: string | null = null;
  let holds = false;
  for (const { module, options } of draft.matches) {
    const match: Match = { module, options };
    matches.push(match);
    module.finish?.(options, cx, header);
    if (module.hold) holds = true;
    if (module.name === 'comment') comment ??= (options as CommentOptions).text;
    else if (module.stateful) askedLast.push(match);
    else if (!module.isIdle?.(options)) asked.push(match);
  }
  const { target } = draft;
  if (target?.kind === 'extension') target.module.finish?.(target.options, cx, header);
  const stateful = askedLast.length > 0;
  return { matches, asked: stateful ? [...asked, ...askedLast] : asked, target, comment, stateful, holds };
}

/** The rule as iptables-save writes it, without counters: `-A CHAIN …`. */
export function printRule(chain: string, spec: RuleSpec, family: Family): string {
  let text = `-A ${chain}${printHeader(spec.header)}`;
  for (const { module, options } of spec.matches) text += ` -m ${module.name}${module.print(options, family)}`;
  return text + printTarget(spec.target, family);
}

function printTarget(target: Target | null, family: Family): string {
  switch (target?.kind) {
    case undefined:
      return '';
    case 'verdict':
      return ` -j ${target.verdict}`;
    case 'jump':
      return ` ${target.goto ? '-g' : '-j'} ${target.chain}`;
    case 'extension':
      return ` -j ${target.module.name}${target.module.print(target.options, family)}`;
  }
}
