// Finds a Chromium for the stories: CHROMIUM_PATH, else Playwright's own, else the system's, else one that is
// downloaded or installed now. A browser counts only when it has really started.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { runNode, runProgram } from './children.ts';

export interface Browser {
  /** Undefined for Playwright's own, which it finds by itself. */
  readonly path: string | undefined;
  /** `Chromium 156.0.1 (the system's, /usr/bin/chromium)` */
  readonly description: string;
}

interface Candidate {
  readonly path: string | undefined;
  readonly origin: string;
}

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const SYSTEM_PATHS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** Switches that a test browser needs: no sandbox for root, and silence on the network. */
export const CHROMIUM_ARGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browsers that are here already, best first. */
export function localBrowsers(): readonly Candidate[] {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) return [{ path: chosen, origin: 'CHROMIUM_PATH' }];
  const own = existsSync(chromium.executablePath()) ? [{ path: undefined, origin: "Playwright's own" }] : [];
  return [...own, ...systemBrowsers().map((path) => ({ path, origin: "the system's" }))];
}

/** A browser that starts, installed if it must be; or null when none can be had, after saying what to do. */
export async function obtainBrowser(root: string): Promise<Browser | null> {
  const local = await firstThatStarts(localBrowsers());
  // A path that was given by hand is an instruction: no other browser is taken in its place.
  if (local || process.env.CHROMIUM_PATH) return local;
  console.log('No browser found: trying `npx playwright install chromium` ...');
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  // Where the network swallows packets, each of several attempts would wait for half a minute.
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' };
  await runNode(cli, ['install', 'chromium'], { cwd: root, env, show: true, timeoutMs: 600_000 });
  const downloaded = await firstThatStarts(localBrowsers());
  if (downloaded) return downloaded;
  if (canUseApt()) {
    console.log('The download did not give a browser that starts: installing the chromium package ...');
    await runProgram('sh', ['-c', 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y chromium'], {
      cwd: root,
      show: true,
    });
    return firstThatStarts(localBrowsers());
  }
  console.log('No browser for the stories. Install one and run npm test again: sudo npx playwright install --with-deps chromium');
  return null;
}

async function firstThatStarts(candidates: readonly Candidate[]): Promise<Browser | null> {
  for (const { path, origin } of candidates) {
    try {
      const browser = await chromium.launch({ executablePath: path, args: CHROMIUM_ARGS });
      const version = browser.version();
      await browser.close();
      return { path, description: `Chromium ${version} (${origin}, ${path ?? chromium.executablePath()})` };
    } catch (error) {
      console.log(`${origin}, ${path ?? chromium.executablePath()}, does not start: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  return null;
}

function systemBrowsers(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...SYSTEM_PATHS].filter((path) => existsSync(path)).slice(0, 3);
}

function canUseApt(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}
