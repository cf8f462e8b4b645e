// Where the parts of a machine stand that makes two walks of one packet: a staircase. The inner packet's way is the upper
// floor, the outer packet's the lower one, and the tunnel's device stands on both. A packet that leaves goes down the
// stairs at the right, one that comes goes up at the left; the chains have the quarter that is free.

import type { Hook } from '../protocol/messages.ts';
import type { Box, Point } from './geometry.ts';
import { monoWidth } from './text.ts';
import type { Floor, TunnelModel } from './tunnel-model.ts';
import { columnBoxes } from './wire-layout.ts';
import type { Door, HookBox, Progress } from './wire-model.ts';

export type Part = { readonly box: Box; readonly progress: Progress } & (
  | { readonly kind: 'port' | 'bridge' | 'process'; readonly name: string }
  | { readonly kind: 'veth'; readonly name: string; readonly pod: string; readonly podName: string }
  | { readonly kind: 'route' }
  | {
      readonly kind: 'hook';
      readonly hook: HookBox;
      /** The bridge in which the hook runs, and where it hands the packet up. */
      readonly bridge: { readonly box: Box; readonly bar: number; readonly n: number; readonly progress: Progress } | null;
    }
);

/** A stretch of the way between two parts. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly progress: Progress;
}

export interface FloorPlace {
  readonly y: number;
  readonly parts: readonly Part[];
  readonly runs: readonly Run[];
  readonly title: Point;
}

export interface TunnelLayout {
  readonly width: number;
  readonly frame: Box;
  readonly inner: FloorPlace;
  readonly outer: FloorPlace;
  readonly device: Box;
  readonly card: Box;
  readonly chains: Box;
  readonly columns: readonly Box[];
  readonly packet: Point;
  /** The edge of the station that it stands beside. */
  readonly foot: number;
  /** The height of the floor that the packet is on. */
  readonly rail: number;
}

const width = 1084;
const wall = { left: 16, right: width - 16 };
const inset = 32;
const floors = { inner: 116, outer: 300 } as const;
const deviceWidth = 112;
const outerRoom = 294;
const hookHeight = 56;
const chainsTop = 214;
const chainsHeight = 184;
const cardHeight = 128;
const bridge = { above: 44, height: 84, side: 12, bar: 68 } as const;

/** Places everything for one model. */
export function layoutTunnel(model: TunnelModel): TunnelLayout {
  const { wraps } = model;
  const deviceX = wraps ? wall.right - outerRoom - deviceWidth : wall.left + outerRoom;
  const device = { x: deviceX, y: 68, width: deviceWidth, height: 284 };
  const end = deviceX + deviceWidth;
  const reached = model.device.progress;
  const inner = floorPlace(model.inner, floors.inner, wraps ? [null, deviceX] : [end, null], reached);
  const outer = floorPlace(model.outer, floors.outer, wraps ? [end, null] : [null, deviceX], reached);
  const chains = wraps
    ? { x: inset, y: chainsTop, width: deviceX - 16 - inset, height: chainsHeight }
    : { x: end + 20, y: chainsTop, width: width - inset - end - 20, height: chainsHeight };
  const here = model.isOuter ? model.outer.model : model.inner.model;
  const partial = {
    width,
    frame: { x: wall.left, y: 44, width: wall.right - wall.left, height: 362 },
    inner: { ...inner, title: { x: wraps ? inset : end + 20, y: 66 } },
    outer: { ...outer, title: { x: wraps ? end + 18 : inset, y: 206 } },
    device,
    card: wraps
      ? { x: end + 18, y: 56, width: width - inset - end - 18, height: cardHeight }
      : { x: inset, y: 56, width: deviceX - 18 - inset, height: cardHeight },
    chains,
    columns: columnBoxes(here.columns, { x: chains.x, y: chains.y, width: chains.width, most: 2 }),
    rail: model.isOuter ? floors.outer : floors.inner,
  };
  return { ...partial, ...packetPoint(model, partial) };
}

type Sized = Part & { readonly box: Box };

/** The parts of one floor from wall to device or from device to wall, with equal gaps. */
function floorPlace(
  { model }: Floor,
  y: number,
  [from, to]: readonly [number | null, number | null],
  device: Progress,
): Omit<FloorPlace, 'title'> {
  const parts = passed(partsOf(model, y));
  const [first, last] = [parts[0], parts.at(-1)];
  const left = from ?? (first?.kind === 'port' ? wall.left : inset);
  const right = to ?? (last?.kind === 'port' ? wall.right : width - inset);
  // Before the first part and behind the last one only where the device stands there.
  const gaps = Math.max(1, parts.length - 1 + (from === null ? 0 : 1) + (to === null ? 0 : 1));
  const gap = (right - left - parts.reduce((sum, { box }) => sum + box.width, 0)) / gaps;
  let x = left + (from === null ? 0 : gap);
  const placed = parts.map((part) => {
    const at = movedTo(part, x);
    x += part.box.width + gap;
    return at;
  });
  const stops = placed.flatMap((part) => ({ ...edgesOf(part), progress: part.progress }));
  const runs = stops.slice(1).map((stop, i) => ({ from: stops[i]?.end ?? 0, to: stop.start, progress: stop.progress }));
  const start = stops[0];
  const end = stops.at(-1);
  return {
    y,
    parts: placed,
    runs: [
      ...(from !== null && start ? [{ from, to: start.start, progress: start.progress }] : []),
      ...runs,
      ...(to !== null && end ? [{ from: end.end, to, progress: device }] : []),
    ],
  };
}

/** Where the way meets a part and leaves it: of a hook within its bridge the hook, and the bridge's edge. */
function edgesOf(part: Part): { start: number; end: number } {
  return { start: part.box.x + (part.kind === 'hook' && part.bridge ? bridge.side : 0), end: part.box.x + part.box.width };
}

const hookWidth: Readonly<Record<Hook, number>> = { PREROUTING: 104, INPUT: 80, FORWARD: 96, OUTPUT: 80, POSTROUTING: 108 };

function partsOf(model: Floor['model'], y: number): Sized[] {
  const box = (w: number, h: number): Box => ({ x: 0, y: y - h / 2, width: w, height: h });
  const hook = (name: Hook): Sized[] => {
    const own = model.hooks.find((each) => each.hook === name);
    if (!own) return [];
    const { handedUp } = model;
    if (name !== 'PREROUTING' || model.from.kind !== 'pod' || !handedUp)
      return [{ kind: 'hook', box: box(hookWidth[name], hookHeight), hook: own, bridge: null, progress: own.progress }];
    const outline = { x: 0, y: y - bridge.above, width: bridge.side + hookWidth.PREROUTING + bridge.bar, height: bridge.height };
    return [{ kind: 'hook', box: outline, hook: own, bridge: { box: outline, bar: 0, ...handedUp }, progress: own.progress }];
  };
  const route: Sized = { kind: 'route', box: box(68, 56), progress: 'off' };
  const isLocal = model.hooks.some((each) => each.hook === 'INPUT' && each.progress !== 'off');
  const isSent = model.hooks.some((each) => each.hook === 'OUTPUT' && each.progress !== 'off');
  const middle = isSent
    ? [...hook('OUTPUT'), ...hook('POSTROUTING')]
    : isLocal
      ? [...hook('PREROUTING'), ...hook('INPUT')]
      : [...hook('PREROUTING'), route, ...hook('FORWARD'), ...hook('POSTROUTING')];
  return [...doorParts(model.from, box, false), ...middle, ...doorParts(model.to, box, true)];
}

/** The two ends of a machine's ways; a tunnel's device is drawn by itself, and what the kernel sends comes from nobody. */
function doorParts(door: Door, box: (width: number, height: number) => Box, isExit: boolean): Sized[] {
  if (door.kind === 'process' || (door.kind === 'port' && door.name.startsWith('flannel.'))) return [];
  if (door.kind === 'port')
    return [{ kind: 'port', name: door.name, box: box(Math.max(54, monoWidth(door.name) + 16), 28), progress: door.progress }];
  const veth: Sized = {
    kind: 'veth',
    name: door.veth,
    pod: door.pod,
    podName: door.name,
    box: box(monoWidth(door.veth) + 12, 26),
    progress: door.progress,
  };
  return isExit ? [{ kind: 'bridge', name: 'cni0', box: box(46, 84), progress: door.progress }, veth] : [veth];
}

function movedTo(part: Sized, x: number): Part {
  const box = { ...part.box, x };
  if (part.kind !== 'hook' || !part.bridge) return { ...part, box };
  return { ...part, box, bridge: { ...part.bridge, box, bar: x + box.width - bridge.bar / 2 } };
}

/** A part that asked nobody was passed all the same, if a later one was reached. */
function passed(parts: readonly Sized[]): Sized[] {
  return parts.map((part, i) => {
    if (part.progress !== 'off') return part;
    const next = parts.slice(i + 1).find(({ progress }) => progress !== 'off')?.progress;
    return { ...part, progress: next === 'here' ? 'walked' : (next ?? 'off') };
  });
}

/** The box of a hook itself, which may stand within its bridge. */
export function hookBoxOf(part: Part & { readonly kind: 'hook' }): Box {
  const { box } = part;
  return part.bridge ? { x: box.x + bridge.side, y: box.y + 26, width: hookWidth.PREROUTING, height: 48 } : box;
}

/** Beside the station where it is, so that it covers none: under those of the upper floor, over those of the lower one. */
function packetPoint(model: TunnelModel, at: Omit<TunnelLayout, 'packet' | 'foot'>): Pick<TunnelLayout, 'packet' | 'foot'> {
  const { isOuter, device } = model;
  const floor = isOuter ? at.outer : at.inner;
  if (device.progress === 'here') return { packet: { x: at.device.x + at.device.width / 2, y: floors.inner }, foot: floors.inner };
  const { standing } = (isOuter ? model.outer : model.inner).model;
  const named = standing?.at === 'hook' ? standing.hook : null;
  const hook = floor.parts.find((each) => each.kind === 'hook' && each.hook.hook === named);
  const bridged = floor.parts.find((each) => each.kind === 'hook' && each.bridge);
  if (standing?.at === 'up' && bridged?.kind === 'hook' && bridged.bridge)
    return { packet: { x: bridged.bridge.bar, y: floor.y }, foot: floor.y };
  const door = standing?.at === 'to' ? floor.parts.at(-1) : floor.parts[0];
  const box = hook?.kind === 'hook' ? hookBoxOf(hook) : (door?.box ?? at.device);
  const x = box.x + box.width / 2;
  return isOuter ? { packet: { x, y: floor.y - 60 }, foot: box.y } : { packet: { x, y: floor.y + 60 }, foot: box.y + box.height };
}
