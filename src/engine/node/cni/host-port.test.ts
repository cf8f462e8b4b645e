// A hostPort on a whole cluster: who reaches the pod through its node, and what is left when it is gone.

import { expect, test } from 'vitest';
import type { Pod } from '../../api/types.ts';
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

test('a UDP port that comes to a pod is new to everybody: what the node remembers of it is forgotten', () => {
  const ports = '[{containerPort: 7, hostPort: 7007, protocol: UDP}]';
  const echo = `apiVersion: v1\nkind: Pod\nmetadata: {name: echo}\nspec: {nodeName: node-1, containers: [{name: echo, image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: [netexec, --udp-port=7], ports: ${ports}}]}\n`;
  const cluster = Cluster.atRest(`${TEXT}---\n${echo}`, 1, wholeParts);
  const pod = cluster.store.get<Pod>('Pod', 'default', 'echo') as Pod;
  cluster.store.delete('Pod', 'default', 'echo', { gracePeriodSeconds: 0 });
  cluster.converge();
  const flows = () => inspectNode(cluster, 'node-1')?.conntrack.match(/dport=7007/g) ?? [];
  expect(textOf(cluster, 'world', 'udp://192.168.56.11:7007')).toBe('connection refused');
  expect(flows()).toHaveLength(1);
  cluster.store.create({ ...pod, metadata: { name: 'echo', namespace: 'default' }, status: {} });
  cluster.clock.advanceTo(cluster.clock.nowUs + 1_000_000);
  expect(flows()).toEqual([]);
  expect(textOf(cluster, 'world', 'udp://192.168.56.11:7007')).toBe('reply from echo');
});
