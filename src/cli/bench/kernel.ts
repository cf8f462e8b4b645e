// What the real kernel makes of the same rules, where this machine lets us ask: as root, with iptables, ip, Python and a
// C compiler. Everything happens in network namespaces that end with the process that holds them.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface KernelCase {
  readonly services: number;
  /** Of the Service to connect to. */
  readonly address: string;
  /** The whole rule set as iptables-save prints it: the fastest way in. */
  readonly full: string;
  /** kube-proxy's input for one endpoint that moved, for `--noflush`. */
  readonly change: string;
  readonly runs: number;
}

export interface KernelQuestion {
  readonly cases: readonly KernelCase[];
  readonly client: string;
  readonly server: string;
  readonly gateway: string;
  readonly ports: readonly number[];
  /** How many in a run; 0 for none. */
  readonly connections: number;
  readonly runs: number;
}

export interface KernelFigure {
  readonly backend: 'nft' | 'legacy';
  readonly services: number;
  readonly restoreMs: readonly number[];
  readonly changeMs: readonly number[];
  readonly perSecond: readonly number[];
}

export interface KernelAnswer {
  readonly figures: readonly KernelFigure[];
  /** What could not be asked, and why. */
  readonly notes: readonly string[];
}

const TOOLS = ['python3', 'cc', 'ip', 'iptables-nft-restore', 'iptables-legacy-restore'];
/** All of it takes half a minute on two cores; a kernel that hangs is left. */
const LIMIT_MS = 300_000;

export function askKernel(root: string, question: KernelQuestion): KernelAnswer {
  const missing = missingTools();
  if (missing.length > 0) return { figures: [], notes: [`the kernel was not asked: ${missing.join(', ')} is missing`] };
  const cache = join(root, 'node_modules', '.cache', 'packetwalk');
  mkdirSync(cache, { recursive: true });
  const program = join(cache, 'bench-connect');
  const compiled = spawnSync('cc', ['-O2', '-o', program, join(root, 'src/cli/bench/connect.c')], { encoding: 'utf8' });
  if (compiled.status !== 0) return { figures: [], notes: [`the kernel was not asked: ${compiled.stderr.trim()}`] };
  const asked = spawnSync('python3', ['-B', join(root, 'src/cli/bench/kernel_figures.py'), String(process.pid)], {
    input: JSON.stringify({ ...question, program }),
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
  });
  const notes = asked.stderr.split('\n').filter((line) => line !== '');
  if (asked.status !== 0) return { figures: [], notes: [`the kernel was not asked: ${notes.at(-1) ?? `status ${asked.status}`}`] };
  return { figures: JSON.parse(asked.stdout) as KernelFigure[], notes };
}

function missingTools(): string[] {
  if (process.platform !== 'linux') return ['Linux'];
  const isThere = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
  return [...(process.getuid?.() === 0 ? [] : ['root']), ...TOOLS.filter((tool) => !isThere(tool))];
}
