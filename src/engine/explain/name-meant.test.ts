// Requests that were meant otherwise: what is said of them, what is offered, and that the offer works.

import { describe, expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

const CLIENT = `apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: busybox}]}
`;
const DATABASE = `apiVersion: v1
kind: Service
metadata: {name: db-headless}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: pg, image: postgres:16, ports: [{containerPort: 5432}]}]}
---
${CLIENT}`;
const SYSLOG = `apiVersion: v1
kind: Service
metadata: {name: syslog}
spec: {selector: {app: s}, ports: [{port: 514}]}
---
apiVersion: v1
kind: Pod
metadata: {name: s, labels: {app: s}}
spec: {containers: [{name: s, image: acme/syslog, ports: [{containerPort: 514, protocol: UDP}]}]}
---
${CLIENT}`;
const WEB = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, clusterIP: 10.96.44.10, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx}]}
`;

function ask(text: string, to: string, from = 'pod/default/client') {
  const [walk] = createSimulation().run(text, 1, [{ type: 'send', from, to }]).walks;
  if (!walk) throw new Error('no walk');
  return { ...walk.reason, ok: walk.outcome.ok, last: walk.reason.why.at(-1)?.text };
}

describe('a pod of a StatefulSet', () => {
  test('whose serviceName is another Service: the edit gives it the name', () => {
    const { last, suggestion } = ask(DATABASE, 'tcp://db-0.db-headless:5432');
    expect(last).toBe('`db-0` has its name in Service `db`, as `spec.serviceName` says, and not in `db-headless`');
    expect(suggestion).toMatchObject({ range: { startLine: 10, startColumn: 16, endColumn: 18 }, newText: 'db-headless' });
    expect(ask(DATABASE.replace('serviceName: db', 'serviceName: db-headless'), 'tcp://db-0.db-headless:5432').ok).toBe(true);
  });

  test('whose serviceName nobody has', () => {
    expect(ask(DATABASE, 'tcp://db-0.db:5432').last).toBe('`spec.serviceName: db` names a Service that does not exist');
  });
});

test('a Service of the other protocol: the field goes behind the port, in the same style', () => {
  const { suggestion } = ask(SYSLOG, 'udp://syslog:514');
  expect(suggestion).toMatchObject({ range: { startLine: 4, startColumn: 46, endColumn: 46 }, newText: ', protocol: UDP' });
  expect(ask(SYSLOG.replace('port: 514}', 'port: 514, protocol: UDP}'), 'udp://syslog:514').ok).toBe(true);
  const inBlocks = SYSLOG.replace(
    'spec: {selector: {app: s}, ports: [{port: 514}]}',
    'spec:\n  selector: {app: s}\n  ports:\n    - port: 514',
  );
  expect(ask(inBlocks, 'udp://syslog:514').suggestion).toMatchObject({ range: { startLine: 7 }, newText: '\n      protocol: UDP' });
});

test.each([
  ['world', 'http://192.168.56.11:30080'],
  ['node/node-1', 'http://10.96.44.10'],
])('a name of the cluster, asked from %s: its address there', (from, instead) => {
  const reason = ask(WEB, 'http://web', from);
  expect(reason.instead).toBe(instead);
  expect(ask(WEB, instead, from).ok).toBe(true);
});

test('a pod that no node takes is Pending in the words of the scheduler', () => {
  const text = `${WEB.replace('image: nginx', 'image: nginx, resources: {requests: {cpu: 64}}')}---\n${CLIENT}`;
  expect(ask(text, 'http://web').last).toMatch(/^Pod `web` is not ready: Pending: 0\/3 nodes are available: 3 Insufficient cpu\./);
});
