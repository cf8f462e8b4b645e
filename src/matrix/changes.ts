// What an edit opened and what it shut: each cell of a folded matrix against the same cell of another one.

import type { FoldedMatrix } from './fold.ts';

export type Change = 'gained' | 'lost';

export interface Changes {
  readonly gained: number;
  readonly lost: number;
  of(row: string, column: string): Change | null;
}

/** Cells whose row or column is new have nothing to be held against. */
export function changesBetween(before: FoldedMatrix | null, after: FoldedMatrix): Changes {
  const found = new Map<string, Change>();
  const rows = placesOf(before?.rows ?? []);
  const columns = placesOf(before?.columns ?? []);
  for (const [y, row] of after.rows.entries()) {
    for (const [x, column] of after.columns.entries()) {
      const old = before?.cells[rows.get(row.key) ?? -1]?.[columns.get(column.key) ?? -1];
      const cell = after.cells[y]?.[x];
      if (!old || !cell || old.of === 0 || cell.of === 0) continue;
      const difference = cell.open / cell.of - old.open / old.of;
      if (difference !== 0) found.set(`${row.key} ${column.key}`, difference > 0 ? 'gained' : 'lost');
    }
  }
  const count = (wanted: Change) => [...found.values()].filter((change) => change === wanted).length;
  return { gained: count('gained'), lost: count('lost'), of: (row, column) => found.get(`${row} ${column}`) ?? null };
}

function placesOf(groups: readonly { readonly key: string }[]): ReadonlyMap<string, number> {
  return new Map(groups.map(({ key }, place) => [key, place]));
}
