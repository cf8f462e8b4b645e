// Finds objects by what a reader knows of them: a part of the name, an address, a label, a port.

import type { NodeView, ObjectView, PodView, ServiceView } from '../protocol/messages.ts';
import { isNode, isPod, isService } from './graph.ts';

export interface Found {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  /** What else tells it apart: namespace, address, node. */
  readonly about: string;
}

const most = 12;

/** Objects in which every word of the query occurs; whose name begins with the first word comes first. */
export function findObjects(objects: readonly ObjectView[], query: string): readonly Found[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  if (first === '') return [];
  const hits: (Found & { rank: number })[] = [];
  for (const object of objects) {
    if (!isPod(object) && !isService(object) && !isNode(object)) continue;
    const about = aboutOf(object);
    const text = `${object.kind} ${object.namespace}/${object.name} ${about} ${labelsOf(object)}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const name = object.name.toLowerCase();
    const rank = name === first ? 0 : name.startsWith(first) ? 1 : name.includes(first) ? 2 : about.toLowerCase().includes(first) ? 3 : 4;
    hits.push({ key: object.key, kind: object.kind, name: object.name, about, rank });
  }
  return hits.sort((a, b) => a.rank - b.rank || natural.compare(a.name, b.name)).slice(0, most);
}

const natural = new Intl.Collator('en', { numeric: true });

function aboutOf(object: PodView | ServiceView | NodeView): string {
  if (isNode(object)) return `${object.address} ${object.podCIDR}`.trim();
  if (isPod(object)) return [object.namespace, object.address ?? object.status, object.node].filter(Boolean).join(' · ');
  const ports = object.ports.map(({ port, nodePort }) => (nodePort === null ? port : `${port}:${nodePort}`)).join(',');
  return [object.namespace, object.clusterIP || object.externalName, ports, object.externalIP].filter(Boolean).join(' · ');
}

function labelsOf(object: PodView | ServiceView | NodeView): string {
  const selector = isService(object) ? Object.entries(object.selector ?? {}) : [];
  return [...Object.entries(object.labels), ...selector].map(([name, value]) => `${name}=${value}`).join(' ');
}
