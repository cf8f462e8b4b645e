// Compares what the engine did with what a kernel did, at four levels: outcome, interface path, rules, connections.

import type { Lab } from './lab.ts';
import { identityOf, type RecordedFlow, type RecordedPacket } from './recorded-flow.ts';

export type Level = 'outcome' | 'interfaces' | 'rules' | 'connections';

export interface Difference {
  readonly level: Level;
  /** The packet that it is about, or ''. */
  readonly packet: string;
  /** Place in the list, from 1. */
  readonly at: number;
  readonly kernel: string;
  readonly engine: string;
}

/** Packets that one side may have and the other not: `acknowledgements-by-the-clock` among the simplifications. */
const OPTIONAL = /^(ACK|FIN|5\/\d+)( over IPv6)?$/;

export function isOptional({ label }: RecordedPacket): boolean {
  return OPTIONAL.test(label);
}

/** The first difference of each level, or [] when the engine agrees. `fixedPorts` are those that are never drawn by chance. */
export function compareFlows(kernel: RecordedFlow, engine: RecordedFlow, fixedPorts: ReadonlySet<number>): Difference[] {
  const fixed = new Set([...fixedPorts, kernel.flow.port]);
  const ports = new PortMap(fixed);
  const differences: Difference[] = [];
  const pairs = pairUp(kernel.packets, engine.packets);
  const add = (difference: Difference | null) => {
    if (difference && !differences.some(({ level }) => level === difference.level)) differences.push(difference);
  };
  for (const level of ['interfaces', 'rules'] as const) {
    for (const { identity, kernel: theirs, engine: ours } of pairs) {
      if (!theirs || !ours) {
        const alone = theirs ?? ours;
        if (alone && !isOptional(alone)) {
          add({ level: 'interfaces', packet: identity, at: 0, kernel: theirs ? 'sent' : 'not sent', engine: ours ? 'sent' : 'not sent' });
        }
      } else add(compareLines(level, identity, theirs[level], ours[level], ports));
      if (theirs && ours && level === 'interfaces') add(compareFlags(identity, theirs, ours));
    }
  }
  add(compareLines('connections', '', sortConnections(kernel.connections, fixed), sortConnections(engine.connections, fixed), ports));
  add(compareLines('outcome', '', ...withPeers(kernel.outcome, engine.outcome), ports));
  return differences;
}

function compareFlags(packet: string, theirs: RecordedPacket, ours: RecordedPacket): Difference | null {
  if (theirs.dontFragment === undefined || theirs.dontFragment === ours.dontFragment) return null;
  const [kernel, engine] = [theirs, ours].map((one) => (one.dontFragment ? "don't fragment" : 'may be cut')) as [string, string];
  return { level: 'interfaces', packet, at: 0, kernel, engine };
}

/** Sorted by what cannot differ between two runs: everything but ports drawn by chance. */
function sortConnections(lines: readonly string[], fixed: ReadonlySet<number>): string[] {
  const key = (line: string) => line.replace(new RegExp(PORT, 'g'), (port) => (fixed.has(Number(port)) ? port : '*'));
  return [...lines].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function pairUp(kernel: readonly RecordedPacket[], engine: readonly RecordedPacket[]) {
  const byIdentity = (packets: readonly RecordedPacket[]) => new Map(packets.map((packet) => [identityOf(packet), packet]));
  const [theirs, ours] = [byIdentity(kernel), byIdentity(engine)];
  const identities = [...new Set([...theirs.keys(), ...ours.keys()])];
  return identities.map((identity) => ({ identity, kernel: theirs.get(identity), engine: ours.get(identity) }));
}

function compareLines(
  level: Level,
  packet: string,
  kernel: readonly string[],
  engine: readonly string[],
  ports: PortMap,
): Difference | null {
  for (let i = 0; i < Math.max(kernel.length, engine.length); i++) {
    const [theirs, ours] = [kernel[i], engine[i]];
    if (theirs !== undefined && ours !== undefined && ports.isSame(theirs, ours)) continue;
    return { level, packet, at: i + 1, kernel: theirs ?? 'nothing more', engine: ours ?? 'nothing more' };
  }
  return null;
}

/** Not every answer names the peer that its server saw: a proxy's own does not. */
function withPeers(kernel: string, engine: string): [string[], string[]] {
  const bare = (outcome: string) => outcome.replace(/, server saw .*/, '');
  const isComparable = kernel.includes('server saw') === engine.includes('server saw');
  return isComparable ? [[kernel], [engine]] : [[bare(kernel)], [bare(engine)]];
}

/** Every port that a program listens on or a rule names. */
export function fixedPortsOf(lab: Lab): Set<number> {
  const listening = lab.machines.flatMap(({ listeners }) => listeners.map(({ port }) => port));
  const named = lab.machines.flatMap(({ rules }) => [
    ...(rules ?? '').matchAll(/--dports? (\d+)|--to-destination \S+:(\d+)|--to-ports (\d+)(?!-)/g),
  ]);
  return new Set([...listening, ...named.map(([, matched, given, redirected]) => Number(matched ?? given ?? redirected))]);
}

/**
 * Ports that are drawn by chance (`MASQUERADE --random-fully`, the outer source port of a tunnel) need not be equal, but
 * one that the kernel drew must stand for the same one of the engine wherever it occurs.
 */
class PortMap {
  readonly #fixed: ReadonlySet<number>;
  readonly #engineOf = new Map<string, string>();
  readonly #kernelOf = new Map<string, string>();

  constructor(fixed: ReadonlySet<number>) {
    this.#fixed = fixed;
  }

  isSame(kernel: string, engine: string): boolean {
    if (kernel === engine) return true;
    const [theirs, ours] = [kernel.split(PORT), engine.split(PORT)];
    // Odd places are ports.
    return (
      theirs.length === ours.length && theirs.every((text, i) => (i % 2 === 0 ? text === ours[i] : this.#isSamePort(text, ours[i] ?? '')))
    );
  }

  #isSamePort(kernel: string, engine: string): boolean {
    if (this.#fixed.has(Number(kernel)) || this.#fixed.has(Number(engine))) return kernel === engine;
    const [known, back] = [this.#engineOf.get(kernel), this.#kernelOf.get(engine)];
    if (known === undefined && back === undefined) {
      this.#engineOf.set(kernel, engine);
      this.#kernelOf.set(engine, kernel);
      return true;
    }
    return known === engine && back === kernel;
  }
}

const PORT = /(?<=[\d\]]:)(\d+)(?=->|$|[ ,])/;
