// Brings one packet filter from what was written last to what should be there: `ipset restore` input for the sets,
// `iptables-restore --noflush` input for the chains that differ. As in kube-router (fullPolicySync, v2), sets come first
// because rules name them, and sets that no rule names any more go last.

import { restoreSets } from '../../netfilter/ipset-restore.ts';
import type { Ruleset } from '../../netfilter/ruleset.ts';
import type { RulesetProblem } from '../../netfilter/types.ts';
import { type NodeRules, TOP_LEVEL_CHAINS, topLevelJump } from './node-rules.ts';
import type { SetContent } from './policy-rules.ts';

/** The three inputs of one sync, in the order in which they are loaded; empty where nothing changes. */
export interface RuleChange {
  readonly sets: string;
  readonly rules: string;
  readonly staleSets: string;
}

const NOTHING: NodeRules = { chains: new Map(), sets: new Map() };

export class RuleWriter {
  readonly #ruleset: Ruleset;
  #written: NodeRules = NOTHING;

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset;
  }

  get family(): Ruleset['family'] {
    return this.#ruleset.family;
  }

  /** Loads what differs. A rule of our own that does not load is a fault of ours. */
  write(wanted: NodeRules): void {
    const change = changeOf(this.#written, wanted, this.family);
    const { addressSets } = this.#ruleset;
    const problem =
      restoreSets(addressSets, change.sets) ??
      (change.rules === '' ? null : this.#ruleset.restore(change.rules, { noflush: true })[0]) ??
      restoreSets(addressSets, change.staleSets);
    if (problem) throw new Error(`a rule for a NetworkPolicy does not load, line ${problem.line}: ${messageOf(problem)}`);
    this.#written = wanted;
  }
}

function messageOf({ message, text }: RulesetProblem): string {
  return `${message}: ${text}`;
}

/** What must be loaded to get from one state to the other. */
export function changeOf(before: NodeRules, after: NodeRules, family: 4 | 6): RuleChange {
  const sets = [...after.sets].flatMap(([name, content]) => setCommands(name, before.sets.get(name), content, family));
  const stale = [...before.sets.keys()].filter((name) => !after.sets.has(name)).map((name) => `destroy ${name}`);
  return { sets: text(sets), rules: text(ruleCommands(before, after)), staleSets: text(stale) };
}

function setCommands(name: string, before: SetContent | undefined, after: SetContent, family: 4 | 6): string[] {
  if (before === after) return [];
  const inet = family === 4 ? 'inet' : 'inet6';
  const create = before ? [] : [`create ${name} ${after.type} family ${inet} hashsize 1024 maxelem 65536`];
  const { gone, added } = differenceOf(before ?? NO_ENTRIES, after);
  return [...create, ...gone.map((entry) => `del ${name} ${entry}`), ...added.map((entry) => `add ${name} ${entry}`)];
}

interface Difference {
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

const NO_ENTRIES: SetContent = { type: 'hash:ip', entries: new Set() };

/** Nodes hold the same sets: what one has worked out holds for all. */
function differenceOf(before: SetContent, after: SetContent): Difference {
  const known = differences.get(after)?.get(before);
  if (known) return known;
  const difference = {
    gone: [...before.entries].filter((entry) => !after.entries.has(entry)),
    added: [...after.entries].filter((entry) => !before.entries.has(entry)),
  };
  const ofAfter = differences.get(after) ?? new WeakMap<SetContent, Difference>();
  differences.set(after, ofAfter.set(before, difference));
  return difference;
}

const differences = new WeakMap<SetContent, WeakMap<SetContent, Difference>>();

function ruleCommands(before: NodeRules, after: NodeRules): string[] {
  const changed = [...after.chains].filter(([chain, lines]) => !isSame(before.chains.get(chain), lines));
  const gone = [...before.chains.keys()].filter((chain) => !after.chains.has(chain));
  if (changed.length === 0 && gone.length === 0) return [];
  const builtIn = Object.keys(TOP_LEVEL_CHAINS) as (keyof typeof TOP_LEVEL_CHAINS)[];
  return [
    '*filter',
    ...[...changed.map(([chain]) => chain), ...gone].map((chain) => `:${chain} - [0:0]`),
    // Ahead of everything else in the built-in chain, as long as there is anything to ask.
    ...(before.chains.size === 0 ? builtIn.map((chain) => `-I ${chain} 1 ${topLevelJump(chain)}`) : []),
    ...(after.chains.size === 0 ? builtIn.map((chain) => `-D ${chain} ${topLevelJump(chain)}`) : []),
    ...changed.flatMap(([chain, lines]) => lines.map((line) => `-A ${chain} ${line}`)),
    ...gone.map((chain) => `-X ${chain}`),
    'COMMIT',
  ];
}

function isSame(before: readonly string[] | undefined, after: readonly string[]): boolean {
  return before === after || (before?.length === after.length && after.every((line, index) => line === before[index]));
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
