import { expect, test } from 'vitest';
import type { Action } from '../protocol/messages.ts';
import { packAction, ShortActions, shortPairs, unpackAction } from './action-link.ts';

const actions: Action[] = [
  { type: 'send', from: 'pod/default/client', to: 'http://web' },
  { type: 'send', from: 'world', to: 'http://192.168.56.11:30080', times: 40, everyUs: 25_000, atUs: 1_500_000 },
  { type: 'deletePod', namespace: 'default', name: 'web-1', atUs: 0 },
  { type: 'apply', text: 'kind: Pod\n', atUs: 12 },
  { type: 'command', line: 'kubectl scale deployment web --replicas=5' },
];

test('what is written in words is read again', () => {
  const short = new ShortActions();
  for (const [name, value] of actions.flatMap(shortPairs)) expect(short.take(name, value)).toBe(true);
  expect(short.actions).toEqual(actions);
  expect(short.take('hop', '1.2.3')).toBe(false);
});

test('what is packed is unpacked', () => {
  expect(JSON.parse(JSON.stringify(actions.map(packAction))).map(unpackAction)).toEqual(actions);
  expect(packAction(actions[0] as Action)).toEqual(['s', 'pod/default/client', 'http://web']);
});

test.each([[['s', 'world']], [['t', -1, 'c', 'x']], [['t', 'soon', 'c', 'x']], [['s', 'a', 'b', 1e9]], [['x', 'y']]])(
  '%j is refused',
  (packed) => {
    expect(() => unpackAction(packed)).toThrow();
  },
);
