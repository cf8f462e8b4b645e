import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Action, PodView } from './index.ts';
import { createSimulation } from './whole-simulation.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../scenarios/pod-to-service.yaml'), 'utf8');
const CURL: Action = { type: 'send', from: 'pod/default/client', to: 'http://web' };

const play = (actions: readonly Action[], lookUs: number | null = null) => createSimulation().run(TEXT, 1, actions, lookUs);
const web = play([]).objects.find(({ kind, labels }) => kind === 'Pod' && labels.app === 'web') as PodView;
const DELETE: Action = { type: 'deletePod', namespace: web.namespace, name: web.name };

test('an action without a time waits for those before it, one with a time does not', () => {
  const [first, second] = play([CURL, { ...CURL, atUs: 500 }]).walks;
  expect(second?.startUs).toBe((first?.startUs ?? 0) + 500);
  expect(second?.startUs).toBeLessThan(first?.endUs ?? 0);
  const [before, after] = play([CURL, CURL]).walks;
  expect(after?.startUs).toBeGreaterThan(before?.endUs ?? 0);
});

test('times count from the moment at which the cluster came to rest', () => {
  const { restUs, actions } = play([{ ...CURL, atUs: 2_500_000 }]);
  expect(actions[0]).toMatchObject({ index: 0, startUs: restUs + 2_500_000, ok: true, walks: [1] });
});

test('a run that goes on with timed actions equals one from the start, also when time has to be turned back', () => {
  const lists: Action[][] = [
    [CURL],
    [CURL, { ...DELETE, atUs: 3_000_000 }],
    [CURL, { ...DELETE, atUs: 3_000_000 }, { ...CURL, atUs: 100 }, CURL],
  ];
  const simulation = createSimulation();
  for (const actions of lists) expect(JSON.stringify(simulation.run(TEXT, 1, actions))).toBe(JSON.stringify(play(actions)));
});

test('an earlier moment shows the cluster as it was then, and its tools print what they printed', () => {
  const simulation = createSimulation();
  const actions = [CURL, DELETE];
  const end = simulation.run(TEXT, 1, actions);
  const deletedUs = end.actions[1]?.startUs ?? 0;
  expect(end.objects.map(({ name }) => name)).not.toContain(web.name);
  const before = simulation.run(TEXT, 1, actions, deletedUs - 1);
  expect(before.lookUs).toBe(deletedUs - 1);
  expect(before.objects.map(({ name }) => name)).toContain(web.name);
  expect(simulation.inspectNode('node-1')?.iptablesSave).toContain(web.address as string);
  expect({ ...before, objects: [], lookUs: 0 }).toEqual({ ...end, objects: [], lookUs: 0 });
  simulation.run(TEXT, 1, actions, end.nowUs);
  expect(simulation.inspectNode('node-1')?.iptablesSave).not.toContain(`${web.address}:`);
});

test('moments can be looked at in any order, and show the same', () => {
  const { restUs, nowUs } = play([CURL, DELETE]);
  const moments = [0, restUs, restUs + 40_000, nowUs - 1_000_000].map(Math.round);
  const simulation = createSimulation();
  const seen = (atUs: number) => JSON.stringify(simulation.run(TEXT, 1, [CURL, DELETE], atUs).objects);
  const forwards = moments.map(seen);
  expect(moments.toReversed().map(seen).toReversed()).toEqual(forwards);
  expect(new Set(forwards).size).toBeGreaterThan(2);
});

test('a load is spread over the endpoints; its first requests are walks', () => {
  const { traffic, walks, actions } = play([{ ...CURL, times: 300, everyUs: 1_000 }]);
  const samples = traffic[0]?.samples ?? [];
  expect(samples).toHaveLength(300);
  expect(samples.every(({ ok }) => ok)).toBe(true);
  expect(walks).toHaveLength(12);
  expect(actions[0]?.walks).toEqual(walks.map(({ id }) => id));
  const counts = [...new Set(samples.map(({ by }) => by))].map((name) => samples.filter(({ by }) => by === name).length);
  expect(counts).toHaveLength(3);
  for (const count of counts) expect(count).toBeGreaterThan(60);
});

test('of each outcome of a load one is a walk, also of those that come late, and nothing else has changed', () => {
  const load: Action = { ...CURL, times: 200, everyUs: 10_000 };
  const scale: Action = { type: 'command', line: 'kubectl scale deployment web --replicas=0', atUs: 500_000 };
  const { traffic, walks } = play([load, scale]);
  const failed = traffic[0]?.samples.filter(({ ok }) => !ok) ?? [];
  expect(failed.length).toBeGreaterThan(100);
  const kinds = new Set(traffic[0]?.samples.map(({ text }) => text));
  expect(new Set(walks.map(({ outcome }) => outcome.text))).toEqual(kinds);
  const simulation = createSimulation();
  simulation.run(TEXT, 1, [load]);
  expect(JSON.stringify(simulation.run(TEXT, 1, [load, scale]))).toBe(JSON.stringify(play([load, scale])));
});

test('what cannot be done is told in kubectl’s words', () => {
  const { actions } = play([{ type: 'deletePod', namespace: 'default', name: 'none' }]);
  expect(actions[0]).toMatchObject({ ok: false, output: ['Error from server (NotFound): pods "none" not found'] });
});

test('the timeline tells who did what, in order', () => {
  const { timeline, restUs } = play([DELETE]);
  const after = timeline.filter(({ atUs }) => atUs >= restUs).map(({ lane, text }) => `${lane}: ${text}`);
  expect(after[0]).toBe(`you: kubectl delete pod ${web.name}`);
  expect(after).toContain(`kube-apiserver: pod ${web.name} is terminating`);
  expect(after.some((line) => /^replicaset: creates pod web-/.test(line))).toBe(true);
  expect(after).toContain('kube-proxy node-1: writes the rules of default/web');
  expect(timeline.map(({ atUs }) => atUs)).toEqual(timeline.map(({ atUs }) => atUs).toSorted((a, b) => a - b));
});
