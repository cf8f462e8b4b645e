// One network namespace's packet filter: loads what iptables-restore loads, prints what iptables-save prints (as
// iptables-nft 1.8.9 does), and takes packets through its chains. Semantics are the kernel's, xt compat of nf_tables.

import type { Family } from '../net/address.ts';
import type { TableName } from '../sim/trace.ts';
import { AddressSets } from './address-sets.ts';
import { type Chain, InstalledRule, TABLE_NAMES, type Table } from './chain.ts';
import { evaluateChain } from './evaluate.ts';
import type { Environment, Extensions } from './extension.ts';
import { isPlainInput, loadOwnChains } from './own-chains.ts';
import { RecentLists } from './recent-lists.ts';
import { type RestoreOptions, type RestoreTarget, restoreTables } from './restore.ts';
import { EMPTY_HEADER } from './rule-header.ts';
import { RuleTexts } from './rule-text.ts';
import type { Counters, HookContext, Rule, RuleListener, RulesetProblem, Verdict } from './types.ts';

/** The tables of one address family in one network namespace. */
export class Ruleset {
  readonly family: Family;
  /** The sets that `-m set` asks; they must exist before a rule names them. */
  readonly addressSets = new AddressSets();
  /** The lists of `-m recent`. */
  readonly recentLists = new RecentLists();
  readonly #loaded = new Map<TableName, Table>();
  /** Inputs that wait for the first packet or reader. */
  #later: string[] = [];
  readonly #environment: Environment;
  readonly #extensions: Extensions;
  readonly #texts: RuleTexts;

  /** `extensions` are those that rules may name; `texts` is shared by rule sets whose programs write much the same. */
  constructor(options: { family: Family; extensions: Extensions; texts?: RuleTexts }) {
    this.family = options.family;
    this.#texts = options.texts ?? new RuleTexts();
    this.#extensions = options.extensions;
    const none = new InstalledRule({ chain: '', spec: NO_RULE, line: '', inputLine: 0, family: options.family });
    this.#environment = { recent: this.recentLists, sets: this.addressSets, memory: new Map(), rule: none, undecided: false };
  }

  /**
   * Loads iptables-restore input or iptables-save output. A table takes effect at its COMMIT or not at all; after a
   * problem nothing more is loaded, but all of the input is read for further problems.
   */
  restore(text: string, options: RestoreOptions = {}): RulesetProblem[] {
    return restoreTables(this.#restoreTarget(), text, options);
  }

  /**
   * Loads `iptables-restore --noflush` input that only appends to chains and is known to load, once somebody looks: most nodes of a
   * large cluster never see a packet.
   */
  loadLater(input: string): void {
    this.#later.push(input);
  }

  /**
   * Loads what a program writes for chains of its own, `iptables-restore --noflush` input that is known to load. The
   * outcome is that of `restore`; what the lines say is read when it is needed.
   */
  loadOwn(input: string): void {
    const target = this.#restoreTarget();
    if (isPlainInput(input, this.#environment)) return loadOwnChains(target, input);
    const [problem] = restoreTables(target, input, { noflush: true });
    if (problem) throw new Error(`a program wrote a rule that its node does not load, line ${problem.line}: ${problem.message}`);
  }

  /** The rule set in iptables-save form, without the dated comment lines; with `counters`, as `iptables-save -c`. */
  save(options: { counters?: boolean; table?: TableName } = {}): string {
    const lines: string[] = [];
    for (const name of TABLE_NAMES) {
      const table = this.#tables.get(name);
      if (!table || (options.table !== undefined && options.table !== name)) continue;
      const chains = table.chainsInOrder();
      lines.push(`*${name}`);
      for (const chain of chains) lines.push(`:${chain.name} ${chain.policy ?? '-'} ${printCounters(chain.counters)}`);
      for (const { rules } of chains) {
        for (const rule of rules) lines.push(options.counters ? `${printCounters(rule.counters)} ${rule.text}` : rule.text);
      }
      lines.push('COMMIT');
    }
    return lines.map((line) => `${line}\n`).join('');
  }

  /** Whether anything was ever loaded into the table; a table that was not does not exist, and costs nothing. */
  hasTable(table: TableName): boolean {
    return this.#tables.has(table);
  }

  get ruleCount(): number {
    let count = 0;
    for (const table of this.#loaded.values()) for (const chain of table.chains.values()) count += chain.ruleCount;
    for (const input of this.#later) count += input.split('\n-A ').length - 1;
    return count;
  }

  /** Chain names in the order of iptables-save. */
  chainNames(table: TableName): string[] {
    return (
      this.#tables
        .get(table)
        ?.chainsInOrder()
        .map((chain) => chain.name) ?? []
    );
  }

  /** The rules of a chain; number n of iptables-save is at n - 1. */
  rules(table: TableName, chain: string): readonly Rule[] {
    return this.#chain(table, chain)?.rules ?? [];
  }

  /** Whether a built-in chain hangs on its hook. iptables-save prints those that do not as well. */
  isRegistered(table: TableName, chain: string): boolean {
    return this.#chain(table, chain)?.registered ?? false;
  }

  /** The policy of a built-in chain; null for user-defined and unknown ones. */
  policy(table: TableName, chain: string): 'ACCEPT' | 'DROP' | null {
    return this.#chain(table, chain)?.policy ?? null;
  }

  /** Counters of a built-in chain's policy, or null. */
  policyCounters(table: TableName, chain: string): Counters | null {
    const found = this.#chain(table, chain);
    return found?.policy ? found.counters : null;
  }

  /** Takes a packet through a built-in chain. Counts, and writes marks into `context`; a chain that nobody named is on no hook: it accepts. */
  evaluate(table: TableName, chain: string, context: HookContext, listener?: RuleListener): Verdict {
    const base = this.#chain(table, chain);
    if (!base?.registered) return { kind: 'ACCEPT', rule: null };
    return evaluateChain(base, context, this.#environment, this.family, listener);
  }

  get #tables(): Map<TableName, Table> {
    if (this.#later.length > 0) this.#loadNow();
    return this.#loaded;
  }

  #loadNow(): void {
    const inputs = this.#later;
    this.#later = [];
    for (const input of inputs) {
      const [problem] = this.restore(input, { noflush: true });
      if (problem) throw new Error(`a node's own rule does not load, line ${problem.line}: ${problem.message}`);
    }
  }

  #restoreTarget(): RestoreTarget {
    return { family: this.family, tables: this.#tables, environment: this.#environment, extensions: this.#extensions, texts: this.#texts };
  }

  #chain(table: TableName, chain: string): Chain | undefined {
    return this.#tables.get(table)?.chains.get(chain);
  }
}

const NO_RULE = {
  header: EMPTY_HEADER,
  matches: [],
  asked: [],
  target: null,
  comment: null,
  stateful: false,
  holds: false,
};

function printCounters({ packets, bytes }: Counters): string {
  return `[${packets}:${bytes}]`;
}
