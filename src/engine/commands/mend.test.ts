import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action } from '../index.ts';
import { createSimulation } from '../whole-simulation.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../../scenarios/readiness-probe.yaml'), 'utf8');

const nodes = fc.constantFrom('node-1', 'node-2', 'node-3');
const fault = fc.oneof(
  nodes.map((node) => `${node}: ip link set eth0 down`),
  fc
    .tuple(nodes, fc.constantFrom('delay 30ms 10ms', 'loss 30%', 'duplicate 20%'))
    .map(([n, what]) => `${n}: tc qdisc replace dev eth0 root netem ${what}`),
  fc.tuple(nodes, fc.constantFrom('kubelet', 'kube-proxy')).map(([node, unit]) => `${node}: systemctl stop ${unit}`),
  fc.tuple(nodes, fc.constantFrom('kubelet', 'kube-proxy', 'coredns')).map(([node, name]) => `${node}: lag ${name} 3s`),
  nodes.map((node) => `${node}: power off`),
  fc
    .tuple(nodes, fc.constantFrom('control-plane', 'node-2'))
    .filter(([a, b]) => a !== b)
    .map((ends) => `partition ${ends.join(' ')}`),
  fc.constantFrom('coredns: freeze', 'coredns: lag 2s', 'control-plane: freeze endpointslice', 'control-plane: freeze node-lifecycle'),
  fc.constantFrom('pod/default/web-1: fail readiness', 'pod/default/web-2: crash', 'pod/default/client: oom', 'kubectl delete pod web-2'),
);
const line = (text: string): Action => ({ type: 'command', line: text });

test('whatever was broken: when each fault is undone, everything answers again', () => {
  fc.assert(
    fc.property(
      fc.array(fault, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 99 }),
      (faults, seconds, seed) => {
        const simulation = createSimulation();
        const broken = [
          ...faults.map(line),
          { type: 'send', from: 'pod/default/client', to: 'http://web' } as const,
          line(`wait ${seconds}s`),
        ];
        const before = simulation.run(TEXT, seed, broken);
        const mended = [...broken, ...before.faults.map(({ undo }) => line(undo)), line('wait 4m')];
        const web: Action = { type: 'send', from: 'pod/default/client', to: 'http://web' };
        const after = simulation.run(TEXT, seed, [...mended, web, web]);
        expect(after.faults).toEqual([]);
        expect(after.walks.slice(-2).map(({ outcome }) => outcome.text)).toEqual([
          expect.stringMatching(/^200 /),
          expect.stringMatching(/^200 /),
        ]);
        const nodesNow = after.objects.filter(({ kind }) => kind === 'Node');
        expect(nodesNow.map((node) => [node.name, 'ready' in node && node.ready, 'behind' in node])).toEqual(
          nodesNow.map(({ name }) => [name, true, false]),
        );
      },
    ),
    { numRuns: 12, seed: 7 },
  );
});
