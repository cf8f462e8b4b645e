import { expect, test } from 'vitest';
import type { Action } from '../protocol/messages.ts';
import { readTyped, transcript } from './terminal.ts';
import { answeredWalk } from './testing-walks.ts';

test('what sends is sent, all else is for the cluster', () => {
  expect(readTyped('curl -s http://web')).toEqual({ kind: 'send', target: 'http://web' });
  expect(readTyped('nslookup web.default')).toEqual({ kind: 'send', target: 'dns://web.default' });
  expect(readTyped('ping 10.96.0.10')).toEqual({ kind: 'send', target: 'icmp://10.96.0.10' });
  expect(readTyped('kubectl get pods')).toEqual({ kind: 'command' });
  expect(readTyped('node-1: ip link set eth0 down')).toEqual({ kind: 'command' });
  expect(readTyped('curl')).toMatchObject({ kind: 'unreadable', message: expect.stringContaining('needs an address') });
});

test('the screen is what was done and what was looked at, in that order', () => {
  const actions: Action[] = [
    { type: 'send', from: 'pod/default/client', to: 'http://web' },
    { type: 'command', line: 'kubectl scale deployment web --replicas=5' },
  ];
  const views = [
    { index: 0, startUs: 0, endUs: 900, ok: true, output: [], walks: [1] },
    { index: 1, startUs: 1_000, endUs: 2_000, ok: true, output: ['deployment.apps/web scaled'], walks: [] },
  ];
  const looked = [{ after: 1, from: 'pod/default/client', line: 'ip r', output: ['default via 10.244.1.1 dev eth0'], ok: true }];
  const lines = transcript({ actions, views, walks: [answeredWalk(1)], looked });
  expect(lines.map(({ line, output }) => [line, ...output])).toEqual([
    ['curl http://web', 'hello'],
    ['ip r', 'default via 10.244.1.1 dev eth0'],
    ['kubectl scale deployment web --replicas=5', 'deployment.apps/web scaled'],
  ]);
  expect(lines[0]?.walk).toBe(1);
});
