// `npm run typecheck`: every TypeScript project of the house. They differ in what they may see: the engine has no DOM
// and no Node, the worker no DOM.

import { cpus } from 'node:os';
import { join } from 'node:path';
import { runNode } from './children.ts';

/** Name -> folder of its tsconfig.json. */
const PROJECTS = { page: '.', engine: 'src/engine', worker: 'src/worker', 'commands and tests': 'src/cli', stories: 'e2e' };

export interface Check {
  readonly name: string;
  readonly isGood: boolean;
  readonly output: string;
}

export async function main(_args: readonly string[], root: string): Promise<number> {
  const checks = await checkTypes(root);
  for (const { name, isGood, output } of checks) console.log(isGood ? `types, ${name}: good` : `types, ${name}:\n${output}`);
  return checks.every((check) => check.isGood) ? 0 : 1;
}

/** Checks all projects, as many at a time as there are processors. */
export async function checkTypes(root: string): Promise<readonly Check[]> {
  const waiting = Object.entries(PROJECTS);
  const checks: Check[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) checks.push(await checkProject(root, next[0], next[1]));
  };
  await Promise.all(cpus().slice(0, 4).map(work));
  return checks;
}

async function checkProject(root: string, name: string, folder: string): Promise<Check> {
  const { status, output } = await runNode(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ['-p', folder], { cwd: root });
  return { name, isGood: status === 0, output: output.trim() };
}
