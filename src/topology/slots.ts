// Who sits where. A pod keeps its slot for as long as it lives on its node, so that a pod that comes or goes moves
// nobody else. Slots of a node form one grid of 8 x 8 places; a small cell covers 4 x 2 of them and a full cell 8 x 4, so
// a denser drawing only makes cells smaller and never moves their upper left corner.

import type { Machines } from './graph.ts';

export type Density = 'full' | 'small' | 'tiny';

/** Index into the 8 x 8 grid: row * 8 + column. */
export type Slot = number;

export interface Slots {
  /** Node name to the node's place in the column order. */
  readonly nodes: ReadonlyMap<string, number>;
  /** Pod key to its slot. Pods beyond the 64th of a node have none. */
  readonly pods: ReadonlyMap<string, Slot>;
  readonly podNode: ReadonlyMap<string, string>;
  /** The most nodes that were ever drawn: those that stay keep their places when one goes. */
  readonly mostNodes: number;
}

export const noSlots: Slots = { nodes: new Map(), pods: new Map(), podNode: new Map(), mostNodes: 0 };

const full: readonly Slot[] = [0, 32];
const small: readonly Slot[] = [0, 4, 16, 20, 32, 36, 48, 52];
const tiny: readonly Slot[] = Array.from({ length: 64 }, (_, i) => i);

export const slotsOfDensity: Readonly<Record<Density, readonly Slot[]>> = { full, small, tiny };

/** The slots of a cluster, kept from `previous` wherever a pod still lives where it lived. */
export function assignSlots(cluster: Machines, previous: Slots = noSlots): Slots {
  const nodes = keepPlaces(
    cluster.nodes.map((node) => node.name),
    previous.nodes,
    (count) => Array.from({ length: count }, (_, i) => i),
  );
  const pods = new Map<string, Slot>();
  const podNode = new Map<string, string>();
  const keptByNode = slotsByNode(previous);
  for (const [node, views] of cluster.podsByNode) {
    const kept = keptByNode.get(node) ?? new Map<string, Slot>();
    const onlySystemStayed = views.every((pod) => pod.system || !kept.has(pod.key));
    const places = keepPlaces(
      views.map((pod) => pod.key),
      onlySystemStayed && views.some((pod) => !pod.system) ? new Map() : kept,
      (count) => slotsFor(count, [...kept.values()]),
    );
    for (const [key, slot] of places) {
      pods.set(key, slot);
      podNode.set(key, node);
    }
  }
  return { nodes, pods, podNode, mostNodes: Math.max(previous.mostNodes, nodes.size) };
}

function slotsByNode({ pods, podNode }: Slots): ReadonlyMap<string, ReadonlyMap<string, Slot>> {
  const byNode = new Map<string, Map<string, Slot>>();
  for (const [key, slot] of pods) {
    const node = podNode.get(key) ?? '';
    const own = byNode.get(node) ?? new Map<string, Slot>();
    byNode.set(node, own.set(key, slot));
  }
  return byNode;
}

/** The coarsest cells in which all of these slots fit. */
export function densityOf(slots: readonly Slot[]): Density {
  if (slots.every((slot) => full.includes(slot))) return 'full';
  return slots.every((slot) => small.includes(slot)) ? 'small' : 'tiny';
}

function slotsFor(count: number, kept: readonly Slot[]): readonly Slot[] {
  const density = densityOf(kept);
  if (count <= full.length && density === 'full') return full;
  return count <= small.length && density !== 'tiny' ? small : tiny;
}

/** Places for names: whoever had one keeps it, the others take free ones in their order. */
export function keepPlaces(
  names: readonly string[],
  previous: ReadonlyMap<string, number>,
  places: (count: number) => readonly number[],
): Map<string, number> {
  const result = new Map<string, number>();
  for (const name of names) {
    const place = previous.get(name);
    if (place !== undefined) result.set(name, place);
  }
  const taken = new Set(result.values());
  const free = places(Math.max(names.length, 0)).filter((place) => !taken.has(place));
  for (const name of names) {
    if (result.has(name)) continue;
    const place = free.shift();
    if (place !== undefined) result.set(name, place);
  }
  return result;
}
