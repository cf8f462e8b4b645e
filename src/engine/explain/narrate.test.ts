import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TracedPacket } from '../index.ts';
import { createSimulation } from '../whole-simulation.ts';

function walk(scenario: string, from: string, to: string): readonly TracedPacket[] {
  const text = readFileSync(join(import.meta.dirname, '../../scenarios', `${scenario}.yaml`), 'utf8');
  return createSimulation().run(text, 1, [{ type: 'send', from, to }]).walks[0]?.packets ?? [];
}

const said = (packets: readonly TracedPacket[], label: string) =>
  packets.find((packet) => packet.label === label)?.hops.map((hop) => hop.say) ?? [];

test('a SYN through a Service, told hop by hop', () => {
  const sentences = said(walk('pod-to-service', 'pod/default/client', 'http://web'), 'SYN');
  expect(sentences.slice(0, 7)).toEqual([
    'client sends a SYN to 10.106.175.246, port 80.',
    expect.stringMatching(/^node-1 receives it on veth[0-9a-f]{8}, its end of the pod's cable\.$/),
    'node-1 asks whether the address belongs to a Service.',
    'node-1 knows this address: it is Service web.',
    'node-1 picks an endpoint of Service web: rule 3, by chance.',
    'node-1 rewrites the destination: from the Service to one pod.',
    "The bridge cni0 hands it up to node-1's IP layer.",
  ]);
  expect(sentences).toContain('node-1 finds a route: 10.244.2.0/24 is behind node-2.');
  expect(sentences.at(-1)).toMatch(/^web-\S+ takes it: hello-app listens on 0\.0\.0\.0:8080\.$/);
});

test('the reply gets the Service address back', () => {
  const packets = walk('pod-to-service', 'pod/default/client', 'http://web');
  expect(said(packets, 'S·A')).toContain('node-1 puts the Service address back on the reply.');
});

test('no sentence is empty, unfinished or longer than a screen can say', () => {
  for (const [scenario, from, to] of [
    ['no-endpoints', 'pod/default/client', 'http://web'],
    ['world-to-node-port', 'world', 'http://192.168.56.11:30080'],
    ['tunnel-between-nodes', 'pod/default/client', 'http://10.244.2.20'],
    ['pod-to-internet', 'pod/default/client', 'http://example.com'],
  ] as const) {
    for (const packet of walk(scenario, from, to)) {
      for (const { say = '' } of packet.hops) {
        expect(say).toMatch(/\.$/);
        expect(say.split(' ').length).toBeLessThanOrEqual(24);
      }
    }
  }
});
