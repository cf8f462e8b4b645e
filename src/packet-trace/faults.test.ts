import { expect, test } from 'vitest';
import { parseLine } from '../engine/commands/command.ts';
import type { FaultView, NodeView, PodView } from '../protocol/messages.ts';
import { nodeFaults, packetCommands, packetFaults, podFaults, serviceFaults, sortFaults } from './faults.ts';

const NODE = { name: 'node-2' } as NodeView;
const POD = { namespace: 'default', name: 'web-1', hostNetwork: false } as PodView;

test('every choice is a line of the command grammar', () => {
  const lines = [...nodeFaults(NODE), ...podFaults(POD), ...serviceFaults(), ...packetFaults(17, 6)].flatMap(({ choices }) =>
    choices.map(({ line }) => line),
  );
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter((line) => 'error' in parseLine(line))).toEqual([]);
  expect(lines).toContain('node-2: systemctl stop kube-proxy');
  expect(lines).toContain('pod/default/web-1: fail readiness');
  expect(lines).toContain('packet 17 at hop 6: drop');
});

test('a pod in the node’s own network has no wire of its own', () => {
  expect(podFaults({ ...POD, hostNetwork: true }).map(({ title }) => title)).toEqual(['Process', 'Probes']);
});

test('faults of the object in view come first', () => {
  const fault = (at: string): FaultView => ({ line: at, undo: '', sinceUs: 0, at: [at], text: '' });
  const [near, far] = [fault('Node//node-2'), fault('Node//node-1')];
  expect(sortFaults([far, near], 'Node//node-2')).toEqual({ own: [near], others: [far] });
});

test('commands about packets are found among the actions', () => {
  const actions = [
    { type: 'send', from: 'world', to: 'http://10.0.0.1' },
    { type: 'command', line: 'packet 3 at hop 2: drop' },
    { type: 'command', line: 'wait 1s' },
  ] as const;
  expect([...packetCommands(actions)]).toEqual([[1, 'packet 3 at hop 2: drop']]);
});
