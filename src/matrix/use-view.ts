// Which rows and columns of the grid are in sight, with a few more around them, and how large they are.

import { type RefObject, useEffect, useMemo, useState } from 'react';
import type { FoldedMatrix } from './fold.ts';
import { type GridSizes, gridSizes, rowHeight } from './sizes.ts';

export interface GridView extends GridSizes {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
  /** Rows that fit. */
  readonly page: number;
}

const spare = 4;

export function useView(frame: RefObject<HTMLElement | null>, matrix: FoldedMatrix): GridView {
  const [seen, setSeen] = useState({ top: 0, left: 0, width: 700, height: 400 });
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const look = () => setSeen({ top: box.scrollTop, left: box.scrollLeft, width: box.clientWidth, height: box.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(box);
    box.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', look);
    };
  }, [frame]);
  const sizes = useMemo(() => gridSizes(matrix, seen.width), [matrix, seen.width]);
  const { nameWidth, headHeight, columnWidth } = sizes;
  const page = Math.max(1, Math.floor((seen.height - headHeight) / rowHeight));
  const firstRow = Math.max(0, Math.floor(seen.top / rowHeight) - spare);
  const firstColumn = Math.max(0, Math.floor(seen.left / columnWidth) - spare);
  return {
    ...sizes,
    page,
    firstRow,
    endRow: Math.min(matrix.rows.length, firstRow + page + 2 * spare + 2),
    firstColumn,
    endColumn: Math.min(matrix.columns.length, firstColumn + Math.ceil((seen.width - nameWidth) / columnWidth) + 2 * spare + 2),
  };
}
