// What the cells of the matrix are called, for the legend, for a pointer that rests on one, and for who cannot see it.

import type { MatrixColumn, MatrixRow } from '../protocol/messages.ts';
import type { Change } from './changes.ts';
import type { FoldedCell, Group } from './fold.ts';

export const stateWords: Readonly<Record<FoldedCell['state'], string>> = {
  o: 'may pass',
  e: 'dropped on the way out',
  i: 'dropped on the way in',
  b: 'dropped, out and in',
  m: 'some pass, some do not',
  p: 'some endpoints, not all',
  r: 'refused: no ready endpoint',
  n: 'no way there',
  '.': 'a pod and itself',
};

/** `web (3)`, `ops/debug` */
export function rowName({ name, namespace, ends }: Group<MatrixRow>): string {
  const [first] = ends;
  return `${prefixOf(namespace, first?.kind === 'pod')}${name}${ends.length > 1 ? ` (${ends.length})` : ''}`;
}

/** `svc/web:80`, `web (3):8080`, `svc/kube-dns:53/UDP` */
export function columnName({ name, namespace, ends }: Group<MatrixColumn>): string {
  const [first] = ends;
  const isService = first?.kind === 'service';
  const protocol = first?.protocol === 'TCP' ? '' : `/${first?.protocol}`;
  const count = ends.length > 1 ? ` (${ends.length})` : '';
  // There is one cluster DNS, wherever it lives.
  const prefix = isService && first.system ? '' : prefixOf(namespace, first?.kind !== 'internet');
  return `${isService ? 'svc/' : ''}${prefix}${name}${count}:${first?.port}${protocol}`;
}

/** The default namespace goes without saying, and a folded namespace is its own. */
function prefixOf(namespace: string, isNamespaced: boolean): string {
  return !isNamespaced || namespace === 'default' || namespace === '' ? '' : `${namespace}/`;
}

export function cellName(row: Group<MatrixRow>, column: Group<MatrixColumn>, cell: FoldedCell, change: Change | null): string {
  const share = cell.state === 'm' ? `, ${Math.floor(cell.open)} of ${cell.of} pass` : '';
  const news = change === 'gained' ? ', gained' : change === 'lost' ? ', lost' : '';
  return `${rowName(row)} to ${columnName(column)}: ${stateWords[cell.state]}${share}${news}`;
}
