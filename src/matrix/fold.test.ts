import { expect, test } from 'vitest';
import type { MatrixColumn, MatrixRow, MatrixView } from '../protocol/messages.ts';
import { changesBetween } from './changes.ts';
import { foldMatrix, labelKeysOf } from './fold.ts';
import { movedCursor } from './grid-moves.ts';
import { cellName, columnName, rowName } from './words.ts';

const row = (name: string, more: Partial<MatrixRow> = {}): MatrixRow => ({
  key: `Pod/default/${name}`,
  object: `Pod/default/${name}`,
  name,
  namespace: 'default',
  labels: { app: name.split('-')[0] ?? '' },
  owner: null,
  system: false,
  kind: 'pod',
  source: `pod/default/${name}`,
  ...more,
});
const column = (name: string, more: Partial<MatrixColumn> = {}): MatrixColumn => ({
  ...row(name),
  key: `Pod/default/${name} 80/TCP`,
  port: 80,
  protocol: 'TCP',
  targets: { pod: null, node: null, world: null },
  note: null,
  ...more,
  kind: 'pod',
});
const owner = 'Deployment/default/web';
const view = (...cells: string[]): MatrixView => ({
  enforced: true,
  policies: 1,
  rows: [row('client'), row('web-1', { owner }), row('web-2', { owner })],
  columns: [column('web-1', { owner }), column('web-2', { owner })],
  cells,
});
const whole = { grouping: 'owner', from: '', to: '' } as const;

test('the pods of a workload are one row and one column; a cell of them is open, shut or both', () => {
  const { rows, columns, cells } = foldMatrix(view('oi', '.o', 'o.'), whole);
  expect(rows.map(rowName)).toEqual(['client', 'web (2)']);
  expect(columns.map(columnName)).toEqual(['web (2):80']);
  expect(cells).toEqual([[{ state: 'm', of: 2, open: 1 }], [{ state: 'o', of: 2, open: 2 }]]);
  const [[mixed]] = cells as [[(typeof cells)[number][number]]];
  const [[client], [web]] = [rows, columns] as [[(typeof rows)[number]], [(typeof columns)[number]]];
  expect(cellName(client, web, mixed, 'lost')).toBe('client to web (2):80: some pass, some do not, 1 of 2 pass, lost');
});

test('by label, by namespace, or not at all', () => {
  const plain = view('oi', '.o', 'o.');
  expect(labelKeysOf(plain)).toEqual(['app']);
  const names = (grouping: 'label app' | 'namespace' | 'pod') => foldMatrix(plain, { ...whole, grouping }).rows.map(rowName);
  expect(names('label app')).toEqual(['app=client', 'app=web (2)']);
  expect(names('namespace')).toEqual(['default (3)']);
  expect(names('pod')).toEqual(['client', 'web-1', 'web-2']);
});

test('what the cluster brings is out of sight, but for its DNS', () => {
  const dns = column('kube-dns', { namespace: 'kube-system', system: true, port: 53, protocol: 'UDP' });
  const system = row('coredns', { namespace: 'kube-system', system: true });
  const plain: MatrixView = { ...view(), rows: [row('client'), system], columns: [{ ...dns, kind: 'service' }], cells: ['o', 'o'] };
  const seen = foldMatrix(plain, whole);
  expect([seen.rows.length, seen.columns.map(columnName)]).toEqual([1, ['svc/kube-dns:53/UDP']]);
  expect(foldMatrix(plain, { ...whole, from: 'kube-system' }).rows.map(rowName)).toEqual(['kube-system/coredns']);
});

test('an edit gains and loses cells; a row that was not there before is no news', () => {
  const before = foldMatrix(view('oo', '.o', 'o.'), { ...whole, grouping: 'pod' });
  const after = foldMatrix({ ...view('oi', '.o', 'b.'), rows: [row('client'), row('new'), row('web-2')] }, { ...whole, grouping: 'pod' });
  const changes = changesBetween(before, after);
  expect([changes.gained, changes.lost]).toEqual([0, 2]);
  expect(changes.of('Pod/default/client', 'Pod/default/web-2 80/TCP')).toBe('lost');
  expect(changes.of('Pod/default/new', 'Pod/default/web-1 80/TCP')).toBeNull();
  expect(changesBetween(null, after).lost).toBe(0);
});

test('the cursor stays on the grid', () => {
  const size = { rows: 3, columns: 5, page: 2 };
  const from = { row: 1, column: 1 };
  expect(movedCursor(from, size, 'ArrowUp', false)).toEqual({ row: 0, column: 1 });
  expect(movedCursor(from, size, 'PageDown', false)).toEqual({ row: 2, column: 1 });
  expect(movedCursor(from, size, 'End', true)).toEqual({ row: 2, column: 4 });
  expect(movedCursor(from, size, 'Home', false)).toEqual({ row: 1, column: 0 });
  expect(movedCursor(from, size, 'Enter', false)).toBeNull();
});
