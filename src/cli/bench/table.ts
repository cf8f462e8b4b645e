// Figures as a table: printed as Markdown, and written as they are with --json.

import { cpus, release } from 'node:os';

export interface FigureTable {
  readonly name: string;
  readonly title: string;
  /** What a row is about, then the figures, each with its unit. */
  readonly columns: readonly string[];
  /** Null: could not be measured here; a note says why. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly notes: readonly string[];
}

/** `AMD EPYC, 2 cores, Linux 6.8.0, Node v20.20.2`. */
export function describeMachine(): string {
  const processors = cpus();
  const system = process.platform === 'linux' ? 'Linux' : process.platform;
  return `${processors[0]?.model.trim() ?? 'unknown CPU'}, ${processors.length} cores, ${system} ${release()}, Node ${process.version}`;
}

export function printTable({ title, columns, rows, notes }: FigureTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const ruler = columns.map((_, place) => (place === 0 ? '---' : '---:'));
  return [
    `### ${title}`,
    '',
    line(columns),
    line(ruler),
    ...rows.map((row) => line(row.map(printCell))),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

function printCell(cell: string | number | null): string {
  if (cell === null) return '-';
  if (typeof cell === 'string') return cell;
  return cell >= 100 ? Math.round(cell).toLocaleString('en-GB') : cell.toPrecision(2);
}
