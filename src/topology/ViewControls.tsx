// Zoom and fit, shown where the whole is not in view at its own size; and a small map for clusters of many nodes.

import { useReactFlow, useStore } from '@xyflow/react';
import { createPortal } from 'react-dom';
import { DrawingMap } from './DrawingMap.tsx';
import type { SurfaceProps } from './Surface.tsx';
import { fittingView } from './view.ts';

export function ViewControls({ drawing, map }: Pick<SurfaceProps, 'drawing' | 'map'>) {
  const flow = useReactFlow();
  // Beside React Flow, not inside of it: an overview's canvas lies between the two.
  const host = useStore((state) => state.domNode?.parentElement ?? null);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const isFitted = useStore((state) => {
    const [fitX, fitY, fitZoom] = fittingView(drawing, state.width, state.height);
    const [x, y, zoom] = state.transform;
    return Math.abs(x - fitX) < 2 && Math.abs(y - fitY) < 2 && Math.abs(zoom - fitZoom) < 0.01;
  });
  if (host === null || (isFitted && map.length === 0)) return null;
  return createPortal(
    <div className="view-panel">
      {map.length > 0 && !isFitted && <DrawingMap drawing={drawing} marks={map} />}
      <div className="view-controls">
        <button type="button" aria-label="Zoom out" onClick={() => flow.zoomOut({ duration: 120 })}>
          <Mark d="M3,8 H13" />
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => flow.zoomIn({ duration: 120 })}>
          <Mark d="M3,8 H13 M8,3 V13" />
        </button>
        <button
          type="button"
          aria-label="Fit the cluster"
          disabled={isFitted}
          onClick={() => {
            const [x, y, zoom] = fittingView(drawing, width, height);
            flow.setViewport({ x, y, zoom }, { duration: 320 });
          }}
        >
          <Mark d="M2.5,6 V2.5 H6 M10,2.5 H13.5 V6 M13.5,10 V13.5 H10 M6,13.5 H2.5 V10" />
        </button>
      </div>
    </div>,
    host,
  );
}

function Mark({ d }: { d: string }) {
  return (
    <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true">
      <path d={d} fill="none" stroke="currentColor" strokeWidth={1.7} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
