// What a visitor waits for: the cluster, the full editor, and a large cluster.

import type { FigureTable } from '../bench/table.ts';
import type { PageBench } from '../bench-page.ts';
import { hundredPods, manifestOf, thousandPods } from './clusters.ts';
import { firstSeen, percentile, visit } from './visit.ts';

const VISITS = 5;

export async function openingFigures({ browser, site }: PageBench): Promise<FigureTable> {
  const rows: (string | number)[][] = [];
  for (const [label, text] of [
    ['Opening scenario', null],
    ['10 nodes, 100 pods', manifestOf(hundredPods)],
    ['100 nodes, 1,000 pods', manifestOf(thousandPods)],
  ] as const) {
    const cluster: number[] = [];
    const monaco: number[] = [];
    for (let i = 0; i < VISITS; i++) {
      const { context, page } = await visit(browser, site, text);
      cluster.push(await firstSeen(page, 'cluster'));
      monaco.push(await firstSeen(page, 'monaco'));
      await context.close();
    }
    rows.push([label, percentile(cluster, 0.5), percentile(monaco, 0.5)]);
  }
  return {
    name: 'opening',
    title: 'From navigation to the first sight, in ms',
    columns: ['What is opened', 'cluster drawn', 'Monaco drawn'],
    rows,
    notes: [`Median of ${VISITS} visits with an empty cache; the engine's own work is part of the first figure.`],
  };
}
