// `node src/cli/run.mjs NAME ARGS...` runs the command `src/cli/NAME.ts`: installs if needed, bundles it with esbuild
// (Node 20 cannot run TypeScript) and calls its `main(args, root)`, which answers the exit status. Silent by itself.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ROOT, requireNode } from './install.mjs';

const CACHE = join(ROOT, 'node_modules', '.cache', 'packetwalk');

/** `import text from './lesson.yaml?raw'`, as Vite reads it. */
const rawText = {
  name: 'raw-text',
  setup(build) {
    build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({ path: resolve(resolveDir, path.slice(0, -4)), namespace: 'raw' }));
    build.onLoad({ filter: /.*/, namespace: 'raw' }, async ({ path }) => ({ contents: await readFile(path, 'utf8'), loader: 'text' }));
  },
};

requireNode();
const [name, ...args] = process.argv.slice(2);
if (!name) {
  console.error('usage: node src/cli/run.mjs NAME ARGS...');
  process.exit(2);
}
await ensureInstalled();
// npm runs scripts in the folder of package.json; file names are meant from where the user stands.
if (process.env.npm_lifecycle_event && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
const command = await import(pathToFileURL(await bundle(name)).href);
process.exitCode = await command.main(args, ROOT);

async function bundle(name) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [join(ROOT, 'src', 'cli', `${name}.ts`)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    plugins: [rawText],
    logLevel: 'error',
  });
  // Moved into place in one step: two commands started at once never read half a file.
  mkdirSync(CACHE, { recursive: true });
  const target = join(CACHE, `${name}.mjs`);
  const fresh = `${target}.${process.pid}`;
  writeFileSync(fresh, result.outputFiles[0].contents);
  renameSync(fresh, target);
  process.setSourceMapsEnabled(true);
  return target;
}
