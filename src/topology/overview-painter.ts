// Paints the overview on a canvas: a few paths for thousands of cells, and a text only where it can be read. Bands are
// traffic: their width is the share of all requests.

import type { Box } from './geometry.ts';
import { type OverviewLayout, type RankedService, type Tile, tile } from './overview-layout.ts';
import type { Requests } from './overview-requests.ts';
import type { Transform } from './view.ts';

export interface OverviewPalette {
  readonly panel: string;
  readonly sunk: string;
  readonly shape: string;
  readonly line: string;
  readonly line2: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly f1: string;
  readonly f1bg: string;
  readonly bad: string;
  readonly font: string;
}

export interface OverviewPicture {
  readonly layout: OverviewLayout;
  readonly services: readonly RankedService[];
  readonly more: number;
  readonly requests: Requests;
  /** Endpoints of the Service in view. */
  readonly lit: ReadonlySet<string>;
  /** The selected object, and the one under the pointer. */
  readonly selection: string | null;
  readonly hovered: string | null;
  readonly inView: string | null;
  /** Machines that the followed packet visits. */
  readonly visited: ReadonlySet<string>;
}

const bandMost = 14;

/** Reads the palette from the tokens that hold on `element`. */
export function overviewPalette(element: Element): OverviewPalette {
  const style = getComputedStyle(element);
  const names = ['panel', 'sunk', 'shape', 'line', 'line2', 'ink', 'ink2', 'ink3', 'f1', 'f1bg', 'bad', 'font'] as const;
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as unknown as OverviewPalette;
}

/** Paints all of it. The caller has set the transform; `seen` is the part of the drawing that is in the pane. */
export function paintOverview(
  g: CanvasRenderingContext2D,
  picture: OverviewPicture,
  palette: OverviewPalette,
  [, , zoom]: Transform,
  seen: Box,
): void {
  const k = Math.max(1, 1 / zoom);
  const tiles = [...picture.layout.tiles.values()].filter(({ box }) => meets(box, seen));
  g.lineJoin = 'round';
  paintTiles(g, picture, palette, tiles);
  paintCells(g, picture, palette, tiles);
  paintLoads(g, picture, palette, tiles);
  paintNames(g, picture, palette, tiles, k);
  paintBands(g, picture, palette);
  paintZones(g, picture, palette, k);
}

function meets(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function paintTiles(
  g: CanvasRenderingContext2D,
  { selection, hovered, visited }: OverviewPicture,
  palette: OverviewPalette,
  tiles: readonly Tile[],
) {
  const looks = [
    { of: ({ view }: Tile) => view.ready && !isMarked(view), colour: palette.shape, width: 1.4, dash: [] },
    { of: ({ view }: Tile) => !view.ready, colour: palette.bad, width: 2, dash: [4, 3] },
    { of: ({ view }: Tile) => view.ready && isMarked(view), colour: palette.f1, width: 2.2, dash: [] },
  ];
  const isMarked = (view: Tile['view']) => view.key === selection || visited.has(view.name);
  for (const { of, colour, width, dash } of looks) {
    const path = new Path2D();
    for (const { box } of tiles.filter(of)) path.roundRect(box.x, box.y, box.width, box.height, 6);
    g.fillStyle = palette.panel;
    g.fill(path);
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.setLineDash(dash);
    g.stroke(path);
  }
  g.setLineDash([]);
  const under = tiles.find(({ view }) => view.key === hovered);
  if (under) outline(g, under.box, 6, palette.ink2, 2);
}

/** Filled: an endpoint of the Service in view. Crossed: it does not answer. Outlined: any other. */
function paintCells(g: CanvasRenderingContext2D, picture: OverviewPicture, palette: OverviewPalette, tiles: readonly Tile[]) {
  const { layout, lit, selection, hovered } = picture;
  const [filled, others, failing] = [new Path2D(), new Path2D(), new Path2D()];
  const side = layout.cell;
  for (const { cells } of tiles) {
    for (const { pod, x, y } of cells) {
      const isDown = !pod.ready && pod.status !== 'Completed';
      (isDown ? failing : lit.has(pod.key) ? filled : others).rect(x, y, side, side);
      if (isDown && side > 5) {
        failing.moveTo(x + 2, y + 2);
        failing.lineTo(x + side - 2, y + side - 2);
        failing.moveTo(x + side - 2, y + 2);
        failing.lineTo(x + 2, y + side - 2);
      }
      if (pod.key === selection || pod.key === hovered)
        outline(g, { x: x - 2, y: y - 2, width: side + 4, height: side + 4 }, 2, pod.key === selection ? palette.f1 : palette.ink2, 1.6);
    }
  }
  g.fillStyle = palette.f1;
  g.fill(filled);
  g.lineWidth = 1;
  g.strokeStyle = palette.shape;
  g.stroke(others);
  g.lineWidth = 1.3;
  g.strokeStyle = palette.bad;
  g.stroke(failing);
}

/** A bar along the foot of each tile: its share of what the busiest node took. */
function paintLoads(g: CanvasRenderingContext2D, { requests }: OverviewPicture, palette: OverviewPalette, tiles: readonly Tile[]) {
  const most = Math.max(0, ...requests.byNode.values());
  if (most === 0) return;
  const [ground, bars] = [new Path2D(), new Path2D()];
  for (const { box, view } of tiles) {
    ground.rect(box.x + 9, box.y + 79, 65, 4);
    bars.rect(box.x + 9, box.y + 79, (65 * (requests.byNode.get(view.name) ?? 0)) / most, 4);
  }
  g.fillStyle = palette.line;
  g.fill(ground);
  g.fillStyle = palette.f1;
  g.fill(bars);
}

function paintNames(g: CanvasRenderingContext2D, picture: OverviewPicture, palette: OverviewPalette, tiles: readonly Tile[], k: number) {
  const size = 12 * k;
  if (size > 40) return;
  const { requests } = picture;
  const room = tile.width - 14;
  g.font = `500 ${size}px ${palette.font}`;
  const names = [...picture.layout.tiles.keys()];
  const isWide = names.some((name) => g.measureText(name).width > room);
  const start = isWide ? commonStart(names) : 0;
  g.textBaseline = 'alphabetic';
  g.textAlign = 'left';
  for (const { box, view } of tiles) {
    const name = view.name.slice(start);
    if (g.measureText(name).width > room) continue;
    g.fillStyle = view.ready ? palette.ink : palette.bad;
    g.fillText(name, box.x + 9, box.y + Math.min(19, 5 + size * 0.92));
  }
  if (k > 1.3) return;
  g.font = `400 ${size}px ${palette.font}`;
  for (const { box, view, cells } of tiles) {
    g.fillStyle = view.ready ? palette.ink3 : palette.bad;
    const count = requests.total > 0 ? `${requests.byNode.get(view.name) ?? 0} taken` : `${cells.length} pods`;
    g.fillText(view.ready ? count : 'NotReady', box.x + 9, box.y + 96);
  }
}

/** How many letters all names begin with, up to the last sign between words: `node-` of `node-1` and `node-12`. */
function commonStart(names: readonly string[]): number {
  const [first = ''] = names;
  let length = 0;
  while (length < first.length && names.every((name) => name[length] === first[length])) length += 1;
  return /[-.]/.test(first.slice(0, length)) ? Math.max(first.lastIndexOf('-', length - 1), first.lastIndexOf('.', length - 1)) + 1 : 0;
}

/** From the Service in view up the channel beside the lane, over the tiles to each zone. */
function paintBands(g: CanvasRenderingContext2D, { layout, services, requests, inView }: OverviewPicture, palette: OverviewPalette) {
  const from = services.find(({ view }) => view.key === inView);
  const counts = requests.nodesOf.get(inView ?? '');
  if (!from || !counts) return;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  // One request is a line, a hundred are a band.
  const most = Math.min(bandMost, 2 + 2 * Math.log2(Math.max(1, total)));
  g.strokeStyle = palette.f1;
  const right = from.box.x + from.box.width;
  let [at, over] = [from.box.y + 12, tile.top - 34];
  let trunk = right + 34;
  for (const zone of layout.zones) {
    const nodes = [...layout.tiles.values()].filter(({ box }) => box.x >= zone.x && box.x < zone.x + zone.width);
    const taken = nodes.reduce((sum, { view }) => sum + (counts.get(view.name) ?? 0), 0);
    if (taken === 0) continue;
    const width = Math.max(1.5, (most * taken) / total);
    const end = zone.x + 24;
    g.lineWidth = width;
    g.beginPath();
    g.moveTo(right, at);
    for (const [x, y, nextX, nextY] of [
      [trunk, at, trunk, over],
      [trunk, over, end, over],
      [end, over, end, tile.top - 7],
    ] as const)
      g.arcTo(x, y, nextX, nextY, 7);
    g.lineTo(end, tile.top - 7);
    g.stroke();
    const gap = width + 3;
    at += gap;
    over -= gap;
    trunk -= gap;
  }
}

function paintZones(g: CanvasRenderingContext2D, { layout }: OverviewPicture, palette: OverviewPalette, k: number) {
  g.font = `600 ${13 * k}px ${palette.font}`;
  g.textAlign = 'left';
  for (const { name, x, width } of layout.zones) {
    if (name === '') continue;
    g.fillStyle = palette.ink;
    g.fillText(name, x + 38, tile.top - 13);
    g.fillStyle = palette.shape;
    g.fillRect(x, tile.top - 7, width, 1.4);
  }
}

function outline(g: CanvasRenderingContext2D, box: Box, radius: number, colour: string, width: number): void {
  g.beginPath();
  g.roundRect(box.x, box.y, box.width, box.height, radius);
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.stroke();
}
