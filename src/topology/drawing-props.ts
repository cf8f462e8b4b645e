// What the page gives to the drawing, at every zoom level.

import type { CSSProperties } from 'react';
import type { ObjectView, Walk } from '../protocol/messages.ts';
import type { Position } from '../state/position.ts';
import type { Crowd } from './crowd.ts';
import type { Load } from './overview-requests.ts';

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
  /** The flow's number and colour, 1 to 6. */
  readonly flow?: number;
  /** `iptables-save` of nodes, where it is known: the Wire zoom then names rules that were tried or not reached. */
  readonly iptablesSave?: Readonly<Record<string, string>>;
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
