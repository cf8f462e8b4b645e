// Runs the lab: a Python program that enters network namespaces, which Node cannot. It holds them by descriptors only,
// so they are gone when it is.

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Lab, LabFlow } from '../../engine/conformance/kernel-walks/lab.ts';

export interface LabEvent {
  readonly machine: string;
  readonly table: string;
  readonly chain: string;
  readonly type: 'policy' | 'return' | 'rule' | null;
  readonly verdict: string | null;
  readonly target: string | null;
  readonly id: number;
  /** Headers in hex; only with the first event of a base chain. */
  readonly network: string | null;
  readonly transport: string;
  readonly iif: number;
  readonly oif: number;
  readonly mark: number;
  readonly rule: number | null;
}

interface LabTuple {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** What the kernel told. */
export interface LabReport {
  readonly kernel: string;
  readonly iptables: string;
  readonly results: readonly { readonly kind: string; readonly errno?: string; readonly text?: string; readonly ttl?: number }[];
  /** [time in ns, machine, interface, rx or tx, ip or arp, the first bytes in hex] */
  readonly packets: readonly (readonly [number, string, string, 'rx' | 'tx', 'ip' | 'arp', string])[];
  readonly events: readonly LabEvent[];
  readonly connections: readonly { readonly machine: string; readonly original: LabTuple; readonly reply: LabTuple }[];
  readonly interfaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `iptables-save -c` of each machine. */
  readonly counters: { readonly before: Readonly<Record<string, string>>; readonly after: Readonly<Record<string, string>> };
}

/** The lab could not be built. */
export class LabFailure extends Error {}

/** The kernel had more to tell than was heard. */
export class LostEvents extends LabFailure {}

/** The exit status by which the lab says so. */
const LOST_STATUS = 4;

const TOOLS = ['python3', 'ip', 'bridge', 'nft', 'ipset', 'iptables', 'iptables-nft-restore', 'iptables-nft-save'];

/** What this machine lacks to ask its kernel; [] when nothing. */
export function missingForLab(): string[] {
  if (process.platform !== 'linux') return ['a Linux kernel'];
  const isRoot = process.getuid?.() === 0;
  const isThere = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
  return [...(isRoot ? [] : ['root']), ...TOOLS.filter((tool) => !isThere(tool))];
}

/** Builds the lab, sends every flow once, and takes everything away again. */
export function runLab(root: string, lab: Lab, flows: readonly LabFlow[]): Promise<LabReport> {
  const helper = spawn('python3', ['-B', join(root, 'src', 'cli', 'kernel', 'lab'), String(process.pid)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output: Uint8Array[] = [];
  let complaint = '';
  helper.stdout.on('data', (chunk: Uint8Array) => output.push(chunk));
  helper.stderr.on('data', (chunk: Uint8Array) => {
    complaint += chunk.toString();
  });
  // A lab that ended before it read everything says why by its status.
  helper.stdin.on('error', () => {});
  helper.stdin.end(JSON.stringify({ ...kernelNames(lab), flows }));
  return new Promise((resolve, reject) => {
    helper.on('error', (error) => reject(new LabFailure(error.message)));
    helper.on('close', (status) => {
      if (status === LOST_STATUS) reject(new LostEvents(complaint.trim()));
      else if (status !== 0) reject(new LabFailure(complaint.trim() || `the lab ended with status ${status}`));
      else resolve(engineNames(lab, JSON.parse(Buffer.concat(output).toString()) as LabReport));
    });
  });
}

const LONGEST_INTERFACE_NAME = 15; // IFNAMSIZ - 1

/** A machine's name can be longer than an interface's, and the switch names its ports after machines. */
function kernelNameOf(name: string, place: number): string {
  return name.length <= LONGEST_INTERFACE_NAME ? name : `port-${place}`;
}

function kernelNames(lab: Lab): Lab {
  const parts = lab.parts.map((part, i) => {
    if (part.kind !== 'link') return part;
    const [one, other] = part.ends;
    return {
      ...part,
      ends: [
        { ...one, name: kernelNameOf(one.name, 2 * i) },
        { ...other, name: kernelNameOf(other.name, 2 * i + 1) },
      ] as const,
    };
  });
  return { ...lab, parts };
}

function engineNames(lab: Lab, report: LabReport): LabReport {
  const names = new Map<string, string>();
  for (const [i, part] of lab.parts.entries()) {
    if (part.kind !== 'link') continue;
    for (const [side, end] of part.ends.entries()) names.set(`${end.machine} ${kernelNameOf(end.name, 2 * i + side)}`, end.name);
  }
  const nameOf = (machine: string, name: string) => names.get(`${machine} ${name}`) ?? name;
  return { ...report, packets: report.packets.map(([at, machine, name, ...rest]) => [at, machine, nameOf(machine, name), ...rest]) };
}
