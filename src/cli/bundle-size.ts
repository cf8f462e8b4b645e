// What the built site weighs, held against its budgets: the JavaScript up to the first screen, where the cluster is
// visible and a packet can be sent, and the worker that computes the walk. Read from the manifest that Vite writes.
// First screen means: all that is loaded without an `import()`. That nothing more is needed is what a story checks, in
// a browser that gets nothing more (`e2e/first-screen.story.ts`).

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Kilobytes (1000 bytes) of `gzip -9`. */
const BUDGET_KB = { 'first screen': 200, worker: 150 } as const;

/** Worker files by the names that `vite.config.ts` gives them: the editor's, and what ours loads by `import()`. */
const LATER_WORKER = /^worker-(editor|yaml|whole-parts)[.-]/;

type Part = keyof typeof BUDGET_KB | 'later';

export interface SiteFile {
  readonly part: Part;
  readonly file: string;
  readonly gzipKb: number;
}

interface ManifestChunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

/** Every JavaScript file of the site and the part that it belongs to. */
export function measureSite(dist: string): readonly SiteFile[] {
  const manifest: Record<string, ManifestChunk> = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));
  const first = new Set([...reachable(manifest, 'index.html')].map((key) => manifest[key]?.file));
  const files = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'));
  return files.map((name) => ({
    part: partOf(name, first.has(`assets/${name}`)),
    file: name,
    gzipKb: gzipSync(readFileSync(join(dist, 'assets', name)), { level: 9 }).length / 1000,
  }));
}

/** The parts that have a budget, with what they weigh. */
export function weighParts(files: readonly SiteFile[]): readonly { part: string; gzipKb: number; budgetKb: number }[] {
  return Object.entries(BUDGET_KB).map(([part, budgetKb]) => ({ part, gzipKb: totalKb(files, part as Part), budgetKb }));
}

export function isWithinBudget(files: readonly SiteFile[]): boolean {
  return weighParts(files).every(({ gzipKb, budgetKb }) => gzipKb <= budgetKb);
}

/** A table for the terminal: each part against its budget, then its largest files. */
export function describeSizes(files: readonly SiteFile[]): string {
  const budgets = weighParts(files).map(({ part, gzipKb, budgetKb }) => line(part, gzipKb, `of ${budgetKb} kB allowed`, gzipKb > budgetKb));
  const largest = [...files].sort((a, b) => b.gzipKb - a.gzipKb).slice(0, 8);
  return [
    'JavaScript, gzip -9:',
    ...budgets,
    line('later', totalKb(files, 'later'), 'after the first screen'),
    ...largest.map(({ file, gzipKb, part }) => line(`  ${file}`, gzipKb, part)),
  ].join('\n');
}

function line(name: string, kb: number, remark: string, isOver = false): string {
  return `${name.padEnd(48)} ${kb.toFixed(1).padStart(7)} kB  ${remark}${isOver ? '  OVER BUDGET' : ''}`;
}

function totalKb(files: readonly SiteFile[], part: Part): number {
  return files.filter((file) => file.part === part).reduce((sum, { gzipKb }) => sum + gzipKb, 0);
}

function partOf(name: string, isFirst: boolean): Part {
  if (isFirst) return 'first screen';
  return name.startsWith('worker-') && !LATER_WORKER.test(name) ? 'worker' : 'later';
}

function reachable(manifest: Record<string, ManifestChunk>, key: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || found.has(key)) return found;
  found.add(key);
  for (const next of chunk.imports ?? []) reachable(manifest, next, found);
  return found;
}
