// Many packets at once, each at its place at one virtual moment: between two hops it is as far along its way as time has
// gone. Their stamps are drawn once and copied.

import type { Hop, TracedPacket } from '../protocol/messages.ts';
import { type PacketLook, packetSize } from '../ui/glyphs/packet-shape.ts';
import type { Sprite } from './compositor.ts';
import { lookAt } from './followed.ts';
import { headingAt, pointAt } from './geometry.ts';
import type { Layout } from './layout.ts';
import { podAt, type Route, routePacket } from './routing.ts';

export interface CrowdPacket {
  readonly packet: TracedPacket;
  /** Its colour, 1 to 6. */
  readonly flow: number;
  /** When and for how long it is shown on its whole way; without it, at the times of its hops. */
  readonly span?: { readonly startUs: number; readonly durationUs: number };
}

/** Packets in flight, and the clock that they follow. */
export interface Crowd {
  readonly packets: readonly CrowdPacket[];
  /** The virtual moment, asked on every frame. */
  nowUs(): number;
  readonly isRunning: boolean;
}

export interface RoutedPacket extends CrowdPacket {
  readonly route: Route;
  /** How it looks on its way, by hop, heading and enlargement: worked out once, for it looks so for many frames. */
  readonly looks: Map<string, Pick<Sprite, 'look' | 'size'>>;
}

/** Routes every packet; do it once for a layout. */
export function routeCrowd(crowd: Crowd, layout: Layout): readonly RoutedPacket[] {
  // Many may go the way of one.
  const routes = new Map<TracedPacket, Route>();
  return crowd.packets.flatMap((one) => {
    // Pods come and go under a load: who is not drawn now was not there then.
    if (one.packet.hops.length < 2 || !one.packet.hops.every((hop) => isDrawn(hop, layout))) return [];
    const route = routes.get(one.packet) ?? routePacket(one.packet, layout);
    routes.set(one.packet, route);
    return [{ ...one, route, looks: new Map() }];
  });
}

function isDrawn({ node }: Hop, layout: Layout): boolean {
  return !node.includes('/') || podAt(layout, node) !== undefined;
}

/** Those that are under way at `nowUs`. */
export function crowdSprites(routed: readonly RoutedPacket[], nowUs: number, k: number): Sprite[] {
  const sprites: Sprite[] = [];
  for (const one of routed) {
    const { packet, route, span } = one;
    const last = packet.hops.length - 1;
    if (span) {
      const share = (nowUs - span.startUs) / span.durationUs;
      if (share < 0 || share >= 1) continue;
      const at = (route.stops[last] ?? 0) * share;
      const index = Math.max(
        0,
        route.stops.findLastIndex((stop) => stop <= at),
      );
      sprites.push(spriteAt(one, at, index, k));
      continue;
    }
    if (nowUs < (packet.hops[0]?.timeUs ?? 0) || nowUs >= (packet.hops[last]?.timeUs ?? 0)) continue;
    const index = indexAt(packet, nowUs);
    const [from, to] = [packet.hops[index]?.timeUs ?? 0, packet.hops[index + 1]?.timeUs ?? 0];
    const share = to > from ? (nowUs - from) / (to - from) : 0;
    const [start, end] = [route.stops[index] ?? 0, route.stops[index + 1] ?? 0];
    sprites.push(spriteAt(one, start + (end - start) * share, index, k));
  }
  return sprites;
}

function spriteAt(one: RoutedPacket, at: number, index: number, k: number): Sprite {
  const { track } = one.route;
  const { x, y } = pointAt(track, at);
  return { x, y, ...lookOf(one, index, headingAt(track, at), k), alpha: 1 };
}

function lookOf({ packet, flow, looks }: RoutedPacket, index: number, heading: PacketLook['heading'], k: number) {
  const key = `${index} ${heading} ${k}`;
  const known = looks.get(key);
  if (known) return known;
  const look = { look: { ...lookAt(packet, index, heading, flow), ring: false }, size: packetSize(packet.label, 16 * k) };
  looks.set(key, look);
  return look;
}

/** The last hop that has happened. */
function indexAt({ hops }: TracedPacket, nowUs: number): number {
  let [low, high] = [0, hops.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((hops[middle]?.timeUs ?? 0) <= nowUs) low = middle;
    else high = middle - 1;
  }
  return low;
}
