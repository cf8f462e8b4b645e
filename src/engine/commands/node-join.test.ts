// A node joins a running cluster: what was waiting for room runs there, and everybody finds the way.

import { expect, test } from 'vitest';
import type { Node, Pod } from '../api/types.ts';
import { Cluster } from '../cluster.ts';
import { wholeParts } from '../whole-parts.ts';

const text = (cni: string) => `apiVersion: packetwalk.dev/v1
kind: Scenario
cluster: {cni: ${cni}}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {nodeSelector: {disk: fast}, containers: [{name: nginx, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
`;
const NODE = 'apiVersion: v1\nkind: Node\nmetadata: {name: node-4, labels: {disk: fast}}\n';

test.each(['host-gw', 'vxlan'])('with %s', (cni) => {
  const cluster = Cluster.atRest(text(cni), 1, wholeParts);
  const outcome = (from: string, to: string) => {
    const walk = cluster.send(from, to);
    return 'error' in walk ? walk.error : walk.outcome.kind;
  };
  expect(outcome('pod/default/client', 'http://web')).toBe('refused');
  expect(cluster.console.apply(NODE).output).toEqual(['node/node-4 created']);
  cluster.converge();
  const node = cluster.store.get<Node>('Node', '', 'node-4');
  expect(node?.spec).toMatchObject({ podCIDR: '10.244.4.0/24' });
  expect(node?.spec?.taints ?? []).toEqual([]);
  expect(node?.status?.addresses?.[0]).toEqual({ type: 'InternalIP', address: '192.168.56.14' });
  expect(cluster.store.list<Pod>('Pod', 'default').map(({ spec }) => spec.nodeName)).toEqual(['node-1', 'node-4']);
  expect(outcome('pod/default/client', 'http://web')).toBe('answered');
  expect(outcome('world', 'http://192.168.56.11:30080')).toBe('answered');
  expect(outcome('world', 'http://192.168.56.14:30080')).toBe('answered');
});

test('a node that is deleted loses its pods, and is what it was when it comes again', () => {
  const cluster = Cluster.atRest(text('host-gw'), 1, wholeParts);
  cluster.console.apply(NODE);
  cluster.converge();
  const webs = () => cluster.store.list<Pod>('Pod', 'default').filter(({ metadata }) => metadata.labels?.app === 'web');
  const before = cluster.store.get<Node>('Node', '', 'node-4');
  cluster.store.delete('Node', '', 'node-4');
  cluster.clock.advanceTo(cluster.clock.nowUs + 60_000_000);
  expect(webs().map(({ spec }) => spec.nodeName)).toEqual([undefined]);
  cluster.console.apply(NODE);
  cluster.converge();
  expect(cluster.store.get<Node>('Node', '', 'node-4')?.status?.addresses).toEqual(before?.status?.addresses);
  expect(webs().map(({ spec }) => spec.nodeName)).toEqual(['node-4']);
});
