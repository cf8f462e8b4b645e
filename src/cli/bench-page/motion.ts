// What moves: packets in flight, a walk that plays, and a large cluster under the hand.

import type { Page } from '@playwright/test';
import type { FigureTable } from '../bench/table.ts';
import type { PageBench } from '../bench-page.ts';
import { manifestOf, thousandPods } from './clusters.ts';
import { countFrames, firstSeen, type MainThread, settled, visit, watchMainThread } from './visit.ts';

const MOTION_MS = 4000;
const PLAY_MS = 8000;

export async function motionFigures(bench: PageBench): Promise<FigureTable> {
  const many = await inFlight(bench, 200);
  const none = await inFlight(bench, 0);
  const played = await playing(bench);
  const row = (what: string, { frames, wallMs, cpuMs, longTasks }: MainThread, ms: number) => {
    const worst = (of: 'wallMs' | 'cpuMs') => Math.max(0, ...longTasks.map((task) => task[of]));
    return [what, cpuMs / frames, wallMs / frames, (frames * 1000) / ms, longTasks.length, worst('wallMs'), worst('cpuMs')];
  };
  return {
    name: 'motion',
    title: 'The main thread while something moves',
    columns: ['What', 'CPU ms a frame', 'ms a frame', 'frames a second', 'tasks over 50 ms', 'longest, ms', 'longest, CPU ms'],
    rows: [
      row('300 boxes, 200 packets in flight', many, MOTION_MS),
      row('300 boxes at rest', none, MOTION_MS),
      row('the opening walk playing at 1x, in the whole page', played, PLAY_MS),
    ],
    notes: [
      'All tasks of the renderer: script, style, layout, painting. CPU beside the clock, because on a busy machine a task waits for its processor.',
    ],
  };
}

async function inFlight({ browser, drawing }: PageBench, packets: number): Promise<MainThread> {
  const { page, context } = await visit(browser, `${drawing}?boxes=300&packets=${packets}`);
  await firstSeen(page, 'cluster');
  await page.locator('.react-flow__node').first().waitFor();
  await settled(page);
  const watched = await watchMainThread(browser, page, MOTION_MS);
  await context.close();
  return watched;
}

async function playing({ browser, site }: PageBench): Promise<MainThread> {
  const { page, context } = await visit(browser, site);
  await firstSeen(page, 'monaco');
  await settled(page);
  await page.getByRole('form', { name: 'Send a request' }).getByRole('button', { name: 'Send' }).click();
  await page.getByRole('banner').getByRole('button', { name: 'Pause' }).waitFor();
  const watched = await watchMainThread(browser, page, PLAY_MS);
  await context.close();
  return watched;
}

export async function panFigures({ browser, site, drawing }: PageBench): Promise<FigureTable> {
  const cluster = await visit(browser, site, manifestOf(thousandPods));
  await firstSeen(cluster.page, 'monaco');
  await cluster.page.locator('.flow-surface .react-flow__pane').waitFor();
  await settled(cluster.page);
  const ours = await panFps(cluster.page, '.cluster-drawing');
  await cluster.context.close();
  const alone = await visit(browser, `${drawing}?flow=1000`);
  await alone.page.locator('.react-flow__node').first().waitFor();
  await settled(alone.page);
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
