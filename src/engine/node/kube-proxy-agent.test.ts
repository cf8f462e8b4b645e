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

const configured = (fields: string) =>
  Cluster.atRest(`apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${fields}\n---${MANIFEST}`, 1, wholeParts);

test('kube-proxy sets the size and the timeouts of the connection table: by itself, or as it is told', () => {
  const tableOf = (cluster: Cluster) => {
    const { max, timeouts } = cluster.network.machines.get('node-1')?.netns.conntrack ?? {};
    return { max, ...timeouts };
  };
  const own = { max: 131_072, tcpEstablished: 86_400, tcpCloseWait: 3_600, udp: 30, udpStream: 120 };
  expect(tableOf(Cluster.atRest(MANIFEST, 1, wholeParts))).toEqual(own);
  const told = configured('conntrack: {maxPerCore: 65536, tcpEstablishedTimeout: 1h0m0s, tcpCloseWaitTimeout: 0s, udpTimeout: 10s}');
  expect(tableOf(told)).toEqual({ ...own, max: 262_144, tcpEstablished: 3_600, tcpCloseWait: 60, udp: 10 });
});

test('minSyncPeriod: two syncs at once, the next one waits', () => {
  const cluster = configured('iptables: {minSyncPeriod: 10s, syncPeriod: 30s}');
  cluster.clock.advanceTo(cluster.clock.nowUs + 60_000_000);
  const behind = ['sticky', 'local', 'web'].map((name) => {
    cluster.store.delete('Service', 'default', name);
    cluster.clock.advanceTo(cluster.clock.nowUs + 100_000);
    return cluster.proxies.get('node-1')?.behind;
  });
  expect(behind).toEqual([[], [], ['default/web']]);
  cluster.clock.advanceTo(cluster.clock.nowUs + 10_000_000);
  expect(cluster.proxies.get('node-1')?.behind).toEqual([]);
});
