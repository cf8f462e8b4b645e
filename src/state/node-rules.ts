// A node's own rules in the text: `cluster.nodes.NAME.iptablesSave` of the Scenario, put in and taken out line by line, so
// that everything else keeps its words and its comments.

export interface NodeRules {
  readonly iptablesSave: string;
  readonly ipsetSave: string;
}

/** The text with these rules for the node, or with `null` without any. */
export function withNodeRules(text: string, node: string, rules: NodeRules | null): string {
  const documents = text.split(/^---[^\n]*\n/m);
  const marks = text.match(/^---[^\n]*\n/gm) ?? [];
  const place = documents.findIndex(isScenario);
  if (place < 0) return rules === null ? text : `${newScenario(node, rules)}${text.startsWith('---') ? '' : '---\n'}${text}`;
  const edited = edit((documents[place] ?? '').split('\n'), node, rules).join('\n');
  return documents.map((document, at) => `${at > 0 ? marks[at - 1] : ''}${at === place ? edited : document}`).join('');
}

/** Whether the text gives the node rules of its own. */
export function hasNodeRules(text: string, node: string): boolean {
  const lines =
    text
      .split(/^---[^\n]*$/m)
      .find(isScenario)
      ?.split('\n') ?? [];
  return blockAt(lines, ['cluster', 'nodes', node, 'iptablesSave']) !== null;
}

function isScenario(document: string): boolean {
  return /^kind:\s*["']?Scenario\b/m.test(document);
}

function newScenario(node: string, rules: NodeRules): string {
  return `${['apiVersion: packetwalk.dev/v1', 'kind: Scenario', ...edit(['cluster:'], node, rules)].join('\n')}\n`;
}

/** A key and the lines below it that are indented further; `indent` is that of its own entries. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}

function whole(lines: readonly string[]): Block {
  return { start: -1, end: lines.length, indent: 0 };
}

function edit(lines: readonly string[], node: string, rules: NodeRules | null): readonly string[] {
  const path = ['cluster', 'nodes', node];
  let now = [...lines];
  for (const [depth, key] of path.entries()) {
    const outer = blockAt(now, path.slice(0, depth)) ?? whole(now);
    const found = blockOf(now, key, outer);
    if (!found && rules === null) return lines;
    if (found) now = unfolded(now, found.start);
    else now.splice(lastLine(now, outer), 0, `${' '.repeat(outer.indent)}${key}:`);
  }
  for (const key of ['iptablesSave', 'ipsetSave']) now = without(now, path, key);
  if (rules === null) return withoutEmpty(now, path);
  const own = blockAt(now, path) ?? whole(now);
  now.splice(
    own.start + 1,
    0,
    ...fieldLines('iptablesSave', rules.iptablesSave, own.indent),
    ...fieldLines('ipsetSave', rules.ipsetSave, own.indent),
  );
  return now;
}

function fieldLines(key: string, value: string, indent: number): string[] {
  const lines = value.replace(/\r/g, '').replace(/\s+$/, '').split('\n');
  if (lines.every((line) => line.trim() === '')) return [];
  const blank = ' '.repeat(indent);
  // A first line that begins with a blank would set the indentation of the block.
  const mark = lines.find((line) => line.trim() !== '')?.startsWith(' ') ? '|2' : '|';
  return [`${blank}${key}: ${mark}`, ...lines.map((line) => (line.trim() === '' ? '' : `${blank}  ${line}`))];
}

/** Where a line can be added at the end of a block: before the blank lines and comments that follow it. */
function lastLine(lines: readonly string[], { start, end }: Block): number {
  let at = end;
  while (at > start + 1 && /^\s*(#.*)?$/.test(lines[at - 1] ?? '')) at--;
  return at;
}

function blockAt(lines: readonly string[], path: readonly string[]): Block | null {
  return path.reduce<Block | null>((outer, key) => outer && blockOf(lines, key, outer), whole(lines));
}

function blockOf(lines: readonly string[], key: string, outer: Block): Block | null {
  const head = new RegExp(`^ {${outer.indent}}(["']?)${key.replace(/[.*+?^$()|[\]{}\\]/g, '\\$&')}\\1\\s*:(\\s|$)`);
  const inside = lines.findIndex((line, at) => at > outer.start && at < outer.end && head.test(line));
  if (inside < 0) return null;
  const next = lines.findIndex((line, at) => at > inside && line.trim() !== '' && !/^\s*#/.test(line) && indentOf(line) <= outer.indent);
  const end = next < 0 ? lines.length : next;
  const first = lines.slice(inside + 1, end).find((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return { start: inside, end, indent: first === undefined ? outer.indent + 2 : indentOf(first) };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** `key: {a: 1, b: 2}` as lines of their own: a block of text cannot stand in braces. */
function unfolded(lines: readonly string[], at: number): string[] {
  const [, head = '', inner] = /^(\s*[^:]+:)\s*\{(.*)\}\s*(?:#.*)?$/.exec(lines[at] ?? '') ?? [];
  if (inner === undefined) return [...lines];
  const indent = ' '.repeat(indentOf(head) + 2);
  const entries = splitEntries(inner).map((entry) => `${indent}${entry}`);
  return [...lines.slice(0, at), head, ...entries, ...lines.slice(at + 1)];
}

function splitEntries(inner: string): string[] {
  const entries: string[] = [];
  let depth = 0;
  let quote = '';
  let entry = '';
  for (const character of inner) {
    if (quote) quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (/[[{]/.test(character)) depth++;
    else if (/[\]}]/.test(character)) depth--;
    if (character === ',' && depth === 0 && !quote) {
      entries.push(entry.trim());
      entry = '';
    } else entry += character;
  }
  return [...entries, entry.trim()].filter((one) => one !== '');
}

function without(lines: readonly string[], path: readonly string[], key: string): string[] {
  const owner = blockAt(lines, path);
  const field = owner && blockOf(lines, key, owner);
  return field ? [...lines.slice(0, field.start), ...lines.slice(lastLine(lines, field))] : [...lines];
}

/** Takes out what has nothing left in it, from the node outwards. */
function withoutEmpty(lines: readonly string[], path: readonly string[]): readonly string[] {
  let now = lines;
  for (let depth = path.length; depth > 0; depth--) {
    const block = blockAt(now, path.slice(0, depth));
    if (!block || lastLine(now, block) > block.start + 1 || !/:\s*$/.test(now[block.start] ?? '')) return now;
    now = now.filter((_line, at) => at !== block.start);
  }
  return now;
}
