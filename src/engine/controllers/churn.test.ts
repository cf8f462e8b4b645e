// Random churn against the promises that the control plane makes once it has come to rest.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasLabels } from '../api/label-selector.ts';
import type { DaemonSet, Deployment, EndpointSlice, KubeObject, Node, Pod, ReplicaSet, Service, StatefulSet } from '../api/types.ts';
import { bootstrapObjects } from '../apiserver/bootstrap.ts';
import { createObjectStore } from '../apiserver/store.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { Clock } from '../sim/clock.ts';
import { startControllers } from './controller-manager.ts';
import { isPodActive, isPodReady } from './pod-state.ts';

const APPS = ['web', 'api', 'db'] as const;
const app = fc.constantFrom(...APPS);
const commands = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('deploy' as const), app, replicas: fc.nat(5), image: fc.nat(2), recreate: fc.boolean() }),
    fc.record({ do: fc.constant('undeploy' as const), app }),
    fc.record({ do: fc.constant('stateful' as const), app, replicas: fc.nat(4), image: fc.nat(2), parallel: fc.boolean() }),
    fc.record({ do: fc.constant('daemon' as const), app, image: fc.nat(2) }),
    fc.record({ do: fc.constant('drop' as const), kind: fc.constantFrom('StatefulSet', 'DaemonSet'), app }),
    fc.record({ do: fc.constant('expose' as const), app, selects: app, publish: fc.boolean() }),
    fc.record({ do: fc.constant('unexpose' as const), app }),
    fc.record({ do: fc.constant('deletePod' as const), nth: fc.nat(20) }),
    fc.record({ do: fc.constant('relabelPod' as const), nth: fc.nat(20), app }),
    fc.record({ do: fc.constant('failProbe' as const), nth: fc.nat(20), ready: fc.boolean() }),
    fc.record({ do: fc.constant('cordon' as const), nth: fc.nat(2), unschedulable: fc.boolean() }),
    // Time goes by, sometimes enough to come to rest.
    fc.record({ do: fc.constant('wait' as const), us: fc.nat(40_000) }),
    fc.record({ do: fc.constant('wait' as const), us: fc.nat(400_000) }),
    fc.record({ do: fc.constant('wait' as const), us: fc.nat(400_000) }),
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);
type Command = NonNullable<ReturnType<typeof commands.generate>['value']>[number];

/** A cluster with a kubelet of a few lines: 10 ms to a ready pod, 10 ms to its end. */
function newCluster() {
  const clock = new Clock();
  const store = createObjectStore(clock, 7);
  for (const object of bootstrapObjects([])) store.create(object);
  const history: string[] = [];
  store.watchAll(({ type, object }) =>
    history.push(`${clock.nowUs} ${type} ${object.kind}/${object.metadata.name} ${object.metadata.resourceVersion}`),
  );
  startControllers({ store, clock, loadBalancer: 'cloud' });
  let addresses = 0;
  store.watch<Pod>('Pod', ({ object: { metadata, spec } }) => {
    const latest = () => store.get<Pod>('Pod', metadata.namespace ?? '', metadata.name);
    clock.after(10_000, () => {
      const pod = latest();
      if (pod?.metadata.uid !== metadata.uid || !spec.nodeName) return;
      if (pod?.metadata.deletionTimestamp) store.delete('Pod', metadata.namespace ?? '', metadata.name, { gracePeriodSeconds: 0 });
      else if (pod && !pod.status?.podIP) store.updateStatus(running(pod, `10.244.${++addresses >> 8}.${addresses & 255}`, true));
    });
  });
  return { clock, store, history };
}

function running(pod: Pod, podIP: string, ready: boolean): Pod {
  const condition = { type: 'Ready', status: ready ? ('True' as const) : ('False' as const) };
  return { ...pod, status: { ...pod.status, phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions: [condition] } };
}

function put(store: ObjectStore, object: KubeObject): void {
  const exists = store.get(object.kind, object.metadata.namespace ?? '', object.metadata.name);
  if (exists) store.update(object);
  else store.create(object);
}

function drop(store: ObjectStore, kind: string, name: string): void {
  if (store.get(kind, 'default', name)) store.delete(kind, 'default', name);
}

function run(store: ObjectStore, clock: Clock, command: Command): void {
  const nthPod = (nth: number) => {
    const pods = store.list<Pod>('Pod', 'default');
    return pods.length > 0 ? pods[nth % pods.length] : undefined;
  };
  switch (command.do) {
    case 'deploy':
      return put(store, deployment(command));
    case 'stateful':
      return put(store, statefulSet(command));
    case 'daemon':
      return put(store, daemonSet(command));
    case 'drop':
      return drop(store, command.kind, command.app);
    case 'undeploy':
      return drop(store, 'Deployment', command.app);
    case 'expose':
      return put(store, service(command));
    case 'unexpose':
      return drop(store, 'Service', command.app);
    case 'deletePod': {
      const pod = nthPod(command.nth);
      return pod && drop(store, 'Pod', pod.metadata.name);
    }
    case 'relabelPod': {
      const pod = nthPod(command.nth);
      return pod && put(store, { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, app: command.app } } });
    }
    case 'failProbe': {
      const pod = nthPod(command.nth);
      if (pod?.status?.podIP) store.updateStatus(running(pod, pod.status.podIP, command.ready));
      return;
    }
    case 'cordon': {
      const node = store.list<Node>('Node')[command.nth] as Node;
      return put(store, { ...node, spec: { ...node.spec, unschedulable: command.unschedulable } });
    }
    case 'wait':
      return clock.advanceTo(clock.nowUs + command.us);
    default:
      command satisfies never;
  }
}

function deployment({
  app: name,
  replicas,
  image,
  recreate,
}: {
  app: string;
  replicas: number;
  image: number;
  recreate: boolean;
}): Deployment {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: `${name}:${image}` }] } };
  const strategy = { type: recreate ? 'Recreate' : 'RollingUpdate' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas, strategy, selector: { matchLabels: labels }, template },
  };
}

function statefulSet({
  app: name,
  replicas,
  image,
  parallel,
}: {
  app: string;
  replicas: number;
  image: number;
  parallel: boolean;
}): StatefulSet {
  const { labels, template } = templateOf(name, 'stateful', image);
  const spec: StatefulSet['spec'] = {
    replicas,
    serviceName: name,
    selector: { matchLabels: labels },
    template,
    podManagementPolicy: parallel ? 'Parallel' : 'OrderedReady',
  };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name, namespace: 'default' }, spec };
}

function daemonSet({ app: name, image }: { app: string; image: number }): DaemonSet {
  const { labels, template } = templateOf(name, 'daemon', image);
  const spec: DaemonSet['spec'] = { selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name, namespace: 'default' }, spec };
}

/** Labels of its own kind, so that the controllers of one app do not take each other's pods. */
function templateOf(name: string, role: string, image: number) {
  const labels = { app: name, role };
  return { labels, template: { metadata: { labels }, spec: { containers: [{ name, image: `${name}:${image}` }] } } };
}

function service({ app: name, selects, publish }: { app: string; selects: string; publish: boolean }): Service {
  const spec: Service['spec'] = {
    clusterIP: '10.96.0.50',
    ipFamilies: ['IPv4'],
    selector: { app: selects },
    publishNotReadyAddresses: publish,
    ports: [{ port: 80 }],
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec };
}

/** Plays the commands, then lets things come to rest. */
function play(script: readonly Command[]) {
  const { clock, store, history } = newCluster();
  for (const command of script) run(store, clock, command);
  for (let steps = 0; clock.step(); steps++) expect(steps, 'steps to come to rest').toBeLessThan(20_000);
  return { store, history };
}

function expectEndpointsAreReadyPods(store: ObjectStore): void {
  for (const { metadata, spec } of store.list<Service>('Service').filter((one) => one.spec.selector)) {
    const slices = store.listLabelled<EndpointSlice>('EndpointSlice', metadata.namespace ?? '', {
      'kubernetes.io/service-name': metadata.name,
    });
    const ready = slices.flatMap((slice) => slice.endpoints.filter((one) => one.conditions?.ready).flatMap((one) => one.addresses));
    const pods = store
      .list<Pod>('Pod', metadata.namespace)
      .filter(
        (pod) =>
          hasLabels(pod.metadata.labels, spec.selector ?? {}) &&
          pod.status?.podIP &&
          (spec.publishNotReadyAddresses || (isPodReady(pod) && isPodActive(pod))),
      );
    expect(ready.sort()).toEqual(pods.map((pod) => pod.status?.podIP).sort());
  }
}

function expectOwnersAlive(store: ObjectStore): void {
  for (const { metadata } of store.kinds.flatMap((kind) => store.list(kind)))
    for (const owner of metadata.ownerReferences ?? [])
      expect(store.get(owner.kind, metadata.namespace ?? '', owner.name)?.metadata.uid).toBe(owner.uid);
}

function expectReplicas(store: ObjectStore): void {
  for (const replicaSet of store.list<ReplicaSet>('ReplicaSet')) {
    const pods = store.listOwned<Pod>(replicaSet.metadata.uid ?? '', 'Pod').filter(isPodActive);
    expect(pods).toHaveLength(replicaSet.spec.replicas ?? 1);
    expect(replicaSet.status?.replicas).toBe(pods.length);
  }
  for (const { metadata, spec, status } of store.list<Deployment>('Deployment')) {
    const active = store.listOwned<ReplicaSet>(metadata.uid ?? '', 'ReplicaSet').filter((one) => one.spec.replicas !== 0);
    // A rollout that waits for a pod to become ready stands still with two; nobody may have more pods than it may have at once.
    expect(active.length).toBeLessThanOrEqual(3);
    expect(status?.replicas ?? 0).toBeLessThanOrEqual((spec.replicas ?? 1) + Math.ceil((spec.replicas ?? 1) / 4));
  }
}

/** Without gaps from 0 up; all of them, unless one that is not ready holds the others up or has its name taken by a stranger. */
function expectOrdinals(store: ObjectStore): void {
  for (const { metadata, spec } of store.list<StatefulSet>('StatefulSet')) {
    const { name, uid = '' } = metadata;
    const pods = store.listOwned<Pod>(uid, 'Pod').filter(isPodActive);
    const nameOf = (ordinal: number) => `${name}-${ordinal}`;
    const isStrange = (ordinal: number) => {
      const pod = store.get<Pod>('Pod', 'default', nameOf(ordinal));
      return pod !== undefined && !pods.includes(pod);
    };
    const replicas = spec.replicas ?? 1;
    if (pods.some((pod) => !isPodReady(pod)) || Array.from({ length: replicas }, (_, n) => n).some(isStrange)) continue;
    expect(pods.map((pod) => pod.metadata.name).sort()).toEqual(Array.from({ length: replicas }, (_, n) => nameOf(n)));
    expect(new Set(pods.map((pod) => pod.spec.containers[0]?.image))).toEqual(
      new Set(replicas > 0 ? [spec.template.spec.containers[0]?.image] : []),
    );
  }
}

function expectDaemons(store: ObjectStore): void {
  for (const { metadata, status } of store.list<DaemonSet>('DaemonSet')) {
    const pods = store.listOwned<Pod>(metadata.uid ?? '', 'Pod').filter(isPodActive);
    expect(pods.map(({ spec }) => spec.nodeName).sort()).toEqual(['node-1', 'node-2', 'node-3']);
    expect(status?.desiredNumberScheduled).toBe(3);
  }
}

test('whatever happens: it comes to rest, endpoints are the ready pods, owners live, replicas are met', () => {
  fc.assert(
    fc.property(commands, (script) => {
      const { store } = play(script);
      expectEndpointsAreReadyPods(store);
      expectOwnersAlive(store);
      expectReplicas(store);
      expectOrdinals(store);
      expectDaemons(store);
    }),
    { numRuns: 150 },
  );
});

test('the same commands make the same history', () => {
  fc.assert(
    fc.property(commands, (script) => {
      expect(play(script).history).toEqual(play(script).history);
    }),
    { numRuns: 25 },
  );
});
