// `walk FILE.yaml --from SOURCE --to TARGET [--seed N] [--json]`: one request through the cluster that the file
// describes, printed as a packet walk. Exit 0: the client got an answer; 1: it did not; 2: the call cannot be read.

import { readFileSync } from 'node:fs';
import type { Problem, RunResult, Walk } from '../engine/index.ts';
import { createSimulation } from '../engine/whole-simulation.ts';
import { printWalk } from './print-walk.ts';

const USAGE = 'usage: walk FILE.yaml... --from SOURCE --to TARGET [--seed N] [--json]';

interface Call {
  readonly files: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly seed: number;
  readonly json: boolean;
}

export function main(args: readonly string[]): number {
  const call = parseArguments(args);
  if (typeof call === 'string') return fail(call);
  const text = readFiles(call.files);
  if (text === null) return 2;
  const result = createSimulation().run(text, call.seed, [{ type: 'send', from: call.from, to: call.to }]);
  for (const problem of result.problems) process.stderr.write(`${problemLine(problem, call.files)}\n`);
  const walk = result.walks[0];
  if (!walk) return fail(sendProblem(result));
  process.stdout.write(call.json ? `${JSON.stringify(jsonOf(walk))}\n` : printWalk(walk));
  return walk.outcome.ok ? 0 : 1;
}

function parseArguments(args: readonly string[]): Call | string {
  const files: string[] = [];
  const options = new Map<string, string>();
  let json = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === '--json') json = true;
    else if (['--from', '--to', '--seed'].includes(word)) options.set(word, args[++i] ?? '');
    else if (word.startsWith('--')) return `unknown option ${word}\n${USAGE}`;
    else files.push(word);
  }
  const seed = Number(options.get('--seed') ?? 1);
  const [from, to] = [options.get('--from'), options.get('--to')];
  if (files.length === 0 || !from || !to) return USAGE;
  if (!Number.isInteger(seed)) return `--seed takes a whole number\n${USAGE}`;
  return { files, from, to, seed, json };
}

function readFiles(files: readonly string[]): string | null {
  try {
    return files.map((file) => readFileSync(file, 'utf8')).join('\n---\n');
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
    return null;
  }
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

/** Why nothing was sent: the last problem is the command's. */
function sendProblem(result: RunResult): string {
  return result.problems.findLast((problem) => problem.path === '' && problem.severity === 'warning')?.message ?? 'nothing was sent';
}

function problemLine({ severity, message, range, hint }: Problem, files: readonly string[]): string {
  const name = files.length === 1 ? files[0] : 'input';
  return `${name}:${range.startLine}:${range.startColumn}: ${severity}: ${message}${hint ? ` (${hint})` : ''}`;
}

function jsonOf({ outcome, reason, packets, from, to, startUs, endUs }: Walk) {
  return { from, to, startUs, endUs, outcome, reason, packets };
}
