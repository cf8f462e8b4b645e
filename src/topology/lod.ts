// Level of detail. Text is never smaller than 12 px on the screen: when the drawing shrinks, letters keep their size and
// what no longer fits is left out.

import { createContext } from 'react';

export interface Lod {
  readonly level: 'fine' | 'middle' | 'coarse' | 'far';
  /** By how much letters are larger than the drawing's own measure. */
  readonly k: number;
}

export const fine: Lod = { level: 'fine', k: 1 };

export const LodContext = createContext<Lod>(fine);

/** The level for a scale on the screen, in steps, so that a slow zoom does not redraw every frame. */
export function lodAt(zoom: number): Lod {
  if (zoom >= 0.9) return fine;
  const step = Math.ceil(zoom * 20) / 20;
  if (zoom >= 0.55) return { level: 'middle', k: Math.round(100 / step) / 100 };
  if (zoom >= 0.35) return { level: 'coarse', k: Math.round(100 / step) / 100 };
  return { level: 'far', k: Math.min(5, Math.round(100 / step) / 100) };
}
