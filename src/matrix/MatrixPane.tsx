// The connectivity matrix: who may call whom, by the rules that packets meet; what an edit opened and shut; and why.

import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { MatrixColumn, MatrixRow } from '../protocol/messages.ts';
import { formatCommand } from '../state/command-line.ts';
import { type Page, usePage, useRun, useSimulation } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';
import { CellExplanation } from './CellExplanation.tsx';
import { type Changes, changesBetween } from './changes.ts';
import { type FoldedMatrix, foldMatrix, type Group } from './fold.ts';
import type { CellPlace } from './grid-moves.ts';
import { Legend } from './Legend.tsx';
import { MatrixChoices } from './MatrixChoices.tsx';
import { MatrixGrid } from './MatrixGrid.tsx';
import { keepMatrix, type MatrixStore, matrixStoreOf, takeMatrix } from './matrix-store.ts';
import './matrix.css';

export function MatrixPane() {
  const page = usePage();
  const store = matrixStoreOf(page);
  useMatrix(page, store);
  const { view, baseline, choice, cursor, explained } = useStore(store);
  const matrix = useMemo(() => view && foldMatrix(view, choice), [view, choice]);
  const before = useMemo(() => baseline && baseline !== view && foldMatrix(baseline, choice), [baseline, view, choice]);
  const changes = useMemo(() => matrix && changesBetween(before || null, matrix), [before, matrix]);
  if (!view || !matrix || !changes) return <p className="matrix-wait">Computing who may call whom</p>;
  const at = within(cursor, matrix);
  const pair = explained && pairAt(matrix, placeOfKeys(matrix, explained));
  return (
    <section className="matrix" aria-label="Matrix">
      <div className="matrix-bar">
        <MatrixChoices view={view} choice={choice} onChange={(next) => store.setState({ choice: next, explained: null })} />
        <MatrixNews changes={changes} onKeep={() => keepMatrix(store)} />
      </div>
      {!view.enforced && (
        <p className="matrix-warning" role="status">
          The CNI of this cluster does not enforce NetworkPolicies
          {view.policies > 0 && `: ${view.policies === 1 ? 'the one there is shuts' : `the ${view.policies} there are shut`} nothing`}.
        </p>
      )}
      <div className="matrix-body">
        <MatrixGrid
          matrix={matrix}
          changes={changes}
          cursor={at}
          explained={explained}
          onMove={(to) => store.setState({ cursor: to })}
          onSend={(place) => sendFrom(page, matrix, place)}
          onExplain={(place) => store.setState({ explained: keysAt(matrix, place) })}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <section className="matrix-aside" tabIndex={0} aria-label="The cell in words">
          {pair && <CellExplanation row={pair.row.key} column={pair.column.key} onSend={() => sendPair(page, pair)} />}
          <Legend />
        </section>
      </div>
    </section>
  );
}

/** Asks for the matrix whenever a run has been answered; an answer that comes late is dropped. */
function useMatrix(page: Page, store: MatrixStore): void {
  const answered = useSimulation((mirror) => mirror.answered);
  const scenario = useRun((run) => run.scenario);
  useEffect(() => {
    if (answered === 0) return;
    let isCurrent = true;
    page.run.matrix().then((view) => {
      if (isCurrent && view) takeMatrix(store, view, scenario);
    });
    return () => {
      isCurrent = false;
    };
  }, [page, store, answered, scenario]);
}

/** How many cells an edit has changed. */
function MatrixNews({ changes: { gained, lost }, onKeep }: { changes: Changes; onKeep: () => void }) {
  if (gained + lost === 0) return null;
  return (
    <p className="matrix-news" role="status">
      <span className="matrix-gained">+{gained} gained</span> <span className="matrix-lost">−{lost} lost</span>
      <Button onClick={onKeep}>Compare from here</Button>
    </p>
  );
}

/** One caller and one target behind a cell. */
interface Pair {
  readonly row: MatrixRow;
  readonly column: MatrixColumn;
}

/** Of folded ends the first two that are not one pod. */
function pairAt({ rows, columns }: FoldedMatrix, place: CellPlace | null): Pair | null {
  const row: Group<MatrixRow> | undefined = place ? rows[place.row] : undefined;
  const column: Group<MatrixColumn> | undefined = place ? columns[place.column] : undefined;
  const pairs = row && column ? row.ends.flatMap((end) => column.ends.map((other) => ({ row: end, column: other }))) : [];
  return pairs.find((pair) => pair.row.object !== pair.column.object) ?? pairs[0] ?? null;
}

function sendFrom(page: Page, matrix: FoldedMatrix, place: CellPlace): void {
  const pair = pairAt(matrix, place);
  if (pair) sendPair(page, pair);
}

/** Sends the packet of a cell, where there is one to send. */
function sendPair(page: Page, { row, column }: Pair): void {
  const target = column.targets[row.kind];
  if (target === null) return;
  page.ui.setState({ from: row.source, line: formatCommand(target), phoneTab: 'walk' });
  page.send();
}

function keysAt({ rows, columns }: FoldedMatrix, { row, column }: CellPlace): { row: string; column: string } | null {
  const [from, to] = [rows[row], columns[column]];
  return from && to ? { row: from.key, column: to.key } : null;
}

/** Null where an edit has taken the row or the column away. */
function placeOfKeys({ rows, columns }: FoldedMatrix, keys: { row: string; column: string }): CellPlace | null {
  const row = rows.findIndex(({ key }) => key === keys.row);
  const column = columns.findIndex(({ key }) => key === keys.column);
  return row < 0 || column < 0 ? null : { row, column };
}

function within({ row, column }: CellPlace, { rows, columns }: FoldedMatrix): CellPlace {
  return { row: Math.max(0, Math.min(row, rows.length - 1)), column: Math.max(0, Math.min(column, columns.length - 1)) };
}
