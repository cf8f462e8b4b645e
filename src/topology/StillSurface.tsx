// The drawing as it is first seen: all of it, fitted into its pane, and complete in itself. What moves the view is a
// chunk of its own that takes this one's place later, to the pixel.

import { type ReactNode, useLayoutEffect, useState } from 'react';
import { BoxButton } from './BoxButton.tsx';
import type { PlacedBox } from './boxes.ts';
import type { Layout } from './layout.ts';
import { type DrawingView, fittingView } from './view.ts';

export function StillSurface({
  boxes,
  layout,
  view,
  size,
  children,
}: {
  boxes: readonly PlacedBox[];
  layout: Layout;
  view: DrawingView;
  size: { readonly width: number; readonly height: number };
  children: ReactNode;
}) {
  const [x, y, zoom] = fittingView(layout, size.width, size.height);
  useLayoutEffect(() => {
    if (size.width > 0 && size.height > 0) view.set([x, y, zoom]);
  }, [view, size, x, y, zoom]);
  if (size.width === 0 || size.height === 0) return null;
  return (
    <div className="surface" style={{ transform: `translate(${x}px, ${y}px) scale(${zoom})` }}>
      {boxes.map(({ id, x: left, y: top, width, height, zIndex, data }) => (
        <div key={id} className="placed" style={{ transform: `translate(${left}px, ${top}px)`, width, height, zIndex }}>
          <BoxButton id={id} data={data} />
        </div>
      ))}
      {children}
    </div>
  );
}

/** The size of an element's inside, as it is now. */
export function useSize(): readonly [(element: HTMLElement | null) => void, { readonly width: number; readonly height: number }] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return [setElement, size];
}
