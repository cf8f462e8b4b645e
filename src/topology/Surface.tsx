// What carries a drawing: a still surface at once, and React Flow, which lets the reader move it, once it has come.

import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import { later } from '../ui/later.tsx';
import type { PlacedBox } from './boxes.ts';
import type { MapMark } from './DrawingMap.tsx';
import type { Box, Point } from './geometry.ts';
import { StillSurface } from './StillSurface.tsx';
import type { DrawingView } from './view.ts';

// Not on the first screen: it is there to move the view.
const FlowSurface = later(() => import('./FlowSurface.tsx').then((module) => module.FlowSurface));

/** What the view is asked to show. */
export interface SurfaceLook {
  /** A new one for each request. */
  readonly request: object;
  /** Null: the whole drawing. */
  readonly box: Box | null;
  /** The box that then has the focus. */
  readonly key: string | null;
}

export interface SurfaceProps {
  readonly boxes: readonly PlacedBox[];
  /** `atTop`: it hangs from the pane's upper edge where there is room below. */
  readonly drawing: { readonly width: number; readonly height: number; readonly atTop?: boolean };
  readonly view: DrawingView;
  readonly size: { readonly width: number; readonly height: number };
  /** A small map pays where there are many machines; else it is empty. */
  readonly map: readonly MapMark[];
  onSelect(key: string | null): void;
  readonly look: SurfaceLook | null;
  /** Told when the reader zooms beyond what this drawing can show. */
  readonly zooms: { in(): void; out(): void } | null;
  onDrag?(key: string, by: Point): void;
  onDrop?(key: string, by: Point): void;
  readonly children: ReactNode;
}

export function Surface({ isEmpty, ...props }: SurfaceProps & { isEmpty: boolean }) {
  const [isMovable, setMovable] = useState(false);
  return (
    <>
      {!isMovable && <StillSurface {...props} />}
      {!isEmpty && props.size.width > 0 && (
        // React Flow makes its boxes visible by itself: until it takes over, they are none to a keyboard or a screen reader.
        <div
          className="flow-surface"
          style={{ visibility: isMovable ? undefined : 'hidden' }}
          inert={!isMovable}
          aria-hidden={isMovable ? undefined : true}
        >
          <FlowSurface {...props} onReady={() => requestAnimationFrame(() => keepFocus(() => setMovable(true)))} />
        </div>
      )}
    </>
  );
}

/** One surface goes and the other comes: a box that had the focus has it still. */
function keepFocus(change: () => void): void {
  const key = document.activeElement?.getAttribute('data-key');
  flushSync(change);
  if (key) document.querySelector<HTMLElement>(`.flow-surface [data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
