// The canvas over the drawing on which packets move. It draws when something moves or the view changes, and rests else.

import { useEffect, useLayoutEffect, useRef } from 'react';
import { drawSprites, readPalette, type Sprite, Stamps } from './compositor.ts';
import { matchCanvas } from './match-canvas.ts';
import type { PacketMotion } from './motion.ts';

/** The view that the canvas lies on. */
export interface View {
  /** x, y and zoom. */
  transform(): readonly [number, number, number];
  subscribe(listener: () => void): () => void;
}

export function PacketCanvas({
  motion,
  view,
  sprites,
  theme,
  isRunning = false,
}: {
  motion: PacketMotion;
  view: View;
  /** What is to be drawn right now. Asked on every frame. */
  sprites: () => readonly Sprite[];
  theme: 'light' | 'dark';
  /** Something moves all the time, beside the followed packet. */
  isRunning?: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const redraw = useRef(() => {});
  const latest = useRef({ sprites, isRunning });
  latest.current = { sprites, isRunning };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read from the page anew when the theme changes
  useEffect(() => {
    const element = canvas.current;
    const g = element?.getContext('2d');
    if (!element || !g) return;
    const palette = readPalette(element);
    const stamps = new Stamps();
    let frame = 0;
    let last = 0;
    // The canvas no longer shows what is to be seen.
    let isOld = true;
    // A canvas that nothing is on stays untouched: what is touched is copied to the screen, all of it.
    let isBlank = false;
    const draw = (now: number) => {
      frame = 0;
      motion.tick(last === 0 ? 0 : Math.min(now - last, 100));
      last = motion.active ? now : 0;
      if (isOld || latest.current.isRunning) paint(latest.current.sprites());
      isOld = false;
      if (motion.active || latest.current.isRunning) next();
    };
    const paint = (moving: readonly Sprite[]) => {
      if (moving.length === 0 && isBlank) return;
      const [x, y, zoom] = view.transform();
      const dpr = devicePixelRatio;
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.clearRect(0, 0, element.width, element.height);
      g.setTransform(zoom * dpr, 0, 0, zoom * dpr, x * dpr, y * dpr);
      drawSprites(g, moving, palette, stamps, zoom * dpr);
      isBlank = moving.length === 0;
    };
    const next = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const ask = () => {
      isOld = true;
      next();
    };
    redraw.current = ask;
    const stops = [motion.subscribe(ask), view.subscribe(ask)];
    // The only place that measures: asking on every frame would make the browser lay out the page between two.
    const resized = new ResizeObserver(() => {
      matchCanvas(element);
      ask();
    });
    resized.observe(element);
    // The codes are written in the page's own face, which may still be on its way.
    document.fonts.ready.then(ask);
    ask();
    return () => {
      cancelAnimationFrame(frame);
      resized.disconnect();
      for (const stop of stops) stop();
    };
  }, [motion, view, theme]);

  useLayoutEffect(() => redraw.current());
  return <canvas ref={canvas} className="packet-canvas" />;
}
