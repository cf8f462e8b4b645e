// The same story in ours and in @ngrok/webernetes: a cluster of three nodes starts, a Deployment and a NodePort Service
// are applied, all pods become ready, the world asks node-1 and gets an answer. Each run is a process of its own; loading
// the code is not counted.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BenchOptions } from '../bench.ts';
import { median } from './measure.ts';
import type { FigureTable } from './table.ts';

const RUNS = 3;
const LIMIT_MS = 180_000;
const STORIES = { ours: 'our-story', webernetes: 'webernetes-story' } as const;

export async function webernetesFigures({ root, large }: BenchOptions): Promise<FigureTable> {
  const notes: string[] = [];
  const programs = { ours: await bundle(root, STORIES.ours), webernetes: await bundle(root, STORIES.webernetes) };
  const rows: (string | number | null)[][] = [];
  for (const pods of large ? [12, 100, 500] : [12, 100]) {
    const ours = await medianRun(programs.ours, { pods, runs: RUNS }, notes);
    const theirs = await medianRun(programs.webernetes, { pods, runs: pods > 100 ? 1 : RUNS }, notes);
    rows.push([String(pods), ours, theirs, ours && theirs ? `1/${Math.round(theirs / ours)}` : null]);
  }
  return {
    name: 'webernetes',
    title: 'From nothing to the first answer through a NodePort, beside @ngrok/webernetes 0.3.5',
    columns: ['Pods', 'ours, ms', 'webernetes, ms', 'ours of theirs'],
    rows,
    notes: [
      'Three nodes; ours one for every 100 pods, because a kubelet takes no more than 110, which webernetes does not know.',
      'webernetes runs its controllers on real time, ours on virtual time; ours also takes every packet of the answer through its rules.',
      ...(large ? [] : ['500 pods: with `--large`, half a minute a run.']),
      ...notes,
    ],
  };
}

/** Its ESM does not load in Node as it is published. Null when even that cannot be built. */
async function bundle(root: string, name: string): Promise<string | Error> {
  const outfile = join(root, 'node_modules', '.cache', 'packetwalk', `${name}.mjs`);
  mkdirSync(join(outfile, '..'), { recursive: true });
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  try {
    await build({
      entryPoints: [join(root, 'src', 'cli', 'bench', `${name}.ts`)],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: { js: banner },
      outfile,
      logLevel: 'silent',
    });
    return outfile;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function medianRun(program: string | Error, { pods, runs }: { pods: number; runs: number }, notes: string[]): Promise<number | null> {
  if (typeof program !== 'string') {
    notes.push(`not built: ${program.message.split('\n')[0]}`);
    return null;
  }
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const time = await runStory(program, pods);
    if (typeof time === 'number') times.push(time);
    else notes.push(`${pods} pods: ${time}`);
  }
  return times.length > 0 ? median(times) : null;
}

/** The milliseconds that the story prints, or what went wrong. */
function runStory(program: string, pods: number): Promise<number | string> {
  const child = spawn(process.execPath, [program, String(pods)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let [output, complaint] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearTimeout(limit);
      const time = Number(output.trim().split('\n').at(-1));
      const why = /^\w*Error: .*/m.exec(complaint)?.[0] ?? `no answer within ${LIMIT_MS / 1000} s`;
      resolve(status === 0 && time > 0 ? time : why);
    });
  });
}
