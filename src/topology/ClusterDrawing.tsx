// The cluster drawing at its three zoom levels. All three show the same trace at the same position.

import './cluster-drawing.css';
import type { DrawingProps } from './drawing-props.ts';
import { ObjectsDrawing } from './ObjectsDrawing.tsx';
import { PresentDrawing } from './PresentDrawing.tsx';

export type { Badge, DrawingProps } from './drawing-props.ts';

export function ClusterDrawing(props: DrawingProps) {
  if (props.present && props.position) return <PresentDrawing {...props} />;
  return <ObjectsDrawing {...props} />;
}
