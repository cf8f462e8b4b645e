// `npm run build`: the production site in `dist/`, and what it weighs. `npm start` and `npm test` build through this too.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describeSizes, isWithinBudget, measureSite } from './bundle-size.ts';
import { runNode } from './children.ts';

/** All that the site is made of. */
const SOURCES = ['index.html', 'vite.config.ts', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'public', 'src'];

const NOT_IN_SITE = /[\\/]src[\\/](cli|engine[\\/]conformance)[\\/]|\.test\.tsx?$|\.md$/;

/** Inside `dist/`, which every build empties: it tells which sources the site there was made from. */
const STAMP = join('dist', '.vite', 'sources.sha256');

export async function main(_args: readonly string[], root: string): Promise<number> {
  const status = await buildSite(root);
  if (status !== 0) return status;
  const sizes = measureSite(join(root, 'dist'));
  console.log(describeSizes(sizes));
  return isWithinBudget(sizes) ? 0 : 1;
}

/** Builds `dist/`; the exit status of Vite. */
export async function buildSite(root: string): Promise<number> {
  const sources = hashSources(root);
  const { status } = await runNode(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), ['build'], { cwd: root, show: true });
  if (status === 0) writeFileSync(join(root, STAMP), sources);
  return status;
}

/** Is the site in `dist/` made from the sources as they are now? */
export function isSiteFresh(root: string): boolean {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources(root);
}

function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesAt(join(root, source))).sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesAt(path: string): string[] {
  if (statSync(path).isFile()) return NOT_IN_SITE.test(path) ? [] : [path];
  return readdirSync(path).flatMap((name) => filesAt(join(path, name)));
}
