// The editor's schemas stand beside the engine's table of fields: what one knows, the other must.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { structOf } from '../engine/api/schema.ts';
import { CONFIGURATION_SCHEMAS } from './configuration-schema.ts';
import { SCENARIO_SCHEMA } from './scenario-schema.ts';

const { cluster, timeline, traffic } = SCENARIO_SCHEMA.properties;
const step = timeline.items.properties;

test.each([
  ['ScenarioCluster', cluster.properties],
  ['ScenarioNode', cluster.properties.nodes.additionalProperties.properties],
  ['ScenarioRequest', traffic.items.properties],
  ['ScenarioStep', step],
  ['ScenarioLoad', step.send.properties],
])('the editor completes every field of a %s', (name, properties) => {
  expect(Object.keys(properties).sort()).toEqual([...(structOf(name)?.keys() ?? [])].sort());
});

test('the generated file holds them as they are now', () => {
  const { definitions } = JSON.parse(readFileSync('src/editor/kubernetes-schema.json', 'utf8'));
  for (const [kind, schema] of Object.entries({ Scenario: SCENARIO_SCHEMA, ...CONFIGURATION_SCHEMAS })) {
    expect(definitions[kind], `${kind}: node src/cli/run.mjs generate-schemas`).toEqual(JSON.parse(JSON.stringify(schema)));
  }
});
