// Where the parts of the Wire drawing stand: the way through the machine on one line at y 112, the local hooks below it,
// the open hook's chains in columns, and the packet.

import type { Hook } from '../protocol/messages.ts';
import { type Box, overlap, type Point } from './geometry.ts';
import type { ChainColumn, Door, WireModel } from './wire-model.ts';

export const railY = 112;
export const wireHeight = 652;
export const rowHeight = 46;
export const columnTop = 250;
export const columnHead = 44;
/** Below it: the machine's connections. */
export const sectionTop = 512;

export interface DoorPlace {
  readonly door: Door;
  readonly netns: Box | null;
  readonly veth: Box | null;
  /** `cni0` on the way out: on the way in it is the frame. */
  readonly bridge: Box | null;
  readonly port: Box | null;
  /** Where the way meets the machine. */
  readonly edge: number;
}

export interface WireLayout {
  readonly width: number;
  readonly from: DoorPlace;
  readonly to: DoorPlace;
  readonly frame: Box | null;
  /** Where the bridge hands the packet up. */
  readonly bar: number | null;
  readonly hooks: Readonly<Record<Hook, Box>>;
  readonly route: Point | null;
  readonly processes: Box;
  readonly columns: readonly Box[];
  /** Where each hook's chains hang from. */
  readonly drop: Readonly<Record<Hook, number>>;
  readonly packet: Point;
}

const margin = 32;
const hookSize = { height: 76, width: { PREROUTING: 128, FORWARD: 128, POSTROUTING: 140, INPUT: 76, OUTPUT: 76 } } as const;

/** Places everything for one model. The drawing is 1084 wide, or wider where the way needs it. */
export function layoutWire(model: WireModel): WireLayout {
  const entry = entryParts(model.from);
  const exit = exitParts(model.to, model.bridged);
  const inFrame = model.from.kind === 'pod';
  const barRoom = model.handedUp && inFrame ? 52 : 12;
  const framed = inFrame ? 12 : 0;
  const preX = entry.end + framed;
  const preEnd = preX + hookSize.width.PREROUTING + (inFrame && !model.bridged ? barRoom : 0);
  const rest = (model.bridged ? 24 : 100) + 128 + 140 + 72;
  const width = Math.max(1084, preEnd + rest + exit.width + margin + 40);
  const exitX = width - exit.width - (model.to.kind === 'pod' ? margin : 16);
  const free = exitX - preEnd - (model.bridged ? 268 + 12 : 76 + 268);
  const gap = free / (model.bridged ? 3 : 4);
  const routeX = model.bridged ? null : preEnd + gap + 38;
  const forwardX = routeX === null ? preEnd + gap : routeX + 38 + gap;
  const postX = forwardX + 128 + gap;
  const hook = (x: number, w: number): Box => ({ x, y: 74, width: w, height: hookSize.height });
  const low = (x: number, w: number): Box => ({ x, y: 192, width: w, height: 28 });
  const hooks = {
    PREROUTING: hook(preX, 128),
    FORWARD: hook(forwardX, 128),
    POSTROUTING: hook(postX, 140),
    INPUT: low((routeX ?? preX) + 16, 76),
    OUTPUT: low(postX, 76),
  };
  const frameEnd = model.bridged ? postX + 140 + 12 : preEnd;
  const partial = {
    width,
    from: entry.place,
    to: exit.at(exitX),
    frame: inFrame ? { x: entry.end, y: 54, width: frameEnd - entry.end, height: 106 } : null,
    bar: inFrame && model.handedUp ? preEnd - 26 : null,
    hooks,
    route: routeX === null ? null : { x: routeX, y: railY },
    processes: low(forwardX + 56, Math.min(88, postX - forwardX - 72)),
    columns: columnBoxes(model.columns, { x: margin, y: columnTop, width: width - 2 * margin, most: wide }),
    drop: {
      PREROUTING: preX + 64,
      FORWARD: forwardX + (model.bridged ? 64 : 40),
      POSTROUTING: postX + 120,
      INPUT: hooks.INPUT.x + 38,
      OUTPUT: hooks.OUTPUT.x + 38,
    },
  };
  return { ...partial, packet: packetPoint(model, partial) };
}

/** What stands left of the first hook, and where it ends. */
function entryParts(door: Door): { place: DoorPlace; end: number } {
  if (door.kind === 'pod') {
    const netns = { x: margin, y: 68, width: 132, height: 88 };
    const veth = { x: netns.x + 152, y: 99, width: vethWidth(door.veth), height: 26 };
    return { place: { door, netns, veth, bridge: null, port: null, edge: netns.x + netns.width }, end: veth.x + veth.width + 20 };
  }
  const port = { x: 16, y: 98, width: portWidth(door), height: 28 };
  return { place: { door, netns: null, veth: null, bridge: null, port, edge: 16 }, end: port.x + port.width + 30 };
}

function exitParts(door: Door, bridged: boolean): { width: number; at: (x: number) => DoorPlace } {
  if (door.kind === 'pod') {
    const veth = vethWidth(door.veth);
    const bridge = bridged ? 0 : 50 + 16;
    return {
      width: bridge + veth + 20 + 132,
      at: (x) => ({
        door,
        bridge: bridged ? null : { x, y: 68, width: 50, height: 88 },
        veth: { x: x + bridge, y: 99, width: veth, height: 26 },
        netns: { x: x + bridge + veth + 20, y: 68, width: 132, height: 88 },
        port: null,
        edge: x,
      }),
    };
  }
  const width = portWidth(door);
  return {
    width,
    at: (x) => ({ door, netns: null, veth: null, bridge: null, port: { x, y: 98, width, height: 28 }, edge: x + width }),
  };
}

function vethWidth(name: string): number {
  return Math.max(72, name.length * 7.2 + 16);
}

function portWidth(door: Door): number {
  return door.kind === 'port' ? Math.max(62, door.name.length * 7.2 + 22) : 62;
}

const wide = 4;
const narrowColumn = 44;
const stripHeight = 184;

/** As many chains side by side as there is room for; of a deeper stack the oldest fold to a strip. */
export function columnBoxes(
  columns: readonly ChainColumn[],
  at: { readonly x: number; readonly y: number; readonly width: number; readonly most: number },
): Box[] {
  const foldedCount = Math.max(0, columns.length - at.most);
  const room = at.width - foldedCount * (narrowColumn + 16);
  const columnWidth = (room - (at.most - 1) * 24) / at.most;
  let { x } = at;
  return columns.map((column, i) => {
    const narrow = i < foldedCount;
    const box = {
      x,
      y: at.y,
      width: narrow ? narrowColumn : columnWidth,
      height: narrow ? stripHeight : columnHead + Math.max(1, column.rows.length) * rowHeight + 2,
    };
    x += box.width + (narrow ? 16 : 24);
    return box;
  });
}

export const legendSize = { width: 176, height: 74 } as const;

/** A place for the legend beside the columns or under them, off the packet and what is written below it; null without room. */
export function legendPlace({ columns, packet, width }: Pick<WireLayout, 'columns' | 'packet' | 'width'>): Point | null {
  const last = columns.at(-1);
  if (!last) return null;
  const written = { x: last.x, y: last.y + last.height, width: last.width, height: Math.max(0, packet.y + 90 - last.y - last.height) };
  const taken = [...columns, written];
  const bottomAt = (x: number) => {
    const above = columns.filter((box) => box.x < x + legendSize.width && x < box.x + box.width);
    return Math.max(...above.map((box) => box.y + box.height));
  };
  const under = columns.map(({ x }) => ({ x, y: bottomAt(x) + 24 }));
  const places = [{ x: width - margin - legendSize.width, y: columnTop + 8 }, ...under];
  const isFree = (place: Point) =>
    place.y + legendSize.height < sectionTop && !taken.some((box) => overlap({ ...place, ...legendSize }, box));
  return places.find(isFree) ?? null;
}

function packetPoint(model: WireModel, at: Omit<WireLayout, 'packet'>): Point {
  const { standing } = model;
  if (!standing) return { x: 16, y: railY };
  if (standing.at === 'hook') {
    const last = at.columns.at(-1);
    if (last) return { x: last.x + last.width / 2, y: last.y + last.height + 24 };
    return { x: margin + 118, y: columnTop + 130 };
  }
  if (standing.at === 'up') return { x: at.bar ?? at.hooks.PREROUTING.x, y: railY };
  const place = standing.at === 'from' ? at.from : at.to;
  const box = place.netns ?? place.port;
  return { x: (box?.x ?? 16) + (box?.width ?? 0) / 2, y: railY };
}
