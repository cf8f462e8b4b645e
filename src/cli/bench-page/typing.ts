// From a key in the editor to the drawing that shows it.

import type { Browser, Page } from '@playwright/test';
import type { FigureTable } from '../bench/table.ts';
import type { PageBench } from '../bench-page.ts';
import { hundredPods, manifestOf, thousandPods } from './clusters.ts';
import { firstSeen, type MainThread, percentile, settled, visit, watchMainThread } from './visit.ts';

const KEYS = 24;
/** Ten letters a second. */
const FAST = { text: '0123456789'.repeat(4), delay: 100 } as const;

export async function typingFigures({ browser, site }: PageBench): Promise<FigureTable> {
  const rows: (string | number)[][] = [];
  for (const [label, size] of [
    ['100 pods', hundredPods],
    ['1,000 pods', thousandPods],
  ] as const) {
    const { context, page } = await visit(browser, site, manifestOf(size));
    await firstSeen(page, 'monaco');
    await page.locator('.flow-surface').waitFor();
    const times = await typeAndWait(page);
    const { longTasks } = await typeFast(browser, page);
    await context.close();
    const worst = (of: 'wallMs' | 'cpuMs') => Math.max(0, ...longTasks.map((task) => task[of]));
    rows.push([label, percentile(times, 0.5), percentile(times, 0.95), longTasks.length, worst('wallMs'), worst('cpuMs')]);
  }
  return {
    name: 'typing',
    title: 'From a keystroke to the updated drawing, in ms',
    columns: ['Cluster', 'p50', 'p95', 'tasks over 50 ms', 'longest, ms', 'longest, CPU ms'],
    rows,
    notes: [
      `${KEYS} keys, each once the one before has been drawn; a Service is renamed.`,
      `Tasks of the main thread while ${FAST.text.length} letters are typed, ten a second, whatever has been drawn.`,
    ],
  };
}

async function typeAndWait(page: Page): Promise<number[]> {
  const times: number[] = [];
  await page.locator('.monaco-editor .view-line').first().click();
  await page.keyboard.press('Control+End');
  for (let i = 0; i < KEYS + 2; i++) {
    await settled(page);
    await page.evaluate(() => {
      window.bench.changed = 0;
      window.addEventListener('keydown', () => (window.bench.first.key = performance.now()), { capture: true, once: true });
    });
    await page.keyboard.press(i % 2 === 0 ? '2' : 'Backspace');
    const took = await page.waitForFunction(() => window.bench.changed > 0 && window.bench.changed - (window.bench.first.key ?? 0), null, {
      timeout: 60_000,
    });
    // The first two warm the engine up.
    if (i >= 2) times.push(Number(await took.jsonValue()));
  }
  return times;
}

async function typeFast(browser: Browser, page: Page): Promise<MainThread> {
  await settled(page);
  const [watched] = await Promise.all([
    watchMainThread(browser, page, FAST.text.length * FAST.delay),
    page.keyboard.type(FAST.text, { delay: FAST.delay }),
  ]);
  return watched;
}
