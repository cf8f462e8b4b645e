// A listing that lost its indentation still parses: `metadata:` stays empty and `name:` becomes a field of the Pod.
// The schema tells where every line belongs; when the nesting that it gives reads without an error, it is offered.

import { suggestKind } from '../api/kinds.ts';
import type { Finding } from './finding.ts';
import { reIndent } from './re-indent.ts';
import { readObject } from './read-object.ts';
import { parseYaml, type YamlMapping, type YamlNode } from './yaml-tree.ts';

/** The fix holds the whole listing: it is offered at the first lines only. */
const MAX_FIXES = 20;

/** The findings with their hints put right, or null when this is not that mistake. */
export function lostIndentation(root: YamlNode, text: string, findings: readonly Finding[]): Finding[] | null {
  if (root.kind !== 'mapping' || !isFlattened(root)) return null;
  const kindNode = root.entries.get('kind')?.value;
  const kind = kindNode?.kind === 'scalar' ? suggestKind('', kindNode.text)?.kind : undefined;
  if (kind === undefined) return null;
  const end = endOfContent(text, root);
  const body = text.slice(root.start, end);
  const nested = reIndent(body, kind);
  const isRight = nested !== null && nested !== body && readsWithoutError(nested);
  const fix = isRight ? { title: 'Restore the indentation', start: root.start, end, newText: nested } : undefined;
  return findings.map((finding, index) => {
    const twice = /key "([^"]+)" already set in map$/.exec(finding.message)?.[1];
    if (twice === undefined && !/unknown field "[^"]+"$/.test(finding.message)) return finding;
    const hint =
      twice === undefined ? finding.hint : `The indentation is lost: this \`${twice}\` belongs to the lines above it, further in.`;
    return { ...finding, ...(hint ? { hint } : {}), ...(fix && !finding.fix && index < MAX_FIXES ? { fix } : {}) };
  });
}

/** An opening field (`metadata:`, `spec:`) without a value, in a mapping that has fields it should not have. */
function isFlattened(root: YamlMapping): boolean {
  const isEmpty = (key: string) => {
    const value = root.entries.get(key)?.value;
    return value?.kind === 'scalar' && value.value === null;
  };
  return isEmpty('metadata') || isEmpty('spec');
}

function endOfContent(text: string, root: YamlMapping): number {
  const rest = text.slice(root.end);
  const lineEnd = rest.indexOf('\n');
  return lineEnd < 0 ? text.length : root.end + lineEnd;
}

function readsWithoutError(text: string): boolean {
  const parse = parseYaml(text);
  if (parse.mistakes.length > 0 || parse.roots.length !== 1) return false;
  return parse.roots.every((root) => readObject(root, text).findings.every((finding) => finding.severity !== 'error'));
}
