// The size of an element's inside, measured before anything is painted.

import { useLayoutEffect, useState } from 'react';

/** The size of an element's inside, as it is now. */
export function useSize(): readonly [(element: HTMLElement | null) => void, { readonly width: number; readonly height: number }] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return [setElement, size];
}
