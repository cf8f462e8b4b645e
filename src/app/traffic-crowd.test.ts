import { expect, test } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import { scenarios } from '../scenarios/catalogue.ts';
import { trafficPackets } from './traffic-crowd.ts';

const text = scenarios.find(({ id }) => id === 'pod-to-service')?.text ?? '';
const load = { type: 'send', from: 'pod/default/client', to: 'http://web', times: 60, everyUs: 1_000 } as const;

test('every request of a load is a packet that goes to the pod that answered it', () => {
  const { traffic, walks } = createSimulation().run(text, 1, [load]);
  const packets = trafficPackets(traffic, walks);
  const samples = traffic[0]?.samples ?? [];
  expect(packets).toHaveLength(60);
  expect(packets.map(({ packet }) => packet.fate?.node)).toEqual(samples.map(({ by }) => `default/${by}`));
  expect(packets.map(({ span }) => span?.startUs)).toEqual(samples.map(({ startUs }) => startUs));
  expect(new Set(packets.map(({ flow }) => flow))).toEqual(new Set([1, 2, 3]));
});

test('requests that fail go as far as the packet that failed', () => {
  const { traffic, walks } = createSimulation().run(text.replace('app: web', 'app: wep'), 1, [load]);
  const [first] = trafficPackets(traffic, walks);
  expect(first?.packet.fate?.kind).toBe('refused');
});
