// The packets that the canvas draws over the Objects zoom, at this very moment.

import { packetSize } from '../ui/glyphs/packet-shape.ts';
import type { Sprite } from './compositor.ts';
import { type Followed, lookAt } from './followed.ts';
import { headingAt, pointAt } from './geometry.ts';
import type { PacketMotion } from './motion.ts';
import type { Route } from './routing.ts';
import type { Scene } from './scene.ts';

/** The followed packet, and the errors that lie on their way back. `k` enlarges them where the drawing is shrunk; `placed` rings the followed one, where it jumps instead of moving. */
export function spritesOf(scene: Scene, motion: PacketMotion, flow: number, k: number, placed = false): Sprite[] {
  const { followed, route } = scene;
  if (!followed || !route) return [];
  const sprites: Sprite[] = scene.answers.map(({ packet, route: back }) => {
    // On a level stretch near its beginning, where its code can be read.
    const first = Math.min(58, back.track.length * 0.4);
    const along = [first, first + 30, first + 60, first + 90].find((each) => /left|right/.test(headingAt(back.track, each))) ?? first;
    const at = pointAt(back.track, along);
    const heading = headingAt(back.track, along);
    return {
      ...at,
      look: { ...lookAt(packet, 0, heading), filled: false },
      size: packetSize(packet.label, 20 * k),
      alpha: 1,
    };
  });
  const arrived = followed.verdict !== null && !motion.moving;
  if (!arrived) sprites.push({ ...spriteAt(followed, route, motion, flow, k), placed });
  return sprites;
}

function spriteAt(followed: Followed, { track }: Route, { distance, moving }: PacketMotion, flow: number, k: number): Sprite {
  const heading = headingAt(track, distance);
  const upright = heading === 'up' || heading === 'down';
  const size = packetSize(followed.packet.label, 24 * k);
  const { x, y } = pointAt(track, distance);
  return {
    x,
    y,
    look: lookAt(followed.packet, moving && followed.index > 0 ? followed.index - 1 : followed.index, heading, flow),
    size: upright ? { width: size.width - 12 * k, height: 36 * k } : size,
    alpha: 1,
  };
}
