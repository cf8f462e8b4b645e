import { expect, test } from 'vitest';
import { answeredWalk, refusedWalk } from '../state/testing-walks.ts';
import { clusterEvents, filterEvents, walkEvents } from './events.ts';

const options = { showFolded: false };
const rows = [
  ...clusterEvents([{ atUs: 12, lane: 'kube-scheduler', text: 'binds web-1 to node-2', object: 'Pod/default/web-1' }]),
  ...walkEvents(answeredWalk(1), options),
  ...walkEvents(refusedWalk(2), options),
];
const what = (show: 'all' | 'cluster' | 'packets' | 'failures', words = '') => filterEvents(rows, { show, words }).map((row) => row.what);

test('a walk tells what was sent, what was rewritten, and how it ended', () => {
  const lines = walkEvents(answeredWalk(1), options).map((row) => `${row.kind}: ${row.what}`);
  expect(lines).toContain('packet: sends SYN to 10.96.44.10:80');
  expect(lines).toContain('rewrite: DNAT: 10.96.44.10:80 becomes 10.244.2.17:8080');
  expect(lines.at(-1)).toBe('end: 200 from web-7d4b9c6f5-x2x9z');
});

test('filters leave the cluster, the packets, or what failed', () => {
  expect(what('cluster')).toEqual(['binds web-1 to node-2']);
  expect(what('packets')).not.toContain('binds web-1 to node-2');
  expect(what('failures')).toEqual(['SYN refused: -j REJECT --reject-with icmp-port-unreachable', 'connection refused']);
});

test('all words must occur, in any column', () => {
  expect(what('all', 'scheduler NODE-2')).toEqual(['binds web-1 to node-2']);
  expect(what('all', 'scheduler node-3')).toEqual([]);
});

test('rows are in order of time', () => {
  const times = filterEvents(rows, { show: 'all', words: '' }).map(({ timeUs }) => timeUs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
