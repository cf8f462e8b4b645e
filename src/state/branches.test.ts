import { expect, test } from 'vitest';
import type { Action, ActionView } from '../protocol/messages.ts';
import { actionsBefore, dropped, forked, kept, onlyBranch } from './branches.ts';

const send = (to: string): Action => ({ type: 'send', from: 'world', to });
const content = (...actions: Action[]) => ({ scenario: null, text: 'kind: Pod', seed: 1, actions });

test('a fork keeps both: what was, and what is done instead', () => {
  const main = content(send('http://a'), send('http://b'));
  const branches = forked(onlyBranch(content()), main, content(send('http://a'), send('http://c')), 500);
  expect(branches.current).toBe(2);
  expect(branches.list.map(({ name, fork }) => [name, fork?.atUs])).toEqual([
    ['main', undefined],
    ['branch 2', 500],
  ]);
  expect(branches.list[0]?.content).toBe(main);
});

test('what is done in a branch stays in it', () => {
  const branches = forked(onlyBranch(content()), content(), content(send('http://a')), 500);
  const more = kept(branches, content(send('http://a'), send('http://b')));
  expect(more.list.map((branch) => branch.content.actions.length)).toEqual([0, 2]);
});

test('a dropped branch leaves what came from it hanging on its parent; main stays', () => {
  const two = forked(onlyBranch(content()), content(), content(send('http://a')), 500);
  const three = forked(two, content(send('http://a')), content(), 700);
  expect(dropped(three, 2)).toMatchObject({ current: 3, list: [{ id: 1 }, { id: 3, fork: { from: 1, atUs: 700 } }] });
  expect(dropped(three, 3).current).toBe(2);
  expect(dropped(three, 1)).toEqual(three);
});

test('a branch begins with the actions that had begun', () => {
  const actions = [send('http://a'), { ...send('http://b'), atUs: 900 }, send('http://c')];
  const view = (index: number, startUs: number): ActionView => ({ index, startUs, endUs: null, ok: true, output: [], walks: [] });
  expect(actionsBefore(actions, [view(0, 100), view(1, 900), view(2, 950)], 900)).toEqual([actions[0]]);
});
