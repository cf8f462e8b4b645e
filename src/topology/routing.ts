// The way of one packet over the drawing: pod wall, cni0, the station's track, eth0, the rail, the other node. Orthogonal;
// a packet that comes back out of the side by which it entered keeps to two lanes, so that it never meets itself.

import type { Hop, TracedPacket } from '../protocol/messages.ts';
import { isNeighbourTalk } from '../state/stepping.ts';
import { type Point, roundedTrack, type Track } from './geometry.ts';
import { type Layout, lane as layoutLane, type NodePlace, type PodPlace, type WorldDevice, worldDevices } from './layout.ts';
import { endsOf, hostOf } from './text.ts';

export interface Route {
  readonly track: Track;
  /** How far along the track each hop stands, in the order of the hops. */
  readonly stops: readonly number[];
}

/** There and back are drawn side by side where an answer returns by the way that the question came. */
export type Lane = 'middle' | 'there' | 'back';

/** The hops that happen in one place, and how many hops on the wire led there. */
interface Visit {
  readonly place: string;
  readonly hops: number[];
  readonly wire: number[];
}

/** A line under construction: its corners, and which corner each hop stands on. */
interface Line {
  readonly corners: Point[];
  readonly cornerOf: number[];
}

const cornerRadius = 10;
const laneGap = 8;
/** The two lanes inside a station: below the rows of its chains, above its foot. */
const upperTrack = -4;
const lowerTrack = 8;
/** Lanes on a rail. */
const railGap = 9;
const door = 27;
const firstRail = layoutLane.firstNode - layoutLane.rail;

/** Routes a packet through all of its hops. */
export function routePacket(packet: TracedPacket, layout: Layout, lane: Lane = 'middle'): Route {
  const visits = visitsOf(packet.hops, isNeighbourTalk(packet) ? mainLine(packet, layout) : () => true);
  const line: Line = { corners: [], cornerOf: [] };
  for (const [i, visit] of visits.entries()) {
    const before = visits[i - 1];
    if (before) connect(line, layout, before.place, visit, lane, turnsLater(layout, visits, i), packet.hops);
    else if (visit.wire.length > 0) stand(line, { x: firstRail, y: layout.wireY }, visit.wire);
    enter(line, layout, packet.hops, visits, i, lane);
  }
  const track = roundedTrack(line.corners.length > 0 ? line.corners : [layout.world.world], cornerRadius);
  let reached = 0;
  const stops = packet.hops.map((_, i) => {
    const corner = line.cornerOf[i];
    // A hop off the line, such as a broadcast's other copies, is told where the packet already is.
    reached = Math.max(reached, corner === undefined ? 0 : (track.stops[corner] ?? 0));
    return reached;
  });
  const isDoor = (visit: Visit | undefined) => visit !== undefined && visit.place !== 'wire' && !layout.nodes.has(visit.place);
  return { track, stops: besideDoors(stops, track.length, isDoor(visits[0]), isDoor(visits.at(-1))) };
}

/** Of a broadcast, the copy that was meant: from its sender to the one that took it. */
function mainLine({ from, fate }: TracedPacket, layout: Layout): (hop: Hop) => boolean {
  const machineOf = (place: string) => podAt(layout, place)?.node ?? place;
  const places = new Set([from, fate?.node ?? '', machineOf(from), machineOf(fate?.node ?? '')]);
  return (hop) =>
    places.has(hop.node) || (hop.node === 'wire' && hop.kind === 'if' && [...places].some((place) => hop.ifc === `to-${place}`));
}

/** A packet stands beside the pod that it leaves or enters, not over its name. */
function besideDoors(stops: readonly number[], length: number, first: boolean, last: boolean): number[] {
  const room = length / 2;
  const moved = stops.map((stop, i) => {
    const after = first ? Math.min(door + 7 * i, room) : 0;
    const before = last ? length - Math.min(door + 7 * (stops.length - 1 - i), room) : length;
    return Math.min(Math.max(stop, i < 2 ? after : 0), i > stops.length - 3 ? before : length);
  });
  // The end may have been drawn back past hops that stood there: no packet goes backwards.
  for (let i = moved.length - 2; i >= 0; i--) moved[i] = Math.min(moved[i] as number, moved[i + 1] as number);
  return moved;
}

/** Where a hop is, without regard to the packet's way: for things that point at it. */
export function placeOf(hop: Hop, layout: Layout): Point {
  const pod = podAt(layout, hop.node);
  if (pod) return { x: pod.box.x, y: middle(pod) };
  const node = layout.nodes.get(hop.node);
  if (!node) return layout.world[deviceOf(hop.node) ?? 'world'];
  if (hop.kind !== 'if') return { x: node.station.x + node.station.width / 2, y: node.trackY };
  if (hop.ifc === 'cni0') return { x: node.cni0.x + node.cni0.width / 2, y: node.trackY };
  const behind = podBehind(layout, node, hop.ifc);
  return behind ? vethPoint(node, middle(behind)) : eth0Point(node, node.trackY);
}

/** Where a sender's clock stands: on its pod's wall, or beside the device. Null for a pod that is not drawn. */
export function besideSender(sender: string, layout: Layout): Point | null {
  const pod = podAt(layout, sender);
  if (pod) return { x: pod.box.x - 8, y: middle(pod) };
  const device = deviceOf(sender);
  return device === undefined ? null : { x: layout.world[device].x + 18, y: layout.world[device].y - 14 };
}

/** The pod of a hop's place, `namespace/name`. */
export function podAt(layout: Layout, place: string): PodPlace | undefined {
  return place.includes('/') ? layout.pods.get(`Pod/${place}`) : undefined;
}

function visitsOf(hops: readonly Hop[], isMain: (hop: Hop) => boolean): Visit[] {
  const visits: Visit[] = [];
  let wire: number[] = [];
  hops.forEach((hop, i) => {
    if (!isMain(hop)) return;
    if (hop.node === 'wire') {
      wire.push(i);
      return;
    }
    const last = visits.at(-1);
    if (last && last.place === hop.node && wire.length === 0) last.hops.push(i);
    else visits.push({ place: hop.node, hops: [i], wire });
    wire = [];
  });
  if (wire.length > 0) visits.push({ place: 'wire', hops: [], wire });
  return visits;
}

function stand(line: Line, point: Point, hops: readonly number[] = []): void {
  const last = line.corners.at(-1);
  if (!last || last.x !== point.x || last.y !== point.y) line.corners.push(point);
  for (const hop of hops) line.cornerOf[hop] = line.corners.length - 1;
}

function enter(line: Line, layout: Layout, hops: readonly Hop[], visits: readonly Visit[], i: number, lane: Lane): void {
  const visit = visits[i] as Visit;
  const pod = podAt(layout, visit.place);
  if (pod) {
    const node = pod.node ? layout.nodes.get(pod.node) : undefined;
    const inner = hops[visit.hops[0] as number];
    if (inner?.kind === 'if' && inner.ifc === 'lo') {
      // It never leaves the pod: it stands in the free corner of its cell.
      stand(line, { x: pod.box.x + pod.box.width - 33, y: pod.box.y + 31 }, visit.hops);
      return;
    }
    stand(line, { x: pod.box.x, y: podY(pod, node, laneIn(lane, layout, hops, visits, i)) }, visit.hops);
    return;
  }
  const node = layout.nodes.get(visit.place);
  if (node) crossNode(line, layout, node, hops, visits, i, lane);
  else if (visit.place !== 'wire') stand(line, devicePoint(layout, visit.place), visit.hops);
}

type Side = { readonly kind: 'pod'; readonly pod: PodPlace } | { readonly kind: 'wire' } | { readonly kind: 'self' };

/** One machine: in by a side, over the track from hook to hook, out by a side. */
function crossNode(
  line: Line,
  layout: Layout,
  node: NodePlace,
  hops: readonly Hop[],
  visits: readonly Visit[],
  at: number,
  lane: Lane,
): void {
  const visit = visits[at] as Visit;
  const mine = visit.hops.map((i) => ({ i, hop: hops[i] as Hop }));
  const from = sideTowards(layout, node, visits[at - 1]) ?? sideOf(layout, node, mine[0]?.hop, 'rx');
  const to = sideTowards(layout, node, visits[at + 1]) ?? sideOf(layout, node, mine.at(-1)?.hop, 'tx');
  const firstRule = mine.findIndex(({ hop }) => hop.kind !== 'if');
  const lastRule = mine.findLastIndex(({ hop }) => hop.kind !== 'if');
  const arriving = firstRule < 0 ? mine.filter(({ hop }) => isArrival(hop)) : mine.slice(0, firstRule);
  const leaving = firstRule < 0 ? mine.filter(({ hop }) => !isArrival(hop)) : mine.slice(lastRule + 1);
  const asked = firstRule < 0 ? [] : mine.slice(firstRule, lastRule + 1);

  const turns = from.kind !== 'self' && from.kind === to.kind;
  const upwards = turns && from.kind === 'wire' && leavesUpwards(layout, node, visits[at + 1]);
  const bridged = turns && asked.length === 0 && from.kind === 'pod' && to.kind === 'pod';
  const inY = trackHeight(node, turns ? (upwards ? 'back' : 'there') : lane, from, to);
  const outY = trackHeight(node, turns ? (upwards ? 'there' : 'back') : lane, from, to);
  const sameDoor = turns && from.kind === 'pod' && to.kind === 'pod' && from.pod === to.pod;
  const inLane = sameDoor ? 'there' : lane;
  const outLane = sameDoor ? 'back' : lane;

  passSide(line, node, from, arriving, bridged ? null : inY, inLane);
  if (!bridged) passStation(line, node, { from, to, inY, outY, turns }, groupsOf(asked));
  passSide(line, node, to, leaving, bridged ? null : outY, outLane, true);
}

interface Placed {
  readonly i: number;
  readonly hop: Hop;
}

/** Veth and bridge, or eth0: between the box's edge and the station. `trackY` is null for a frame that stays on the bridge. */
function passSide(line: Line, node: NodePlace, side: Side, hops: readonly Placed[], trackY: number | null, lane: Lane, out = false): void {
  if (side.kind === 'self') return;
  const at = (test: (hop: Hop) => boolean) => hops.filter(({ hop }) => test(hop)).map(({ i }) => i);
  const points: [Point, number[]][] = [];
  if (side.kind === 'pod') {
    const y = podY(side.pod, node, lane);
    const bridgeX = node.cni0.x + node.cni0.width / 2 + laneShift(lane);
    const onBridge = at((hop) => hop.kind === 'if' && hop.ifc === 'cni0');
    points.push([vethPoint(node, y), at((hop) => !(hop.kind === 'if' && hop.ifc === 'cni0'))]);
    points.push([{ x: bridgeX, y }, trackY === null ? onBridge : []]);
    if (trackY !== null) points.push([{ x: bridgeX, y: trackY }, onBridge]);
  } else if (trackY !== null) {
    const rail = line.corners.at(-1);
    if (!out && rail && rail.x < node.box.x) points.push([{ x: rail.x, y: trackY }, []]);
    points.push([{ x: node.box.x, y: trackY }, []]);
    points.push([eth0Point(node, trackY), hops.map(({ i }) => i)]);
  }
  for (const [point, indices] of out ? points.reverse() : points) stand(line, point, indices);
}

/** The hooks, spread evenly between the side of entry and the side of exit. */
function passStation(
  line: Line,
  node: NodePlace,
  way: { readonly from: Side; readonly to: Side; readonly inY: number; readonly outY: number; readonly turns: boolean },
  groups: readonly number[][],
): void {
  const { x, width } = node.station;
  const edge = { pod: x + width * 0.65, wire: x + width * 0.35 };
  // A packet that ends here ends on the far side: room for its answer to leave beside it.
  const near = (side: Side) => (side.kind !== 'self' ? edge[side.kind] : way.from.kind === 'pod' ? edge.wire : x + width / 2);
  if (!way.turns) {
    const [start, end] = [near(way.from), near(way.to)];
    const y = way.from.kind === 'self' ? way.outY : way.inY;
    if (groups.length === 0) stand(line, { x: (start + end) / 2, y });
    groups.forEach((group, g) => {
      const share = groups.length === 1 ? 0.5 : g / (groups.length - 1);
      stand(line, { x: start + (end - start) * share, y }, group);
    });
    return;
  }
  const start = near(way.from);
  const turnX = start + (way.from.kind === 'pod' ? -0.4 : 0.4) * width;
  const middleY = (way.inY + way.outY) / 2;
  const there = groups.slice(0, Math.floor(groups.length / 2));
  const back = groups.slice(Math.ceil(groups.length / 2));
  const turning = groups.slice(there.length, groups.length - back.length);
  const between = (g: number, count: number) => start + (turnX - start) * ((g + 1) / (count + 1));
  for (const [g, group] of there.entries()) stand(line, { x: between(g, there.length), y: way.inY }, group);
  stand(line, { x: turnX, y: way.inY });
  stand(line, { x: turnX, y: middleY }, turning.flat());
  stand(line, { x: turnX, y: way.outY });
  for (const [g, group] of back.entries()) stand(line, { x: between(back.length - 1 - g, back.length), y: way.outY }, group);
}

/** Neighbouring hops in one hook share a place; an interface between two hooks has its own. */
function groupsOf(hops: readonly Placed[]): number[][] {
  const groups: number[][] = [];
  let last: string | null = null;
  for (const { i, hop } of hops) {
    const name = hop.kind === 'if' ? hop.ifc : hop.hook;
    if (name === last) groups.at(-1)?.push(i);
    else groups.push([i]);
    last = name;
  }
  return groups;
}

function isArrival(hop: Hop): boolean {
  return hop.kind === 'if' && hop.dir === 'rx';
}

/** Where the packet goes next from a machine that it only passed: the lane is chosen so that it crosses nothing. */
function leavesUpwards(layout: Layout, node: NodePlace, next: Visit | undefined): boolean {
  const place = next && layout.nodes.get(next.place);
  return place !== undefined && place.trackY < node.trackY;
}

/** True if a later machine sends the packet back out to the wire: until there it keeps to the outer lane of the rail. */
function turnsLater(layout: Layout, visits: readonly Visit[], from: number): boolean {
  const isOnWire = (visit: Visit | undefined) => visit !== undefined && !podAt(layout, visit.place);
  return visits.some((visit, i) => i >= from && layout.nodes.has(visit.place) && isOnWire(visits[i - 1]) && isOnWire(visits[i + 1]));
}

/** The side on which the neighbouring visit lies, if there is one. */
function sideTowards(layout: Layout, node: NodePlace, visit: Visit | undefined): Side | undefined {
  if (!visit) return undefined;
  const pod = podAt(layout, visit.place);
  if (pod) return pod.node === node.view.name ? { kind: 'pod', pod } : undefined;
  return { kind: 'wire' };
}

function sideOf(layout: Layout, node: NodePlace, hop: Hop | undefined, direction: 'rx' | 'tx'): Side {
  if (hop?.kind !== 'if' || hop.dir !== direction || hop.ifc === 'lo') return { kind: 'self' };
  const pod = podBehind(layout, node, hop.ifc);
  if (pod) return { kind: 'pod', pod };
  return hop.ifc === 'cni0' || hop.ifc.startsWith('veth') ? { kind: 'self' } : { kind: 'wire' };
}

/** The pod at the other end of a node's veth. */
function podBehind(layout: Layout, node: NodePlace, ifc: string): PodPlace | undefined {
  const pod = node.view.interfaces.find((each) => each.name === ifc)?.pod;
  return pod === undefined ? undefined : layout.pods.get(`Pod/${pod}`);
}

/** From the place before to the place of this visit, over the node network where they are not on one machine. */
function connect(line: Line, layout: Layout, before: string, visit: Visit, lane: Lane, arriving: boolean, hops: readonly Hop[]): void {
  if ([before, visit.place].includes('internet')) {
    // Beyond the router there is one host, on a line of its own.
    stand(line, layout.world.router, visit.wire);
    return;
  }
  const from = outside(line, layout, before, lane, arriving);
  const to = visit.place === 'wire' ? lostPoint(layout, from, hops) : outside(line, layout, visit.place, lane, arriving);
  if (!from || !to) return;
  const way: Point[] = [from];
  if (from.x !== to.x) {
    way.push({ x: from.x, y: layout.wireY }, { x: to.x, y: layout.wireY });
  }
  way.push(to);
  standAlong(line, way, visit.wire);
}

/** Where a packet is lost between machines: about half way to the one that it was meant for, or where the network leads out. */
function lostPoint(layout: Layout, from: Point | undefined, hops: readonly Hop[]): Point {
  const x = from?.x ?? firstRail;
  const target = hostOf(endsOf(hops.at(-1)?.addr ?? '').destination);
  const meant = [...layout.nodes.values()].find(({ view }) => view.address === target || view.second === target);
  const isOnRail = from !== undefined && meant !== undefined && Math.abs(meant.railX - x) <= railGap && meant.trackY !== from.y;
  if (isOnRail) return { x, y: (from.y + meant.trackY) / 2 };
  return { x: meant ? x + (meant.railX - x) * 0.62 : x, y: layout.wireY };
}

/** Spreads the hops of the wire over the way that they lead. */
function standAlong(line: Line, way: readonly Point[], hops: readonly number[]): void {
  const track = roundedTrack(way, 0);
  const marks = hops.map((_, h) => (track.length * (h + 1)) / (hops.length + 1));
  way.forEach((point, i) => {
    const from = i === 0 ? -1 : (track.stops[i - 1] as number);
    const to = track.stops[i] as number;
    marks.forEach((mark, h) => {
      if (mark <= from || mark > to || i === 0) return;
      const share = (mark - from) / (to - from);
      const start = way[i - 1] as Point;
      stand(line, { x: start.x + (point.x - start.x) * share, y: start.y + (point.y - start.y) * share }, [hops[h] as number]);
    });
    stand(line, point);
  });
}

/** Where a place meets the node network; undefined for a pod, which meets only its own node. */
function outside(line: Line, layout: Layout, place: string, lane: Lane, arriving: boolean): Point | undefined {
  const node = layout.nodes.get(place);
  if (node) {
    const last = line.corners.at(-1);
    const y = last && Math.abs(last.y - node.trackY) <= lowerTrack && last.x <= node.eth0.x + node.eth0.width ? last.y : node.trackY;
    return { x: node.railX + laneShift(lane) / 2 - (arriving ? railGap : 0), y };
  }
  const device = deviceOf(place);
  if (device === 'world') return { x: layout.world.world.x + 18, y: layout.wireY };
  if (device && device !== 'internet') return { x: layout.world[device].x + 36, y: layout.world[device].y };
  return undefined;
}

function deviceOf(place: string): WorldDevice | undefined {
  return worldDevices.find((device) => device === place);
}

function devicePoint(layout: Layout, place: string): Point {
  const device = deviceOf(place) ?? 'world';
  const { x, y } = layout.world[device];
  return device === 'internet' ? { x, y: y + 42 } : { x: x + 17, y };
}

function eth0Point(node: NodePlace, y: number): Point {
  return { x: node.eth0.x + node.eth0.width / 2, y };
}

function vethPoint(node: NodePlace, y: number): Point {
  return { x: node.cni0.x + node.cni0.width + 8, y };
}

function middle(pod: PodPlace): number {
  return pod.box.y + pod.box.height / 2;
}

/** Above the track the way there runs on the upper side, below it on the lower: the two then nest and never cross. */
function podY(pod: PodPlace, node: NodePlace | undefined, lane: Lane): number {
  const above = !node || middle(pod) < node.trackY;
  return middle(pod) + (lane === 'middle' ? 0 : (lane === 'there') === above ? -laneGap : laneGap);
}

function laneShift(lane: Lane): number {
  return lane === 'middle' ? 0 : lane === 'there' ? -laneGap : laneGap;
}

function trackHeight(node: NodePlace, lane: Lane, from: Side, to: Side): number {
  if (lane === 'middle') return node.trackY;
  const [a, b] = [from, to].map((side) => (side.kind === 'pod' ? middle(side.pod) : null));
  const upperFirst = a != null && b != null && a !== b ? a < b : (a ?? b ?? 0) <= node.trackY;
  return node.trackY + ((lane === 'there') === upperFirst ? upperTrack : lowerTrack);
}

function laneIn(lane: Lane, layout: Layout, hops: readonly Hop[], visits: readonly Visit[], i: number): Lane {
  // A pod that calls itself through a Service has its own packet come back: the second visit takes the other lane.
  const place = visits[i]?.place;
  if (lane !== 'middle' || !place || !podAt(layout, place) || hops.length === 0) return lane;
  const others = visits.filter((visit) => visit.place === place).length > 1;
  if (!others) return lane;
  return visits.findIndex((visit) => visit.place === place) === i ? 'there' : 'back';
}
