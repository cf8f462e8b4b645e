import { expect, test } from 'vitest';
import { answeredWalk, refusedWalk } from '../state/testing-walks.ts';
import { walkEvents } from './events.ts';
import { layOutSequence } from './sequence.ts';

test('lifelines stand in the order in which the walk meets them', () => {
  const { lifelines, messages } = layOutSequence(answeredWalk(), 1100, { showFolded: false });
  expect(lifelines.map(({ label }) => label)).toEqual(['client', 'node-1', 'web-…x2x9z']);
  expect(messages.map(({ packet }) => packet.label)).toEqual(['SYN', 'S·A', 'DATA']);
  expect(messages[0]?.rewrites).toMatchObject([{ x: lifelines[1]?.x, hop: 3 }]);
});

test('a packet that did not arrive ends where it was stopped', () => {
  const { messages, lifelines } = layOutSequence(refusedWalk(), 1100, { showFolded: false });
  expect(messages[0]).toMatchObject({ isLost: true, toX: lifelines.find(({ node }) => node === 'node-1')?.x });
});

test('events tell sending, rewriting, ends and the outcome, in time', () => {
  const events = walkEvents(answeredWalk(), { showFolded: false });
  expect(events.map(({ what }) => what)).toContain('DNAT: 10.96.44.10:80 becomes 10.244.2.17:8080');
  expect(events.at(-1)).toMatchObject({ what: '200 from web-7d4b9c6f5-x2x9z', isBad: false });
});
