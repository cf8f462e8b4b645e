// The frame of a drawing of boxes: it tells all that is inside the level of detail, the flow's colour, and what a click on
// a box means.

import type { ReactNode } from 'react';
import { SelectContext } from './BoxButton.tsx';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { LodContext } from './lod.ts';
import type { useFrame } from './use-frame.ts';

export function DrawingFrame({
  frame: { lod, pane, dimming },
  flow = 1,
  stale = false,
  onSelect,
  children,
}: Pick<DrawingProps, 'flow' | 'stale' | 'onSelect'> & { frame: ReturnType<typeof useFrame>; children: ReactNode }) {
  return (
    <LodContext value={lod}>
      <SelectContext value={onSelect}>
        <div
          ref={pane}
          {...dimming}
          className={`cluster-drawing nokey ${lod.level} ${stale ? 'stale' : ''}`}
          style={{ ...flowColour(flow), ['--k' as string]: lod.k }}
        >
          {children}
        </div>
      </SelectContext>
    </LodContext>
  );
}
