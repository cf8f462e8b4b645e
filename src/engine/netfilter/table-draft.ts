// What a restore has read of one table and not yet committed. At COMMIT everything takes effect, or nothing:
// jumps must lead to chains, no chain may go while a rule jumps to it, no way down may be longer than the kernel's jump
// stack (which also rules out loops), nor lead to a rule that may not stand under its built-in chain. The messages are
// iptables-nft's.

import type { Family } from '../net/address.ts';
import { ANYWHERE, type Below, Chain, InstalledRule, placeOf, type Table } from './chain.ts';
import type { AnyMatchModule, AnyTargetModule, Environment } from './extension.ts';
import { printRule, type RuleSpec } from './rule-parser.ts';

/** nft_chain_validate: a built-in chain and 15 more below it. */
const MAX_HEIGHT = 16;

interface ChainDraft {
  readonly chain: Chain;
  rules: InstalledRule[];
  /** Where in the old rules the next line is expected, when they are written again unchanged. */
  expected: number;
  /** The old rules by their line, for when they are not. */
  byLine: Map<string, InstalledRule> | null;
  policy: 'ACCEPT' | 'DROP' | null;
  counters: { packets: number; bytes: number } | null;
  deleted: boolean;
  line: number;
}

export interface CommitProblem {
  readonly line: number;
  readonly message: string;
}

/** A table under change. Commands return null, or the problem as iptables words it. */
export class TableDraft {
  readonly table: Table;
  readonly #family: Family;
  readonly #drafts = new Map<string, ChainDraft>();

  readonly #replaced: Table | null;

  /** Changes `table`; or, with `replaced`, fills an empty one that is to take that one's place. */
  constructor(table: Table, family: Family, replaced: Table | null = null) {
    this.table = table;
    this.#family = family;
    this.#replaced = replaced;
  }

  /** Whether nothing was read that would need the table to exist. */
  get isUntouched(): boolean {
    return this.#drafts.size === 0;
  }

  /** `:CHAIN POLICY [packets:bytes]`: a user-defined chain is made, or emptied; a built-in one gets its policy. */
  declare(name: string, policy: string, counters: { packets: number; bytes: number } | null, line: number): string | null {
    const existing = this.table.chains.get(name);
    if (existing?.policy) {
      if (policy !== 'ACCEPT' && policy !== 'DROP') return 'Bad policy name.';
      const draft = this.#drafts.get(name) ?? this.#open(existing, line);
      draft.policy = policy;
      draft.counters = counters ?? { packets: 0, bytes: 0 };
      return null;
    }
    const problem = nameProblem(name);
    if (problem) return problem;
    const draft = this.#drafts.get(name) ?? this.#open(existing ?? new Chain(name, null), line, true);
    draft.rules = [];
    draft.deleted = false;
    return null;
  }

  /** The rule that stood in the emptied chain under this very line, if its reading may be used again. */
  known(name: string, line: string): InstalledRule | null {
    const draft = this.#drafts.get(name);
    if (!draft || draft.deleted || draft.chain.rules.length === 0) return null;
    let rule = draft.chain.rules[draft.expected];
    if (rule?.line !== line) {
      draft.byLine ??= new Map(draft.chain.rules.map((old) => [old.line, old]));
      rule = draft.byLine.get(line);
    }
    draft.expected++;
    return rule && !rule.spec.stateful ? rule : null;
  }

  append(name: string, rule: InstalledRule, line: number): string | null {
    const draft = this.#find(name, line);
    if (!draft) return NO_CHAIN;
    draft.rules.push(rule);
    return null;
  }

  /** `-I CHAIN [NUMBER]`. */
  insert(name: string, number: number, rule: InstalledRule, line: number): string | null {
    const draft = this.#find(name, line);
    if (!draft) return NO_CHAIN;
    if (number < 1 || number > draft.rules.length + 1) return 'Index of insertion too big.';
    draft.rules.splice(number - 1, 0, rule);
    return null;
  }

  /** `-R CHAIN NUMBER`. */
  replace(name: string, number: number, rule: InstalledRule, line: number): string | null {
    const draft = this.#find(name, line);
    if (!draft) return NO_CHAIN;
    if (number < 1 || number > draft.rules.length) return 'Index of replacement too big.';
    draft.rules[number - 1] = rule;
    return null;
  }

  /** `-D CHAIN NUMBER` or `-D CHAIN RULE`: the first rule that says the same. */
  delete(name: string, which: number | RuleSpec, line: number): string | null {
    const draft = this.#find(name, line);
    if (!draft) return NO_CHAIN;
    if (typeof which === 'number') {
      if (which < 1 || which > draft.rules.length) return 'Index of deletion too big.';
      draft.rules.splice(which - 1, 1);
      return null;
    }
    const text = printRule(name, which, this.#family);
    const place = draft.rules.findIndex((rule) => rule.text === text);
    if (place < 0) return 'Bad rule (does a matching rule exist in that chain?).';
    draft.rules.splice(place, 1);
    return null;
  }

  /** `-F [CHAIN]`. */
  flush(name: string | null, line: number): string | null {
    if (name === null) {
      for (const chain of this.#names()) this.flush(chain, line);
      return null;
    }
    if (!this.#drafts.has(name) && this.table.chains.get(name)?.rules.length === 0) return null;
    const draft = this.#find(name, line);
    if (!draft) return NO_CHAIN;
    draft.rules = [];
    return null;
  }

  /** `-N CHAIN`. */
  create(name: string, line: number): string | null {
    if (this.#find(name, line)) return 'Chain already exists.';
    return this.declare(name, '-', null, line);
  }

  /** `-X [CHAIN]`: a user-defined chain that is empty; whether anything still jumps to it is seen at COMMIT. */
  remove(name: string | null, line: number): string | null {
    if (name === null) {
      for (const chain of this.#names()) if (!this.#isBase(chain)) this.remove(chain, line);
      return null;
    }
    const draft = this.#find(name, line);
    if (!draft || this.#isBase(name)) return NO_CHAIN;
    if (draft.rules.length > 0) return busy(name);
    draft.deleted = true;
    draft.line = line;
    return null;
  }

  /** `-P CHAIN POLICY`. */
  setPolicy(name: string, policy: string, line: number): string | null {
    if (!this.#isBase(name)) return 'Bad built-in chain name.';
    if (policy !== 'ACCEPT' && policy !== 'DROP') return 'Bad policy name.';
    const draft = this.#find(name, line);
    if (draft) draft.policy = policy;
    return null;
  }

  /** `-Z [CHAIN]`. */
  zero(name: string | null, line: number): string | null {
    for (const chain of name === null ? this.#names() : [name]) {
      const draft = this.#find(chain, line);
      if (!draft) return NO_CHAIN;
      draft.counters = { packets: 0, bytes: 0 };
      draft.rules = draft.rules.map((rule) => new InstalledRule({ ...rule, family: this.#family }));
    }
    return null;
  }

  /** Makes the table what was read, or says what forbids it and leaves the table as it was. */
  commit(environment: Environment): CommitProblem | null {
    const targets = new Map<InstalledRule, Chain>();
    for (const draft of this.#drafts.values()) {
      for (const rule of draft.rules) {
        if (rule.jump !== null || rule.spec.target?.kind !== 'jump') continue;
        const problem = this.#resolve(rule, targets);
        if (problem) return problem;
      }
    }
    const problem = this.#busyChain(targets) ?? this.#wrongBelow(targets);
    if (problem) return problem;
    for (const draft of this.#drafts.values()) this.#apply(draft, targets, environment);
    for (const chain of this.#replaced?.chains.values() ?? []) holdLists(chain.rules, environment, -1);
    environment.recent.sweep();
    return null;
  }

  #resolve(rule: InstalledRule, targets: Map<InstalledRule, Chain>): CommitProblem | null {
    if (rule.spec.target?.kind !== 'jump') return null;
    const { chain: name } = rule.spec.target;
    const line = rule.inputLine;
    if (this.#isBase(name)) return { line, message: `RULE_APPEND failed (Operation not supported): rule in chain ${rule.chain}` };
    const draft = this.#drafts.get(name);
    const chain = draft ? draft.chain : this.table.chains.get(name);
    if (!chain || (draft?.deleted && !this.table.chains.has(name))) return { line, message: `Chain '${name}' does not exist` };
    targets.set(rule, chain);
    return null;
  }

  #busyChain(targets: ReadonlyMap<InstalledRule, Chain>): CommitProblem | null {
    const deleted = new Map<Chain, number>();
    for (const draft of this.#drafts.values()) if (draft.deleted) deleted.set(draft.chain, draft.chain.references);
    if (deleted.size === 0) return null;
    const count = (chain: Chain | null | undefined, change: number) => {
      const references = chain ? deleted.get(chain) : undefined;
      if (chain && references !== undefined) deleted.set(chain, references + change);
    };
    for (const draft of this.#drafts.values()) {
      for (const rule of draft.chain.rules) count(rule.jump, -1);
      for (const rule of draft.rules) count(rule.jump ?? targets.get(rule), 1);
    }
    for (const [chain, references] of deleted) {
      if (references > 0) return { line: this.#drafts.get(chain.name)?.line ?? 0, message: busy(chain.name) };
    }
    return null;
  }

  /** Measures what is below the changed chains and those above them; refuses a table that the kernel would not run. */
  #wrongBelow(targets: ReadonlyMap<InstalledRule, Chain>): CommitProblem | null {
    // Nothing leads to a deleted chain.
    const changed = [...this.#drafts.values()].filter((draft) => !draft.deleted).map((draft) => draft.chain);
    const isNew = (chain: Chain) => !this.table.chains.has(chain.name);
    // When below every changed chain it is as before, nothing above it changes either.
    const partly = this.#measure(changed.filter(isNew), targets, (chain) => !isNew(chain));
    const belowOf = (chain: Chain) => partly.get(chain) ?? chain.below;
    const same =
      this.table.isMeasured && changed.every((chain) => isNew(chain) || isSame(this.#below(chain, targets, belowOf), chain.below));
    const all = same ? partly : this.#measure([...this.table.chains.values(), ...changed], targets, () => false);
    for (const [chain, { height }] of all) {
      if (height > MAX_HEIGHT && chain.policy !== null) return this.#tooManyLinks(chain);
    }
    const isWrong = (chain: Chain) => chain.policy !== null && ((all.get(chain)?.places ?? ANYWHERE) & placeOf(chain.name)) === 0;
    const wrong = [...all.keys()].filter(isWrong);
    if (wrong.length > 0) return this.#misplaced(wrong, targets);
    for (const [chain, below] of all) chain.below = below;
    this.table.isMeasured = true;
    return null;
  }

  /** What is below chains and all that they lead to. A chain that is met again on its own way down is in a loop. */
  #measure(chains: readonly Chain[], targets: ReadonlyMap<InstalledRule, Chain>, isKnown: (chain: Chain) => boolean): Map<Chain, Below> {
    const measured = new Map<Chain, Below>();
    const measure = (chain: Chain): Below => {
      const known = isKnown(chain) ? chain.below : measured.get(chain);
      if (known !== undefined) return known;
      measured.set(chain, { height: Number.POSITIVE_INFINITY, places: ANYWHERE });
      const below = this.#below(chain, targets, measure);
      measured.set(chain, below);
      return below;
    };
    for (const chain of chains) measure(chain);
    return measured;
  }

  #below(chain: Chain, targets: ReadonlyMap<InstalledRule, Chain>, belowOf: (chain: Chain) => Below): Below {
    let height = 0;
    let places = ANYWHERE;
    for (const rule of this.#rulesOf(chain)) {
      places &= placesOf(rule.spec);
      const target = rule.jump ?? targets.get(rule);
      if (!target) continue;
      const below = belowOf(target);
      height = Math.max(height, below.height);
      places &= below.places;
    }
    return { height: 1 + height, places };
  }

  #rulesOf(chain: Chain): readonly InstalledRule[] {
    return this.#drafts.get(chain.name)?.rules ?? chain.rules;
  }

  /** nft_table_validate asks after every rule: the first that opens a way from a built-in chain to a rule not for it. */
  #misplaced(bases: readonly Chain[], targets: ReadonlyMap<InstalledRule, Chain>): CommitProblem {
    const added = new Set([...this.#drafts.values()].flatMap(({ rules }) => rules));
    for (const { chain } of this.#drafts.values()) for (const rule of chain.rules) added.delete(rule);
    const lineOf = (rule: InstalledRule) => (added.has(rule) ? rule.inputLine : 0);
    let found = { line: Number.POSITIVE_INFINITY, chain: '' };
    for (const base of bases) {
      const seen = new Map<Chain, number>();
      const walk = (chain: Chain, way: typeof found) => {
        if (way.line >= (seen.get(chain) ?? found.line)) return;
        seen.set(chain, way.line);
        for (const rule of this.#rulesOf(chain)) {
          const line = lineOf(rule);
          const longer = line > way.line ? { line, chain: rule.chain } : way;
          if ((placesOf(rule.spec) & placeOf(base.name)) === 0 && longer.line < found.line) found = longer;
          const target = rule.jump ?? targets.get(rule);
          if (target) walk(target, longer);
        }
      };
      walk(base, { line: -1, chain: base.name });
    }
    return { line: found.line, message: `RULE_APPEND failed (Invalid argument): rule in chain ${found.chain}` };
  }

  #tooManyLinks(chain: Chain): CommitProblem {
    const old = new Set(chain.rules);
    const added = this.#drafts.get(chain.name)?.rules.filter((rule) => !old.has(rule)) ?? [];
    const line = added.at(-1)?.inputLine ?? 0;
    return { line, message: `RULE_APPEND failed (Too many links): rule in chain ${chain.name}` };
  }

  #apply(draft: ChainDraft, targets: ReadonlyMap<InstalledRule, Chain>, environment: Environment): void {
    const { chain, rules } = draft;
    for (const rule of rules) {
      rule.jump ??= targets.get(rule) ?? null;
      if (rule.jump) rule.jump.references++;
    }
    for (const rule of chain.rules) if (rule.jump) rule.jump.references--;
    holdLists(rules, environment, 1);
    holdLists(chain.rules, environment, -1);
    chain.rules = rules;
    chain.registered = true;
    if (draft.policy) chain.policy = draft.policy;
    if (draft.counters) Object.assign(chain.counters, draft.counters);
    if (draft.deleted) this.table.chains.delete(chain.name);
    else this.table.chains.set(chain.name, chain);
  }

  #open(chain: Chain, line: number, empty = false): ChainDraft {
    const draft: ChainDraft = {
      chain,
      rules: empty ? [] : [...chain.rules],
      expected: 0,
      byLine: null,
      policy: null,
      counters: null,
      deleted: false,
      line,
    };
    this.#drafts.set(chain.name, draft);
    return draft;
  }

  #find(name: string, line: number): ChainDraft | null {
    const draft = this.#drafts.get(name);
    if (draft) return draft.deleted ? null : draft;
    const chain = this.table.chains.get(name);
    return chain ? this.#open(chain, line) : null;
  }

  #names(): string[] {
    return [...new Set([...this.table.chains.keys(), ...this.#drafts.keys()])].filter((name) => !this.#drafts.get(name)?.deleted);
  }

  #isBase(name: string): boolean {
    return (this.table.chains.get(name)?.policy ?? null) !== null;
  }
}

function isSame(one: Below, other: Below): boolean {
  return one.height === other.height && one.places === other.places;
}

/** The built-in chains that a rule may stand under. */
function placesOf(spec: RuleSpec): number {
  let places = ANYWHERE;
  const narrow = ({ baseChains }: AnyMatchModule | AnyTargetModule) => {
    if (baseChains) places &= baseChains.reduce((bits, name) => bits | placeOf(name), 0);
  };
  for (const { module } of spec.matches) narrow(module);
  if (spec.target?.kind === 'extension') narrow(spec.target.module);
  return places;
}

function holdLists(rules: readonly InstalledRule[], environment: Environment, change: 1 | -1): void {
  for (const { spec } of rules) {
    if (spec.holds) for (const { module, options } of spec.matches) module.hold?.(options, environment, change);
  }
}

const NO_CHAIN = 'No chain/target/match by that name.';
const LONGEST_NAME = 28;

function busy(name: string): string {
  return `CHAIN_DEL failed (Device or resource busy): chain ${name}`;
}

function nameProblem(name: string): string | null {
  if (name.startsWith('-')) return "chain name not allowed to start with `-'";
  if (name === 'ACCEPT' || name === 'DROP' || name === 'RETURN' || name === 'QUEUE') return 'chain name may not clash with target name';
  return name.length > LONGEST_NAME ? `chain name \`${name}' too long (must be under ${LONGEST_NAME + 1} chars)` : null;
}
