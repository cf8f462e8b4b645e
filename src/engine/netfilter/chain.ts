// Tables, chains and the rules that stand in them. iptables(8), TABLES.

import type { Family } from '../net/address.ts';
import type { TableName } from '../sim/trace.ts';
import { type ChainIndex, indexRules } from './chain-index.ts';
import { printRule, type RuleSpec } from './rule-parser.ts';
import type { RuleText } from './rule-text.ts';
import type { Counters, Rule } from './types.ts';

/** The tables in the order in which iptables-save (nft) prints them, each with its built-in chains. */
export const BASE_CHAINS: Readonly<Record<TableName, readonly string[]>> = {
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
};

export const TABLE_NAMES = Object.keys(BASE_CHAINS) as readonly TableName[];

/** A rule in its chain. `line` is the text it was read from, to recognise it when it is written again. */
export class InstalledRule implements Rule {
  readonly chain: string;
  readonly spec: RuleSpec;
  readonly line: string;
  readonly counters: Counters = { packets: 0, bytes: 0 };
  /** The line of the input that it was last read from. */
  readonly inputLine: number;
  /** The chain it jumps to; set when the table is committed. */
  jump: Chain | null = null;
  readonly #family: Family;
  #text: string | null = null;

  constructor(origin: { chain: string; spec: RuleSpec; line: string; inputLine: number; family: Family }) {
    this.chain = origin.chain;
    this.spec = origin.spec;
    this.line = origin.line;
    this.inputLine = origin.inputLine;
    this.#family = origin.family;
  }

  get comment(): string | null {
    return this.spec.comment;
  }

  get text(): string {
    this.#text ??= printRule(this.chain, this.spec, this.#family);
    return this.#text;
  }
}

/** What the rules of a chain, and of all that they lead to, come to. */
export interface Below {
  /** The number of chains on the longest way down, the chain itself included; Infinity in a loop. */
  readonly height: number;
  /** The built-in chains from which the kernel lets packets come here, a bit for each (placeOf). */
  readonly places: number;
}

export const ANYWHERE = -1;

/** A built-in chain as one bit. */
export function placeOf(name: string): number {
  return 1 << BASE_CHAINS.mangle.indexOf(name);
}

/** A chain. Built-in chains have a policy, user-defined ones (null) return to their caller at their end. */
export class Chain {
  readonly name: string;
  policy: 'ACCEPT' | 'DROP' | null;
  /** Whether a built-in chain hangs on its hook: iptables-nft makes it when it is first named, not with its table. */
  registered = false;
  readonly counters: Counters = { packets: 0, bytes: 0 };
  /** How many rules jump here. */
  references = 0;
  below: Below = { height: 1, places: ANYWHERE };
  /** Null while the rules wait as text. */
  #rules: readonly InstalledRule[] | null = [];
  #held: Held | null = null;
  #index: ChainIndex | null = null;

  constructor(name: string, policy: 'ACCEPT' | 'DROP' | null) {
    this.name = name;
    this.policy = policy;
  }

  get rules(): readonly InstalledRule[] {
    this.#rules ??= this.#read();
    return this.#rules;
  }

  /** New rules need a new index, unless they say what the old ones said. */
  set rules(rules: readonly InstalledRule[]) {
    const old = this.rules;
    this.#rules = rules;
    this.#held = null;
    if (rules.length !== old.length || rules.some((rule, place) => rule.spec !== old[place]?.spec)) this.#index = null;
  }

  get ruleCount(): number {
    return this.#rules?.length ?? this.#held?.texts.reduce((count, text) => count + text.count, 0) ?? 0;
  }

  get index(): ChainIndex {
    this.#index ??= indexRules(this.rules);
    return this.#index;
  }

  /** Replaces the rules by these texts, and says whether they lead elsewhere now. `chainOf` finds the chains of the table. */
  hold(texts: readonly RuleText[], family: Family, chainOf: (name: string) => Chain): boolean {
    const before = this.#held;
    const same = before !== null && before.texts.length === texts.length && texts.every((text, place) => text === before.texts[place]);
    if (!same) {
      this.#refer(-1);
      this.#index = null;
    }
    this.#held = { texts, family, chainOf };
    this.#rules = same && this.#rules?.every(({ spec }) => !spec.stateful) ? this.#rules : null;
    for (const { counters } of this.#rules ?? []) Object.assign(counters, NO_COUNTS);
    this.registered = true;
    if (same) return false;
    this.#refer(1);
    return true;
  }

  /** Counts the jumps, in the chains that they lead to. */
  #refer(change: 1 | -1): void {
    if (this.#held) {
      const { texts, chainOf } = this.#held;
      for (const { targets } of texts) for (const name of targets) chainOf(name).references += change;
    } else for (const { jump } of this.#rules ?? []) if (jump) jump.references += change;
  }

  #read(): readonly InstalledRule[] {
    const { texts, family, chainOf } = this.#held ?? { texts: [], family: 4 as const, chainOf: null };
    return texts.flatMap((text) =>
      text.rules().map(({ spec, line }) => {
        const rule = new InstalledRule({ chain: this.name, spec, line, inputLine: 0, family });
        if (chainOf && spec.target?.kind === 'jump') rule.jump = chainOf(spec.target.chain);
        return rule;
      }),
    );
  }
}

const NO_COUNTS: Counters = { packets: 0, bytes: 0 };

/** Rules as text, and what it takes to read them. */
interface Held {
  readonly texts: readonly RuleText[];
  readonly family: Family;
  readonly chainOf: (name: string) => Chain;
}

export class Table {
  readonly name: TableName;
  readonly chains = new Map<string, Chain>();
  /** Whether `below` of all chains is what their rules make it. */
  isMeasured = true;

  constructor(name: TableName) {
    this.name = name;
    for (const chain of BASE_CHAINS[name]) this.chains.set(chain, new Chain(chain, 'ACCEPT'));
  }

  /** Built-in chains as the packet meets them, then the others by name, as iptables-save lists them. */
  chainsInOrder(): Chain[] {
    const base = BASE_CHAINS[this.name];
    const user = [...this.chains.values()].filter((chain) => chain.policy === null);
    user.sort((a, b) => (a.name < b.name ? -1 : 1));
    return [...base.flatMap((name) => this.chains.get(name) ?? []), ...user];
  }
}
