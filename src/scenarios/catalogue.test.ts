import { loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { parseManifest } from '../engine/manifest/parse-manifest.ts';
import { parseSource, parseTarget } from '../engine/programs/target.ts';
import { scenarios } from './catalogue.ts';
import { expectations } from './expectations.ts';

interface ScenarioDocument {
  readonly title: string;
  readonly summary: string;
  readonly traffic: readonly { readonly from: string; readonly to: string }[];
}

const documentOf = (text: string) => {
  const found = (loadAll(text) as { apiVersion: string; kind: string }[]).filter(({ kind }) => kind === 'Scenario');
  expect(found).toMatchObject([{ apiVersion: 'packetwalk.dev/v1' }]);
  return found[0] as unknown as ScenarioDocument;
};

test('every file is in the catalogue, once', () => {
  const files = Object.keys(import.meta.glob('./*.yaml'));
  expect(scenarios.map(({ id }) => `./${id}.yaml`).toSorted()).toEqual(files.toSorted());
});

test.each(scenarios)('$id has a title, a short summary and traffic that can be sent', ({ title, summary, text }) => {
  const scenario = documentOf(text);
  expect({ title, summary }).toEqual({ title: scenario.title, summary: scenario.summary });
  expect(summary.split(' ').length).toBeLessThanOrEqual(32);
  expect(scenario.traffic.length).toBeGreaterThan(0);
  for (const { from, to } of scenario.traffic) {
    expect(parseSource(from)).toHaveProperty('value');
    expect(parseTarget(to)).toHaveProperty('value');
  }
});

test.each(scenarios.filter(({ id }) => id !== 'selector-match-labels'))('$id has no mistake in its YAML', ({ text }) => {
  expect(parseManifest(text).problems.filter(({ severity }) => severity !== 'not-simulated')).toEqual([]);
});

test('the API server refuses matchLabels in a Service', () => {
  const text = scenarios.find(({ id }) => id === 'selector-match-labels')?.text ?? '';
  expect(parseManifest(text).problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { path: 'spec.selector.matchLabels' },
  ]);
});

test('there is one expectation for each request of each scenario', () => {
  const sent = scenarios.flatMap(({ id, text }) => documentOf(text).traffic.map(({ from, to }) => `${id} ${from} ${to}`));
  expect(expectations.map(({ scenario, from, to }) => `${scenario} ${from} ${to}`).toSorted()).toEqual(sent.toSorted());
});
