// A drawing of fixed measures, fitted into its pane: below a readable scale it scrolls instead of shrinking. Packets
// move on a canvas over it.

import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Sprite } from './compositor.ts';
import type { PacketMotion } from './motion.ts';
import { PacketCanvas, type View } from './PacketCanvas.tsx';

export function Stage({
  width,
  height,
  minZoom = 0.9,
  maxZoom = 1.6,
  focus,
  motion,
  sprites,
  theme,
  label,
  children,
}: {
  width: number;
  height: number;
  minZoom?: number;
  maxZoom?: number;
  /** The point to keep in view where the drawing scrolls. */
  focus?: { readonly x: number; readonly y: number } | null;
  motion: PacketMotion;
  sprites: () => readonly Sprite[];
  theme: 'light' | 'dark';
  label: string;
  children: ReactNode;
}) {
  const pane = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element) return;
    const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const zoom = Math.max(minZoom, Math.min(room.width / width, room.height / height, maxZoom));
  const view = useMemo((): View => ({ transform: () => [0, 0, zoom], subscribe: () => () => {} }), [zoom]);

  const focusX = focus?.x;
  const focusY = focus?.y;
  useEffect(() => {
    const element = pane.current;
    if (!element || focusX === undefined || focusY === undefined) return;
    element.scrollLeft = nearest(element.scrollLeft, focusX * zoom, element.clientWidth);
    element.scrollTop = nearest(element.scrollTop, focusY * zoom, element.clientHeight);
  }, [focusX, focusY, zoom]);

  return (
    <div ref={pane} className="stage">
      <div className="stage-inner" style={{ width: width * zoom, height: height * zoom }}>
        <svg viewBox={`0 0 ${width} ${height}`} width={width * zoom} height={height * zoom} role="img" aria-label={label}>
          {children}
        </svg>
        <PacketCanvas motion={motion} view={view} sprites={sprites} theme={theme} />
      </div>
    </div>
  );
}

/** The scroll offset nearest to the present one that shows `at` with some room around it. */
function nearest(now: number, at: number, room: number): number {
  const margin = Math.min(160, room / 3);
  if (at < now + margin) return at - margin;
  return at > now + room - margin ? at - room + margin : now;
}
