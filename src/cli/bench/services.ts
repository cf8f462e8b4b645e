// The two tables of one node with many Services: how long its rules take to write and load, and how many connections a
// second it then makes to the last Service, beside the kernel.

import type { BenchOptions } from '../bench.ts';
import { askKernel, type KernelAnswer, type KernelFigure } from './kernel.ts';
import { measure, median } from './measure.ts';
import {
  CLIENT_ADDRESS,
  GATEWAY_ADDRESS,
  hostRules,
  lastClusterIP,
  load,
  manyServices,
  newProxier,
  OneNode,
  oneEndpointChanged,
  SERVER_ADDRESS,
  SERVER_PORTS,
} from './one-node.ts';
import type { FigureTable } from './table.ts';

const SERVICES = [100, 1_000, 5_000, 10_000];
const RUNS = 5;
const CONNECTIONS = 2_000;
/** A traced connection keeps its whole trace. */
const TRACED_CONNECTIONS = 500;

export function ruleFigures({ root }: BenchOptions): FigureTable {
  const kernel = kernelOnce(root);
  return {
    name: 'rules',
    title: 'Rules of a node: written by kube-proxy and loaded',
    columns: [
      'Services',
      'write, ms',
      'load, ms',
      'write and load, ms',
      'every rule read, ms',
      'iptables-restore (nft), ms',
      'iptables-restore (legacy), ms',
      'one endpoint changed, ms',
      'the same (nft), ms',
      'the same (legacy), ms',
    ],
    rows: SERVICES.map((count) => {
      const { write, both, read, change } = measureRules(count);
      const [nft, legacy] = BACKENDS.map((backend) => figureOf(kernel, backend, count));
      return [
        count.toLocaleString('en-GB'),
        write,
        both - write,
        both,
        read,
        medianOf(nft?.restoreMs),
        medianOf(legacy?.restoreMs),
        change,
        medianOf(nft?.changeMs),
        medianOf(legacy?.changeMs),
      ];
    }),
    notes: [
      'Services of three endpoints (15 lines each) on an otherwise fresh node; medians of wall time.',
      'Loaded as the simulated kube-proxy does it: a chain stays text until the first packet or reader comes to it. `every rule read` is what reading all of them then takes; no packet needs that. A change includes reading again the chain that every packet passes.',
      'Writing is in our time only. `iptables-restore` gets the whole rule set as `iptables-save` prints it, its fastest way; with `--noflush`, as kube-proxy calls it, nft takes up to ten times as long. A change is a `--noflush` input that rewrites one Service and the shared chains.',
      ...kernel.notes,
    ],
  };
}

export function connectionFigures({ root }: BenchOptions): FigureTable {
  const kernel = kernelOnce(root);
  return {
    name: 'connections',
    title: 'Connections a second to the last Service of a node',
    columns: ['Services', 'without trace', 'with full trace', 'kernel (nft)', 'kernel (legacy)', 'ours : nft', 'ours : legacy'],
    rows: SERVICES.map((count) => {
      const { bare, traced } = measureConnections(count);
      const [nft = null, legacy = null] = BACKENDS.map((backend) => medianOf(figureOf(kernel, backend, count)?.perSecond));
      return [count.toLocaleString('en-GB'), bare, traced, nft, legacy, ratio(bare, nft), ratio(bare, legacy)];
    }),
    notes: [
      'Client pod and server pod on one node, one connection after the other. Ours opens and closes, the kernel opens and resets, which is fewer packets.',
      ...kernel.notes,
    ],
  };
}

function measureRules(count: number): { write: number; both: number; read: number; change: number } {
  const state = manyServices(count);
  const write = measure(RUNS, newProxier, (proxier) => void proxier.sync(state));
  const fresh = () => ({ ruleset: hostRules(), proxier: newProxier() });
  const both = measure(RUNS, fresh, ({ ruleset, proxier }) => ruleset.loadOwn(proxier.sync(state).input));
  const loaded = () => {
    const { ruleset, proxier } = fresh();
    ruleset.loadOwn(proxier.sync(state).input);
    return { ruleset, proxier };
  };
  const read = measure(RUNS, loaded, ({ ruleset }) => {
    for (const chain of ruleset.chainNames('nat')) ruleset.rules('nat', chain);
  });
  const { ruleset, proxier } = loaded();
  const moved = oneEndpointChanged(state);
  let isMoved = false;
  const next = () => {
    isMoved = !isMoved;
    return isMoved ? moved.state : state;
  };
  const change = measure(2 * RUNS, next, (now) => {
    ruleset.loadOwn(proxier.sync(now, moved.changed).input);
    ruleset.rules('nat', 'KUBE-SERVICES');
  });
  return { write: write.wallMs, both: both.wallMs, read: read.wallMs, change: change.wallMs };
}

/** Connections a second, untraced and traced. */
function measureConnections(count: number): { bare: number; traced: number } {
  const ruleset = hostRules();
  ruleset.loadOwn(newProxier().sync(manyServices(count)).input);
  const address = lastClusterIP(count);
  const perSecond = (connections: number, traced: boolean) => {
    const fresh = () => new OneNode(ruleset);
    const { wallMs } = measure(RUNS, fresh, (node) => node.connect(address, connections, { traced }));
    return connections / (wallMs / 1000);
  };
  return { bare: perSecond(CONNECTIONS, false), traced: perSecond(TRACED_CONNECTIONS, true) };
}

const BACKENDS = ['nft', 'legacy'] as const;

let asked: KernelAnswer | null = null;

/** Both tables ask the kernel the same. */
function kernelOnce(root: string): KernelAnswer {
  asked ??= askKernel(root, {
    cases: SERVICES.map((services) => {
      const proxier = newProxier();
      const state = manyServices(services);
      const ruleset = hostRules();
      load(ruleset, proxier.sync(state).input);
      const full = ruleset.save({ counters: true });
      const moved = oneEndpointChanged(state);
      const change = proxier.sync(moved.state, moved.changed).input;
      return { services, address: lastClusterIP(services), full, change, runs: services > 1_000 ? 1 : 3 };
    }),
    client: CLIENT_ADDRESS,
    server: SERVER_ADDRESS,
    gateway: GATEWAY_ADDRESS,
    ports: SERVER_PORTS,
    connections: CONNECTIONS,
    runs: RUNS,
  });
  return asked;
}

function figureOf(kernel: KernelAnswer, backend: KernelFigure['backend'], services: number): KernelFigure | undefined {
  return kernel.figures.find((figure) => figure.backend === backend && figure.services === services);
}

function medianOf(values: readonly number[] | undefined): number | null {
  return values && values.length > 0 ? median(values) : null;
}

function ratio(ours: number, theirs: number | null): string | null {
  return theirs === null ? null : `${(ours / theirs).toPrecision(2)} x`;
}
