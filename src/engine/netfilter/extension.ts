// What a match or target extension of iptables is made of: options it reads, a line it prints, a decision it takes.
// Follows the roles of struct xtables_match and xtables_target (iptables 1.8.9, include/xtables.h).

import type { Family } from '../net/address.ts';
import type { TableName } from '../sim/trace.ts';
import type { AddressSets } from './address-sets.ts';
import type { RecentLists } from './recent-lists.ts';
import type { RuleHeader } from './rule-header.ts';
import type { HookContext, Rule, Verdict } from './types.ts';

/** Where a rule is being read. The first problem is kept, in iptables' words; reading goes on without effect. */
export interface ParseContext {
  readonly family: Family;
  readonly table: TableName;
  readonly sets: AddressSets;
  readonly extensions: Extensions;
  problem: string | null;
  /** What is kept without being simulated, where the rule has such a part. */
  note: string | null;
}

/** The matches and targets that rules may name. */
export interface Extensions {
  readonly matches: ReadonlyMap<string, AnyMatchModule>;
  readonly targets: ReadonlyMap<string, AnyTargetModule>;
}

/** These matches and targets, and those of `others`. */
export function extensionsOf(
  matches: readonly AnyMatchModule[],
  targets: readonly AnyTargetModule[],
  others: Extensions = { matches: new Map(), targets: new Map() },
): Extensions {
  return {
    matches: new Map([...others.matches, ...matches.map((module) => [module.name, module] as const)]),
    targets: new Map([...others.targets, ...targets.map((module) => [module.name, module] as const)]),
  };
}

/** What outlives one packet: shared lists, and the rule that is being asked. */
export interface Environment {
  readonly recent: RecentLists;
  readonly sets: AddressSets;
  /** What other matches share between rules, by their own key (the tables of hashlimit). */
  readonly memory: Map<string, unknown>;
  rule: Rule;
  /** Set by a match that is not simulated, when everything else in its rule holds. */
  undecided: boolean;
}

/** One option of an extension. `values` is how many words follow it. */
export interface OptionSpec<Options> {
  readonly values: 0 | 1 | 2;
  readonly invertible?: boolean;
  /** May be given several times (flags that only set a bit). */
  readonly repeatable?: boolean;
  read(options: Options, values: readonly string[], cx: ParseContext, negated: boolean): void;
}

interface Extension<Options> {
  readonly name: string;
  readonly families?: readonly Family[];
  /** Tables, and built-in chains by any way to the rule, that the kernel accepts it in; absent = all. */
  readonly tables?: readonly TableName[];
  readonly baseChains?: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec<Options>>>;
  begin(cx: ParseContext): Options;
  /** Checks what the options together must satisfy. */
  finish?(options: Options, cx: ParseContext, header: RuleHeader): void;
  /** The options as iptables-save writes them, each preceded by a blank. */
  print(options: Options, family: Family): string;
}

export interface MatchModule<Options> extends Extension<Options> {
  /** Asking changes something (a list, a counter, the random sequence): asked last, and never shared between rules. */
  readonly stateful?: boolean;
  /** With these options it never says no, and need not be asked. */
  isIdle?(options: Options): boolean;
  test(options: Options, context: HookContext, environment: Environment): boolean;
  /** Takes (+1) or gives up (-1) what the rule keeps alive elsewhere. */
  hold?(options: Options, environment: Environment, change: 1 | -1): void;
}

export interface TargetModule<Options> extends Extension<Options> {
  /** A final verdict, or null to go on with the next rule. */
  apply(options: Options, context: HookContext, rule: Rule): Verdict | null;
}

// biome-ignore lint/suspicious/noExplicitAny: the options' type is known only to the module that made them.
export type AnyMatchModule = MatchModule<any>;
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyTargetModule = TargetModule<any>;

/** A match of one rule: the extension and what the rule's options made of it. */
export interface Match {
  readonly module: AnyMatchModule;
  readonly options: unknown;
}

/** Records a problem, unless an earlier one is already known. */
export function fail(cx: ParseContext, message: string): void {
  cx.problem ??= message;
}

/** Whether `text` is an unsigned number as C's strtoul reads one (decimal, 0x…, 0…), at most `max`. */
export function parseUnsigned(text: string, max = 0xffffffff): number | null {
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return null;
  const octal = /^0[0-7]+$/.test(text);
  const value = octal ? Number.parseInt(text, 8) : Number(text);
  return value <= max ? value : null;
}

/** `--name` options that hold a number. */
export function readUnsigned(cx: ParseContext, extension: string, option: string, text: string, max?: number): number {
  const value = parseUnsigned(text, max);
  if (value === null) fail(cx, `${extension}: bad integer value for option "${option}", or out of range.`);
  return value ?? 0;
}

export interface Masked {
  readonly value: number;
  readonly mask: number;
}

/** `VALUE[/MASK]`, as marks are written. */
export function readMasked(cx: ParseContext, extension: string, option: string, text: string): Masked {
  const slash = text.indexOf('/');
  const value = readUnsigned(cx, extension, option, slash < 0 ? text : text.slice(0, slash));
  const mask = slash < 0 ? 0xffffffff : readUnsigned(cx, extension, option, text.slice(slash + 1));
  return { value, mask };
}

/** `0x4000`. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** A word as iptables-save quotes it: bare when it is made of letters, digits, `_` and `-` only. */
export function quoteWord(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  return `"${text.replace(/["\\']/g, '\\$&')}"`;
}
