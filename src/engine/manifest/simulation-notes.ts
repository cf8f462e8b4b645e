// The notes on an accepted object: which of its lines nothing in the simulation depends on, and where it simplifies.

import { DEFAULT_VALUES, INGRESS_ANNOTATIONS, SIMULATED_FIELDS } from '../api/simulated.ts';
import { isSimulated } from '../api/simulated-kinds.ts';
import type { KubeObject } from '../api/types.ts';
import { containerNotes } from './container-notes.ts';
import { plainValue } from './decode.ts';
import type { Finding } from './finding.ts';
import type { YamlEntry, YamlMapping, YamlNode } from './yaml-tree.ts';

/** Fields that are the server's own or that say what the document is. */
const ALWAYS_FINE = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** The notes for the accepted object at `root`, top to bottom. */
export function simulationNotes(root: YamlMapping, object: KubeObject): Finding[] {
  const { apiVersion, kind } = object;
  if (!isSimulated(apiVersion, kind)) {
    const place = root.entries.get('kind')?.value ?? root;
    return [note('kind', place, `${kind} (${apiVersion}) is accepted, not simulated`)];
  }
  const notes: Finding[] = [];
  const read = SIMULATED_FIELDS[kind] ?? [];
  for (const entry of root.entries.values()) {
    if (!ALWAYS_FINE.has(entry.key)) fieldNotes(entry, entry.key, entry.key, read, notes);
  }
  return [...notes, ...containerNotes(root, object), ...(kind === 'Ingress' ? annotationNotes(root) : [])];
}

/** Half of what an Ingress says to its controller stands in annotations. */
function annotationNotes(root: YamlMapping): Finding[] {
  const metadata = root.entries.get('metadata')?.value;
  const annotations = metadata?.kind === 'mapping' ? metadata.entries.get('annotations')?.value : undefined;
  if (annotations?.kind !== 'mapping') return [];
  return [...annotations.entries.values()].flatMap(({ key, keyPlace }) => {
    const [prefix = '', name = ''] = key.split('/');
    const read = Object.hasOwn(INGRESS_ANNOTATIONS, prefix) ? INGRESS_ANNOTATIONS[prefix] : undefined;
    return read && !read.includes(name) ? [note(`metadata.annotations[${key}]`, keyPlace, `${key} is accepted, not simulated`)] : [];
  });
}

/** `pattern` is the path with `[]` for indices. */
function fieldNotes(entry: YamlEntry, path: string, pattern: string, read: readonly string[], notes: Finding[]): void {
  if (read.some((field) => field === pattern || pattern.startsWith(`${field}.`) || pattern.startsWith(`${field}[`))) return;
  if (isDefault(pattern, entry.value)) return;
  if (!read.some((field) => field.startsWith(`${pattern}.`) || field.startsWith(`${pattern}[`))) {
    notes.push(note(path, entry.keyPlace, `${path} is accepted, not simulated`));
    return;
  }
  const mappings = entry.value.kind === 'sequence' ? entry.value.items : [entry.value];
  for (const [index, item] of mappings.entries()) {
    if (item.kind !== 'mapping') continue;
    const isList = entry.value.kind === 'sequence';
    for (const inner of item.entries.values()) {
      fieldNotes(inner, `${path}${isList ? `[${index}]` : ''}.${inner.key}`, `${pattern}${isList ? '[]' : ''}.${inner.key}`, read, notes);
    }
  }
}

function isDefault(pattern: string, node: YamlNode): boolean {
  const defaults = DEFAULT_VALUES[pattern.replace(/^spec\.template\./, '')];
  if (!defaults) return false;
  const value = JSON.stringify(plainValue(node));
  return value === 'null' || defaults.some((known) => JSON.stringify(known) === value);
}

function note(path: string, place: { start: number; end: number }, message: string): Finding {
  return { severity: 'not-simulated', message, path, start: place.start, end: place.end };
}
