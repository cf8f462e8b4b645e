// What moves: packets in flight, a walk that plays, and a large cluster under the hand.

import type { Page } from '@playwright/test';
import type { FigureTable } from '../bench/table.ts';
import type { PageBench } from '../bench-page.ts';
import { manifestOf, thousandPods } from './clusters.ts';
import { countFrames, firstSeen, mainThreadMs, visit } from './visit.ts';

const MOTION_MS = 4000;
const PLAY_MS = 8000;

export async function motionFigures(bench: PageBench): Promise<FigureTable> {
  const [many, none] = [await frameFigures(bench, 200), await frameFigures(bench, 0)];
  const longTasks = await longTasksWhilePlaying(bench);
  return {
    name: 'motion',
    title: 'Motion',
    columns: ['What', 'figure'],
    rows: [
      ['300 boxes, 200 packets in flight: main thread ms per frame', many.msPerFrame],
      ['the same: frames per second', many.fps],
      ['300 boxes at rest: main thread ms per frame', none.msPerFrame],
      [`tasks over 50 ms in ${PLAY_MS / 1000} s of playing the opening walk at 1x`, longTasks.length],
      ['the longest of them, ms', Math.max(0, ...longTasks)],
    ],
    notes: ['Main thread: all tasks of the renderer as the browser counts them, script, style, layout and painting.'],
  };
}

async function frameFigures({ browser, drawing }: PageBench, packets: number): Promise<{ msPerFrame: number; fps: number }> {
  const visited = await visit(browser, `${drawing}?boxes=300&packets=${packets}`);
  const { page, context } = visited;
  await firstSeen(page, 'cluster');
  await page.locator('.react-flow__node').first().waitFor();
  await page.waitForTimeout(1500);
  const before = await mainThreadMs(visited);
  const frames = await countFrames(page, MOTION_MS);
  const after = await mainThreadMs(visited);
  await context.close();
  return { msPerFrame: (after - before) / frames, fps: (frames * 1000) / MOTION_MS };
}

async function longTasksWhilePlaying({ browser, site }: PageBench): Promise<readonly number[]> {
  const { page, context } = await visit(browser, site);
  await firstSeen(page, 'monaco');
  await page.waitForTimeout(2000);
  await page.getByRole('form', { name: 'Send a request' }).getByRole('button', { name: 'Send' }).click();
  await page.getByRole('banner').getByRole('button', { name: 'Pause' }).waitFor();
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    window.bench.longTasks.length = 0;
  });
  await page.waitForTimeout(PLAY_MS);
  const tasks = await page.evaluate(() => window.bench.longTasks);
  await context.close();
  return tasks;
}

export async function panFigures({ browser, site, drawing }: PageBench): Promise<FigureTable> {
  const cluster = await visit(browser, site, manifestOf(thousandPods));
  await firstSeen(cluster.page, 'monaco');
  await cluster.page.locator('.flow-surface .react-flow__pane').waitFor();
  await cluster.page.waitForTimeout(1500);
  const ours = await panFps(cluster.page, '.cluster-drawing');
  await cluster.context.close();
  const alone = await visit(browser, `${drawing}?flow=1000`);
  await alone.page.locator('.react-flow__node').first().waitFor();
  await alone.page.waitForTimeout(1500);
  const theirs = await panFps(alone.page, '.react-flow');
  await alone.context.close();
  return {
    name: 'pan',
    title: 'Panning by the mouse, frames per second',
    columns: ['What', 'frames per second'],
    rows: [
      ['100 nodes, 1,000 pods in the page', ours],
      ['React Flow alone, 1,000 plain boxes in view', theirs],
    ],
    notes: ['Dragged back and forth in its pane for four seconds.'],
  };
}

/** Frames per second while the view is dragged back and forth. */
async function panFps(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) return Number.NaN;
  const [x, y] = [box.x + box.width * 0.55, box.y + box.height - 20];
  await page.mouse.move(x, y);
  await page.mouse.down();
  let isOver = false;
  const counted = countFrames(page, MOTION_MS).then((frames) => {
    isOver = true;
    return frames;
  });
  for (let i = 0; !isOver; i++) await page.mouse.move(x + 160 * Math.sin(i / 20), y - 120 + 120 * Math.cos(i / 20));
  await page.mouse.up();
  return ((await counted) * 1000) / MOTION_MS;
}
