// The notes on an accepted object: which of its lines nothing in the simulation depends on, and where it simplifies.

import { DEFAULT_VALUES, imagePorts, isSimulated, SIMULATED_KINDS } from '../api/simulated.ts';
import { plainValue } from './decode.ts';
import type { Finding } from './finding.ts';
import type { YamlEntry, YamlMapping, YamlNode } from './yaml-tree.ts';

const POD_TEMPLATE_KINDS = new Set(['Deployment', 'ReplicaSet', 'ReplicationController']);

/** Fields that are the server's own or that say what the document is. */
const ALWAYS_FINE = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** The notes for the object at `root`, top to bottom. */
export function simulationNotes(root: YamlMapping, apiVersion: string, kind: string): Finding[] {
  if (!isSimulated(apiVersion, kind)) {
    const place = root.entries.get('kind')?.value ?? root;
    return [note('kind', place, `${kind} (${apiVersion}) is accepted, not simulated`)];
  }
  const notes: Finding[] = [];
  const read = SIMULATED_KINDS[kind]?.fields ?? [];
  for (const entry of root.entries.values()) {
    if (!ALWAYS_FINE.has(entry.key)) fieldNotes(entry, entry.key, entry.key, read, notes);
  }
  const podSpec = POD_TEMPLATE_KINDS.has(kind) ? at(root, ['spec', 'template', 'spec']) : kind === 'Pod' ? at(root, ['spec']) : undefined;
  if (podSpec) containerNotes(podSpec, kind === 'Pod' ? 'spec' : 'spec.template.spec', notes);
  return notes;
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
  const value = JSON.stringify(plainValue(node), sortKeys);
  return value === 'null' || defaults.some((known) => JSON.stringify(known, sortKeys) === value);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Programs are not run from their image: known ones listen on their own ports, others on the ports they declare. */
function containerNotes(podSpec: YamlMapping, path: string, notes: Finding[]): void {
  const containers = podSpec.entries.get('containers')?.value;
  if (containers?.kind !== 'sequence') return;
  for (const [index, container] of containers.items.entries()) {
    if (container.kind !== 'mapping') continue;
    const here = `${path}.containers[${index}]`;
    const imageNode = container.entries.get('image')?.value;
    const image = imageNode?.kind === 'scalar' ? imageNode.text : '';
    const own = imagePorts(image, argsOf(container));
    const declared = declaredPorts(container);
    if (imageNode && image !== '' && own === null) {
      const listens = declared.length > 0 ? 'its declared ports are listened on' : 'it declares no ports, so nothing listens';
      notes.push(note(`${here}.image`, imageNode, `image ${image} is not run; ${listens}`));
    }
    if (own === null) continue;
    for (const [portIndex, port] of declared.entries()) {
      if (own.includes(port.text)) continue;
      const message = `${image} does not listen on ${port.text.split('/')[1]} by itself; declared ports are listened on`;
      notes.push(note(`${here}.ports[${portIndex}].containerPort`, port.node, message));
    }
  }
}

function argsOf(container: YamlMapping): readonly string[] {
  const args = container.entries.get('args')?.value;
  return args?.kind === 'sequence' ? args.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : [])) : [];
}

function declaredPorts(container: YamlMapping): { text: string; node: YamlNode }[] {
  const ports = container.entries.get('ports')?.value;
  if (ports?.kind !== 'sequence') return [];
  return ports.items.flatMap((port) => {
    if (port.kind !== 'mapping') return [];
    const number = port.entries.get('containerPort')?.value;
    const protocol = port.entries.get('protocol')?.value;
    if (number?.kind !== 'scalar') return [];
    return [{ text: `${protocol?.kind === 'scalar' ? protocol.text : 'TCP'}/${number.value}`, node: number }];
  });
}

function at(root: YamlMapping, path: readonly string[]): YamlMapping | undefined {
  let node: YamlNode | undefined = root;
  for (const key of path) node = node?.kind === 'mapping' ? node.entries.get(key)?.value : undefined;
  return node?.kind === 'mapping' ? node : undefined;
}

function note(path: string, place: { start: number; end: number }, message: string): Finding {
  return { severity: 'not-simulated', message, path, start: place.start, end: place.end };
}
