// How long the page waits for the engine after a keystroke: the text with one letter more goes into a session, as the
// worker runs it, and comes back as an update with all that changed. Posting it and drawing are not in it.

import { createSimulation } from '../../engine/whole-simulation.ts';
import { createSession } from '../../worker/session.ts';
import { manifestOf } from './cluster.ts';
import { median } from './measure.ts';
import type { FigureTable } from './table.ts';

const SIZES = [
  { nodes: 10, deployments: 10, replicas: 10, services: 20, keystrokes: 100 },
  { nodes: 100, deployments: 200, replicas: 5, services: 200, keystrokes: 40 },
];
/** Until the engine's code is warm, as it is once somebody types. */
const WARM_UP = 5;

export function keystrokeFigures(): FigureTable {
  return {
    name: 'keystrokes',
    title: 'A letter typed: until the update with its consequences is there',
    columns: ['Nodes / pods / Services', 'median, ms', '95th percentile, ms', 'CPU, median, ms'],
    rows: SIZES.map((size) => {
      const { wall, cpu } = typeInto(manifestOf(size), size.keystrokes);
      const label = [size.nodes, size.deployments * size.replicas, size.services].map((count) => count.toLocaleString('en-GB')).join(' / ');
      return [label, median(wall), percentile(wall, 0.95), median(cpu)];
    }),
    notes: ['Each keystroke changes the image of one Deployment: the whole cluster is played anew from its first moment.'],
  };
}

function typeInto(text: string, keystrokes: number): { readonly wall: readonly number[]; readonly cpu: readonly number[] } {
  const { handle } = createSession(createSimulation, () => performance.now());
  const [wall, cpu]: [number[], number[]] = [[], []];
  for (let id = 1; id <= WARM_UP + keystrokes; id++) {
    const typed = text.replace('image: nginx', `image: ${'nginx:1.27'.slice(0, 5 + (id % 5))}`);
    const [cpuBefore, before] = [process.cpuUsage(), performance.now()];
    const update = handle({ type: 'run', id, text: typed, seed: 1, actions: [], lookUs: null });
    if (update.type !== 'state') throw new Error(update.type);
    if (id <= WARM_UP) continue;
    wall.push(performance.now() - before);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu.push((user + system) / 1000);
  }
  return { wall, cpu };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
