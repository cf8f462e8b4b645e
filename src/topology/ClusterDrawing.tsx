// The cluster drawing at its three zoom levels. All three show the same trace at the same position.

import { useMemo, useState } from 'react';
import './cluster-drawing.css';
import { later } from '../ui/later.tsx';
import type { DrawingProps } from './drawing-props.ts';
import { onPathOf } from './filter.ts';
import { followedAt } from './followed.ts';
import { isNode } from './graph.ts';
import { isLarge } from './large.ts';
import { ObjectsDrawing } from './ObjectsDrawing.tsx';

// Not on the first screen: without a packet there is nothing that these could follow.
const IntentDrawing = later(() => import('./IntentDrawing.tsx').then((module) => module.IntentDrawing));
const OverviewDrawing = later(() => import('./OverviewDrawing.tsx').then((module) => module.OverviewDrawing));
const PresentDrawing = later(() => import('./PresentDrawing.tsx').then((module) => module.PresentDrawing));
const WireDrawing = later(() => import('./WireDrawing.tsx').then((module) => module.WireDrawing));

export type { Badge, DrawingProps } from './drawing-props.ts';

/** Without a packet to follow there is only the cluster, at every zoom. */
export function ClusterDrawing(props: DrawingProps) {
  const { objects, walk, position, present, zoom } = props;
  const follows = useMemo(() => followedAt(objects, walk, position) !== null, [objects, walk, position]);
  if (follows && present) return <PresentDrawing {...props} />;
  if (follows && zoom === 'intent') return <IntentDrawing {...props} />;
  if (follows && zoom === 'wire') return <WireDrawing {...props} />;
  return isLarge(objects) ? <LargeDrawing {...props} /> : <ObjectsDrawing {...props} />;
}

/** Tiles; but a followed packet is drawn finer, among the machines that it meets, unless the reader wants them all. */
function LargeDrawing(props: DrawingProps) {
  const { objects, walk, position, selection } = props;
  const [wantsAll, setWantsAll] = useState(false);
  const isFollowing = walk !== null && position !== null;
  const near = useMemo(() => (walk ? onPathOf(objects, walk, selection) : null), [objects, walk, selection]);
  if (!isFollowing || !near) return <OverviewDrawing {...props} />;
  const [shown, all] = [near, objects].map((each) => each.filter(isNode).length);
  return (
    <div className="large-drawing">
      {wantsAll ? <OverviewDrawing {...props} /> : <ObjectsDrawing {...props} objects={near} />}
      <p className="large-switch">
        {wantsAll ? `All ${all} nodes. ` : `${shown} of ${all} nodes, those of this walk. `}
        <button type="button" className="link" onClick={() => setWantsAll(!wantsAll)}>
          {wantsAll ? 'Show the walk' : 'Show all'}
        </button>
      </p>
    </div>
  );
}
