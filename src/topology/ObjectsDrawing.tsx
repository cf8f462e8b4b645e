// The Objects zoom: boxes in their places, wires and paths over them, and one canvas for the packets. A still surface
// carries them first; React Flow takes over once it has come.

import { useCallback, useMemo, useRef, useState } from 'react';
import { noFilter, type Offsets } from '../state/drawing-options.ts';
import { boxesOf, type PlacedBox } from './boxes.ts';
import { crowdSprites, routeCrowd } from './crowd.ts';
import { DrawingFrame } from './DrawingFrame.tsx';
import type { MapMark } from './DrawingMap.tsx';
import type { DrawingProps, Look } from './drawing-props.ts';
import { filterCluster } from './filter.ts';
import { serviceOf } from './followed.ts';
import type { Point } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { keepSame } from './keep-same.ts';
import type { Layout } from './layout.ts';
import { ObjectsLayers } from './ObjectsLayers.tsx';
import { PacketCanvas } from './PacketCanvas.tsx';
import { spritesOf } from './packet-sprites.ts';
import { Surface, type SurfaceLook } from './Surface.tsx';
import { type Scene, sceneOf } from './scene.ts';
import { assignSlots, noSlots } from './slots.ts';
import { useFrame } from './use-frame.ts';
import { useMotion } from './use-motion.ts';

export function ObjectsDrawing(props: DrawingProps) {
  const { objects, walk, position, selection, theme, flow = 1 } = props;
  const kept = useRef(noSlots);
  const { filter = noFilter, offsets: resting = {} } = props.drawing ?? {};
  const all = useMemo(() => clusterOf(objects), [objects]);
  const slots = useMemo(() => {
    kept.current = assignSlots(all, kept.current);
    return kept.current;
  }, [all]);
  const cluster = useMemo(() => filterCluster(all, filter, endsOfWalk(objects, walk)), [all, filter, objects, walk]);
  const [drag, setDrag] = useState<Drag | null>(null);
  const offsets = useMemo(() => withDrag(resting, drag), [resting, drag]);
  const frame = useFrame(cluster);
  const { view, lod } = frame;
  const scene = useMemo(
    () => sceneOf(cluster, slots, { objects, walk, position, selection, k: lod.k, offsets }),
    [cluster, slots, objects, walk, position, selection, lod.k, offsets],
  );
  const drawn = useRef<ReadonlyMap<string, PlacedBox>>(new Map());
  const { serviceCount = cluster.services.length } = props;
  const boxes = useMemo(() => {
    drawn.current = keepSame(drawn.current, new Map(boxesOf(scene, serviceCount, selection).map((box) => [box.id, box])));
    return [...drawn.current.values()];
  }, [scene, serviceCount, selection]);
  const motion = useMotion(scene, { ...props, onArrive: props.onArrive });
  const { crowd, reducedMotion } = props;
  const routed = useMemo(() => (crowd ? routeCrowd(crowd, scene.layout) : []), [crowd, scene.layout]);
  const sprites = useCallback(() => {
    const k = Math.min(1.35, lod.k);
    const many = crowd ? crowdSprites(routed, crowd.nowUs(), k) : [];
    return [...many, ...spritesOf(scene, motion, flow, k, reducedMotion)];
  }, [scene, motion, flow, lod.k, crowd, routed, reducedMotion]);
  const { layout } = scene;
  const map = useMemo(() => mapOf(scene, selection), [scene, selection]);
  return (
    <DrawingFrame {...props} frame={frame}>
      <Surface
        boxes={boxes}
        drawing={layout}
        view={view}
        size={frame.size}
        map={map}
        isEmpty={layout.nodes.size === 0}
        onSelect={props.onSelect}
        look={lookAtBox(layout, props.look)}
        zooms={
          walk !== null && position !== null && props.onZoom
            ? { in: () => props.onZoom?.('wire'), out: () => props.onZoom?.('intent') }
            : null
        }
        onDrag={(key, by) => setDrag({ key, by })}
        onDrop={(key, by) => {
          setDrag(null);
          props.onMoveObject?.(key, by);
        }}
      >
        <ObjectsLayers scene={scene} motion={motion} {...props} />
      </Surface>
      <PacketCanvas
        motion={motion}
        view={view}
        sprites={sprites}
        theme={theme}
        isRunning={routed.length > 0 && crowd?.isRunning === true}
      />
    </DrawingFrame>
  );
}

/** Machines and Services on the small map, once there are so many that they seldom fit. */
function mapOf({ layout, followed }: Scene, selection: string | null): readonly MapMark[] {
  if (layout.nodes.size <= 4) return [];
  const met = new Set(followed?.packet.hops.map((hop) => hop.node));
  const isLit = (key: string) => key === selection || key === followed?.service?.key;
  return [
    ...[...layout.nodes.values()].map(({ box, view }) => ({
      ...box,
      tone: !view.ready ? ('bad' as const) : isLit(view.key) || met.has(view.name) ? ('lit' as const) : ('plain' as const),
    })),
    ...[...layout.services.values()].map(({ box, view }) => ({ ...box, tone: isLit(view.key) ? ('lit' as const) : ('plain' as const) })),
  ];
}

interface Drag {
  readonly key: string;
  readonly by: Point;
}

/** While an object is dragged, it is as far from its place as it was, and as the hand has brought it. */
function withDrag(offsets: Offsets, drag: Drag | null): Offsets {
  if (!drag) return offsets;
  const { x, y } = offsets[drag.key] ?? { x: 0, y: 0 };
  return { ...offsets, [drag.key]: { x: x + drag.by.x, y: y + drag.by.y } };
}

/** What a walk meets is drawn, whatever is hidden. */
function endsOfWalk(objects: DrawingProps['objects'], walk: DrawingProps['walk']): readonly string[] {
  if (!walk) return [];
  return walk.packets.flatMap((packet) => {
    const ends = [packet.from, packet.hops.at(-1)?.node ?? ''].map((place) => `Pod/${place}`);
    return [...ends, serviceOf(objects, packet)?.key ?? ''];
  });
}

function lookAtBox(layout: Layout, look: Look | null | undefined): SurfaceLook | null {
  if (!look) return null;
  if (look.at === null) return { request: look, box: null, key: null };
  const node = [...layout.nodes.values()].find((place) => place.view.key === look.at);
  const box = layout.pods.get(look.at)?.box ?? layout.services.get(look.at)?.box ?? node?.box;
  return box ? { request: look, box, key: look.at } : null;
}
