// The cluster drawing at its three zoom levels. All three show the same trace at the same position.

import { type ReactNode, useMemo, useRef, useState, type WheelEvent } from 'react';
import './cluster-drawing.css';
import { later } from '../ui/later.tsx';
import type { DrawingProps } from './drawing-props.ts';
import { onPathOf } from './filter.ts';
import { followedAt } from './followed.ts';
import { isNode, isService } from './graph.ts';
import { isLarge } from './large.ts';
import { ObjectsDrawing } from './ObjectsDrawing.tsx';

// Not on the first screen: without a packet there is nothing that these could follow.
const IntentDrawing = later(() => import('./IntentDrawing.tsx').then((module) => module.IntentDrawing));
const NamespaceDrawing = later(() => import('./NamespaceDrawing.tsx').then((module) => module.NamespaceDrawing));
const OverviewDrawing = later(() => import('./OverviewDrawing.tsx').then((module) => module.OverviewDrawing));
const PresentDrawing = later(() => import('./PresentDrawing.tsx').then((module) => module.PresentDrawing));
const WireDrawing = later(() => import('./WireDrawing.tsx').then((module) => module.WireDrawing));

/** Fetches ahead what draws a large cluster. */
export const loadLargeDrawing = OverviewDrawing.load;

export type { Badge, DrawingProps, Look } from './drawing-props.ts';

/** Without a packet to follow there is only the cluster, at every zoom. */
export function ClusterDrawing(props: DrawingProps) {
  const { objects, walk, position, present, zoom } = props;
  const follows = useMemo(() => followedAt(objects, walk, position) !== null, [objects, walk, position]);
  if (follows && present) return <PresentDrawing {...props} />;
  if (follows && zoom !== 'objects') {
    return (
      <ZoomByWheel zoom={zoom} onZoom={props.onZoom}>
        {zoom === 'intent' ? <IntentDrawing {...props} /> : <WireDrawing {...props} />}
      </ZoomByWheel>
    );
  }
  if (!follows && !present && props.drawing?.grouping === 'namespace') return <NamespaceDrawing {...props} />;
  return isLarge(objects) ? <LargeDrawing {...props} /> : <ObjectsDrawing {...props} />;
}

const enoughWheel = 160;

/** Out of the wire, or into the intent, the wheel leads back to the objects. With Ctrl, or where nothing is left to scroll. */
function ZoomByWheel({ zoom, onZoom, children }: { zoom: 'intent' | 'wire'; onZoom: DrawingProps['onZoom']; children: ReactNode }) {
  const turned = useRef(0);
  const turn = (event: WheelEvent) => {
    const stage = (event.target as Element).closest('.stage');
    const scrolls = stage !== null && stage.scrollHeight > stage.clientHeight + 1;
    if (scrolls && !event.ctrlKey) return;
    const wanted = zoom === 'wire' ? event.deltaY : -event.deltaY;
    turned.current = Math.max(0, turned.current + wanted * (event.ctrlKey ? 8 : 1));
    if (turned.current > enoughWheel) onZoom?.('objects');
  };
  return (
    <div className="zoom-by-wheel" onWheel={turn}>
      {children}
    </div>
  );
}

/** Tiles; but a followed packet is drawn finer, among the machines that it meets, unless the reader wants them all. */
function LargeDrawing(props: DrawingProps) {
  const { objects, walk, position, selection } = props;
  const { look } = props;
  const [wantsAll, setWantsAll] = useState(false);
  const [seen, setSeen] = useState({ look, walk: walk?.id });
  const isFollowing = walk !== null && position !== null;
  const near = useMemo(() => (walk ? onPathOf(objects, walk, selection) : null), [objects, walk, selection]);
  // A new walk is shown; what was found meanwhile may be somewhere else.
  if (seen.look !== look || seen.walk !== walk?.id) {
    const isElsewhere = seen.look !== look && look?.at != null && near?.every((object) => object.key !== look.at) === true;
    setSeen({ look, walk: walk?.id });
    setWantsAll(isElsewhere || (wantsAll && seen.walk === walk?.id));
  }
  if (!isFollowing || !near) return <OverviewDrawing {...props} />;
  const [shown, all] = [near, objects].map((each) => each.filter(isNode).length);
  return (
    <div className="large-drawing">
      {wantsAll ? (
        <OverviewDrawing {...props} />
      ) : (
        <ObjectsDrawing {...props} objects={near} serviceCount={objects.filter(isService).length} />
      )}
      <p className="large-switch">
        {wantsAll ? `All ${all} nodes. ` : `${shown} of ${all} nodes, those of this walk. `}
        <button type="button" className="link" onClick={() => setWantsAll(!wantsAll)}>
          {wantsAll ? 'Show the walk' : 'Show all'}
        </button>
      </p>
    </div>
  );
}
