// Pods' lives on a whole cluster: what the kubelet reports, what it asks its containers, and what leaves the endpoints.

import { expect, test } from 'vitest';
import type { EndpointSlice, Event, Pod } from '../api/types.ts';
import { Cluster } from '../cluster.ts';
import { inspectPod } from '../inspections.ts';
import { wholeParts } from '../whole-parts.ts';

const SECOND = 1_000_000;

/** A pod `web` on node-2 with the given lines of its spec, behind a Service. */
function clusterWith(spec: string, seed = 1): Cluster {
  const indented = spec.replace(/^/gm, '  ');
  return Cluster.atRest(
    `apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  nodeName: node-2
${indented}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`,
    seed,
    wholeParts,
  );
}

const podOf = (cluster: Cluster) => cluster.store.get<Pod>('Pod', 'default', 'web') as Pod;
const statusOf = (cluster: Cluster, container = 0) => podOf(cluster).status?.containerStatuses?.[container];
const isReady = (cluster: Cluster) => podOf(cluster).status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
const advance = (cluster: Cluster, seconds: number) => cluster.clock.advanceTo(cluster.clock.nowUs + seconds * SECOND);
const eventsOf = (cluster: Cluster) => cluster.store.list<Event>('Event').filter(({ involvedObject }) => involvedObject.name === 'web');
/** What is out of the ordinary. */
const messages = (cluster: Cluster) =>
  eventsOf(cluster)
    .filter(({ reason }) => !/^(Scheduled|Pulled|Created|Started)$/.test(reason))
    .map(({ reason, message }) => `${reason} ${message}`);
const endpoint = (cluster: Cluster) =>
  cluster.store
    .list<EndpointSlice>('EndpointSlice', 'default')
    .filter(({ metadata, addressType }) => metadata.name.startsWith('web-') && addressType === 'IPv4')
    .flatMap(({ endpoints }) => endpoints)[0]?.conditions;

test('the loser of a port collision comes back after 1 s, 10 s, 20 s and so on, and loses again', () => {
  const cluster = clusterWith('containers: [{name: nginx, image: nginx}, {name: httpd, image: httpd}]');
  const seen: string[] = [];
  for (const seconds of [0, 10, 20, 40]) {
    advance(cluster, seconds);
    const { state, restartCount } = statusOf(cluster, 1) ?? { state: null };
    const waiting = state && 'waiting' in state ? state.waiting : null;
    seen.push(`${restartCount} ${waiting?.reason} ${waiting?.message?.split(' ')[1]}`);
  }
  expect(seen).toEqual(['1 CrashLoopBackOff 10s', '2 CrashLoopBackOff 20s', '3 CrashLoopBackOff 40s', '4 CrashLoopBackOff 1m20s']);
  expect(statusOf(cluster, 0)).toMatchObject({ ready: true, restartCount: 0 });
  expect(podOf(cluster).status?.phase).toBe('Running');
  expect(cluster.lastWordsOf(podOf(cluster), 'httpd')).toContain('Address already in use');
});

test('init containers run first, to their end and in order; sidecars stay', () => {
  const cluster = clusterWith(`initContainers:
  - {name: migrate, image: shop/migrate:1}
  - {name: proxy, image: envoyproxy/envoy, restartPolicy: Always, ports: [{containerPort: 15001}]}
  - {name: warm, image: busybox, command: [sleep, "20"]}
containers: [{name: web, image: nginx}]`);
  const { status } = podOf(cluster);
  expect(status?.initContainerStatuses?.map(({ state }) => Object.keys(state)[0])).toEqual(['terminated', 'running', 'terminated']);
  expect(status?.startTime).toBe('2026-01-01T00:00:00Z');
  expect(statusOf(cluster)?.state).toEqual({ running: { startedAt: '2026-01-01T00:00:20Z' } });
  expect(cluster.listensOf(podOf(cluster), 'proxy')).toEqual(['tcp 0.0.0.0:15001']);
  expect(isReady(cluster)).toBe(true);
});

test('an init container that fails holds the others back', () => {
  const cluster = clusterWith(`initContainers: [{name: wait, image: busybox, command: [sh, -c, exit 2]}]
containers: [{name: web, image: nginx}]`);
  const { status } = podOf(cluster);
  expect(status?.phase).toBe('Pending');
  expect(status?.initContainerStatuses?.[0]).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } });
  expect(statusOf(cluster)?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
  expect(status?.conditions?.find(({ type }) => type === 'Initialized')?.message).toBe('containers with incomplete status: [wait]');
});

test('a command that ends: restarted, left alone, or failed, as restartPolicy says', () => {
  const phaseAfter = (policy: string, command: string) => {
    const cluster = clusterWith(`restartPolicy: ${policy}\ncontainers: [{name: c, image: busybox, command: [${command}]}]`);
    return `${podOf(cluster).status?.phase} ${statusOf(cluster)?.restartCount}`;
  };
  expect(phaseAfter('Never', '"true"')).toBe('Succeeded 0');
  expect(phaseAfter('Never', '"false"')).toBe('Failed 0');
  expect(phaseAfter('OnFailure', '"true"')).toBe('Succeeded 0');
  expect(phaseAfter('OnFailure', '"false"')).toBe('Running 1');
  expect(phaseAfter('Always', '"true"')).toBe('Running 1');
});

test('readiness: on the wrong path the pod runs, is not ready, and leaves the endpoints', () => {
  const cluster = clusterWith(
    'containers: [{name: web, image: nginx, readinessProbe: {httpGet: {path: /healthz, port: 80}, periodSeconds: 2}}]',
  );
  expect(podOf(cluster).status).toMatchObject({ phase: 'Running' });
  expect(statusOf(cluster)).toMatchObject({ ready: false, restartCount: 0, state: { running: {} } });
  expect(endpoint(cluster)).toEqual({ ready: false, serving: false, terminating: false });
  expect(messages(cluster)).toEqual(['Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 404']);
});

test('readiness: a port where nothing listens, a name that no port has', () => {
  const probe = (port: string) =>
    messages(clusterWith(`containers: [{name: web, image: nginx, readinessProbe: {tcpSocket: {port: ${port}}}}]`));
  expect(probe('8080')).toEqual(['Unhealthy Readiness probe failed: dial tcp 10.244.2.2:8080: connect: connection refused']);
  expect(probe('http')).toEqual([
    'Unhealthy Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "http": invalid syntax',
  ]);
});

test('initialDelaySeconds: counted in ticks of the period, and waited for', () => {
  const cluster = clusterWith('containers: [{name: web, image: nginx, readinessProbe: {httpGet: {port: 80}, initialDelaySeconds: 15}}]');
  expect(isReady(cluster)).toBe(true);
  expect(podOf(cluster).status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime).toBe('2026-01-01T00:00:20Z');
});

test('liveness: after three failures the container is restarted, and again', () => {
  const cluster = clusterWith(
    'containers: [{name: web, image: nginx, livenessProbe: {httpGet: {path: /live, port: 80}, periodSeconds: 5}}]',
  );
  expect(isReady(cluster)).toBe(true);
  expect(statusOf(cluster)?.restartCount).toBe(0);
  advance(cluster, 10);
  expect(statusOf(cluster)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 0 } } });
  expect(messages(cluster)).toEqual([
    'Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 404',
    'Killing Container web failed liveness probe, will be restarted',
  ]);
});

test('startup holds the other probes back', () => {
  const cluster = clusterWith(`containers:
  - name: web
    image: nginx
    startupProbe: {tcpSocket: {port: 80}, periodSeconds: 5, initialDelaySeconds: 12}
    readinessProbe: {httpGet: {port: 80}}`);
  expect(podOf(cluster).status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime).toBe('2026-01-01T00:00:15Z');
});

test('probes go through the network of the node, from its own address, and leave no trace', () => {
  const cluster = clusterWith('containers: [{name: web, image: nginx, readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}}]');
  const entries = cluster.network.machines.get('node-2')?.netns.conntrack.entries(cluster.clock.nowUs) ?? [];
  expect(entries.map(({ original }) => `${original.source}->${original.destination}:${original.destinationPort}`)).toContain(
    '10.244.2.1->10.244.2.2:80',
  );
  expect(cluster.context.recorder.packetsOf(0)).toEqual([]);
});

test('deleted, a pod serves on through preStop while it is terminating; then its sockets close, and it goes', () => {
  const cluster = clusterWith('containers: [{name: web, image: nginx, lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}}]');
  cluster.store.delete('Pod', 'default', 'web');
  advance(cluster, 4);
  expect(endpoint(cluster)).toEqual({ ready: false, serving: true, terminating: true });
  expect(cluster.listensOf(podOf(cluster), 'web')).toEqual(['tcp 0.0.0.0:80']);
  advance(cluster, 1.2);
  expect(endpoint(cluster)).toEqual({ ready: false, serving: false, terminating: true });
  expect(cluster.listensOf(podOf(cluster), 'web')).toEqual([]);
  advance(cluster, 1);
  expect(cluster.store.get('Pod', 'default', 'web')).toBeUndefined();
});

test('terminationGracePeriodSeconds cuts preStop short', () => {
  const cluster = clusterWith(`terminationGracePeriodSeconds: 3
containers: [{name: web, image: nginx, lifecycle: {preStop: {exec: {command: [sleep, "60"]}}}}]`);
  cluster.store.delete('Pod', 'default', 'web');
  advance(cluster, 4);
  expect(cluster.store.get('Pod', 'default', 'web')).toBeUndefined();
});

test('the race between SIGTERM and the removal of rules: lost without preStop, won with it', () => {
  const askedWhileDeleted = (lifecycle: string) => {
    const cluster = clusterWith(`containers: [{name: web, image: nginx${lifecycle}}]`);
    const { clusterIP } = cluster.store.get('Service', 'default', 'web')?.spec ?? {};
    cluster.store.delete('Pod', 'default', 'web');
    cluster.clock.advanceTo(cluster.clock.nowUs + 12_000);
    const walk = cluster.send('node/node-1', `http://${clusterIP}`);
    return 'error' in walk ? walk.error : walk.outcome.text;
  };
  expect(askedWhileDeleted('')).toBe('connection refused');
  expect(askedWhileDeleted(', lifecycle: {preStop: {sleep: {seconds: 5}}}')).toBe('200 from web');
});

test('a container knows the Services that were there before it, and learns of others when it starts again', () => {
  const cluster = clusterWith('containers: [{name: web, image: nginx, livenessProbe: {tcpSocket: {port: 81}}}]');
  const known = () => inspectPod(cluster, 'Pod/default/web')?.env[0]?.text.match(/^\w+_SERVICE_HOST/gm);
  const early = known();
  const spec = { clusterIP: '10.96.9.9', ports: [{ port: 80 }] };
  cluster.store.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'late', namespace: 'default' }, spec });
  expect([early?.includes('KUBERNETES_SERVICE_HOST'), known()?.includes('LATE_SERVICE_HOST')]).toEqual([true, false]);
  advance(cluster, 40);
  expect(known()?.includes('LATE_SERVICE_HOST')).toBe(true);
});

test('a kubelet that hears late hears in order: a pod that came and went leaves nothing behind', () => {
  const cluster = clusterWith('containers: [{name: web, image: nginx}]');
  const { store, kubelets, network } = cluster;
  const kubelet = kubelets.get('node-2');
  const pod = { ...podOf(cluster), metadata: { name: 'brief', namespace: 'default' }, status: {} };
  if (kubelet) kubelet.lagUs = 3 * SECOND;
  store.create(pod);
  advance(cluster, 1);
  if (kubelet) kubelet.lagUs = 0;
  store.delete('Pod', 'default', 'brief', { gracePeriodSeconds: 0 });
  advance(cluster, 10);
  expect([...(network.machines.get('node-2')?.pods.keys() ?? [])]).not.toContain('default/brief');
});

test('a kubelet that hears of an end when the pod is gone asks for nothing', () => {
  const cluster = clusterWith('containers: [{name: web, image: nginx}]');
  const { store, kubelets } = cluster;
  const kubelet = kubelets.get('node-2');
  if (kubelet) kubelet.lagUs = 3 * SECOND;
  store.create({ ...podOf(cluster), metadata: { name: 'brief', namespace: 'default' }, status: {} });
  store.delete('Pod', 'default', 'brief');
  store.delete('Pod', 'default', 'brief', { gracePeriodSeconds: 0 });
  advance(cluster, 10);
  expect(store.list<Pod>('Pod', 'default').map(({ metadata }) => metadata.name)).toEqual(['web']);
});
