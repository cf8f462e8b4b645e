// A hostPort on a whole cluster: who reaches the pod through its node, and what is left when it is gone.

import { expect, test } from 'vitest';
import { Cluster } from '../../cluster.ts';
import { inspectNode } from '../../inspections.ts';
import { wholeParts } from '../../whole-parts.ts';

const TEXT = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeName: node-1, containers: [{name: nginx, image: nginx, ports: [{containerPort: 80, hostPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: near}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl}]}
---
apiVersion: v1
kind: Pod
metadata: {name: far}
spec: {nodeName: node-2, containers: [{name: curl, image: curlimages/curl}]}
`;

const NODE_1 = 'http://192.168.56.11:8080';
const textOf = (cluster: Cluster, from: string, to: string) => {
  const walk = cluster.send(from, to);
  return 'error' in walk ? walk.error : walk.outcome.text;
};

test.each([
  ['world', NODE_1],
  ['node/node-2', NODE_1],
  ['pod/default/far', NODE_1],
  ['pod/default/near', NODE_1],
  ['pod/default/web', NODE_1],
  ['node/node-1', NODE_1],
  ['node/node-1', 'http://127.0.0.1:8080'],
])('%s reaches %s', (from, to) => {
  expect(textOf(Cluster.atRest(TEXT, 1, wholeParts), from, to)).toBe('200 from web');
});

test('other nodes know nothing of it, and when the pod is gone so is the port', () => {
  const cluster = Cluster.atRest(TEXT, 1, wholeParts);
  expect(textOf(cluster, 'world', 'http://192.168.56.12:8080')).toBe('connection refused');
  cluster.store.delete('Pod', 'default', 'web');
  cluster.converge();
  expect(textOf(cluster, 'world', NODE_1)).toBe('connection refused');
  expect(inspectNode(cluster, 'node-1')?.iptablesSave).not.toContain('CNI-DN');
});
