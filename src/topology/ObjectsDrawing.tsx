// The Objects zoom: boxes in their places, wires and paths over them, and one canvas for the packets. A still surface
// carries them first; React Flow takes over once it has come.

import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { later } from '../ui/later.tsx';
import { SelectContext } from './BoxButton.tsx';
import { boxesOf } from './boxes.ts';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { clusterOf } from './graph.ts';
import { type Lod, LodContext, lodAt } from './lod.ts';
import { ObjectsLayers } from './ObjectsLayers.tsx';
import { PacketCanvas } from './PacketCanvas.tsx';
import { spritesOf } from './packet-sprites.ts';
import { StillSurface, useSize } from './StillSurface.tsx';
import { sceneOf } from './scene.ts';
import { assignSlots, noSlots } from './slots.ts';
import { useMotion } from './use-motion.ts';
import { createView, type DrawingView } from './view.ts';

// Not on the first screen: it is there to move the view.
const FlowSurface = later(() => import('./FlowSurface.tsx').then((module) => module.FlowSurface));

export function ObjectsDrawing(props: DrawingProps) {
  const { objects, walk, position, selection, onSelect, theme, flow = 1 } = props;
  const kept = useRef(noSlots);
  const cluster = useMemo(() => clusterOf(objects), [objects]);
  const slots = useMemo(() => {
    kept.current = assignSlots(cluster, kept.current);
    return kept.current;
  }, [cluster]);
  const [view] = useState(createView);
  const lod = useLod(view);
  const scene = useMemo(
    () => sceneOf(cluster, slots, { objects, walk, position, selection, k: lod.k }),
    [cluster, slots, objects, walk, position, selection, lod.k],
  );
  const boxes = useMemo(() => boxesOf(scene, cluster.services.length, selection), [scene, cluster, selection]);
  const motion = useMotion(scene, { ...props, onArrive: props.onArrive });
  const sprites = useCallback(() => spritesOf(scene, motion, flow, Math.min(1.35, lod.k)), [scene, motion, flow, lod.k]);
  const [pane, size] = useSize();
  const [isMovable, setMovable] = useState(false);
  const layers = <ObjectsLayers scene={scene} motion={motion} {...props} />;
  const surface = { boxes, layout: scene.layout, view, size };
  const isDrawn = cluster.nodes.length > 0 && size.width > 0;
  return (
    <LodContext value={lod}>
      <SelectContext value={onSelect}>
        <div
          ref={pane}
          className={`cluster-drawing nokey ${lod.level} ${props.stale ? 'stale' : ''}`}
          style={{ ...flowColour(flow), ['--k' as string]: lod.k }}
        >
          {!isMovable && <StillSurface {...surface}>{layers}</StillSurface>}
          {isDrawn && (
            <div className="flow-surface" style={{ visibility: isMovable ? undefined : 'hidden' }}>
              <FlowSurface {...surface} onSelect={onSelect} onReady={() => requestAnimationFrame(() => keepFocus(() => setMovable(true)))}>
                {layers}
              </FlowSurface>
            </div>
          )}
          <PacketCanvas motion={motion} view={view} sprites={sprites} theme={theme} />
        </div>
      </SelectContext>
    </LodContext>
  );
}

/** One surface goes and the other comes: a box that had the focus has it still. */
function keepFocus(change: () => void): void {
  const key = document.activeElement?.getAttribute('data-key');
  flushSync(change);
  if (key) document.querySelector<HTMLElement>(`.flow-surface [data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Changes only when the level does. */
function useLod(view: DrawingView): Lod {
  const key = useSyncExternalStore(view.subscribe, () => JSON.stringify(lodAt(view.transform()[2])));
  return useMemo(() => JSON.parse(key) as Lod, [key]);
}
