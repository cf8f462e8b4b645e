// Field paths as the API prints them (`spec.ports[0].targetPort`, `metadata.labels[app.kubernetes.io/name]`) looked up
// in a YAML tree.

import type { YamlEntry, YamlMapping, YamlNode } from './yaml-tree.ts';

export interface Located {
  /** The value at the path, or of the nearest ancestor that exists. */
  readonly node: YamlNode;
  /** The key that leads to it, where it is a field of a mapping. */
  readonly entry: YamlEntry | null;
  /** Whether the whole path exists. */
  readonly exact: boolean;
}

/** Follows `path` from `root`; keys that contain dots are found with and without brackets. */
export function locate(root: YamlMapping, path: string): Located {
  let found: Located = { node: root, entry: null, exact: true };
  let steps = stepsOf(path);
  while (steps.length > 0) {
    const next = stepInto(found.node, steps);
    if (!next) return { ...found, exact: false };
    found = { node: next.node, entry: next.entry ?? found.entry, exact: true };
    steps = steps.slice(next.used);
  }
  return found;
}

type Step = { readonly name: string } | { readonly bracket: string };

function stepsOf(path: string): Step[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map((match) => (match[1] === undefined ? { name: match[0] } : { bracket: match[1] }));
}

function stepInto(node: YamlNode, steps: readonly Step[]): { node: YamlNode; entry: YamlEntry | null; used: number } | null {
  const step = steps[0];
  if (!step) return null;
  if (node.kind === 'sequence') {
    const item = 'bracket' in step ? node.items[Number(step.bracket)] : undefined;
    return item ? { node: item, entry: null, used: 1 } : null;
  }
  if (node.kind !== 'mapping') return null;
  if ('bracket' in step) {
    const entry = node.entries.get(step.bracket);
    return entry ? { node: entry.value, entry, used: 1 } : null;
  }
  let key = '';
  for (const [index, part] of steps.entries()) {
    if ('bracket' in part) break;
    key = index === 0 ? part.name : `${key}.${part.name}`;
    const entry = node.entries.get(key);
    if (entry) return { node: entry.value, entry, used: index + 1 };
  }
  return null;
}
