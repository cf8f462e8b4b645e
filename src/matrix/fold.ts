// A matrix made small enough to read: namespaces picked, and pods that belong together folded into one row or column.

import type { CellState, MatrixColumn, MatrixRow, MatrixView } from '../protocol/messages.ts';

/** What makes pods one: their workload, their namespace, the value of a label; or nothing. */
export type Grouping = 'owner' | 'namespace' | 'pod' | `label ${string}`;

export interface Choice {
  readonly grouping: Grouping;
  /** The namespace of the callers; '' for all but the cluster's own, `*` for all. */
  readonly from: string;
  /** The namespace of what is called, in the same words. */
  readonly to: string;
}

/** Rows or columns that are shown as one. */
export interface Group<End> {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  /** At least one. */
  readonly ends: readonly End[];
}

export interface FoldedCell {
  /** `m`: some of the cells behind it are open, others shut. */
  readonly state: CellState | 'm';
  /** Cells behind it that ask something, and how many of them are open; half for an endpoint in part. */
  readonly of: number;
  readonly open: number;
}

export interface FoldedMatrix {
  readonly rows: readonly Group<MatrixRow>[];
  readonly columns: readonly Group<MatrixColumn>[];
  /** By row, then column. */
  readonly cells: readonly (readonly FoldedCell[])[];
}

export function foldMatrix({ rows, columns, cells }: MatrixView, { grouping, from, to }: Choice): FoldedMatrix {
  const placedRows = rows.map((end, place) => ({ end, place })).filter(({ end }) => isChosen(end, from));
  const placedColumns = columns.map((end, place) => ({ end, place })).filter(({ end }) => isChosen(end, to) || isDNS(end));
  const rowGroups = grouped(placedRows, grouping);
  const columnGroups = grouped(placedColumns, grouping);
  return {
    rows: rowGroups.map(({ group }) => group),
    columns: columnGroups.map(({ group }) => group),
    cells: rowGroups.map((row) => columnGroups.map((column) => foldedCell(cells, row.places, column.places))),
  };
}

/** The namespaces that rows or columns are in. */
export function namespacesOf({ rows, columns }: MatrixView): string[] {
  return [...new Set([...rows, ...columns].map(({ namespace }) => namespace).filter((name) => name !== ''))].sort();
}

/** Labels that could fold something: those that more than one pod bears. */
export function labelKeysOf({ rows }: MatrixView): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.kind !== 'pod' || row.system) continue;
    for (const key of Object.keys(row.labels)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) => (count > 1 && !key.endsWith('-hash') ? [key] : [])).sort();
}

function isChosen({ namespace, system }: MatrixRow | MatrixColumn, chosen: string): boolean {
  if (namespace === '' || chosen === '*') return true;
  return chosen === '' ? !system : namespace === chosen;
}

/** Most policies that shut the way out forget it: it is always in sight. */
function isDNS({ kind, system, port, protocol }: MatrixColumn): boolean {
  return kind === 'service' && system && port === 53 && protocol === 'UDP';
}

interface Placed<End> {
  readonly end: End;
  readonly place: number;
}

function grouped<End extends MatrixRow | MatrixColumn>(placed: readonly Placed<End>[], grouping: Grouping) {
  const byKey = new Map<string, { name: string; namespace: string; ends: End[]; places: number[] }>();
  for (const { end, place } of placed) {
    const { key, name } = groupOf(end, grouping);
    const known = byKey.get(key) ?? { name, namespace: end.namespace, ends: [], places: [] };
    byKey.set(key, known);
    known.ends.push(end);
    known.places.push(place);
  }
  return [...byKey].map(([key, { places, ...group }]) => ({ group: { key, ...group }, places }));
}

function groupOf(end: MatrixRow | MatrixColumn, grouping: Grouping): { key: string; name: string } {
  const alone = { key: end.key, name: end.name };
  if (end.kind !== 'pod' || grouping === 'pod') return alone;
  const port = 'port' in end ? ` ${end.port}/${end.protocol}` : '';
  if (grouping === 'owner') return end.owner === null ? alone : { key: `${end.owner}${port}`, name: nameOf(end.owner) };
  if (grouping === 'namespace') return { key: `Namespace//${end.namespace}${port}`, name: end.namespace };
  const label = grouping.slice('label '.length);
  const value = end.labels[label];
  return value === undefined ? alone : { key: `${end.namespace} ${label}=${value}${port}`, name: `${label}=${value}` };
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function foldedCell(cells: readonly string[], rows: readonly number[], columns: readonly number[]): FoldedCell {
  const states = rows.flatMap((row) => columns.map((column) => (cells[row]?.[column] ?? '.') as CellState));
  const asked = states.filter((state) => state !== '.');
  const [first] = asked;
  if (first === undefined) return { state: '.', of: 0, open: 0 };
  const open = asked.filter((state) => state === 'o').length + asked.filter((state) => state === 'p').length / 2;
  const state = asked.every((one) => one === first) ? first : open > 0 ? 'm' : 'b';
  return { state, of: asked.length, open };
}
