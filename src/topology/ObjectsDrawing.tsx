// The Objects zoom: boxes in their places, wires and paths over them, and one canvas for the packets. A still surface
// carries them first; React Flow takes over once it has come.

import { useCallback, useMemo, useRef, useState } from 'react';
import { SelectContext } from './BoxButton.tsx';
import { boxesOf } from './boxes.ts';
import { crowdSprites, routeCrowd } from './crowd.ts';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { clusterOf } from './graph.ts';
import { LodContext } from './lod.ts';
import { ObjectsLayers } from './ObjectsLayers.tsx';
import { PacketCanvas } from './PacketCanvas.tsx';
import { spritesOf } from './packet-sprites.ts';
import { Surface } from './Surface.tsx';
import { sceneOf } from './scene.ts';
import { assignSlots, noSlots } from './slots.ts';
import { useLod } from './use-lod.ts';
import { useMotion } from './use-motion.ts';
import { useSize } from './use-size.ts';
import { createView } from './view.ts';

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
  const { crowd } = props;
  const routed = useMemo(() => (crowd ? routeCrowd(crowd, scene.layout) : []), [crowd, scene.layout]);
  const sprites = useCallback(() => {
    const k = Math.min(1.35, lod.k);
    const many = crowd ? crowdSprites(routed, crowd.nowUs(), k) : [];
    return [...many, ...spritesOf(scene, motion, flow, k)];
  }, [scene, motion, flow, lod.k, crowd, routed]);
  const [pane, size] = useSize();
  const { layout } = scene;
  return (
    <LodContext value={lod}>
      <SelectContext value={onSelect}>
        <div
          ref={pane}
          className={`cluster-drawing nokey ${lod.level} ${props.stale ? 'stale' : ''}`}
          style={{ ...flowColour(flow), ['--k' as string]: lod.k }}
        >
          <Surface
            boxes={boxes}
            drawing={layout}
            view={view}
            size={size}
            hasMap={layout.nodes.size > 4}
            isEmpty={layout.nodes.size === 0}
            onSelect={onSelect}
          >
            <ObjectsLayers scene={scene} motion={motion} {...props} />
          </Surface>
          <PacketCanvas motion={motion} view={view} sprites={sprites} theme={theme} isRunning={crowd?.isRunning ?? false} />
        </div>
      </SelectContext>
    </LodContext>
  );
}
