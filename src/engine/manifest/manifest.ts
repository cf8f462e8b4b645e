// The scenario text as Kubernetes objects, each with the place of its every field, and all that is wrong with the text.
// Reads YAML and JSON as kubectl does (sigs.k8s.io/yaml, sigs.k8s.io/json, strict field validation); never throws.

import type { KubeObject } from '../api/types.ts';
import type { Problem, SourceRange } from '../view.ts';
import { DocumentMemory } from './document-memory.ts';
import { locate } from './field-path.ts';
import { type Finding, shiftFinding, toProblem } from './finding.ts';
import { objectKey, type ReadObject, type ReadResult } from './plain-object.ts';
import { type SourceText, sourceText } from './source-text.ts';
import { splitDocuments } from './split-documents.ts';

export interface Manifest {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly Problem[];
}

export interface ManifestObject {
  readonly object: KubeObject;
  /** The whole document, or the item of a List. */
  readonly range: SourceRange;
  /** The value at `path` (`spec.ports[0].targetPort`), or at its nearest ancestor that the text has. */
  rangeOf(path: string): SourceRange;
  /** The key of the field at `path`, or of its nearest ancestor that the text has. */
  keyRangeOf(path: string): SourceRange;
  /** Whether the text itself has the field. */
  has(path: string): boolean;
  /** The edit that puts another field, `targetPort: 8080`, behind the one at `path`, in the style of the mapping they are in. */
  behind(path: string, field: string): { readonly range: SourceRange; readonly newText: string };
}

/** Longer texts are refused: no lesson needs them, and a page must not hang on a pasted file. */
export const MAX_TEXT_LENGTH = 512 * 1024;

/** More than anyone reads; a page must be able to show them all. */
const MAX_PROBLEMS = 500;

/** Objects and findings of one document; `firstLine` is its first line's number in the whole scenario. */
export type DocumentReader = (text: string, firstLine: number) => ReadResult;

/**
 * Reads a stream of documents, each with `readDocument` where `memory` does not know it. A broken document leaves the
 * others alive.
 */
export function parseManifestWith(readDocument: DocumentReader, text: string, memory = new DocumentMemory()): Manifest {
  const source = sourceText(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (source.text.length > MAX_TEXT_LENGTH) return { objects: [], problems: [tooLong(source)] };
  const objects: ManifestObject[] = [];
  const findings: Finding[] = [];
  memory.begin();
  for (const document of splitDocuments(source.text)) {
    const firstLine = source.lineOf(document.offset);
    const result = memory.recall(document.text, firstLine, () => readDocument(document.text, firstLine));
    objects.push(...result.objects.map((read) => manifestObject(read, document.offset, source)));
    findings.push(...result.findings.map((finding) => shiftFinding(finding, document.offset)));
  }
  const problems = [...mostSerious(findings).map((finding) => toProblem(finding, source.rangeOf)), ...definedTwice(objects)];
  return { objects, problems: [...problems, ...notListed(findings.length - MAX_PROBLEMS, source)] };
}

/** In the order of the text. Where there are too many, errors go before notes. */
function mostSerious(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding) => (finding.severity === 'error' ? 0 : 1);
  const kept = findings.length > MAX_PROBLEMS ? findings.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_PROBLEMS) : findings;
  return kept.toSorted((a, b) => a.start - b.start);
}

function notListed(count: number, source: SourceText): Problem[] {
  if (count <= 0) return [];
  return [
    {
      severity: 'warning',
      message: `${count} more problems are not listed`,
      path: '',
      range: source.rangeOf(source.text.length, source.text.length),
    },
  ];
}

function manifestObject(read: ReadObject, offset: number, source: SourceText): ManifestObject {
  const range = (place: { start: number; end: number }) => source.rangeOf(place.start + offset, place.end + offset);
  const ranges = new Map<string, SourceRange>();
  return {
    object: read.object,
    range: range(read.node),
    rangeOf: (path) => {
      const known = ranges.get(path) ?? range(locate(read.node, path).node);
      ranges.set(path, known);
      return known;
    },
    keyRangeOf: (path) => {
      const { entry, node } = locate(read.node, path);
      return range(entry?.keyPlace ?? node);
    },
    has: (path) => locate(read.node, path).exact,
    behind: (path, field) => {
      const { entry, node } = locate(read.node, path);
      const mapping = locate(read.node, path.slice(0, path.lastIndexOf('.'))).node;
      const isFlow = source.text[offset + mapping.start] === '{';
      const column = range(entry?.keyPlace ?? node).startColumn;
      const end = { start: node.end, end: node.end };
      return { range: range(end), newText: isFlow ? `, ${field}` : `\n${' '.repeat(column - 1)}${field}` };
    },
  };
}

function definedTwice(objects: readonly ManifestObject[]): Problem[] {
  const seen = new Map<string, ManifestObject>();
  return objects.flatMap((current) => {
    if (!current.object.metadata.name) return [];
    const key = objectKey(current.object);
    const first = seen.get(key);
    seen.set(key, current);
    if (!first) return [];
    const message = `${current.object.kind} "${current.object.metadata.name}" is already defined in line ${first.range.startLine}; this later one counts`;
    return [{ severity: 'warning' as const, message, path: 'metadata.name', range: current.rangeOf('metadata.name'), object: key }];
  });
}

function tooLong(source: SourceText): Problem {
  const message = `the text is ${Math.ceil(source.text.length / 1024)} kB long; at most ${MAX_TEXT_LENGTH / 1024} kB are read`;
  return { severity: 'error', message, path: '', range: source.rangeOf(0, source.startOfLine(2)) };
}
