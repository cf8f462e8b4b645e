// Zoom and fit, shown where the whole is not in view at its own size; and a small map for clusters of many nodes.

import { MiniMap, Panel, useReactFlow, useStore } from '@xyflow/react';
import type { Layout } from './layout.ts';

/** The view that shows the whole layout in a pane of this size. */
export function fittingView(layout: Pick<Layout, 'width' | 'height'>, width: number, height: number) {
  const zoom = Math.min(width / layout.width, height / layout.height, 1.6);
  return { x: Math.max(0, (width - layout.width * zoom) / 2), y: Math.max(0, (height - layout.height * zoom) / 2), zoom };
}

export function ViewControls({ layout }: { layout: Layout }) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const isFitted = useStore((state) => {
    const fit = fittingView(layout, state.width, state.height);
    const [x, y, zoom] = state.transform;
    return Math.abs(x - fit.x) < 2 && Math.abs(y - fit.y) < 2 && Math.abs(zoom - fit.zoom) < 0.01;
  });
  const many = layout.nodes.size > 4;
  if (isFitted && !many) return null;
  return (
    <>
      <Panel position="bottom-right" className="view-controls">
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
          onClick={() => flow.setViewport(fittingView(layout, width, height), { duration: 320 })}
        >
          <Mark d="M2.5,6 V2.5 H6 M10,2.5 H13.5 V6 M13.5,10 V13.5 H10 M6,13.5 H2.5 V10" />
        </button>
      </Panel>
      {many && !isFitted && (
        <MiniMap className="minimap" pannable zoomable position="top-left" ariaLabel="Map of the cluster" nodeColor="var(--shape)" />
      )}
    </>
  );
}

function Mark({ d }: { d: string }) {
  return (
    <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true">
      <path d={d} fill="none" stroke="currentColor" strokeWidth={1.7} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
