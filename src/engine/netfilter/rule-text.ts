// Rules of one chain as a program wrote them, line after line: read when somebody first needs them, and then once for
// all rule sets that hold the same lines. What is said, a rule set shares; what happens to it (counters, the chains that
// its jumps lead to) it keeps for itself.

import type { Family } from '../net/address.ts';
import type { TableName } from '../sim/trace.ts';
import { AddressSets } from './address-sets.ts';
import { type Extensions, fail, type ParseContext } from './extension.ts';
import { type ParsedRule, parseRule, type RuleSpec } from './rule-parser.ts';
import { splitWords } from './rule-words.ts';

export interface ReadRule {
  readonly spec: RuleSpec;
  readonly line: string;
}

/** What the lines are read as. */
export interface RuleTextKind {
  readonly table: TableName;
  readonly family: Family;
  readonly extensions: Extensions;
}

const JUMP = ' -j ';
const VERDICTS: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'RETURN']);
const NO_SETS = new AddressSets();

/** Consecutive `-A CHAIN ...` lines for one chain. */
export class RuleText {
  /** The lines, each with its end. */
  readonly text: string;
  readonly count: number;
  readonly #table: TableName;
  readonly #family: Family;
  readonly #extensions: Extensions;
  #targets: readonly string[] | null = null;
  #rules: readonly ReadRule[] | null = null;

  constructor(text: string, count: number, { table, family, extensions }: RuleTextKind) {
    this.text = text;
    this.count = count;
    this.#table = table;
    this.#family = family;
    this.#extensions = extensions;
  }

  /** The chains that the rules jump to, one for each jump. */
  get targets(): readonly string[] {
    this.#targets ??= this.#jumps();
    return this.#targets;
  }

  /** What the lines say. A rule that keeps a state of its own is read anew each time. */
  rules(): ReadRule[] {
    this.#rules ??= this.#lines().map((line) => this.#read(line));
    return this.#rules.map((rule) => (rule.spec.stateful ? this.#read(rule.line) : rule));
  }

  #lines(): string[] {
    return this.text.slice(0, -1).split('\n');
  }

  #jumps(): string[] {
    const { text } = this;
    const targets: string[] = [];
    for (let at = text.indexOf(JUMP); at >= 0; at = text.indexOf(JUMP, at + 1)) {
      const name = wordAt(text, at + JUMP.length);
      if (!VERDICTS.has(name) && !this.#extensions.targets.has(name)) targets.push(name);
    }
    return targets;
  }

  #read(line: string): ReadRule {
    const cx: ParseContext = {
      family: this.#family,
      table: this.#table,
      sets: NO_SETS,
      extensions: this.#extensions,
      problem: null,
      note: null,
    };
    const { specs } = parseRule(splitWords(line), 2, cx);
    const [spec, more] = specs;
    if (!spec || more) fail(cx, 'one rule to a line');
    if (cx.problem !== null || !spec) throw new Error(`a program wrote a rule that its node does not load: ${cx.problem}: ${line}`);
    return { spec, line };
  }
}

function wordAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && text.charCodeAt(end) > BLANK) end++;
  return text.slice(start, end);
}

const BLANK = 32;

/** One table of what a program writes for chains of its own. */
export interface OwnSection {
  readonly table: TableName;
  /** Every chain that is written anew, with its rules. */
  readonly chains: ReadonlyMap<string, readonly RuleText[]>;
  readonly removed: readonly string[];
}

/** Texts that were met before, by what they say: for the rule sets of a cluster, whose nodes write much the same. */
export class RuleTexts {
  readonly #byKind = new Map<string, Map<string, RuleText>>();
  readonly #inputs: Readonly<Record<Family, Map<string, readonly OwnSection[]>>> = { 4: new Map(), 6: new Map() };
  readonly #parsed = new Map<string, ParsedRule>();
  #size = 0;

  /** The sections of an input that another rule set was just given, else what `read` makes of it. */
  sectionsOf(family: Family, input: string, read: () => readonly OwnSection[]): readonly OwnSection[] {
    const inputs = this.#inputs[family];
    let sections = inputs.get(input);
    if (!sections) {
      sections = read();
      if (inputs.size >= MAX_INPUTS) inputs.clear();
      inputs.set(input, sections);
    }
    return sections;
  }

  /** Reads the words of a line; one that was read before without a word against it is not read again. */
  parse(words: readonly string[], start: number, line: string, cx: ParseContext): ParsedRule {
    const key = `${cx.table}${cx.family}${line}`;
    const known = this.#parsed.get(key);
    if (known) return known;
    const parsed = parseRule(words, start, cx);
    const isPlain = cx.problem === null && cx.note === null && !line.includes('--match-set');
    if (isPlain && this.#parsed.size < MAX_PARSED && parsed.specs.every(({ stateful }) => !stateful)) this.#parsed.set(key, parsed);
    return parsed;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** With `copies`, a text that is new is copied: a slice keeps the whole input alive. */
  of(text: string, count: number, kind: RuleTextKind, copies: boolean): RuleText {
    const name = `${kind.table}${kind.family}`;
    let known = this.#byKind.get(name);
    if (!known) {
      known = new Map();
      this.#byKind.set(name, known);
    }
    let found = known.get(text);
    if (!found) {
      this.#keepSmall(text.length);
      found = new RuleText(copies ? ` ${text}`.slice(1) : text, count, kind);
      known.set(found.text, found);
    }
    return found;
  }

  /** What rule sets hold they keep; here texts are remembered only as long as they are few. */
  #keepSmall(added: number): void {
    this.#size += added;
    if (this.#size <= MAX_SIZE) return;
    for (const known of this.#byKind.values()) known.clear();
    this.#size = added;
  }
}

const MAX_INPUTS = 4;
/** The lines that all nodes have come first, and are few. */
const MAX_PARSED = 500;

/** Characters; the rules of 5,000 Services are ten million. */
const MAX_SIZE = 32_000_000;
