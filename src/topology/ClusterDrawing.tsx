// The cluster drawing at its three zoom levels. All three show the same trace at the same position.

import './cluster-drawing.css';
import { later } from '../ui/later.tsx';
import type { DrawingProps } from './drawing-props.ts';
import { ObjectsDrawing } from './ObjectsDrawing.tsx';

// Not on the first screen: without a packet there is nothing that these could follow.
const IntentDrawing = later(() => import('./IntentDrawing.tsx').then((module) => module.IntentDrawing));
const PresentDrawing = later(() => import('./PresentDrawing.tsx').then((module) => module.PresentDrawing));
const WireDrawing = later(() => import('./WireDrawing.tsx').then((module) => module.WireDrawing));

export type { Badge, DrawingProps } from './drawing-props.ts';

export function ClusterDrawing(props: DrawingProps) {
  if (props.present && props.position) return <PresentDrawing {...props} />;
  if (props.zoom === 'intent' && props.position) return <IntentDrawing {...props} />;
  if (props.zoom === 'wire' && props.position) return <WireDrawing {...props} />;
  return <ObjectsDrawing {...props} />;
}
