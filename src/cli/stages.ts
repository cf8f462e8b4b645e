// The stages of `npm test`. Each one runs to its end, shows what it does, and answers what passed and what failed.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { obtainBrowser } from './browser.ts';
import { buildSite } from './build.ts';
import { describeSizes, measureSite, weighParts } from './bundle-size.ts';
import { runNode } from './children.ts';
import { describeSuites } from './conformance.ts';
import { judgeResults } from './expected-failures.ts';
import { checkTypes } from './typecheck.ts';
import { findVectorFiles, runVectorFile } from './vectors.ts';

export interface StageResult {
  readonly passed: number;
  /** One line for each failure. */
  readonly failures: readonly string[];
}

const VECTORS = join('src', 'engine', 'conformance', 'vectors');
const EXPECTED_FAILURES = join('src', 'engine', 'conformance', 'expected-failures.json');

/** Biome: format and lint of every file. */
export async function lintStage(root: string): Promise<StageResult> {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { status } = await runNode(biome, ['ci', process.stdout.isTTY ? '--colors=force' : '--colors=off', '.'], { cwd: root, show: true });
  return oneCheck(status === 0, 'biome ci . (npx biome check --write . mends most of it)');
}

export async function typeStage(root: string): Promise<StageResult> {
  const checks = await checkTypes(root);
  for (const { name, isGood, output } of checks) console.log(isGood ? `${name}: good` : `${name}:\n${output}`);
  return sum(checks.map(({ name, isGood }) => oneCheck(isGood, `type check of ${name}`)));
}

export async function unitStage(root: string): Promise<StageResult> {
  const file = reportFile(root, 'vitest.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { status } = await runNode(vitest, args, { cwd: root, show: true });
  if (!existsSync(file)) return failed('vitest ended without a report');
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(root, name) })),
  );
  // A file that cannot be loaded has no tests to count: it fails as one. Skipped tests fail too: nothing is left out silently.
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status === 'passed'),
  );
  const failures = [
    ...tests.filter((test) => test.status !== 'passed').map((test) => `${test.file}: ${test.fullName} (${test.status})`),
    ...unloadable.map((file) => `${relative(root, file.name)}: ${file.message.split('\n')[0]}`),
  ];
  if (status !== 0 && failures.length === 0) failures.push('vitest reports an error outside of any test');
  return { passed: tests.filter((test) => test.status === 'passed').length, failures };
}

/** All vectors of the repository, held against the list of failures that are expected as yet. */
export async function conformanceStage(root: string): Promise<StageResult> {
  const folder = join(root, VECTORS);
  const results = findVectorFiles(folder).flatMap(runVectorFile);
  console.log(describeSuites(results).join('\n'));
  const expected = JSON.parse(readFileSync(join(root, EXPECTED_FAILURES), 'utf8'));
  const { passed, surprises, expectedFailures } = judgeResults(folder, results, expected);
  console.log(`${expectedFailures} cases fail as ${EXPECTED_FAILURES} says; they are not counted.`);
  return { passed, failures: surprises };
}

export async function buildStage(root: string): Promise<StageResult> {
  if ((await buildSite(root)) !== 0) return failed('production build');
  const sizes = measureSite(join(root, 'dist'));
  console.log(describeSizes(sizes));
  const budgets = weighParts(sizes).map(({ part, gzipKb, budgetKb }) =>
    oneCheck(gzipKb <= budgetKb, `${part}: ${gzipKb.toFixed(1)} kB gzipped, allowed are ${budgetKb} kB`),
  );
  return sum([{ passed: 1, failures: [] }, ...budgets]);
}

/** The Playwright stories, in a real browser, against the site in `dist/`. */
export async function storyStage(root: string): Promise<StageResult> {
  if (!existsSync(join(root, 'dist', 'index.html'))) return failed('no story was run: there is no built site');
  const browser = await obtainBrowser(root);
  if (!browser) return failed('no story was run: no browser');
  console.log(`Browser: ${browser.description}`);
  const file = reportFile(root, 'stories.json');
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const env = { CHROMIUM_PATH: browser.path, PACKETWALK_PORT: String(await freePort()), PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  const { status } = await runNode(cli, ['test', '-c', 'e2e', '--reporter=list,json'], { cwd: root, show: true, env });
  if (!existsSync(file)) return failed('playwright ended without a report');
  const report = JSON.parse(readFileSync(file, 'utf8')) as StoryReport;
  const stories = report.suites.flatMap((suite) => storiesOf(suite));
  const late = stories.filter((story) => story.status === 'flaky');
  for (const { name } of late) console.log(`Passed at the second try only: ${name}`);
  const failures = stories
    .filter(({ status }) => status !== 'expected' && status !== 'flaky')
    .map((story) => `${story.name} (${story.status})`);
  if (status !== 0 && failures.length === 0) failures.push(`playwright: ${report.errors[0]?.message ?? `exit status ${status}`}`);
  return { passed: stories.length - failures.filter((line) => !line.startsWith('playwright:')).length, failures };
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface StorySuite {
  readonly title: string;
  readonly suites?: readonly StorySuite[];
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly { readonly projectName: string; readonly status: string }[];
  }[];
}

interface StoryReport {
  readonly suites: readonly StorySuite[];
  readonly errors: readonly { readonly message: string }[];
}

function storiesOf({ title, suites = [], specs }: StorySuite): { name: string; status: string }[] {
  const own = specs.flatMap((spec) =>
    spec.tests.map((test) => ({ name: [title, spec.title, test.projectName].filter(Boolean).join(' › '), status: test.status })),
  );
  return [...own, ...suites.flatMap(storiesOf)];
}

// Reports of an earlier run must not be taken for this one's.
function reportFile(root: string, name: string): string {
  const folder = join(root, 'node_modules', '.cache', 'packetwalk');
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, name), { force: true });
  return join(folder, name);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function oneCheck(isGood: boolean, name: string): StageResult {
  return isGood ? { passed: 1, failures: [] } : failed(name);
}

function failed(line: string): StageResult {
  return { passed: 0, failures: [line] };
}

function sum(results: readonly StageResult[]): StageResult {
  return { passed: results.reduce((total, { passed }) => total + passed, 0), failures: results.flatMap(({ failures }) => failures) };
}
