import { expect, test } from 'vitest';
import type { Pod } from '../api/types.ts';
import { Cluster } from '../cluster.ts';
import { wholeParts } from '../whole-parts.ts';

const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: sticky}
spec: {selector: {app: web}, sessionAffinity: ClientIP, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: local}
spec: {type: NodePort, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 80}]}
`;

const NODES = ['node-1', 'node-2', 'node-3'];

function webPods(cluster: Cluster): readonly Pod[] {
  return cluster.store.listLabelled<Pod>('Pod', 'default', { app: 'web' });
}

function savedRules(cluster: Cluster): string[] {
  return NODES.map((name) => cluster.network.machines.get(name)?.netns.ruleset?.save({ counters: true }) ?? '');
}

test('a node that nobody looks at for long has the rules of one that is watched all the time', () => {
  const [watched, left] = [Cluster.atRest(MANIFEST, 1, wholeParts), Cluster.atRest(MANIFEST, 1, wholeParts)];
  for (const name of [0, 1, 2].map((n) => webPods(watched)[n]?.metadata.name ?? '')) {
    watched.store.delete('Pod', 'default', name);
    const untilUs = watched.clock.nowUs + 8_000_000;
    while (watched.clock.step(untilUs)) savedRules(watched);
    watched.clock.advanceTo(untilUs);
    left.store.delete('Pod', 'default', name);
    left.converge();
  }
  expect(savedRules(left)).toEqual(savedRules(watched));
});

test('the rules of a node are counted as they will be, before anybody looks', () => {
  const cluster = Cluster.atRest(MANIFEST, 1, wholeParts);
  const counted = NODES.map((name) => cluster.proxies.get(name)?.ruleCount);
  expect(counted).toEqual(savedRules(cluster).map((text) => text.match(/^\[.*-A /gm)?.length));
  expect(counted).toEqual(NODES.map((name) => cluster.proxies.get(name)?.ruleCount));
});
