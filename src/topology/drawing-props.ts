// What the page gives to the drawing, at every zoom level.

import type { CSSProperties } from 'react';
import type { ObjectView, Walk } from '../protocol/messages.ts';
import type { DrawingOptions } from '../state/drawing-options.ts';
import type { Position } from '../state/position.ts';
import type { Crowd } from './crowd.ts';
import type { Point } from './geometry.ts';
import type { Load } from './overview-requests.ts';

export interface Badge {
  readonly number: number;
  readonly role: 'cause' | 'evidence';
  readonly tone: 'flow' | 'bad';
}

/** An object to be brought into view; null: the whole. */
export interface Look {
  readonly at: string | null;
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
  /** The reader zoomed so far in or out that another level tells more. */
  onZoom?(zoom: 'intent' | 'objects' | 'wire'): void;
  /** What stands together, what is hidden, what was moved. */
  readonly drawing?: DrawingOptions;
  /** The reader dragged an object by so much. */
  onMoveObject?(key: string, by: Point): void;
  /** What the view is asked to show: a new object for each request. */
  readonly look?: Look | null;
  readonly present?: boolean;
  readonly reducedMotion: boolean;
  readonly theme: 'light' | 'dark';
  /** The text has errors: this is the last good cluster. */
  readonly stale?: boolean;
  /** The flow's number and colour, 1 to 6. */
  readonly flow?: number;
  /** `iptables-save` of nodes, where it is known: the Wire zoom then names rules that were tried or not reached. */
  readonly iptablesSave?: Readonly<Record<string, string>>;
  /** How many Services there are, where `objects` are only some of the cluster. */
  readonly serviceCount?: number;
  /** The client has waited in vain: its clock is drawn beside it. */
  readonly gaveUp?: boolean;
  /** All walks, and loads that were sent: an overview counts them. */
  readonly walks?: readonly Walk[];
  readonly loads?: readonly Load[];
  /** Packets that are in flight beside the followed one. */
  readonly crowd?: Crowd;
  /** Steps of the why-chain by object key. */
  readonly badges?: Readonly<Record<string, Badge>>;
}

/** Sets the colour of the followed flow for all that is drawn inside. */
export function flowColour(flow: number): CSSProperties {
  return { ['--flow' as string]: `var(--f${flow})` };
}
