import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectations } from '../scenarios/expectations.ts';
import { createSimulationWith, everydayParts, PartNeeded } from './index.ts';
import type { Action } from './view.ts';
import { createSimulation } from './whole-simulation.ts';

const FOLDER = join(import.meta.dirname, '../scenarios');
const SCENARIOS = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

/** As JSON; null where the parts of every day refuse. */
function playEveryday(text: string, actions: readonly Action[]): string | null {
  try {
    return JSON.stringify(createSimulationWith(everydayParts).run(text, 1, actions));
  } catch (error) {
    if (error instanceof PartNeeded) return null;
    throw error;
  }
}

test.each(SCENARIOS)('%s: with the parts of every day the run is the same, or refused', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const sends = expectations
    .filter(({ scenario }) => `${scenario}.yaml` === name)
    .map(({ from, to }) => ({ type: 'send' as const, from, to }));
  for (const actions of [[], ...sends.map((action) => [action]), sends]) {
    const run = playEveryday(text, actions);
    if (run !== null) expect(run).toBe(JSON.stringify(createSimulation().run(text, 1, actions)));
  }
});

const opening = readFileSync(join(FOLDER, 'pod-to-service.yaml'), 'utf8');

test('the scenario that a visit opens on needs no more, and its requests are answered', () => {
  expect(playEveryday(opening, [{ type: 'send', from: 'pod/default/client', to: 'http://web' }])).toContain('Answered');
});

const pod = (container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: edge}\nspec: {nodeName: node-1, containers: [{name: c, ${container}}]}\n`;

test.each([
  ['kinds that have a part of their own', 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n'],
  ['fields that are rare', pod('image: nginx, env: [{name: A, value: b}]')],
  ['images that work as an ingress controller', pod('image: "traefik:v3", args: ["--providers.kubernetesingress"]')],
  ['mistakes', pod('imgae: nginx')],
  ['objects that the API server refuses', pod('image: ""')],
  ['a text that is no YAML', 'kind: [Pod'],
])('refused: %s', (_, text) => {
  expect(playEveryday(text, [])).toBeNull();
});

test('refused: a request that fails, and what nobody does every day', () => {
  expect(playEveryday(opening, [{ type: 'send', from: 'pod/default/client', to: 'http://wep' }])).toBeNull();
  const simulation = createSimulationWith(everydayParts);
  simulation.run(opening, 1, []);
  expect(() => simulation.matrix()).toThrow(PartNeeded);
});
