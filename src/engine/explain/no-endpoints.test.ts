// A Service with pods behind it and no endpoint for the port that is asked for.

import { expect, test } from 'vitest';
import type { Action, ServiceView } from '../index.ts';
import { createSimulation } from '../whole-simulation.ts';

const NAMED = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: 10.96.44.10
  selector: {app: web}
  ports:
    - {name: http, port: 80, targetPort: htpp}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: nginx, ports: [{name: http, containerPort: 80}]}
`;
const send: Action = { type: 'send', from: 'node/node-1', to: 'http://10.96.44.10' };

function run(text: string, actions: readonly Action[] = [send]) {
  const { objects, walks } = createSimulation().run(text, 1, actions);
  const service = objects.find((object): object is ServiceView => object.key === 'Service/default/web');
  return { reason: walks[0]?.reason, outcome: walks[0]?.outcome.text, candidates: service?.candidates.map(({ why }) => why) };
}

test('a targetPort that no container names: the name that they have, and the edit', () => {
  const { reason, outcome, candidates } = run(NAMED);
  expect(outcome).toBe('connection refused');
  expect(reason?.why.map(({ text }) => text.replace(/web-\w+-\w+/, 'web-1'))).toEqual([
    'REJECT, because Service `web` has no endpoints',
    'It selects 2 ready pods, and no container port of theirs is called `htpp`',
    'Pod `web-1` has `http`',
    'The `targetPort` that asks for it',
  ]);
  expect(reason?.why.at(-1)?.range).toEqual({ startLine: 8, startColumn: 42, endLine: 8, endColumn: 46 });
  expect(reason?.suggestion).toMatchObject({ range: reason?.why.at(-1)?.range, newText: 'http' });
  expect(candidates?.[0]).toMatch(/^an endpoint: 10\.244\.\d\.\d, without port htpp: no container port has that name$/);
  expect(run(NAMED.replace('htpp', 'http')).outcome).toMatch(/^200 from web-/);
});

test('a slice written by hand whose port has another name than the Service’s', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.44.10, ports: [{name: http, port: 80}]}\n';
  const slice = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [192.168.56.12]}]
ports: [{name: web, port: 80}]
`;
  expect(run(service + slice).reason?.why.map(({ text }) => text)).toContain(
    'Its EndpointSlice has the ports `web`, and none called `http`',
  );
});

test('a node whose kube-proxy is behind: there are endpoints, and its rules do not know', () => {
  const text = NAMED.replace('htpp', 'http');
  const { reason } = run(text, [
    { type: 'command', line: 'kubectl scale deployment web --replicas=0' },
    { type: 'command', line: 'node-1: lag kube-proxy 1h' },
    { type: 'command', line: 'kubectl scale deployment web --replicas=2' },
    send,
  ]);
  expect(reason?.detail).toContain('The rules of node-1 are older than the endpoints');
  expect(reason?.why.at(-1)?.text).toBe('EndpointSlice of `web` lists 2 ready endpoints, and that has not come here yet');
});
