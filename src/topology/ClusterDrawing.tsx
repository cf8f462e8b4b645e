// The cluster drawing at its three zoom levels. All three show the same trace at the same position.

import './cluster-drawing.css';
import type { DrawingProps } from './drawing-props.ts';
import { ObjectsDrawing } from './ObjectsDrawing.tsx';

export type { Badge, DrawingProps } from './drawing-props.ts';

export function ClusterDrawing(props: DrawingProps) {
  return <ObjectsDrawing {...props} />;
}
