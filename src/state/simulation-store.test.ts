import { expect, test } from 'vitest';
import type { ObjectView, Update } from '../protocol/messages.ts';
import { applyUpdate, emptyMirror } from './simulation-store.ts';
import { answeredWalk, refusedWalk } from './testing-walks.ts';

const base: Update & { type: 'state' } = {
  type: 'state',
  id: 1,
  usable: true,
  scenario: emptyMirror.scenario,
  changed: [],
  removed: [],
  problems: [],
  walks: [],
  actions: [],
  traffic: [],
  faults: [],
  timeline: [],
  restUs: 0,
  lookUs: 0,
  nowUs: 0,
  tookMs: 1,
};

function pod(name: string, status = 'Running'): ObjectView {
  return {
    kind: 'Other',
    key: `Pod/default/${name}`,
    name,
    namespace: 'default',
    labels: {},
    source: null,
    simulated: true,
    summary: status,
  };
}

test('an update changes what it names and leaves every other object identical', () => {
  const first = applyUpdate(emptyMirror, { ...base, changed: [pod('b'), pod('a')] });
  const second = applyUpdate(first, { ...base, id: 2, changed: [pod('b', 'Pending')], removed: [] });
  expect(second.objects.map((object) => object.key)).toEqual(['Pod/default/a', 'Pod/default/b']);
  expect(second.objects[0]).toBe(first.objects[0]);
  expect(second.objects[1]).not.toBe(first.objects[1]);
  expect(applyUpdate(second, { ...base, id: 3, removed: ['Pod/default/a'] }).objects).toHaveLength(1);
});

test('an update without change keeps the very same lists', () => {
  const first = applyUpdate(emptyMirror, { ...base, changed: [pod('a')], walks: [answeredWalk()] });
  const second = applyUpdate(first, { ...base, id: 2, walks: [0] });
  expect(second.objects).toBe(first.objects);
  expect(second.walks).toBe(first.walks);
  expect(second.problems).toBe(first.problems);
  expect(second.scenario).toBe(first.scenario);
});

test('the timeline is put together from stretches of the last one and new entries', () => {
  const line = (atUs: number, text: string) => ({ atUs, lane: 'kubelet node-1', text });
  const first = applyUpdate(emptyMirror, { ...base, timeline: [line(1, 'a'), line(2, 'b'), line(3, 'c')] });
  const second = applyUpdate(first, { ...base, id: 2, timeline: [[0, 1], line(2, 'B'), [2, 1]] });
  expect(second.timeline.map(({ text }) => text)).toEqual(['a', 'B', 'c']);
  expect(second.timeline[2]).toBe(first.timeline[2]);
  expect(applyUpdate(second, { ...base, id: 3, timeline: [[0, 3]] }).timeline).toBe(second.timeline);
});

test('a walk given by its id is the one that was sent before', () => {
  const first = applyUpdate(emptyMirror, { ...base, walks: [answeredWalk(0), answeredWalk(1)] });
  const second = applyUpdate(first, { ...base, id: 2, walks: [0, refusedWalk(1)] });
  expect(second.walks[0]).toBe(first.walks[0]);
  expect(second.walks[1]?.outcome.kind).toBe('refused');
});

test('after a crash the cluster stays in sight until the new engine has sent its own', () => {
  const first = applyUpdate(emptyMirror, { ...base, changed: [pod('a')] });
  const crashed = applyUpdate(first, { type: 'crashed', id: 2, message: 'must not happen' });
  expect(crashed.objects).toBe(first.objects);
  expect(crashed.crashed).toBe('must not happen');
  const anew = applyUpdate(crashed, { ...base, id: 3, changed: [pod('b')] });
  expect(anew.objects.map((object) => object.name)).toEqual(['b']);
  expect(anew.crashed).toBeNull();
});
