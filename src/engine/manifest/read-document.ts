// One document of the stream, with all its problems rather than the first: where a known mistake stops the reading,
// the text is mended and read on.

import { type Finding, moveFinding, shiftFinding } from './finding.ts';
import { lostIndentation } from './lost-indentation.ts';
import { type Mended, mend, mendOddBlanks } from './mend.ts';
import type { ReadObject, ReadResult } from './plain-object.ts';
import { readObject } from './read-object.ts';
import { sourceText } from './source-text.ts';
import { type DocumentSource, mistakeFinding } from './yaml-mistakes.ts';
import { parseYaml, type YamlMistake, type YamlParse } from './yaml-tree.ts';

/** How many mistakes of one sort are looked into. */
const MAX_MISTAKES = 200;
/** How often a text is mended before it is given up. */
const MAX_MENDINGS = 4;

/** Objects and findings of `text`; `firstLine` is its first line's number in the whole scenario. */
export function readDocument(text: string, firstLine: number, mendings = 0): ReadResult {
  const lines = sourceText(text);
  const source = { text, lineOf: (offset: number) => lines.lineOf(offset) + firstLine - 1 };
  const oddBlanks = mendings < MAX_MENDINGS ? mendOddBlanks(text) : null;
  if (oddBlanks) return { objects: [], findings: readMended(oddBlanks, firstLine, mendings) };
  const parse = parseYaml(text);
  const fatal = parse.mistakes.find((mistake) => mistake.fatal);
  if (fatal) {
    const mended = mendings < MAX_MENDINGS ? mend(text) : null;
    return { objects: [], findings: mended ? readMended(mended, firstLine, mendings) : readBroken(source, fatal) };
  }
  const starts = secondStarts(parse.mistakes);
  if (starts.length > 0) return { objects: [], findings: readJoined(source, starts) };
  return readRoots(source, parse);
}

function readRoots(source: DocumentSource, parse: YamlParse): ReadResult {
  const { text } = source;
  const objects: ReadObject[] = [];
  const gaps = leftOutLines(text, parse);
  const mistakes = parse.mistakes.slice(0, MAX_MISTAKES).map((mistake) => mistakeFinding(source, mistake));
  const findings: Finding[] = gaps.slice(0, MAX_MISTAKES).map((gap) => leftOutFinding(source, gap));
  for (const [index, root] of parse.roots.entries()) {
    const result = readObject(root, text);
    const isRest = index > 0 && gaps.length > 0 && result.objects.length === 0;
    const found = [...(index === 0 ? mistakes : []), ...(isRest ? [] : result.findings)];
    findings.push(...(lostIndentation(root, text, found) ?? found));
    if (mistakes.length === 0) objects.push(...result.objects);
  }
  if (parse.roots.length === 0) findings.push(...mistakes);
  return { objects, findings };
}

/** Lines of `...` between parts of a listing. To YAML they end the document; in notes they stand for lines left out. */
function leftOutLines(text: string, parse: YamlParse): number[] {
  const last = parse.roots.length < 2 ? 0 : (parse.roots.at(-1)?.start ?? 0);
  return [...text.slice(0, last).matchAll(/^\.\.\.[ \t\r]*$/gm)].map((match) => match.index);
}

function leftOutFinding(source: DocumentSource, at: number): Finding {
  return {
    severity: 'error',
    message: `error converting YAML to JSON: yaml: line ${source.lineOf(at) + 1}: did not find expected <document start>`,
    hint: '`...` stands for lines that were left out, and to YAML it ends the document: write those lines out.',
    path: '',
    start: at,
    end: at + 3,
  };
}

/** YAML refuses the text, nobody knows why: what stands before the break is read. */
function readBroken(source: DocumentSource, fatal: YamlMistake): Finding[] {
  const before = source.text.slice(0, source.text.lastIndexOf('\n', fatal.start) + 1);
  const prefix = parseYaml(before);
  const earlier = prefix.mistakes.some((mistake) => mistake.fatal) ? [] : readRoots({ ...source, text: before }, prefix).findings;
  const isCertain = (finding: Finding) => finding.severity === 'error' && !/Required value|not set$/.test(finding.message);
  return [mistakeFinding(source, fatal), ...earlier.filter(isCertain)];
}

/** The known mistake, and what else is wrong once it is mended. */
function readMended(mended: Mended, firstLine: number, mendings: number): Finding[] {
  const message = mended.finding.message.replace(/line (\d+)/, (_, line) => `line ${Number(line) + firstLine - 1}`);
  const further = mended.parts.flatMap((part) => {
    const findings = readDocument(part.text, firstLine, mendings + 1).findings.filter(({ severity }) => severity === 'error');
    return findings.slice(0, MAX_MISTAKES).map((finding) => moveFinding(withoutFix(finding), part.originalOffset));
  });
  return [{ ...mended.finding, message }, ...further];
}

/** A fix computed on mended text would undo the mending elsewhere: only one that stays within a line is kept. */
function withoutFix(finding: Finding): Finding {
  if (!finding.fix?.newText.includes('\n')) return finding;
  const { fix: _fix, ...rest } = finding;
  return rest;
}

/** Where `kind` or `apiVersion` come again and with them a second object, a third ... */
function secondStarts(mistakes: readonly YamlMistake[]): YamlMistake[] {
  const starts: YamlMistake[] = [];
  let seen = new Set(['kind', 'apiVersion']);
  for (const mistake of mistakes) {
    const key = mistake.duplicate?.depth === 0 ? mistake.duplicate.key : '';
    if (key !== 'kind' && key !== 'apiVersion') continue;
    if (seen.has(key)) {
      starts.push(mistake);
      seen = new Set();
    }
    seen.add(key);
  }
  return starts.slice(0, MAX_MISTAKES);
}

/** Objects with no `---` between them: each is read by itself. */
function readJoined(source: DocumentSource, starts: readonly YamlMistake[]): Finding[] {
  const { text } = source;
  const cuts = starts.map((start) => text.lastIndexOf('\n', start.start) + 1);
  const missing = starts.map((start, index): Finding => {
    const at = cuts[index] ?? 0;
    return {
      severity: 'error',
      message: `error converting YAML to JSON: yaml: unmarshal errors: line ${source.lineOf(start.start)}: ${start.reason}`,
      hint: `${index === 0 ? 'A second' : 'Another'} object begins here: put a line with only \`---\` before it.`,
      path: '',
      start: start.start,
      end: start.end,
      fix: { title: 'Insert --- before this line', start: at, end: at, newText: '---\n' },
    };
  });
  const parts = [0, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? text.length }));
  const inside = parts.flatMap(({ start, end }) => {
    const part = text.slice(start, end);
    const parse = parseYaml(part);
    return readRoots({ text: part, lineOf: (offset) => source.lineOf(offset + start) }, parse).findings.map((finding) =>
      shiftFinding(finding, start),
    );
  });
  return [...missing, ...inside.filter(({ severity }) => severity === 'error')];
}
