import { expect, test } from 'vitest';
import { follow } from './follow.ts';
import { answeredWalk, refusedWalk } from './testing-walks.ts';

const folding = { showFolded: false };

test('what was just sent is followed from its first hop, and plays', () => {
  const followed = follow('new-walk', [answeredWalk(0)], [answeredWalk(0), answeredWalk(1)], { walk: 0, packet: 2, hop: 4 }, folding);
  expect(followed).toEqual({ position: { walk: 1, packet: 2, hop: 1 }, play: true });
});

test('an edit that breaks the walk in view leads to where it broke', () => {
  const followed = follow(null, [answeredWalk()], [refusedWalk()], { walk: 0, packet: 5, hop: 1 }, folding);
  expect(followed).toEqual({ position: { walk: 0, packet: 2, hop: 3 }, play: false });
});

test('an edit that changes nothing leaves the reader where they are', () => {
  const position = { walk: 0, packet: 3, hop: 2 };
  expect(follow(null, [answeredWalk()], [answeredWalk()], position, folding)).toEqual({ position, play: false });
});

test('a mended walk plays again from its start', () => {
  const followed = follow('replay', [refusedWalk()], [answeredWalk()], { walk: 0, packet: 2, hop: 3 }, folding);
  expect(followed).toEqual({ position: { walk: 0, packet: 2, hop: 1 }, play: true });
});
