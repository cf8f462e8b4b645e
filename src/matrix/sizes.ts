// How large the cells and headers of the grid are, in pixels.

import type { FoldedMatrix } from './fold.ts';
import { columnName, rowName } from './words.ts';

export const rowHeight = 26;
const narrowest = 34;
/** Of a character in the mono face at 12 px. */
const letterWidth = 7.3;

export interface GridSizes {
  readonly nameWidth: number;
  readonly headHeight: number;
  readonly columnWidth: number;
  /** Column names stand upright, because side by side they do not fit. */
  readonly isUpright: boolean;
}

/** `width` is what there is for the grid. */
export function gridSizes({ rows, columns }: FoldedMatrix, width: number): GridSizes {
  const longest = (names: readonly string[]) => Math.max(4, ...names.map((name) => name.length)) * letterWidth;
  const nameWidth = Math.ceil(Math.min(0.45 * width, Math.max(108, 24 + longest(rows.map(rowName)))));
  const level = Math.ceil(longest(columns.map(columnName)) + 20);
  if (nameWidth + columns.length * level <= width) return { nameWidth, headHeight: 32, columnWidth: level, isUpright: false };
  const headHeight = Math.ceil(Math.min(150, 20 + longest(columns.map(columnName))));
  return { nameWidth, headHeight, columnWidth: narrowest, isUpright: true };
}
