// One document of the stream, with all its problems rather than the first: where a known mistake stops the reading,
// the text is mended and read on.

import type { Finding } from './finding.ts';
import { moveFinding, shiftFinding } from './finding.ts';
import { lostIndentation } from './lost-indentation.ts';
import { type Mended, mend, mendOddBlanks } from './mend.ts';
import { type ReadObject, type ReadResult, readObject } from './read-object.ts';
import { parseYaml, type YamlMistake, type YamlParse } from './yaml-tree.ts';

/** Objects and findings of `text`; `firstLine` is its first line's number in the whole scenario. */
export function readDocument(text: string, firstLine: number): ReadResult {
  const oddBlanks = mendOddBlanks(text);
  if (oddBlanks) return { objects: [], findings: readMended(oddBlanks, firstLine) };
  const parse = parseYaml(text);
  const fatal = parse.mistakes.find((mistake) => mistake.fatal);
  if (fatal) return { objects: [], findings: readBroken(text, firstLine, fatal) };
  const second = parse.mistakes.find((mistake) => mistake.duplicate?.depth === 0 && /^(kind|apiVersion)$/.test(mistake.duplicate.key));
  if (second) return { objects: [], findings: readJoined(text, firstLine, second) };
  return readRoots(text, firstLine, parse);
}

function readRoots(text: string, firstLine: number, parse: YamlParse): ReadResult {
  const mistakes = parse.mistakes.map((mistake) => mistakeFinding(text, firstLine, mistake));
  const objects: ReadObject[] = [];
  const findings: Finding[] = [...mistakes];
  const gaps = leftOutLines(text, parse);
  findings.push(...gaps.map((gap) => leftOutFinding(text, firstLine, gap)));
  for (const [index, root] of parse.roots.entries()) {
    const result = readObject(root, text);
    if (index > 0 && gaps.length > 0 && result.objects.length === 0) continue;
    findings.push(...(lostIndentation(root, text, result.findings) ?? result.findings));
    if (mistakes.length === 0) objects.push(...result.objects);
  }
  return { objects, findings };
}

/** Lines of `...` between parts of a listing. To YAML they end the document; in notes they stand for lines left out. */
function leftOutLines(text: string, parse: YamlParse): number[] {
  if (parse.roots.length < 2) return [];
  return [...text.matchAll(/^\.\.\.[ \t\r]*$/gm)].map((match) => match.index).filter((at) => parse.roots.some((root) => root.start > at));
}

function leftOutFinding(text: string, firstLine: number, at: number): Finding {
  return {
    severity: 'error',
    message: `error converting YAML to JSON: yaml: line ${lineOf(text, at) + firstLine}: did not find expected <document start>`,
    hint: '`...` stands for lines that were left out, and to YAML it ends the document: write those lines out.',
    path: '',
    start: at,
    end: at + 3,
  };
}

/** YAML refuses the text: the known mistakes are explained and mended, or what stands before the break is read. */
function readBroken(text: string, firstLine: number, fatal: YamlMistake): Finding[] {
  const mended = mend(text);
  if (mended) return readMended(mended, firstLine);
  const before = text.slice(0, text.lastIndexOf('\n', fatal.start) + 1);
  const prefix = parseYaml(before);
  const earlier = prefix.mistakes.some((mistake) => mistake.fatal) ? [] : readRoots(before, firstLine, prefix).findings;
  const isCertain = (finding: Finding) => finding.severity === 'error' && !/Required value|not set$/.test(finding.message);
  return [mistakeFinding(text, firstLine, fatal), ...earlier.filter(isCertain)];
}

/** The known mistake, and what else is wrong once it is mended. */
function readMended(mended: Mended, firstLine: number): Finding[] {
  const message = mended.finding.message.replace(/line (\d+)/, (_, line) => `line ${Number(line) + firstLine - 1}`);
  const further = mended.parts.flatMap((part) =>
    readDocument(part.text, firstLine).findings.map((finding) => moveFinding(withoutFix(finding), part.originalOffset)),
  );
  return [{ ...mended.finding, message }, ...further.filter((finding) => finding.severity !== 'not-simulated')];
}

/** A fix computed on mended text would undo the mending elsewhere: only one that stays within a line is kept. */
function withoutFix(finding: Finding): Finding {
  if (!finding.fix?.newText.includes('\n')) return finding;
  const { fix: _fix, ...rest } = finding;
  return rest;
}

/** Two objects with no `---` between them: each is read by itself. */
function readJoined(text: string, firstLine: number, second: YamlMistake): Finding[] {
  const at = text.lastIndexOf('\n', second.start) + 1;
  const line = lineOf(text, second.start) + firstLine - 1;
  const finding: Finding = {
    severity: 'error',
    message: `error converting YAML to JSON: yaml: unmarshal errors: line ${line}: ${second.reason}`,
    hint: 'A second object begins here: put a line with only `---` before it.',
    path: '',
    start: second.start,
    end: second.end,
    fix: { title: 'Insert --- before this line', start: at, end: at, newText: '---\n' },
  };
  const first = readDocument(text.slice(0, at), firstLine).findings;
  const rest = readDocument(text.slice(at), line).findings.map((other) => shiftFinding(other, at));
  return [finding, ...first, ...rest].filter((other) => other.severity !== 'not-simulated');
}

function mistakeFinding(text: string, firstLine: number, mistake: YamlMistake): Finding {
  const line = lineOf(text, mistake.start) + firstLine - 1;
  const place = mistake.end > mistake.start ? mistake : contentOfLine(text, mistake.start);
  const hint = mistake.duplicate
    ? `\`${mistake.duplicate.key}\` stands twice in one place: remove one.`
    : hintFor(mistake.reason, text, mistake.start);
  return {
    severity: 'error',
    message: `error converting YAML to JSON: yaml: ${mistake.duplicate ? 'unmarshal errors: ' : ''}line ${line}: ${mistake.reason}`,
    ...(hint ? { hint } : {}),
    path: '',
    start: place.start,
    end: place.end,
  };
}

function hintFor(reason: string, text: string, at: number): string | undefined {
  const { start, end } = contentOfLine(text, at);
  const line = text.slice(start, end);
  if (/mapping values/.test(reason)) {
    if (/:\s+[^"'\s][^"']*:(\s|$)/.test(line))
      return 'A value that contains `: ` stands in quotes; otherwise put each `name: value` on a line of its own.';
    return 'The indentation does not fit: this line is further in than the line above it allows.';
  }
  if (/expected key|'-' indicator|<document start>/.test(reason)) {
    const glued = /^([A-Za-z]+):[^\s/]\S*$/m.exec(text.slice(0, end));
    if (glued) return `Put a space after the colon: \`${glued[1]}: ...\`.`;
    return 'The indentation does not fit the lines above: fields of one object begin in the same column.';
  }
  if (/expected ':'/.test(reason))
    return /^\S+:\S/.test(line) ? 'Put a space after the colon.' : 'A line is `name: value`: the colon is missing.';
  if (/end of stream/.test(reason)) return 'A quote is opened here or above and never closed.';
  if (/',' or '}'/.test(reason)) return 'A bracket is opened and never closed, or a comma is missing.';
  if (/start any token/.test(reason)) return 'Put the value in quotes: this character has a meaning of its own in YAML.';
  if (/excessive aliasing/.test(reason)) return 'Aliases (`*name`) multiply this document beyond what is read.';
  return undefined;
}

function contentOfLine(text: string, at: number): { start: number; end: number } {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
  const line = text.slice(lineStart, lineEnd);
  const body = line.trim();
  if (body === '') return { start: lineStart, end: lineEnd };
  const start = lineStart + line.length - line.trimStart().length;
  return { start, end: start + body.length };
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
