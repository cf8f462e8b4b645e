// Where everything stands when there are too many pods for boxes: one tile a node, grouped by zone, a cell a pod, Services
// as a ranked list. A pure function; tiles fill columns, so that a new node moves none of its zone, and pods keep cells.

import type { NodeView, PodView, ServiceView } from '../protocol/messages.ts';
import type { Box, Point } from './geometry.ts';
import type { Machines } from './graph.ts';
import { keepPlaces, type Slots } from './slots.ts';

export const tile = { width: 83, height: 101, pitchX: 91, pitchY: 109, zoneGap: 10, left: 340, top: 104 } as const;
/** The part of a tile in which its cells stand. */
const field = { x: 9, y: 22, width: 65 } as const;
export const serviceRow = { x: 108, y: 44, width: 184, height: 38, pitch: 46, first: 56 } as const;

export interface Tile {
  readonly view: NodeView;
  readonly box: Box;
  readonly cells: readonly Cell[];
}

export interface Cell extends Point {
  readonly pod: PodView;
}

export interface Zone {
  /** '' where nodes say no zone. */
  readonly name: string;
  readonly x: number;
  readonly width: number;
}

export interface OverviewLayout {
  readonly width: number;
  readonly height: number;
  readonly atTop: true;
  readonly tiles: ReadonlyMap<string, Tile>;
  readonly zones: readonly Zone[];
  /** Side of a cell. */
  readonly cell: number;
  /** How many Services the list has room for. */
  readonly serviceRows: number;
  readonly world: Point;
}

/** Places every node and pod. */
export function layoutOverview(cluster: Machines, slots: Slots, cells: Cells): OverviewLayout {
  const rows = rowsFor(cluster.nodes.length);
  const most = Math.max(1, ...[...cells.values()].map((place) => place + 1));
  const grid = gridFor(most);
  const tiles = new Map<string, Tile>();
  const zones: Zone[] = [];
  let x: number = tile.left;
  for (const [name, nodes] of byZone(cluster.nodes, slots)) {
    nodes.forEach((view, i) => {
      const box = {
        x: x + Math.floor(i / rows) * tile.pitchX,
        y: tile.top + (i % rows) * tile.pitchY,
        width: tile.width,
        height: tile.height,
      };
      tiles.set(view.name, { view, box, cells: cellsOf(cluster.podsByNode.get(view.name) ?? [], cells, box, grid) });
    });
    const width = Math.ceil(nodes.length / rows) * tile.pitchX - (tile.pitchX - tile.width);
    zones.push({ name, x, width });
    x += width + (tile.pitchX - tile.width) + tile.zoneGap;
  }
  const height = tile.top + Math.min(rows, Math.max(1, cluster.nodes.length)) * tile.pitchY + 8;
  return {
    width: x,
    height,
    atTop: true,
    tiles,
    zones,
    cell: grid.side,
    serviceRows: Math.floor((height - serviceRow.y - (serviceRow.first - serviceRow.height) - 24) / serviceRow.pitch),
    world: { x: 48, y: 74 },
  };
}

/** Steps, so that one node more or less seldom changes the shape of the whole. */
function rowsFor(nodes: number): number {
  return [5, 9, 13, 19, 27].find((rows) => nodes <= rows * rows * 1.6) ?? 40;
}

/** Columns of cells by the most that a node has: as large as they can be. */
const grids = [
  { most: 12, columns: 4 },
  { most: 30, columns: 6 },
  { most: 63, columns: 9 },
] as const;

function gridFor(most: number): { readonly columns: number; readonly pitch: number; readonly side: number } {
  const columns = grids.find((grid) => most <= grid.most)?.columns ?? 13;
  const pitch = field.width / columns;
  return { columns, pitch, side: Math.round(pitch * 7.6) / 10 };
}

function byZone(nodes: readonly NodeView[], slots: Slots): Map<string, NodeView[]> {
  const zones = new Map<string, NodeView[]>();
  const inOrder = nodes.toSorted((a, b) => (slots.nodes.get(a.name) ?? 0) - (slots.nodes.get(b.name) ?? 0));
  for (const node of inOrder) {
    const name = node.labels['topology.kubernetes.io/zone'] ?? '';
    zones.set(name, [...(zones.get(name) ?? []), node]);
  }
  return new Map([...zones].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function cellsOf(pods: readonly PodView[], cells: Cells, box: Box, grid: { columns: number; pitch: number }): Cell[] {
  return pods.map((pod) => {
    const place = cells.get(pod.key) ?? 0;
    return {
      pod,
      x: box.x + field.x + (place % grid.columns) * grid.pitch,
      y: box.y + field.y + Math.floor(place / grid.columns) * grid.pitch,
    };
  });
}

/** Pod key to its cell on its node. */
export type Cells = ReadonlyMap<string, number>;

/** The cells of a cluster's pods: whoever lives on keeps the cell, and who is new takes the first free one. */
export function assignCells(cluster: Machines, previous: Cells = new Map()): Cells {
  const cells = new Map<string, number>();
  for (const pods of cluster.podsByNode.values()) {
    const kept = keepPlaces(
      pods.map((pod) => pod.key),
      previous,
      (count) => Array.from({ length: count * 2 }, (_, i) => i),
    );
    for (const [key, place] of kept) cells.set(key, place);
  }
  return cells;
}

/** What lies under a point: a pod's cell before its node's tile. */
export function objectAt(layout: OverviewLayout, { x, y }: Point): string | null {
  for (const { box, cells, view } of layout.tiles.values()) {
    if (x < box.x || y < box.y || x > box.x + box.width || y > box.y + box.height) continue;
    const hit = cells.find((cell) => x >= cell.x - 1 && y >= cell.y - 1 && x <= cell.x + layout.cell + 1 && y <= cell.y + layout.cell + 1);
    return hit?.pod.key ?? view.key;
  }
  return null;
}

/** A Service as the ranked list shows it. */
export interface RankedService {
  readonly view: ServiceView;
  readonly requests: number;
  readonly endpoints: number;
  readonly box: Box;
}

const natural = new Intl.Collator('en', { numeric: true });

/** Services by requests, then by endpoints, then as they came; the one in view is always among them, and first opened. */
export function rankServices(
  services: readonly ServiceView[],
  requests: ReadonlyMap<string, number>,
  inView: string | null,
  rows: number,
): { readonly ranked: readonly RankedService[]; readonly more: number } {
  const weighed = services.map((view) => ({
    view,
    requests: requests.get(view.key) ?? 0,
    endpoints: view.endpoints.filter((endpoint) => endpoint.ready).length,
  }));
  const order = weighed.toSorted(
    (a, b) =>
      b.requests - a.requests ||
      Number(a.view.system) - Number(b.view.system) ||
      b.endpoints - a.endpoints ||
      natural.compare(a.view.name, b.view.name),
  );
  const shown = order.slice(0, rows);
  const wanted = order.find(({ view }) => view.key === inView);
  if (wanted && !shown.includes(wanted)) shown[shown.length - 1] = wanted;
  let y: number = serviceRow.y;
  const ranked = shown.map((each) => {
    const height = each.view.key === inView ? serviceRow.first : serviceRow.height;
    const box = { x: serviceRow.x, y, width: serviceRow.width, height };
    y += height + (serviceRow.pitch - serviceRow.height);
    return { ...each, box };
  });
  return { ranked, more: order.length - shown.length };
}
