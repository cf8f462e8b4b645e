// Where everything stands: world | virtual layer | machines. A pure function of the cluster and its slots, so that the
// same cluster is always drawn in the same place. All measures are those of the drawing at scale 1.

import type { NodeView, PodView, ServiceView } from '../protocol/messages.ts';
import type { Offsets } from '../state/drawing-options.ts';
import type { Box, Point } from './geometry.ts';
import type { Cluster } from './graph.ts';
import { type Density, densityOf, type Slot, type Slots } from './slots.ts';

/** The vertical lanes, left to right. */
export const lane = { virtual: 96, machines: 304, rail: 20, firstNode: 344, top: 44 } as const;
/** The inside of a node's box, from its upper left corner. `track` is the height at which packets cross it. */
export const inside = {
  width: 440,
  height: 188,
  gap: 16,
  columnGap: 40,
  track: 132,
  eth0: { x: 0, y: 118, width: 50, height: 28 },
  station: { x: 66, y: 40, width: 126, height: 136 },
  /** Beside the station and over eth0: the packet comes to it from the rules and leaves it by eth0. */
  tunnel: { x: 46, y: 30, width: 16, height: 72 },
  cni0: { x: 206, y: 40, width: 38, height: 136 },
  pods: { x: 260, y: 40, width: 160, height: 136 },
  bus: 256,
  gutter: 429,
} as const;
export const serviceWidth = 184;

export interface NodePlace {
  readonly view: NodeView;
  readonly box: Box;
  readonly eth0: Box;
  readonly station: Box;
  readonly cni0: Box;
  readonly density: Density;
  /** The packet's height inside, and the node network's line on its left. */
  readonly trackY: number;
  readonly railX: number;
  /** The free channel above or below, in which selectors travel. */
  readonly channelY: number;
  /** Pods that found no cell. */
  readonly overflow: number;
}

export interface PodPlace {
  readonly view: PodView;
  readonly node: string | null;
  readonly box: Box;
  readonly density: Density;
  /** Opened to a full cell above its neighbours, because the reader follows it. */
  readonly raised: boolean;
}

export interface ServicePlace {
  readonly view: ServiceView;
  readonly box: Box;
  readonly form: 'line' | 'open' | 'narrow';
}

/** What stands outside of the cluster's nodes. The last two are drawn only where there is one. */
export type WorldDevice = 'world' | 'router' | 'internet' | 'load-balancer' | 'control-plane';
export const worldDevices: readonly WorldDevice[] = ['world', 'router', 'internet', 'load-balancer', 'control-plane'];

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The height of the node network's wire from the world. */
  readonly wireY: number;
  readonly rails: readonly { readonly x: number; readonly top: number; readonly bottom: number }[];
  readonly nodes: ReadonlyMap<string, NodePlace>;
  readonly pods: ReadonlyMap<string, PodPlace>;
  readonly services: ReadonlyMap<string, ServicePlace>;
  readonly world: Readonly<Record<WorldDevice, Point>>;
  /** Those of them that are drawn. */
  readonly devices: readonly WorldDevice[];
  /** Pods that no node runs stand in a box of their own. */
  readonly unscheduled: Box | null;
}

export interface Emphasis {
  /** Devices that the followed packet visits. */
  readonly devices: readonly string[];
  /** Services that are drawn opened. */
  readonly services: readonly string[];
  /** Pods that are drawn as full cells however dense their node is. */
  readonly pods: readonly string[];
}

const cell: Readonly<Record<Density, { width: number; height: number }>> = {
  full: { width: 160, height: 64 },
  small: { width: 76, height: 30 },
  tiny: { width: 16, height: 13 },
};

/** Places every object. */
export function layoutCluster(cluster: Cluster, slots: Slots, emphasis: Emphasis, offsets: Offsets = {}): Layout {
  const rows = rowsFor(slots.nodes);
  const places = [...slots.nodes.values()];
  const columns = Math.max(1, ...places.map((place) => Math.floor(place / rows) + 1));
  const nodes = new Map<string, NodePlace>();
  for (const node of cluster.nodes)
    nodes.set(node.name, placeNode(node, slots, cluster.podsByNode.get(node.name) ?? [], rows, offsets[node.key]));

  const bottom = lane.top + Math.max(3, Math.min(rows, places.length)) * (inside.height + inside.gap) - inside.gap;
  const lastTrack = slots.mostNodes === 2 ? lane.top + pitchOf(slots) + inside.track : bottom - inside.height + inside.track;
  const services = placeServices(cluster.services, emphasis.services, offsets);
  const servicesEnd = servicesBottom(cluster.services.length);
  const wireY = Math.max(columns > 1 ? bottom + 12 : lastTrack, servicesEnd + 20);

  const trackHeights = [...nodes.values()].map((node) => node.trackY);
  const pods = placePods(cluster, slots, nodes, emphasis.pods);
  const unscheduled = placeUnscheduled(cluster.unscheduled, Math.max(bottom, columns > 1 ? wireY : 0) + inside.gap, pods);
  return {
    width: lane.firstNode + columns * (inside.width + inside.columnGap) - inside.columnGap + 16,
    height: Math.max(bottom + 12, wireY + 52, unscheduled ? unscheduled.y + unscheduled.height + 12 : 0),
    wireY,
    rails: Array.from({ length: columns }, (_, column) => ({
      x: railX(column),
      top: Math.min(lane.top + lane.rail, ...trackHeights),
      bottom: Math.max(wireY, ...trackHeights),
    })),
    nodes,
    pods,
    services,
    world: Object.fromEntries(worldDevices.map((device, i) => [device, { x: 48, y: wireY - i * 92 }])) as Record<WorldDevice, Point>,
    devices: worldDevices.filter(
      (device, i) => i < 3 || emphasis.devices.includes(device) || (device === 'load-balancer' && cluster.hasBalancer),
    ),
    unscheduled,
  };
}

function rowsFor(nodes: ReadonlyMap<string, number>): number {
  return Math.max(0, ...nodes.values()) < 16 ? 4 : 10;
}

/** From one machine to the one below. Two share the height of three. */
function pitchOf({ mostNodes }: Slots): number {
  return mostNodes === 2 ? (inside.height + inside.gap) * 1.5 : inside.height + inside.gap;
}

function railX(column: number): number {
  return lane.firstNode + column * (inside.width + inside.columnGap) - lane.rail;
}

function placeNode(view: NodeView, slots: Slots, pods: readonly PodView[], rows: number, moved: Point = { x: 0, y: 0 }): NodePlace {
  const place = slots.nodes.get(view.name) ?? 0;
  const column = Math.floor(place / rows);
  const row = place % rows;
  const box = {
    // A machine stays on the right of its network, and below the headings.
    x: railX(column) + lane.rail + Math.max(0, moved.x),
    y: Math.max(lane.top, lane.top + row * pitchOf(slots) + moved.y),
    width: inside.width,
    height: inside.height,
  };
  const used = pods.flatMap((pod) => slots.pods.get(pod.key) ?? []);
  return {
    view,
    box,
    eth0: within(box, inside.eth0),
    station: within(box, inside.station),
    cni0: within(box, inside.cni0),
    density: densityOf(used),
    trackY: box.y + inside.track,
    railX: railX(column),
    channelY: row === 0 ? box.y + box.height + inside.gap / 2 : box.y - inside.gap / 2,
    overflow: pods.length - used.length,
  };
}

function within(box: Box, part: Box): Box {
  return { x: box.x + part.x, y: box.y + part.y, width: part.width, height: part.height };
}

function placePods(
  cluster: Cluster,
  slots: Slots,
  nodes: ReadonlyMap<string, NodePlace>,
  raised: readonly string[],
): Map<string, PodPlace> {
  const pods = new Map<string, PodPlace>();
  for (const [name, views] of cluster.podsByNode) {
    const node = nodes.get(name);
    if (!node) continue;
    const halvesTaken = new Set<number>();
    const used = views.flatMap((view) => slots.pods.get(view.key) ?? []);
    const free = [0, 1].find((half) => used.every((slot) => halfOf(slot) !== half)) ?? null;
    for (const view of views) {
      const slot = slots.pods.get(view.key);
      if (slot === undefined) continue;
      const raise = node.density !== 'full' && raised.includes(view.key);
      const box = raise ? raisedBox(node, free ?? halfOf(slot), halvesTaken) : cellBox(node, slot);
      pods.set(view.key, { view, node: name, box, density: raise ? 'full' : node.density, raised: raise });
    }
  }
  return pods;
}

/** Where a slot's upper left corner is. Every density shares this grid. */
function cellBox(node: NodePlace, slot: Slot): Box {
  const column = slot % 8;
  const row = Math.floor(slot / 8);
  return {
    x: node.box.x + inside.pods.x + column * 20 + (column >= 4 ? 4 : 0),
    y: node.box.y + inside.pods.y + row * 17 + (row >= 4 ? 4 : 0),
    ...cell[node.density],
  };
}

/** The upper or the lower half of a node's cells. */
function halfOf(slot: Slot): 0 | 1 {
  return slot < 32 ? 0 : 1;
}

/** An opened cell takes a half in which nobody stands, where there is one. */
function raisedBox(node: NodePlace, wanted: number, taken: Set<number>): Box {
  const half = taken.has(wanted) ? 1 - wanted : wanted;
  taken.add(half);
  return { x: node.box.x + inside.pods.x, y: node.box.y + inside.pods.y + half * 72, ...cell.full };
}

function placeUnscheduled(views: readonly PodView[], y: number, pods: Map<string, PodPlace>): Box | null {
  if (views.length === 0) return null;
  const perRow = 5;
  views.forEach((view, i) => {
    const box = { x: lane.firstNode + 14 + (i % perRow) * 84, y: y + 32 + Math.floor(i / perRow) * 34, ...cell.small };
    pods.set(view.key, { view, node: null, box, density: 'small', raised: false });
  });
  return { x: lane.firstNode, y, width: inside.width, height: 38 + Math.ceil(views.length / perRow) * 34 };
}

const roomy = { count: 3, top: 222, pitch: 118 } as const;
const narrowFrom = 8;

/** To three Services each keeps room to be opened, below the place of the header card; more stand close, and open by pushing. */
function placeServices(views: readonly ServiceView[], open: readonly string[], offsets: Offsets): Map<string, ServicePlace> {
  const places = new Map<string, ServicePlace>();
  const narrow = views.length >= narrowFrom;
  let y: number = views.length <= roomy.count ? roomy.top : lane.top;
  for (const view of views) {
    const form = open.includes(view.key) ? 'open' : narrow ? 'narrow' : 'line';
    const height = form === 'open' ? 104 : narrow ? 38 : 60;
    // A Service stays in its lane.
    const top = Math.max(lane.top, y + (offsets[view.key]?.y ?? 0));
    places.set(view.key, { view, box: { x: lane.virtual + 12, y: top, width: serviceWidth, height }, form });
    y += views.length <= roomy.count ? roomy.pitch : height + (narrow ? 8 : 12);
  }
  return places;
}

/** The lane's end when one Service is open, whether one is or not: opening moves no machine. */
function servicesBottom(count: number): number {
  if (count <= roomy.count) return roomy.top + count * roomy.pitch - 14;
  return count >= narrowFrom ? lane.top + count * 46 + 66 : lane.top + count * 72 + 44;
}
