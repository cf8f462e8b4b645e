// A pointer that rests on an object dims what has nothing to do with it. The boxes are told directly: nothing is rendered
// anew for a pointer.

import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { relatedTo } from './filter.ts';
import type { Cluster } from './graph.ts';

const afterMs = 150;

interface Dimming {
  onPointerOver(event: PointerEvent<HTMLElement>): void;
  onPointerLeave(event: PointerEvent<HTMLElement>): void;
}

/** The listeners of a drawing. */
export function useDimming(cluster: Cluster): Dimming {
  const latest = useRef(cluster);
  latest.current = cluster;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    let hovered: string | null = null;
    const change = (drawing: HTMLElement, key: string | null) => {
      if (key === hovered) return;
      hovered = key;
      clearTimeout(timer.current);
      if (key === null) dim(drawing, null);
      else timer.current = setTimeout(() => dim(drawing, relatedTo(latest.current, key)), afterMs);
    };
    return {
      onPointerOver: (event) => {
        const inner = event.target instanceof Element ? event.target : null;
        change(
          event.currentTarget,
          inner?.closest('[data-object]')?.getAttribute('data-object') ?? inner?.closest('[data-key]')?.getAttribute('data-key') ?? null,
        );
      },
      onPointerLeave: (event) => change(event.currentTarget, null),
    };
  }, []);
}

function dim(drawing: HTMLElement, related: ReadonlySet<string> | null): void {
  for (const box of drawing.querySelectorAll('[data-key]')) {
    box.toggleAttribute('data-dim', related !== null && !related.has(box.getAttribute('data-key') ?? ''));
  }
}
