// Reads iptables-restore input, or iptables-save output, into tables. Follows iptables 1.8.9, xtables-restore.c. Unlike
// the tool, which stops at its first problem, it reads on to report them all; but as with the tool, the table with the
// problem and those after it stay as they were.

import type { Family } from '../net/address.ts';
import type { TableName } from '../sim/trace.ts';
import { BASE_CHAINS, InstalledRule, Table } from './chain.ts';
import { type Environment, type Extensions, fail, type ParseContext } from './extension.ts';
import type { ParsedRule, RuleSpec } from './rule-parser.ts';
import type { RuleTexts } from './rule-text.ts';
import { splitWords } from './rule-words.ts';
import { TableDraft } from './table-draft.ts';
import type { RulesetProblem } from './types.ts';

export interface RestoreOptions {
  /** Keep what the input does not mention. */
  readonly noflush?: boolean;
  /** Take the counters that the input gives; otherwise they start at zero. */
  readonly counters?: boolean;
}

/** What is being restored into. */
export interface RestoreTarget {
  readonly family: Family;
  readonly tables: Map<TableName, Table>;
  readonly environment: Environment;
  readonly extensions: Extensions;
  readonly texts: RuleTexts;
}

/** Loads the input; the problems found, by line. */
export function restoreTables(target: RestoreTarget, text: string, options: RestoreOptions): RulesetProblem[] {
  const reader = new RestoreReader(target, options);
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) reader.read(line, index + 1);
  reader.end(lines.length);
  return reader.problems;
}

class RestoreReader {
  readonly problems: RulesetProblem[] = [];
  readonly #target: RestoreTarget;
  readonly #options: RestoreOptions;
  #draft: TableDraft | null = null;

  constructor(target: RestoreTarget, options: RestoreOptions) {
    this.#target = target;
    this.#options = options;
  }

  read(line: string, number: number): void {
    if (line === '' || line.startsWith('#')) return;
    const draft = this.#draft;
    if (line.startsWith('*') && draft === null) this.#begin(line, number);
    else if (draft === null) this.#problem(number, line, `line ${number} failed`);
    else if (line.trimEnd() === 'COMMIT') this.#commit(draft, number);
    else if (line.startsWith(':')) this.#declare(draft, line, number);
    else this.#command(draft, line, number);
  }

  end(lines: number): void {
    if (this.#draft) this.#problem(lines, '', `COMMIT expected at line ${lines}`);
  }

  #problem(line: number, text: string, message: string | null): void {
    if (message !== null) this.problems.push({ line, text, message });
  }

  #begin(line: string, number: number): void {
    const name = line.slice(1).trim();
    if (!Object.hasOwn(BASE_CHAINS, name)) {
      this.#problem(number, line, `line ${number} table name '${name}' invalid`);
      return;
    }
    const tableName = name as TableName;
    const existing = this.#target.tables.get(tableName);
    const keeps = existing !== undefined && this.#options.noflush === true;
    this.#draft = keeps
      ? new TableDraft(existing, this.#target.family)
      : new TableDraft(new Table(tableName), this.#target.family, existing ?? null);
  }

  #commit(draft: TableDraft, number: number): void {
    this.#draft = null;
    if (this.problems.some(({ kept }) => !kept)) return;
    const problem = draft.commit(this.#target.environment);
    if (problem) this.#problem(problem.line || number, '', problem.message);
    else if (!draft.isUntouched) this.#target.tables.set(draft.table.name, draft.table);
    else if (!this.#options.noflush) this.#target.tables.delete(draft.table.name);
  }

  #declare(draft: TableDraft, line: string, number: number): void {
    const [name = '', policy, counters] = line.slice(1).trim().split(/\s+/);
    if (policy === undefined) {
      this.#problem(number, line, `line ${number} policy invalid`);
      return;
    }
    const parsed = /^\[(\d+):(\d+)\]$/.exec(counters ?? '');
    const given = this.#options.counters && parsed ? { packets: Number(parsed[1]), bytes: Number(parsed[2]) } : null;
    this.#problem(number, line, draft.declare(name, policy, given, number));
  }

  #command(draft: TableDraft, line: string, number: number): void {
    const counted = /^\[(\d+):(\d+)\]\s*/.exec(line);
    const text = counted ? line.slice(counted[0].length) : line;
    const counters = counted ? { packets: Number(counted[1]), bytes: Number(counted[2]) } : null;
    if (this.#appendKnown(draft, text, counters, number)) return;
    const own = detach(text);
    const words = splitWords(own);
    const { family, environment, extensions, texts } = this.#target;
    const cx: ParseContext = { family, table: draft.table.name, sets: environment.sets, extensions, problem: null, note: null };
    runCommand({ words, line: own, number, draft, cx, counters: this.#options.counters ? counters : null, family, texts });
    this.#problem(number, line, cx.problem);
    if (cx.problem === null && cx.note !== null) this.problems.push({ line: number, text: line, message: cx.note, kept: true });
  }

  /** A line that stood in the chain before it was emptied is appended without reading it again. */
  #appendKnown(draft: TableDraft, text: string, counters: Counts | null, number: number): boolean {
    if (!text.startsWith('-A ')) return false;
    const end = text.indexOf(' ', 3);
    const chain = text.slice(3, end < 0 ? undefined : end);
    const known = draft.known(chain, text);
    if (known === null) return false;
    const { spec, line } = known;
    const rule = new InstalledRule({ chain, spec, line, inputLine: number, family: this.#target.family });
    rule.jump = known.jump;
    if (this.#options.counters && counters) Object.assign(rule.counters, counters);
    draft.append(chain, rule, number);
    return true;
  }
}

type Counts = { readonly packets: number; readonly bytes: number };

interface Command {
  readonly words: readonly string[];
  readonly line: string;
  readonly number: number;
  readonly draft: TableDraft;
  readonly cx: ParseContext;
  readonly counters: Counts | null;
  readonly family: Family;
  readonly texts: RuleTexts;
}

/** `-A -I -R -D` take a rule; `-F -X -N -P -Z` act on chains. */
function runCommand(command: Command): void {
  const { words, draft, number, cx } = command;
  const [option = '', name] = words;
  if (!option.startsWith('-')) {
    fail(cx, `Bad argument \`${option}'`);
    return;
  }
  const run = COMMANDS[option];
  if (!run) fail(cx, `unknown option "${option}"`);
  else if (name === undefined && !CHAIN_OPTIONAL.has(option)) fail(cx, `option "${option}" requires an argument`);
  else {
    const problem = run(command, name ?? null, draft, number);
    if (problem !== null) fail(cx, problem);
  }
}

const CHAIN_OPTIONAL: ReadonlySet<string> = new Set(['-F', '--flush', '-X', '--delete-chain', '-Z', '--zero']);

type Run = (command: Command, chain: string | null, draft: TableDraft, line: number) => string | null;

const append: Run = (command, chain, draft, line) => {
  for (const rule of readRules(command, chain ?? '', 2)) {
    const problem = draft.append(chain ?? '', rule, line);
    if (problem) return problem;
  }
  return null;
};

const insert: Run = (command, chain, draft, line) => {
  const [number, start] = ruleNumber(command.words, 1);
  // Several addresses make several rules, each inserted before the last.
  for (const rule of readRules(command, chain ?? '', start)) {
    const problem = draft.insert(chain ?? '', number, rule, line);
    if (problem) return problem;
  }
  return null;
};

const replace: Run = (command, chain, draft, line) => {
  const [number, start] = ruleNumber(command.words, 0);
  const [rule, ...more] = readRules(command, chain ?? '', start);
  if (more.length > 0) return 'Replacement rule does not specify a unique address';
  return rule ? draft.replace(chain ?? '', number, rule, line) : null;
};

const remove: Run = (command, chain, draft, line) => {
  if (/^\d+$/.test(command.words[2] ?? '')) return draft.delete(chain ?? '', Number(command.words[2]), line);
  for (const rule of readRules(command, chain ?? '', 2)) {
    const problem = draft.delete(chain ?? '', rule.spec, line);
    if (problem) return problem;
  }
  return null;
};

const flush: Run = (_command, chain, draft, line) => draft.flush(chain, line);
const create: Run = (_command, chain, draft, line) => draft.create(chain ?? '', line);
const removeChain: Run = (_command, chain, draft, line) => draft.remove(chain, line);
const zero: Run = (_command, chain, draft, line) => draft.zero(chain, line);
const setPolicy: Run = (command, chain, draft, line) => draft.setPolicy(chain ?? '', command.words[2] ?? '', line);

const COMMANDS: Readonly<Record<string, Run>> = {
  '-A': append,
  '--append': append,
  '-I': insert,
  '--insert': insert,
  '-R': replace,
  '--replace': replace,
  '-D': remove,
  '--delete': remove,
  '-F': flush,
  '--flush': flush,
  '-N': create,
  '--new-chain': create,
  '-X': removeChain,
  '--delete-chain': removeChain,
  '-P': setPolicy,
  '--policy': setPolicy,
  '-Z': zero,
  '--zero': zero,
};

function ruleNumber(words: readonly string[], fallback: number): [number, number] {
  return /^\d+$/.test(words[2] ?? '') ? [Number(words[2]), 3] : [fallback, 2];
}

function readRules(command: Command, chain: string, start: number): InstalledRule[] {
  const { words, line, number, cx, counters, family, draft, texts } = command;
  const parsed: ParsedRule = texts.parse(words, start, line, cx);
  const refused = 'RULE_APPEND failed (Invalid argument)';
  if (cx.problem === refused) cx.problem = `${refused}: rule in chain ${chain}`;
  for (const spec of parsed.specs) checkPlace(spec, chain, draft.table.name, cx);
  if (cx.problem !== null) return [];
  return parsed.specs.map((spec) => {
    const own = parsed.specs.length === 1 ? line : '';
    const rule = new InstalledRule({ chain, spec, line: own, inputLine: number, family });
    const given = counters ?? parsed.counters;
    if (given) Object.assign(rule.counters, given);
    return rule;
  });
}

/** Where the kernel accepts a match or target, and a built-in chain an interface option. */
function checkPlace(spec: RuleSpec, chain: string, table: TableName, cx: ParseContext): void {
  const { matches, target, header } = spec;
  const base = BASE_CHAINS[table].includes(chain);
  const refused = `RULE_APPEND failed (Invalid argument): rule in chain ${chain}`;
  const isAccepted = ({ tables }: { readonly tables?: readonly TableName[] }) => tables?.includes(table) ?? true;
  if (!matches.every(({ module }) => isAccepted(module)) || (target?.kind === 'extension' && !isAccepted(target.module))) fail(cx, refused);
  if (base && header.inInterface && (chain === 'OUTPUT' || chain === 'POSTROUTING')) fail(cx, `Can't use -i with ${chain}`);
  if (base && header.outInterface && (chain === 'INPUT' || chain === 'PREROUTING')) fail(cx, `Can't use -o with ${chain}`);
}

/** A copy of the text that does not keep the whole input alive, as a slice of it would. */
function detach(text: string): string {
  return `${text} `.trimEnd();
}
