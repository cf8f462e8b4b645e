// A visit to the page as the bench makes it: a fresh profile, one text in the editor, and what the page itself has seen.

import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test';

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Counts what the main thread does, from before the page is opened. */
  readonly counters: CDPSession;
}

declare global {
  interface Window {
    bench: { first: Record<string, number>; longTasks: number[]; changed: number };
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
    const bench = { first: {} as Record<string, number>, longTasks: [] as number[], changed: 0 };
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
    new PerformanceObserver((list) => bench.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  }, text);
  const page = await context.newPage();
  const counters = await context.newCDPSession(page);
  await counters.send('Performance.enable');
  await page.goto(url);
  return { context, page, counters };
}

/** Waits until the page has seen a mark, and answers when that was, in milliseconds after navigation began. */
export async function firstSeen(page: Page, name: 'cluster' | 'monaco'): Promise<number> {
  const handle = await page.waitForFunction((mark) => Number.isFinite(window.bench.first[mark]) && window.bench.first[mark], name, {
    timeout: 120_000,
  });
  return Number(await handle.jsonValue());
}

/** Main thread time in milliseconds since the page began, as the browser counts it. */
export async function mainThreadMs({ counters }: Visit): Promise<number> {
  const { metrics } = await counters.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
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
