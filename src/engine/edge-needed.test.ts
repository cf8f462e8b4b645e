import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectations } from '../scenarios/expectations.ts';
import { needsEdge } from './edge-needed.ts';
import { createSimulationWith } from './index.ts';
import { createSimulation } from './whole-simulation.ts';

const FOLDER = join(import.meta.dirname, '../scenarios');
const SCENARIOS = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

test('kinds and images of the edge are seen, in YAML and in JSON', () => {
  expect(needsEdge('kind: Ingress')).toBe(true);
  expect(needsEdge('{"kind": "HTTPRoute"}')).toBe(true);
  expect(needsEdge('kind: "NetworkPolicy"')).toBe(true);
  expect(needsEdge('image: registry.k8s.io/ingress-nginx/controller:v1.12.0')).toBe(true);
  expect(needsEdge('image: traefik:v3')).toBe(true);
  expect(needsEdge('kind: Service')).toBe(false);
});

test.each(SCENARIOS)('%s: without the edge the run is the same wherever the edge is not needed', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const actions = expectations
    .filter(({ scenario }) => `${scenario}.yaml` === name)
    .map(({ from, to }) => ({ type: 'send' as const, from, to }));
  if (needsEdge(text)) {
    expect(() => createSimulationWith(null).run(text, 1, actions)).toThrow('needs the edge');
    return;
  }
  expect(JSON.stringify(createSimulationWith(null).run(text, 1, actions))).toBe(JSON.stringify(createSimulation().run(text, 1, actions)));
});
