import { expect, test } from 'vitest';
import type { TimelineEntry } from '../protocol/messages.ts';
import { answeredWalk, refusedWalk } from '../state/testing-walks.ts';
import { lanesOf, type TimelineContent, timeAxis } from './timeline-layout.ts';

const entry = (atUs: number, lane: string): TimelineEntry => ({ atUs, lane, text: 'creates pod web-x' });
const content: TimelineContent = {
  entries: [
    entry(2_000, 'you'),
    entry(2_000, 'replicaset'),
    entry(2_010, 'replicaset'),
    entry(900_000, 'kubelet node-2'),
    entry(950_000, 'kubelet node-1'),
  ],
  walks: [answeredWalk(1), refusedWalk(2)],
  fromUs: 0,
  toUs: 8_000_000,
};
const options = { showFolded: false, byNode: false };

test('the axis keeps the order of moments, gives pauses by their logarithm, and leads back', () => {
  const axis = timeAxis(content, 900);
  const [a, b, c] = [axis.xOf(2_000), axis.xOf(2_010), axis.xOf(900_000)];
  expect(a).toBeLessThan(b);
  expect(c - b).toBeLessThan(20 * (b - a));
  for (const timeUs of [0, 2_000, 900_000, 8_000_000]) expect(axis.timeAt(axis.xOf(timeUs))).toBe(timeUs);
  expect(axis.width).toBe(900);
});

test('components that every node has share a lane, or have one each', () => {
  const axis = timeAxis(content, 900);
  expect(lanesOf(content, axis, options).map(({ name }) => name)).toEqual(['you', 'replicaset', 'kubelets', 'http://web', 'http://web']);
  const names = lanesOf(content, axis, { ...options, byNode: true }).map(({ name }) => name);
  expect(names).toEqual(['you', 'replicaset', 'kubelet node-1', 'kubelet node-2', 'http://web', 'http://web']);
});

test('marks that would cover each other are one mark with all that happened there', () => {
  const lane = lanesOf(content, timeAxis(content, 300), options).find(({ name }) => name === 'replicaset');
  expect(lane?.kind === 'events' && lane.marks.map(({ entries }) => entries.length)).toEqual([2]);
});

test('a packet that came to grief shows it', () => {
  const lanes = lanesOf(content, timeAxis(content, 900), options);
  const troubles = lanes.flatMap((lane) => (lane.kind === 'walk' ? [lane.packets.map(({ trouble }) => trouble)] : []));
  expect(troubles).toEqual([[null, null, null], ['refused']]);
});
