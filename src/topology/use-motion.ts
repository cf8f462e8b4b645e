// Ties the packet's motion to the reader's position: a step moves it over one stretch of its way, a jump sets it down.

import { useEffect, useRef, useState } from 'react';
import type { Position } from '../state/position.ts';
import { PacketMotion, pace } from './motion.ts';
import type { Scene } from './scene.ts';

export interface MotionWish {
  readonly position: Position | null;
  readonly playing: boolean;
  readonly speed: number;
  readonly reducedMotion: boolean;
  readonly onArrive: ((position: Position) => void) | undefined;
}

/** The motion of the followed packet. `onArrive` is told once for each position, when the packet has come and was held. */
export function useMotion({ followed, route }: Pick<Scene, 'followed' | 'route'>, wish: MotionWish): PacketMotion {
  const [motion] = useState(() => new PacketMotion());
  const last = useRef<{ packet: number; index: number } | null>(null);
  const latest = useRef(wish);
  latest.current = wish;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a motion begins when the position changes, not when the speed does
  useEffect(() => {
    const { position, speed, reducedMotion } = latest.current;
    if (!followed || !route || !position) {
      last.current = null;
      return;
    }
    const to = route.stops[followed.index] ?? 0;
    const stepped = last.current?.packet === followed.packet.id && last.current.index === followed.index - 1;
    const from = stepped ? (route.stops[followed.index - 1] ?? 0) : to;
    last.current = { packet: followed.packet.id, index: followed.index };
    const rules = followed.hop.kind !== 'if';
    const hold = pace.rest + (followed.rewrite ? pace.rewrite : 0) + (followed.verdict ? pace.verdict : 0) + (stepped ? 0 : pace.rule);
    const still = reducedMotion || !stepped;
    motion.start(
      { from, to, moveMs: still ? 0 : (rules ? pace.rule : pace.hop) / speed, holdMs: (hold + (reducedMotion ? pace.hop : 0)) / speed },
      () => latest.current.onArrive?.(position),
    );
  }, [motion, wish.position?.walk, wish.position?.packet, wish.position?.hop]);

  // A change of the cluster under a resting packet moves its way: the packet stays at its hop.
  useEffect(() => {
    if (followed && route && !motion.active) motion.place(route.stops[followed.index] ?? 0);
  }, [motion, followed, route]);

  return motion;
}
