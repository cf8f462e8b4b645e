// The cluster drawing at its three zoom levels. All three show the same trace at the same position.

import './cluster-drawing.css';
import type { ObjectView, Walk } from '../protocol/messages.ts';
import type { Position } from '../state/position.ts';
import { ObjectsDrawing } from './ObjectsDrawing.tsx';

export interface Badge {
  readonly number: number;
  readonly role: 'cause' | 'evidence';
  readonly tone: 'flow' | 'bad';
}

export interface DrawingProps {
  readonly objects: readonly ObjectView[];
  readonly walk: Walk | null;
  readonly position: Position | null;
  readonly playing: boolean;
  /** 1 is a hop in 420 ms. */
  readonly speed: number;
  /** A view key, `Pod/default/web`. */
  readonly selection: string | null;
  onSelect(key: string | null): void;
  /** Told once for each position, when the packet has come to its hop and was held there. */
  onArrive?(position: Position): void;
  readonly zoom: 'intent' | 'objects' | 'wire';
  readonly present?: boolean;
  readonly reducedMotion: boolean;
  readonly theme: 'light' | 'dark';
  /** The text has errors: this is the last good cluster. */
  readonly stale?: boolean;
  /** Steps of the why-chain by object key. */
  readonly badges?: Readonly<Record<string, Badge>>;
}

export function ClusterDrawing(props: DrawingProps) {
  return <ObjectsDrawing {...props} />;
}
