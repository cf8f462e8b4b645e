// The cluster drawing at its three zoom levels. All three show the same trace at the same position.

import { useMemo } from 'react';
import './cluster-drawing.css';
import { later } from '../ui/later.tsx';
import type { DrawingProps } from './drawing-props.ts';
import { followedAt } from './followed.ts';
import { ObjectsDrawing } from './ObjectsDrawing.tsx';

// Not on the first screen: without a packet there is nothing that these could follow.
const IntentDrawing = later(() => import('./IntentDrawing.tsx').then((module) => module.IntentDrawing));
const PresentDrawing = later(() => import('./PresentDrawing.tsx').then((module) => module.PresentDrawing));
const WireDrawing = later(() => import('./WireDrawing.tsx').then((module) => module.WireDrawing));

export type { Badge, DrawingProps } from './drawing-props.ts';

/** Without a packet to follow there is only the cluster, at every zoom. */
export function ClusterDrawing(props: DrawingProps) {
  const { objects, walk, position, present, zoom } = props;
  const follows = useMemo(() => followedAt(objects, walk, position) !== null, [objects, walk, position]);
  if (!follows) return <ObjectsDrawing {...props} />;
  if (present) return <PresentDrawing {...props} />;
  if (zoom === 'intent') return <IntentDrawing {...props} />;
  return zoom === 'wire' ? <WireDrawing {...props} /> : <ObjectsDrawing {...props} />;
}
