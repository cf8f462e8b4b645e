// Many packets at once, each at its place at one virtual moment: between two hops it is as far along its way as time has
// gone. Their stamps are drawn once and copied.

import type { TracedPacket } from '../protocol/messages.ts';
import { packetSize } from '../ui/glyphs/packet-shape.ts';
import type { Sprite } from './compositor.ts';
import { lookAt } from './followed.ts';
import { headingAt, pointAt } from './geometry.ts';
import type { Layout } from './layout.ts';
import { type Route, routePacket } from './routing.ts';

/** Packets in flight, and the clock that they follow. */
export interface Crowd {
  readonly packets: readonly { readonly packet: TracedPacket; readonly flow: number }[];
  /** The virtual moment, asked on every frame. */
  nowUs(): number;
  readonly isRunning: boolean;
}

export interface RoutedPacket {
  readonly packet: TracedPacket;
  readonly flow: number;
  readonly route: Route;
}

/** Routes every packet; do it once for a layout. */
export function routeCrowd(crowd: Crowd, layout: Layout): readonly RoutedPacket[] {
  return crowd.packets.flatMap(({ packet, flow }) =>
    packet.hops.length > 1 ? [{ packet, flow, route: routePacket(packet, layout) }] : [],
  );
}

/** Those that are under way at `nowUs`. */
export function crowdSprites(routed: readonly RoutedPacket[], nowUs: number, k: number): Sprite[] {
  const sprites: Sprite[] = [];
  for (const { packet, flow, route } of routed) {
    const last = packet.hops.length - 1;
    if (nowUs < (packet.hops[0]?.timeUs ?? 0) || nowUs >= (packet.hops[last]?.timeUs ?? 0)) continue;
    const index = indexAt(packet, nowUs);
    const [from, to] = [packet.hops[index]?.timeUs ?? 0, packet.hops[index + 1]?.timeUs ?? 0];
    const share = to > from ? (nowUs - from) / (to - from) : 0;
    const [start, end] = [route.stops[index] ?? 0, route.stops[index + 1] ?? 0];
    const at = start + (end - start) * share;
    const heading = headingAt(route.track, at);
    sprites.push({
      ...pointAt(route.track, at),
      look: { ...lookAt(packet, index, heading, flow), ring: false },
      size: packetSize(packet.label, 16 * k),
      alpha: 1,
    });
  }
  return sprites;
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
