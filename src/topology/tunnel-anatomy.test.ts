import { expect, it } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import { scenarios } from '../scenarios/catalogue.ts';
import { followedAt } from './followed.ts';
import { anatomyOf, twoWalks } from './tunnel-anatomy.ts';

const text = scenarios.find(({ id }) => id === 'tunnel-between-nodes')?.text ?? '';
const [traffic] = createSimulation().run(text, 1, []).scenario.traffic;
const { objects, walks } = createSimulation().run(text, 1, traffic ? [{ type: 'send', from: traffic.from, to: traffic.to }] : []);
const [walk] = walks;
const packet = walk?.packets.find(({ label }) => label === 'SYN');
const at = (hop: number) => followedAt(objects, walk ?? null, { walk: walk?.id ?? 0, packet: packet?.id ?? 0, hop });

it('adds 50 bytes to what the pod sent, and 14 of the link', () => {
  const outer = packet?.hops.find((hop) => hop.kind !== 'if' && hop.hook === 'POSTROUTING' && hop.addr.includes(':8472'));
  const followed = at(outer?.n ?? 0);
  expect(followed && anatomyOf(followed)).toMatchObject({ added: 50, total: 124 });
});

it('tells the hops of the inner packet from those of the outer one', () => {
  const first = at(2);
  expect(first && anatomyOf(first)).toBeNull();
  const walksHere = first && twoWalks(first);
  expect(walksHere?.inner).toMatch(/^hops 2-\d+$/);
  expect(Number(walksHere?.outer.match(/\d+/)?.[0])).toBe(Number(walksHere?.inner.match(/\d+$/)?.[0]) + 1);
});
