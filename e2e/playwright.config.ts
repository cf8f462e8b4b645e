// The stories: a few whole journeys through the built site, in a real Chromium. `npm test` builds, finds the browser
// and runs them; by hand, after `npm run build`: npx playwright test -c e2e

import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, localBrowsers } from '../src/cli/browser.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PORT = Number(process.env.PACKETWALK_PORT ?? 4180);
const URL_OF_SITE = `http://127.0.0.1:${PORT}/`;

const [browser] = localBrowsers();

export default defineConfig({
  testDir: '.',
  testMatch: '*.story.ts',
  outputDir: '../test-results',
  globalTeardown: './small-pictures.ts',
  fullyParallel: true,
  forbidOnly: true,
  // On a busy machine a browser can be late by more than any time limit: a second try, which is told, and recorded.
  retries: 1,
  workers: 2,
  timeout: 90_000,
  // Pictures are of the drawing alone, in fonts that come with the page: another machine smooths edges otherwise, no more.
  snapshotPathTemplate: '{testDir}/screenshots/{arg}{ext}',
  expect: { timeout: 20_000, toHaveScreenshot: { maxDiffPixelRatio: 0.02, animations: 'disabled', scale: 'css' } },
  reporter: 'list',
  use: {
    baseURL: URL_OF_SITE,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'on-first-retry',
    launchOptions: { executablePath: browser?.path, args: CHROMIUM_ARGS },
  },
  webServer: {
    // The script itself, not npx or npm: those would leave it behind when they are stopped.
    command: `node node_modules/vite/bin/vite.js preview --port ${PORT} --strictPort --host 127.0.0.1`,
    cwd: ROOT,
    url: URL_OF_SITE,
    reuseExistingServer: false,
  },
});
