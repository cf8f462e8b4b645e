// The drawing as it is first seen: all of it, fitted into its pane, and complete in itself. What moves the view is a
// chunk of its own that takes this one's place later, to the pixel.

import { useLayoutEffect } from 'react';
import { BoxButton } from './BoxButton.tsx';
import type { SurfaceProps } from './Surface.tsx';
import { fittingView } from './view.ts';

export function StillSurface({ boxes, drawing, view, size, children }: SurfaceProps) {
  const [x, y, zoom] = fittingView(drawing, size.width, size.height);
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
