// `npm run --silent bench [-- --only NAME] [--large] [--json FILE]`: how fast the engine is, beside what a reader may
// compare it with on the same machine in the same run: the real kernel (as root, with the usual tools) and
// @ngrok/webernetes. Exit 0 whatever the figures; 2: the call cannot be read.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { clusterFigures } from './bench/cluster.ts';
import { keystrokeFigures } from './bench/keystrokes.ts';
import { matrixFigures } from './bench/matrix.ts';
import { connectionFigures, ruleFigures } from './bench/services.ts';
import { describeMachine, type FigureTable, printTable } from './bench/table.ts';
import { webernetesFigures } from './bench/webernetes.ts';

const USAGE = 'usage: npm run --silent bench [-- --only rules|connections|cluster|matrix|webernetes] [--large] [--json FILE]';

export interface BenchOptions {
  readonly root: string;
  /** What takes longer than a minute as well. */
  readonly large: boolean;
}

const GROUPS: Readonly<Record<string, (options: BenchOptions) => FigureTable | Promise<FigureTable>>> = {
  rules: ruleFigures,
  connections: connectionFigures,
  cluster: clusterFigures,
  keystrokes: keystrokeFigures,
  matrix: matrixFigures,
  webernetes: webernetesFigures,
};

interface Call {
  readonly only: string | null;
  readonly large: boolean;
  readonly json: string | null;
}

export async function main(args: readonly string[], root: string): Promise<number> {
  const call = parseArguments(args);
  if (typeof call === 'string') {
    process.stderr.write(`${call}\n`);
    return 2;
  }
  const machine = describeMachine();
  console.log(`${machine}\n`);
  const tables: FigureTable[] = [];
  for (const [name, measure] of Object.entries(GROUPS)) {
    if (call.only !== null && call.only !== name) continue;
    const table = await measure({ root, large: call.large });
    tables.push(table);
    console.log(printTable(table));
  }
  if (call.json !== null) writeFileSync(resolve(call.json), `${JSON.stringify({ machine, tables }, null, 2)}\n`);
  return 0;
}

function parseArguments(args: readonly string[]): Call | string {
  let only: string | null = null;
  let json: string | null = null;
  let large = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--large') large = true;
    else if (args[i] === '--only') only = args[++i] ?? '';
    else if (args[i] === '--json') json = args[++i] ?? '';
    else return `unknown option ${args[i]}\n${USAGE}`;
  }
  if (only !== null && !Object.hasOwn(GROUPS, only)) return `no figures are called "${only}"\n${USAGE}`;
  return json === '' ? USAGE : { only, large, json };
}
