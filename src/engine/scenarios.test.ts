import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectations, lessons } from '../scenarios/expectations.ts';
import { createSimulation } from './whole-simulation.ts';

function textOf(scenario: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'scenarios', `${scenario}.yaml`), 'utf8');
}

describe.each([...new Set(expectations.map(({ scenario }) => scenario))])('%s', (scenario) => {
  test.each(expectations.filter((one) => one.scenario === scenario))('$from -> $to', ({ from, to, expect: expected }) => {
    const { walks, problems } = createSimulation().run(textOf(scenario), 1, [{ type: 'send', from, to }]);
    const walk = walks[0];
    const { terminal, ...outcome } = expected;
    expect(walk?.outcome, problems.map(({ message }) => message).join('\n')).toMatchObject(outcome);
    if (terminal !== undefined) expect(walk?.outcome.terminal.filter((line) => line.startsWith(terminal))).toHaveLength(1);
    expect(walk?.reason.title).not.toBe('');
    // A gateway that waits in vain takes its time.
    if (outcome.ok && !outcome.text?.startsWith('504')) expect(walk?.outcome.elapsedUs).toBeLessThan(1_000_000);
  });

  test('two runs of one seed are equal, byte for byte', () => {
    const actions = expectations.filter((one) => one.scenario === scenario).map(({ from, to }) => ({ type: 'send' as const, from, to }));
    const run = () => JSON.stringify(createSimulation().run(textOf(scenario), 7, actions));
    expect(run()).toBe(run());
  });
});

test.each(lessons)('the lesson of $scenario: $failed of $requests requests to $to fail', ({ scenario, to, ...expected }) => {
  const simulation = createSimulation();
  const { timeline } = simulation.run(textOf(scenario), 1, []).scenario;
  const { traffic, actions } = simulation.run(textOf(scenario), 1, timeline);
  expect(actions.filter(({ ok }) => !ok)).toEqual([]);
  const samples = traffic.filter((load) => load.to === to).flatMap((load) => load.samples);
  const failures = samples.filter(({ ok }) => !ok);
  expect({
    requests: samples.length,
    failed: failures.length,
    texts: [...new Set(failures.map(({ text }) => text))],
    pods: new Set(samples.filter(({ ok }) => ok).map(({ by }) => by)).size,
  }).toEqual(expected);
});
