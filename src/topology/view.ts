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

/** The view that shows a whole drawing in a pane of this size. */
export function fittingView(drawing: { readonly width: number; readonly height: number }, width: number, height: number): Transform {
  const zoom = Math.min(width / drawing.width, height / drawing.height, 1.6);
  return [Math.max(0, (width - drawing.width * zoom) / 2), Math.max(0, (height - drawing.height * zoom) / 2), zoom];
}
