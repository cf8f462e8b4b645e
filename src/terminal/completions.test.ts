import { expect, test } from 'vitest';
import type { ObjectView } from '../protocol/messages.ts';
import { completions } from './completions.ts';

const view = (kind: string, name: string): ObjectView => ({
  key: `${kind}/default/${name}`,
  kind,
  name,
  namespace: 'default',
  labels: {},
  source: null,
  simulated: true,
  summary: '',
});
const objects = [view('Pod', 'web-1'), view('Pod', 'client'), view('Service', 'web'), view('Node', 'node-1')];
const first = (line: string) => completions(line, objects)[0];

test.each([
  ['kube', 'kubectl'],
  ['kubectl g', 'kubectl get'],
  ['kubectl get po', 'kubectl get pods'],
  ['kubectl delete pod w', 'kubectl delete pod web-1'],
  ['kubectl drain ', 'kubectl drain node-1'],
  ['curl http://w', 'curl http://web'],
  ['nslookup ', 'nslookup web'],
  ['ip r', 'ip route'],
  ['node-1: s', 'node-1: systemctl'],
])('%s is completed to %s', (line, completed) => {
  expect(first(line)).toBe(completed);
});

test('a whole word needs no more', () => {
  expect(completions('kubectl get pods', objects)).toEqual([]);
});
