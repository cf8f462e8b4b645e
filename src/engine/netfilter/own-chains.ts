// Loads what one program writes for chains of its own, as kube-proxy does at every sync. The outcome is that of
// iptables-restore --noflush with the same input, but nothing is read before it is needed: a chain whose lines stayed the
// same stays as it was, with its counters at zero, and the others wait as text for the first packet or reader.

import type { TableName } from '../sim/trace.ts';
import { Chain, Table } from './chain.ts';
import type { Environment } from './extension.ts';
import type { RestoreTarget } from './restore.ts';
import type { OwnSection, RuleText } from './rule-text.ts';

/** Whether the input can be loaded like this: what keeps lists alive outside its chain is counted when it is read. */
export function isPlainInput(input: string, { recent }: Environment): boolean {
  return !input.includes(' -m recent ') && recent.names().length === 0;
}

/** The input consists of `:CHAIN - [0:0]`, `-A CHAIN ...` for these chains, and `-X CHAIN`; it must be known to load. */
export function loadOwnChains(target: RestoreTarget, input: string): void {
  for (const section of target.texts.sectionsOf(target.family, input, () => readSections(input, target))) commit(section, target);
}

function readSections(input: string, target: RestoreTarget): OwnSection[] {
  const sections: OwnSection[] = [];
  // Of the first input nearly all is kept, of later ones little.
  const copies = !target.texts.isEmpty;
  for (let at = 0; at < input.length; ) {
    const { end, ...section } = readSection(input, at, { ...target, copies });
    sections.push(section);
    at = end;
  }
  return sections;
}

type Reading = RestoreTarget & { readonly copies: boolean };

function readSection(input: string, start: number, target: Reading): OwnSection & { readonly end: number } {
  let end = lineEnd(input, start);
  const table = input.slice(start + 1, end) as TableName;
  const kind = { table, family: target.family, extensions: target.extensions };
  const chains = new Map<string, RuleText[]>();
  const removed: string[] = [];
  let at = end + 1;
  while (!input.startsWith('COMMIT', at)) {
    end = lineEnd(input, at);
    if (input.charCodeAt(at) === COLON) chains.set(input.slice(at + 1, input.indexOf(' ', at)), []);
    else if (input.startsWith('-X ', at)) removed.push(input.slice(at + 3, end));
    else {
      const prefix = input.slice(at, input.indexOf(' ', at + 3) + 1);
      const from = at;
      let count = 1;
      for (; input.startsWith(prefix, end + 1); count++) end = lineEnd(input, end + 1);
      const texts = chains.get(prefix.slice(3, -1));
      if (!texts) throw new Error(`a program wrote into a chain that is not its own: ${prefix}`);
      texts.push(target.texts.of(input.slice(from, end + 1), count, kind, target.copies));
    }
    at = end + 1;
  }
  return { table, chains, removed, end: lineEnd(input, at) + 1 };
}

const COLON = 58;

function lineEnd(input: string, at: number): number {
  const end = input.indexOf('\n', at);
  if (end < 0) throw new Error('the input of a program ends in the middle of a line');
  return end;
}

function commit({ table: tableName, chains, removed }: OwnSection, target: RestoreTarget): void {
  const table = target.tables.get(tableName) ?? new Table(tableName);
  target.tables.set(tableName, table);
  const chainOf = (name: string) => {
    const chain = table.chains.get(name);
    if (!chain) throw new Error(`a program wrote a jump to a chain that is not there: ${name}`);
    return chain;
  };
  // All of them must be there before the first jump is followed.
  const written = [...chains].map(([name, texts]) => ({ chain: findOrMake(table, name), texts }));
  for (const { chain, texts } of written) if (chain.hold(texts, target.family, chainOf)) table.isMeasured = false;
  for (const name of removed) {
    if (chainOf(name).references > 0) throw new Error(`a program took away a chain that something jumps to: ${name}`);
    chainOf(name).hold([], target.family, chainOf);
    table.chains.delete(name);
  }
}

function findOrMake(table: Table, name: string): Chain {
  const found = table.chains.get(name);
  if (found) return found;
  const made = new Chain(name, null);
  table.chains.set(name, made);
  return made;
}
