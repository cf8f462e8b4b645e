import { expect, test } from 'vitest';
import { momentOf, momentToLookAt, neighbourEvent, nextHappening, positionAt } from './moment.ts';
import { emptyMirror } from './simulation-store.ts';
import { answeredWalk } from './testing-walks.ts';

const walk = answeredWalk(1);
const timeline = [100, 4_000, 4_000, 9_000].map((atUs) => ({ atUs, lane: 'replicaset', text: 'creates pod web-x' }));
const mirror = { ...emptyMirror, walks: [walk, { ...walk, id: 2, startUs: 5_000, endUs: 5_900 }], timeline, nowUs: 20_000 };
const options = { showFolded: false };

test('the reader stands at a hop, or at a moment between packets', () => {
  expect(momentOf([walk], { position: { walk: 1, packet: 2, hop: 2 }, moment: null })).toBe(10);
  expect(momentOf([walk], { position: null, moment: 4_000 })).toBe(4_000);
  expect(momentOf([walk], { position: null, moment: null })).toBeNull();
});

test('the engine is asked about the past only while something has happened since, or tables are read', () => {
  const look = (moment: number, exact: boolean) => momentToLookAt(mirror, { position: null, moment }, exact);
  expect(look(4_500, false)).toBe(4_500);
  expect(look(9_500, false)).toBeNull();
  expect(look(9_500, true)).toBe(9_500);
  expect(look(20_000, true)).toBeNull();
});

test('a moment within a walk is at the last hop so far, folded packets aside', () => {
  expect(positionAt([walk], 440, options)).toEqual({ walk: 1, packet: 3, hop: 3 });
  expect(positionAt([walk], 950, options)).toBeNull();
});

test('events of one moment are one stop, in both directions', () => {
  expect(neighbourEvent(timeline, 100, 1)?.atUs).toBe(4_000);
  expect(neighbourEvent(timeline, 4_000, 1)?.atUs).toBe(9_000);
  expect(neighbourEvent(timeline, 4_500, -1)).toBe(timeline[1]);
  expect(neighbourEvent(timeline, 100, -1)).toBeNull();
});

test('what happens next is an event or a walk that begins', () => {
  expect(nextHappening(mirror, 900)).toEqual({ atUs: 4_000, walk: null });
  expect(nextHappening(mirror, 4_000)?.walk?.id).toBe(2);
  expect(nextHappening(mirror, 9_000)).toBeNull();
});
