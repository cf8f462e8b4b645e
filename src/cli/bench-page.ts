// `npm run --silent bench:page [-- --only NAME] [--site FOLDER] [--json FILE]`: how fast the page is in a headless Chromium
// on this machine: first sight, typing, motion, large clusters. Exit 0 whatever the figures; 2: the call cannot be read;
// 1: there is no browser, or the site cannot be built.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { build, type PreviewServer, preview } from 'vite';
import { describeMachine, type FigureTable, printTable } from './bench/table.ts';
import { motionFigures, panFigures } from './bench-page/motion.ts';
import { openingFigures } from './bench-page/opening.ts';
import { typingFigures } from './bench-page/typing.ts';
import { CHROMIUM_ARGS, obtainBrowser } from './browser.ts';
import { buildSite, isSiteFresh } from './build.ts';

const USAGE = 'usage: npm run --silent bench:page [-- --only opening|typing|motion|pan] [--site FOLDER] [--json FILE]';

export interface PageBench {
  readonly browser: Browser;
  /** The site, and the drawing by itself. */
  readonly site: string;
  readonly drawing: string;
}

const GROUPS: Readonly<Record<string, (bench: PageBench) => Promise<FigureTable>>> = {
  opening: openingFigures,
  typing: typingFigures,
  motion: motionFigures,
  pan: panFigures,
};

interface Call {
  readonly only: string | null;
  readonly site: string | null;
  readonly json: string | null;
}

export async function main(args: readonly string[], root: string): Promise<number> {
  const call = parseArguments(args);
  if (typeof call === 'string') {
    process.stderr.write(`${call}\n`);
    return 2;
  }
  const found = await obtainBrowser(root);
  if (!found) return 1;
  const status = call.site === null && !isSiteFresh(root) ? await buildSite(root) : 0;
  if (status !== 0) return status;
  const drawingDist = join(root, 'node_modules', '.cache', 'packetwalk', 'bench-drawing');
  await buildDrawing(root, drawingDist);
  const servers = [await serve(root, resolve(call.site ?? join(root, 'dist'))), await serve(root, drawingDist)];
  const browser = await chromium.launch({ executablePath: found.path, args: CHROMIUM_ARGS });
  try {
    const machine = `${describeMachine()}, Chromium ${browser.version()}, software rendering`;
    console.log(`${machine}\n`);
    const [site = '', drawing = ''] = servers.map(addressOf);
    const tables: FigureTable[] = [];
    for (const [name, measure] of Object.entries(GROUPS)) {
      if (call.only !== null && call.only !== name) continue;
      const table = await measure({ browser, site, drawing: `${drawing}src/topology/bench/` });
      tables.push(table);
      console.log(printTable(table));
    }
    if (call.json !== null) writeFileSync(resolve(call.json), `${JSON.stringify({ machine, tables }, null, 2)}\n`);
  } finally {
    await browser.close();
    await Promise.all(servers.map((server) => server.close()));
  }
  return 0;
}

/** The drawing without the page around it, built as the site is. */
async function buildDrawing(root: string, outDir: string): Promise<void> {
  const input = join(root, 'src', 'topology', 'bench', 'index.html');
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    publicDir: false,
    build: { outDir, emptyOutDir: true, manifest: false, license: false, rolldownOptions: { input } },
  });
}

function serve(root: string, outDir: string): Promise<PreviewServer> {
  return preview({
    root,
    configFile: false,
    base: '/',
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  });
}

function addressOf(server: PreviewServer): string {
  const address = server.httpServer.address();
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/`;
}

function parseArguments(args: readonly string[]): Call | string {
  const call: { only: string | null; site: string | null; json: string | null } = { only: null, site: null, json: null };
  for (let i = 0; i < args.length; i++) {
    const name = args[i]?.slice(2);
    if (name !== 'only' && name !== 'site' && name !== 'json') return `unknown option ${args[i]}\n${USAGE}`;
    call[name] = args[++i] ?? '';
  }
  if (call.only !== null && !Object.hasOwn(GROUPS, call.only)) return `no figures are called "${call.only}"\n${USAGE}`;
  return call.json === '' || call.site === '' ? USAGE : call;
}
