// Where the drawing's origin is on the screen, and how large it is drawn. Whoever carries the view (a still drawing, or
// React Flow) sets it; canvas and level of detail follow.

import type { View } from './PacketCanvas.tsx';

export type Transform = readonly [x: number, y: number, zoom: number];

/** A view that can be set. */
export interface DrawingView extends View {
  transform(): Transform;
  set(transform: Transform): void;
}

export function createView(): DrawingView {
  let now: Transform = [0, 0, 1];
  const listeners = new Set<() => void>();
  return {
    transform: () => now,
    set(next) {
      if (next.every((value, i) => value === now[i])) return;
      now = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The height of the headings over a drawing, and of the controls that lie over them on the screen. */
const headings = 44;

/**
 * The view that shows a whole drawing in a pane of this size. However small the drawing gets, its headings' row keeps its
 * height on the screen, because the zoom switch lies on it.
 */
export function fittingView(
  drawing: { readonly width: number; readonly height: number; readonly atTop?: boolean },
  width: number,
  height: number,
): Transform {
  const zoom = Math.max(0.05, Math.min(width / drawing.width, height / drawing.height, 1.6));
  const tight = Math.max(0.05, Math.min(zoom, (height - headings) / (drawing.height - headings)));
  const fitted = zoom < 1 ? tight : zoom;
  const top = Math.max(0, headings * (1 - fitted));
  const middle = drawing.atTop ? 0 : (height - drawing.height * fitted) / 2;
  return [Math.max(0, (width - drawing.width * fitted) / 2), Math.max(top, middle), fitted];
}
