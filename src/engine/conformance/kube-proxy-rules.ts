// Compares what kube-proxy writes with the rules of a vector, chain by chain. Order inside a chain counts, but kube-proxy
// walks maps: in the chains that all service ports share, the order of different service ports is free (the jump to the
// node ports stays last, and such jumps, one per address, are in any order). The order of chains and of -X lines is free.

import { hostRules } from '../node/kube-proxy/fixed-rules.ts';
import { writeInput } from './kube-proxy-input.ts';
import type { VectorCase } from './suites.ts';

/** iptables-restore input, taken apart. */
interface TableInput {
  readonly chains: string[];
  readonly rules: string[];
}

/** Compares all that the case expects of the written rules. */
export function runRules(testCase: VectorCase): string | null {
  const { rules, chainRules = {}, mustContain = {}, counts, baseChainJumps = {} } = testCase;
  if (!rules && !counts && !testCase.chainRules && !testCase.mustContain && !testCase.baseChainJumps) return null;
  const got = readInput(writeInput(testCase));
  return (
    (rules ? rulesDifference(rules, got) : null) ??
    chainRulesDifference(chainRules, got) ??
    containDifference(mustContain, got) ??
    countDifference(counts, got) ??
    jumpDifference(baseChainJumps)
  );
}

function readInput(input: string): Map<string, TableInput> {
  const tables = new Map<string, TableInput>();
  let table: TableInput = { chains: [], rules: [] };
  for (const line of input.split('\n')) {
    if (line.startsWith('*')) {
      table = { chains: [], rules: [] };
      tables.set(line.slice(1), table);
    } else if (line.startsWith(':')) table.chains.push(line);
    else if (line.startsWith('-')) table.rules.push(line);
  }
  return tables;
}

type TableRules = Readonly<Record<string, readonly string[]>>;

function rulesDifference(expected: TableRules & { chains?: TableRules }, got: ReadonlyMap<string, TableInput>): string | null {
  const { chains = {}, ...rules } = expected;
  for (const [table, lines] of Object.entries(chains)) {
    const difference = firstDifference(`${table} chain`, [...lines].sort(), [...(got.get(table)?.chains ?? [])].sort());
    if (difference !== null) return difference;
  }
  for (const [table, lines] of Object.entries(rules)) {
    const difference = tableDifference(table, lines, got.get(table)?.rules ?? []);
    if (difference !== null) return difference;
  }
  const unexpected = [...got].find(([table, { rules: lines }]) => lines.length > 0 && !(table in rules));
  return unexpected ? `table ${unexpected[0]} was not expected` : null;
}

function tableDifference(table: string, expected: readonly string[], got: readonly string[]): string | null {
  const [expectedChains, gotChains] = [byChain(expected), byChain(got)];
  for (const chain of new Set([...expectedChains.keys(), ...gotChains.keys()])) {
    const difference = chainDifference(table, chain, expectedChains.get(chain) ?? [], gotChains.get(chain) ?? []);
    if (difference !== null) return difference;
  }
  return null;
}

/** Rules by their chain; all `-X` lines together under `-X`. */
function byChain(lines: readonly string[]): Map<string, string[]> {
  const chains = new Map<string, string[]>();
  for (const line of lines) {
    const [option = '', chain = ''] = line.split(' ');
    const key = option === '-A' ? chain : option;
    const list = chains.get(key);
    if (list) list.push(line);
    else chains.set(key, [line]);
  }
  return chains;
}

const SHARED_CHAINS = new Set(['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES', 'KUBE-PROXY-FIREWALL']);

function chainDifference(table: string, chain: string, expected: readonly string[], got: readonly string[]): string | null {
  const label = `${table} ${chain}`;
  if (chain === '-X') return firstDifference(label, [...expected].sort(), [...got].sort());
  if (!SHARED_CHAINS.has(chain)) return firstDifference(label, expected, got);
  return firstDifference(label, freeOrder(expected), freeOrder(got)) ?? jumpsLast(label, got);
}

/** Groups a shared chain's rules by service port, the groups in order of their names, each group in its own order. */
function freeOrder(lines: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const key = isNodePortJump(line) ? LAST : servicePortOf(line);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  groups.get(LAST)?.sort();
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => group);
}

const LAST = '\uffff';

function isNodePortJump(line: string): boolean {
  return line.endsWith(' -j KUBE-NODEPORTS');
}

function servicePortOf(line: string): string {
  return /--comment "?([^ "]+)/.exec(line)?.[1] ?? '';
}

function jumpsLast(label: string, lines: readonly string[]): string | null {
  const first = lines.findIndex(isNodePortJump);
  const late = first < 0 ? undefined : lines.slice(first).find((line) => !isNodePortJump(line));
  return late === undefined ? null : `${label}: after the jump to the node ports stands ${late}`;
}

function chainRulesDifference(expected: Readonly<Record<string, TableRules>>, got: ReadonlyMap<string, TableInput>): string | null {
  for (const [table, chains] of Object.entries(expected)) {
    const written = byChain(got.get(table)?.rules ?? []);
    for (const [chain, lines] of Object.entries(chains)) {
      const difference = chainDifference(table, chain, lines, written.get(chain) ?? []);
      if (difference !== null) return difference;
    }
  }
  return null;
}

function containDifference(expected: TableRules, got: ReadonlyMap<string, TableInput>): string | null {
  for (const [table, lines] of Object.entries(expected)) {
    const missing = lines.find((line) => !got.get(table)?.rules.includes(line));
    if (missing !== undefined) return `${table}: missing ${missing}`;
  }
  return null;
}

/** What a count of the vectors counts. */
const COUNTED: Readonly<Record<string, (rule: string) => boolean>> = {
  dnatRules: (rule) => rule.includes(' -j DNAT '),
  dnatRulesWithComment: (rule) => rule.includes(' -j DNAT ') && rule.includes(' --comment '),
};

function countDifference(expected: Readonly<Record<string, number>> | undefined, got: ReadonlyMap<string, TableInput>): string | null {
  for (const [name, count] of Object.entries(expected ?? {})) {
    const counts = COUNTED[name];
    if (!counts) return `unknown count ${name}`;
    const found = [...got.values()].flatMap((table) => table.rules).filter(counts).length;
    if (found !== count) return `${name}: expected ${count}, got ${found}`;
  }
  return null;
}

/** Jumps of the built-in chains, as a list of rules per table or per table and chain. */
function jumpDifference(expected: Readonly<Record<string, readonly string[] | TableRules>>): string | null {
  const written = readInput(hostRules());
  for (const [table, jumps] of Object.entries(expected)) {
    const lines = Array.isArray(jumps) ? (jumps as readonly string[]) : Object.values(jumps as TableRules).flat();
    const difference = tableDifference(table, lines, written.get(table)?.rules ?? []);
    if (difference !== null) return difference;
  }
  return null;
}

/** The first place where two lists differ. */
export function firstDifference(label: string, expected: readonly string[], got: readonly string[]): string | null {
  const length = Math.max(expected.length, got.length);
  for (let i = 0; i < length; i++) {
    if (expected[i] !== got[i]) return `${label} ${i + 1}: expected ${expected[i] ?? 'nothing'}, got ${got[i] ?? 'nothing'}`;
  }
  return null;
}
