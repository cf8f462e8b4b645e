// A visit to the page as the bench makes it: a fresh profile, one text in the editor, and what the page itself has seen.

import type { Browser, BrowserContext, Page } from '@playwright/test';

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
}

declare global {
  interface Window {
    bench: { first: Record<string, number>; changed: number };
  }
}

/** Opens `url` with `text` as the reader's own draft; null: with what a first visit shows. */
export async function visit(browser: Browser, url: string, text: string | null = null): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript((draft) => {
    if (draft !== null) {
      const drafts = [{ scenario: null, text: draft, seed: 1, actions: [] }];
      localStorage.setItem('packetwalk.drafts.v1', JSON.stringify(drafts));
    }
    const bench = { first: {} as Record<string, number>, changed: 0 };
    window.bench = bench;
    const marks = { cluster: '.cluster-drawing .box-button', monaco: '.monaco-editor .view-line' };
    new MutationObserver((records) => {
      for (const [name, selector] of Object.entries(marks)) {
        if (!(name in bench.first) && document.querySelector(selector)) {
          bench.first[name] = Number.POSITIVE_INFINITY;
          // Seen is what has been painted.
          requestAnimationFrame(() => setTimeout(() => (bench.first[name] = performance.now())));
        }
      }
      const isDrawn = ({ target }: MutationRecord) =>
        (target instanceof Element ? target : target.parentElement)?.closest('.cluster-drawing');
      if (bench.changed === 0 && records.some(isDrawn)) bench.changed = performance.now();
    }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
  }, text);
  const page = await context.newPage();
  await page.goto(url);
  return { context, page };
}

/** Waits until the page has seen a mark, and answers when that was, in milliseconds after navigation began. */
export async function firstSeen(page: Page, name: 'cluster' | 'monaco'): Promise<number> {
  const handle = await page.waitForFunction((mark) => Number.isFinite(window.bench.first[mark]) && window.bench.first[mark], name, {
    timeout: 120_000,
  });
  return Number(await handle.jsonValue());
}

/** So many idle moments in a row, one a frame at the most, and the page has nothing left to do. */
const IDLE_IN_A_ROW = 30;

/** Waits until the page's main thread has had nothing to do for a while: what is measured next is not what came before. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        let idle = 0;
        const look = (deadline: IdleDeadline) => {
          idle = deadline.timeRemaining() > 5 ? idle + 1 : 0;
          if (idle >= wanted) resolve();
          else requestAnimationFrame(() => requestIdleCallback(look));
        };
        requestIdleCallback(look);
      }),
    IDLE_IN_A_ROW,
  );
}

/** What the page's main thread did for a while. */
export interface MainThread {
  readonly frames: number;
  /** Time on the clock, and time on a processor: on a machine that is busy with something else only the second is ours. */
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of tasks that took more than 50 ms on the clock. */
  readonly longTasks: readonly { readonly wallMs: number; readonly cpuMs: number }[];
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Records every task of the main thread for `ms` milliseconds. */
export async function watchMainThread(browser: Browser, page: Page, ms: number): Promise<MainThread> {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  const frames = await countFrames(page, ms);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
  const isMain = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && isMain.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
  const total = (of: 'wallMs' | 'cpuMs') => tasks.reduce((sum, task) => sum + task[of], 0);
  return { frames, wallMs: total('wallMs'), cpuMs: total('cpuMs'), longTasks: tasks.filter(({ wallMs }) => wallMs > 50) };
}

/** Frames that the page makes in `ms` milliseconds. */
export function countFrames(page: Page, ms: number): Promise<number> {
  return page.evaluate(
    (duration) =>
      new Promise<number>((done) => {
        const end = performance.now() + duration;
        let frames = 0;
        const next = () => {
          frames += 1;
          if (performance.now() < end) requestAnimationFrame(next);
          else done(frames);
        };
        requestAnimationFrame(next);
      }),
    ms,
  );
}

/** The value below which `share` of all lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
