// biome-ignore-all lint/a11y/useSemanticElements: cells stand at their own places, and only those in sight; a table lays out all of its own
// The matrix as a grid with one tab stop: arrow keys move, Enter sends the packet of the cell, Space or F2 explains it.
// Only what is in sight is drawn, so that three hundred pods by three hundred stay light.

import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { CellGlyph } from './CellGlyph.tsx';
import type { Changes } from './changes.ts';
import type { FoldedMatrix } from './fold.ts';
import { type CellPlace, movedCursor } from './grid-moves.ts';
import { type GridSizes, rowHeight } from './sizes.ts';
import { useView } from './use-view.ts';
import { cellName, columnName, rowName } from './words.ts';

export interface MatrixGridProps {
  matrix: FoldedMatrix;
  changes: Changes;
  cursor: CellPlace;
  explained: { readonly row: string; readonly column: string } | null;
  onMove(to: CellPlace): void;
  onSend(at: CellPlace): void;
  onExplain(at: CellPlace): void;
}

export function MatrixGrid({ matrix, changes, cursor, explained, onMove, onSend, onExplain }: MatrixGridProps) {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const { rows, columns, cells } = matrix;
  const view = useView(frame, matrix);
  const { nameWidth, headHeight, columnWidth } = view;
  const [isFocused, setFocused] = useState(false);
  useEffect(() => showCell(frame.current, cursor, { nameWidth, headHeight, columnWidth }), [cursor, nameWidth, headHeight, columnWidth]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const moved = movedCursor(cursor, { rows: rows.length, columns: columns.length, page: view.page }, event.key, event.ctrlKey);
    if (moved) onMove(moved);
    else if (event.key === 'Enter') onSend(cursor);
    else if (event.key === ' ' || event.key === 'F2') onExplain(cursor);
    else return;
    event.preventDefault();
  };
  const onPointerUp = (event: PointerEvent) => {
    const at = placeOf(event.target);
    if (!at) return;
    onMove(at);
    onExplain(at);
    // A finger looks before it sends.
    if (event.pointerType !== 'touch' && event.button === 0) onSend(at);
  };
  const cellId = ({ row, column }: CellPlace) => `${id}-${row}-${column}`;
  const isDrawn =
    cursor.row >= view.firstRow && cursor.row < view.endRow && cursor.column >= view.firstColumn && cursor.column < view.endColumn;

  return (
    <div
      ref={frame}
      className="matrix-grid"
      role="grid"
      aria-label="Who may call whom"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={isDrawn ? cellId(cursor) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerUp={onPointerUp}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <div
        role="presentation"
        className={`matrix-sheet ${view.isUpright ? 'matrix-upright' : ''}`}
        style={{ width: nameWidth + columns.length * columnWidth, height: headHeight + rows.length * rowHeight }}
      >
        <div role="row" tabIndex={-1} aria-rowindex={1} className="matrix-head" style={{ height: headHeight }}>
          <span role="columnheader" tabIndex={-1} aria-colindex={1} className="matrix-corner" style={{ width: nameWidth }}>
            from ↓ to →
          </span>
          {range(view.firstColumn, view.endColumn).map((x) => {
            const column = columns[x];
            return (
              column && (
                <span
                  key={column.key}
                  role="columnheader"
                  tabIndex={-1}
                  aria-colindex={x + 2}
                  className={`matrix-column matrix-${column.ends[0]?.kind} ${x === cursor.column ? 'matrix-here' : ''}`}
                  style={{ left: nameWidth + x * columnWidth, width: columnWidth }}
                  title={[columnName(column), column.ends[0]?.note].filter(Boolean).join(': ')}
                >
                  <span>{columnName(column)}</span>
                </span>
              )
            );
          })}
        </div>
        {range(view.firstRow, view.endRow).map((y) => {
          const row = rows[y];
          return (
            row && (
              <div
                key={row.key}
                role="row"
                tabIndex={-1}
                aria-rowindex={y + 2}
                className="matrix-row"
                style={{ top: headHeight + y * rowHeight }}
              >
                <span
                  role="rowheader"
                  tabIndex={-1}
                  aria-colindex={1}
                  className={`matrix-name ${y === cursor.row ? 'matrix-here' : ''}`}
                  style={{ width: nameWidth }}
                  title={rowName(row)}
                >
                  {rowName(row)}
                </span>
                {range(view.firstColumn, view.endColumn).map((x) => {
                  const column = columns[x];
                  const cell = cells[y]?.[x];
                  if (!column || !cell) return null;
                  const change = changes.of(row.key, column.key);
                  const isExplained = explained?.row === row.key && explained.column === column.key;
                  const isCursor = isFocused && y === cursor.row && x === cursor.column;
                  return (
                    <span
                      key={column.key}
                      id={cellId({ row: y, column: x })}
                      role="gridcell"
                      tabIndex={-1}
                      aria-colindex={x + 2}
                      aria-selected={isExplained}
                      aria-label={cellName(row, column, cell, change)}
                      title={cellName(row, column, cell, change)}
                      data-cell={`${y} ${x}`}
                      className={`matrix-cell matrix-cell-${cell.state === '.' ? 'self' : cell.state} ${change ? `matrix-${change}` : ''} ${isCursor ? 'matrix-cursor' : ''}`}
                      style={{ left: nameWidth + x * columnWidth, width: columnWidth }}
                    >
                      <CellGlyph state={cell.state} />
                      {change && <i aria-hidden="true">{change === 'gained' ? '+' : '−'}</i>}
                    </span>
                  );
                })}
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n);
}

function placeOf(target: EventTarget | null): CellPlace | null {
  const at = target instanceof Element ? target.closest('[data-cell]')?.getAttribute('data-cell') : null;
  const [row, column] = (at ?? '').split(' ').map(Number);
  return at && row !== undefined && column !== undefined ? { row, column } : null;
}

/** Scrolls as little as it takes to have the cell in sight, beside the headers that stay. */
function showCell(
  frame: HTMLElement | null,
  { row, column }: CellPlace,
  { nameWidth, headHeight, columnWidth }: Pick<GridSizes, 'nameWidth' | 'headHeight' | 'columnWidth'>,
): void {
  if (!frame) return;
  const top = row * rowHeight;
  const left = column * columnWidth;
  const height = frame.clientHeight - headHeight;
  const width = frame.clientWidth - nameWidth;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top + rowHeight > frame.scrollTop + height) frame.scrollTop = top + rowHeight - height;
  if (left < frame.scrollLeft) frame.scrollLeft = left;
  else if (left + columnWidth > frame.scrollLeft + width) frame.scrollLeft = left + columnWidth - width;
}
