// `npm run --silent kernel -- FILE.yaml... [--random N --seed S] [--cni host-gw|vxlan] [--record]`: asks a real Linux kernel. The
// cluster is built again from network namespaces with the engine's own rules, the same requests are sent, and what the
// kernel did is compared with what the engine did. Exit 0: they agree; 1: they do not; 2: this machine cannot tell.
// `--record` also writes FILE.host-gw.json and so on beside each file: the kernel's part, to be compared with anywhere.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Cluster } from '../engine/cluster.ts';
import { isOptional } from '../engine/conformance/kernel-walks/compare-flows.ts';
import type { KernelRecording } from '../engine/conformance/kernel-walks/recorded-flow.ts';
import { packVectors } from '../engine/conformance/pack.ts';
import type { CNIMode } from '../engine/node/cluster-network.ts';
import { wholeParts } from '../engine/whole-parts.ts';
import { type ComparedFlow, type Comparison, compareFile } from './kernel/compare-file.ts';
import { compareRandom, type RandomFailure } from './kernel/compare-random.ts';
import { LabFailure, missingForLab } from './kernel/lab-process.ts';
import { BOTH_MODES, describeFlow, modesOf, withMode } from './kernel/scenario-modes.ts';

const USAGE = 'usage: npm run --silent kernel -- FILE.yaml... [--random N] [--seed S] [--cni host-gw|vxlan] [--record]';

interface Call {
  readonly files: readonly string[];
  readonly modes: readonly CNIMode[];
  readonly random: number;
  readonly seed: number;
  readonly record: boolean;
}

export async function main(args: readonly string[], root: string): Promise<number> {
  const call = parseArguments(args);
  if (typeof call === 'string') return fail(call);
  const missing = missingForLab();
  if (missing.length > 0) return fail(`the kernel cannot be asked here; missing: ${missing.join(', ')}`);
  try {
    return await run(call, root);
  } catch (error) {
    if (error instanceof LabFailure || isFileProblem(error)) return fail((error as Error).message);
    throw error;
  }
}

/** What reading or writing a file can meet: it is not there, it is a folder, it is not ours. */
function isFileProblem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

async function run(call: Call, root: string): Promise<number> {
  const counts = { passed: 0, failed: 0 };
  const count = (where: string, flow: ComparedFlow) => {
    if (flow.differences.length === 0) counts.passed++;
    else {
      counts.failed++;
      console.log(describeFlow(where, flow));
    }
  };
  for (const file of call.files) {
    const path = resolve(process.env.INIT_CWD ?? '.', file);
    const text = readFileSync(path, 'utf8');
    checkText(file, text);
    for (const mode of modesOf(text, call.modes)) {
      const comparison = await compareFile(root, withMode(text, mode), { seed: call.seed, rules: rulesBeside(path) });
      const { flows, left } = comparison;
      if (call.record) writeFileSync(path.replace(/\.yaml$/, `.${mode}.json`), recordingOf(comparison));
      for (const line of left) console.log(`${file} (${mode}): not compared: ${line}`);
      for (const flow of flows) count(`${file} (${mode})`, flow);
    }
  }
  for (const mode of call.random > 0 ? call.modes : []) {
    const failure = await compareRandom(root, { count: call.random, seed: call.seed, mode }, (flow, cluster) =>
      count(`cluster ${cluster} of seed ${call.seed} (${mode})`, flow),
    );
    if (failure) console.log(describeFailure(failure));
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed > 0 ? 1 : 0;
}

/** What is not understood or not admitted is said; a text without any object cannot be asked about. */
function checkText(file: string, text: string): void {
  const { manifest, problems } = Cluster.atRest(text, 1, wholeParts);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const lines = errors.map(({ message, range }) => `${file}:${range.startLine}:${range.startColumn}: error: ${message}`);
  if (manifest.objects.length === 0) throw new LabFailure([...lines, `${file}: no objects`].join('\n'));
  for (const line of lines) process.stderr.write(`${line}\n`);
}

function describeFailure({ scenario, rules }: RandomFailure): string {
  const others = [...rules].map(([node, text]) => `and beside it, as FILE.${node}.rules:\n${text}`);
  return [`a small scenario that fails:\n${scenario}`, ...others].join('\n');
}

/** `tables.node-1.rules` beside `tables.yaml` is loaded on node-1 besides what the cluster brings. */
function rulesBeside(path: string): Map<string, string> {
  const start = `${basename(path, '.yaml')}.`;
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(start) && name.endsWith('.rules'));
  return new Map(names.map((name) => [name.slice(start.length, -'.rules'.length), readFileSync(join(dirname(path), name), 'utf8')]));
}

function recordingOf({ report, lab, flows }: Comparison): string {
  const cases = flows.map(({ kernel }) => ({ ...kernel, packets: kernel.packets.filter((packet) => !isOptional(packet)) }));
  const recording: KernelRecording = { kernel: report.kernel, iptables: report.iptables, lab, cases };
  return packVectors(recording);
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

function parseArguments(args: readonly string[]): Call | string {
  const files: string[] = [];
  const options = new Map<string, string>();
  let record = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === '--record') record = true;
    else if (!word.startsWith('--')) files.push(word);
    else if (!['--random', '--seed', '--cni'].includes(word)) return `unknown option ${word}\n${USAGE}`;
    else options.set(word, args[++i] ?? '');
  }
  const numbers = [options.get('--random') ?? '0', options.get('--seed') ?? '1'];
  if (!numbers.every((text) => /^\d+$/.test(text))) return `--random and --seed take whole numbers\n${USAGE}`;
  const [random = 0, seed = 1] = numbers.map(Number);
  const cni = options.get('--cni');
  if (cni !== undefined && cni !== 'host-gw' && cni !== 'vxlan') return `--cni is host-gw or vxlan\n${USAGE}`;
  if (files.length === 0 && random === 0) return USAGE;
  return { files, modes: cni ? [cni] : BOTH_MODES, random, seed, record };
}
