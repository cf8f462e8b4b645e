// Random churn on whole clusters, through the API as clients use it: whatever is applied, scaled, evicted, cordoned or
// deleted in whatever order, and whatever is broken meanwhile and mended again, the cluster comes to rest, and then
// everybody agrees on what there is.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasLabels } from './api/label-selector.ts';
import type { EndpointSlice, KubeObject, Node, Pod, Service } from './api/types.ts';
import { type Api, createApi, createObject, deleteObject, type PropagationPolicy } from './apiserver/api.ts';
import { answerOf } from './apiserver/api-error.ts';
import { evictPod } from './apiserver/eviction.ts';
import { applyObject, patchObject, scaleObject } from './apiserver/patch.ts';
import { Cluster } from './cluster.ts';
import { parseLine } from './commands/command.ts';
import { Faults } from './commands/faults.ts';
import { watchForJoins } from './commands/node-join.ts';
import { isPodActive, isPodFinished, isPodReady } from './controllers/pod-state.ts';
import { wholeParts } from './whole-parts.ts';

const app = fc.constantFrom('web', 'api', 'db');
const workload = fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet', 'Job');
const node = fc.constantFrom('node-1', 'node-2', 'node-3', 'node-4');
const controller = fc.constantFrom(
  ...(['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'scheduler', 'endpointslice', 'node-lifecycle'] as const),
);
const fault = fc.oneof(
  node.map((name) => `${name}: power off`),
  node.map((name) => `${name}: ip link set eth0 down`),
  fc.tuple(node, fc.constantFrom('kubelet', 'kube-proxy')).map(([name, unit]) => `${name}: systemctl stop ${unit}`),
  fc.tuple(node, fc.constantFrom('kubelet', 'kube-proxy')).map(([name, unit]) => `${name}: lag ${unit} 3s`),
  controller.map((name) => `control-plane: freeze ${name}`),
  controller.map((name) => `control-plane: lag ${name} 2s`),
);
const commands = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('apply' as const), kind: workload, app, replicas: fc.nat(4), image: fc.nat(2) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('expose' as const),
        app,
        selects: app,
        type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('guard' as const), app, minAvailable: fc.nat(2) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('host' as const), app, hostPort: fc.constantFrom(8080, 8081), tiedTo: fc.option(node) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('scale' as const), app, replicas: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), app }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('delete' as const),
        kind: fc.oneof(workload, fc.constant('Service')),
        app,
        policy: fc.constantFrom<PropagationPolicy[]>('Background', 'Foreground', 'Orphan'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('deletePod' as const), nth: fc.nat(30), force: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const), nth: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('relabel' as const), nth: fc.nat(30), app }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cordon' as const), nth: fc.nat(2), unschedulable: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('node' as const), nth: fc.constantFrom(3, 4, 5), joins: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('emptyNamespace' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('break' as const), line: fault }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('mend' as const) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), us: fc.nat(4_000_000) }) },
  ),
  { minLength: 5, maxLength: 30, size: 'max' },
);
type Command = NonNullable<ReturnType<typeof commands.generate>['value']>[number];

const NAMESPACE = 'shop';

function templateOf(kind: string, name: string, image: number): object {
  const labels = { app: name, kind };
  const isJob = kind === 'Job';
  const container = {
    name: 'main',
    image: `nginx:${image}`,
    ports: [{ name: 'http', containerPort: 80 }],
    ...(isJob ? { command: ['sleep', '1'] } : {}),
  };
  return { metadata: { labels }, spec: { ...(isJob ? { restartPolicy: 'Never' } : {}), containers: [container] } };
}

function workloadOf({ kind, app: name, replicas, image }: Extract<Command, { do: 'apply' }>): KubeObject {
  const metadata = { name: `${name}-${kind.toLowerCase()}`, namespace: NAMESPACE };
  const template = templateOf(kind, name, image);
  if (kind === 'Job') return { apiVersion: 'batch/v1', kind, metadata, spec: { completions: replicas + 1, parallelism: 2, template } };
  const selector = { matchLabels: { app: name, kind } };
  const counted = kind === 'DaemonSet' ? {} : { replicas };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: { selector, ...counted, ...(kind === 'StatefulSet' ? { serviceName: name } : {}), template },
  };
}

interface Played {
  readonly cluster: Cluster;
  readonly api: Api;
  readonly faults: Faults;
}

function carryOut(faults: Faults, line: string): void {
  const read = parseLine(line);
  if ('error' in read || read.command.type === 'kubectl' || read.command.type === 'wait') throw new Error(`${line} breaks nothing`);
  faults.carryOut(read.command, line);
}

function mend(faults: Faults): void {
  for (const { undo } of faults.active) carryOut(faults, undo);
}

/** What the API refuses is no deed; everything else is. */
function run({ cluster, api, faults }: Played, command: Command): void {
  const nthPod = (nth: number) => {
    const pods = api.store.list<Pod>('Pod', NAMESPACE);
    return pods[nth % Math.max(1, pods.length)];
  };
  const object = (apiVersion: string, kind: string, name: string, spec: object): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace: NAMESPACE },
    spec,
  });
  switch (command.do) {
    case 'apply':
      return void answerOf(() => applyObject(api, workloadOf(command)));
    case 'expose': {
      const spec = { type: command.type, selector: { app: command.selects }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] };
      return void answerOf(() => applyObject(api, object('v1', 'Service', command.app, spec)));
    }
    case 'guard': {
      const spec = { minAvailable: command.minAvailable, selector: { matchLabels: { app: command.app } } };
      return void answerOf(() => applyObject(api, object('policy/v1', 'PodDisruptionBudget', command.app, spec)));
    }
    case 'host': {
      const ports = [{ name: 'http', containerPort: 80, hostPort: command.hostPort }];
      const nodeName = command.tiedTo === null ? {} : { nodeName: command.tiedTo };
      const name = `host-${command.hostPort}${command.tiedTo ? `-${command.app}` : ''}`;
      const pod = object('v1', 'Pod', name, { ...nodeName, containers: [{ name: 'main', image: 'nginx', ports }] });
      return void answerOf(() => createObject(api, { ...pod, metadata: { ...pod.metadata, labels: { app: command.app } } }));
    }
    case 'scale':
      return void answerOf(() =>
        scaleObject(api, { kind: 'Deployment', namespace: NAMESPACE, name: `${command.app}-deployment` }, command.replicas),
      );
    case 'restart': {
      const ref = { kind: 'Deployment', namespace: NAMESPACE, name: `${command.app}-deployment` };
      const annotations = { restartedAt: String(cluster.clock.nowUs) };
      return void answerOf(() => patchObject(api, ref, 'strategic', { spec: { template: { metadata: { annotations } } } }));
    }
    case 'delete': {
      const name = command.kind === 'Service' ? command.app : `${command.app}-${command.kind.toLowerCase()}`;
      return void answerOf(() =>
        deleteObject(api, { kind: command.kind, namespace: NAMESPACE, name }, { propagationPolicy: command.policy }),
      );
    }
    case 'deletePod':
    case 'evict':
    case 'relabel': {
      const pod = nthPod(command.nth);
      if (!pod) return;
      const ref = { kind: 'Pod', namespace: NAMESPACE, name: pod.metadata.name };
      if (command.do === 'evict') return void answerOf(() => evictPod(api, NAMESPACE, pod.metadata.name));
      if (command.do === 'relabel')
        return void answerOf(() => patchObject(api, ref, 'merge', { metadata: { labels: { app: command.app } } }));
      return void answerOf(() => deleteObject(api, ref, command.force ? { gracePeriodSeconds: 0 } : {}));
    }
    case 'cordon': {
      const ref = { kind: 'Node', namespace: '', name: `node-${command.nth + 1}` };
      return void answerOf(() => patchObject(api, ref, 'strategic', { spec: { unschedulable: command.unschedulable } }));
    }
    case 'node': {
      const name = `node-${command.nth}`;
      if (!command.joins) return void answerOf(() => deleteObject(api, { kind: 'Node', namespace: '', name }));
      return void answerOf(() => createObject(api, { apiVersion: 'v1', kind: 'Node', metadata: { name } }));
    }
    case 'emptyNamespace':
      answerOf(() => deleteObject(api, { kind: 'Namespace', namespace: '', name: NAMESPACE }));
      cluster.clock.advanceTo(cluster.clock.nowUs + 40_000_000);
      return void answerOf(() => createObject(api, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }));
    case 'break':
      return carryOut(faults, command.line);
    case 'mend':
      return mend(faults);
    case 'wait':
      return cluster.clock.advanceTo(cluster.clock.nowUs + command.us);
    default:
      command satisfies never;
  }
}

function play(script: readonly Command[]): { cluster: Cluster; history: string[] } {
  const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${NAMESPACE}}\n`;
  const scenario = '---\napiVersion: packetwalk.dev/v1\nkind: Scenario\ncluster: {cloudProvider: true}\n';
  const cluster = Cluster.atRest(namespace + scenario, 1, wholeParts);
  const { store, clock } = cluster;
  const history: string[] = [];
  store.watchAll(({ type, object }) =>
    history.push(`${clock.nowUs} ${type} ${object.kind}/${object.metadata.name} ${object.metadata.resourceVersion}`),
  );
  const api = createApi(store, { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' }, wholeParts.admit);
  watchForJoins(cluster);
  const faults = new Faults(cluster);
  for (const command of script) run({ cluster, api, faults }, command);
  mend(faults);
  expect(faults.active).toEqual([]);
  cluster.converge();
  // Failed pods of a Job come again with back-off, and a rollout that hangs says so when its deadline is over.
  cluster.clock.advanceTo(cluster.clock.nowUs + 700_000_000);
  return { cluster, history };
}

function expectQuiet(cluster: Cluster): void {
  const changes: string[] = [];
  const stop = cluster.store.watchAll(({ type, object }) => {
    if (object.kind !== 'Event') changes.push(`${type} ${object.kind}/${object.metadata.name}`);
  });
  cluster.clock.advanceTo(cluster.clock.nowUs + 60_000_000);
  stop();
  expect(changes, 'changes after everything has come to rest').toEqual([]);
}

const sorted = (list: readonly (string | undefined)[]) => list.map(String).sort();

/** EndpointSlices, and what kube-proxy made of them on every node. */
function expectEndpointsAreReadyPods(cluster: Cluster): void {
  const { store } = cluster;
  for (const { metadata, spec } of store.list<Service>('Service', NAMESPACE)) {
    const label = { 'kubernetes.io/service-name': metadata.name };
    const slices = store.listLabelled<EndpointSlice>('EndpointSlice', NAMESPACE, label);
    const listed = slices.flatMap((slice) => slice.endpoints.filter((one) => one.conditions?.ready).flatMap((one) => one.addresses));
    const pods = store
      .list<Pod>('Pod', NAMESPACE)
      .filter((pod) => hasLabels(pod.metadata.labels, spec.selector ?? {}) && isPodReady(pod) && isPodActive(pod));
    expect(sorted(listed)).toEqual(sorted(pods.map(({ status }) => status?.podIP)));
    for (const [node, { netns }] of cluster.network.machines) {
      const rules = netns.ruleset?.save({ table: 'nat' }).split('\n') ?? [];
      const own = rules.filter((line) => line.includes(`"${NAMESPACE}/${metadata.name}:http" -m tcp -j DNAT`));
      const targets = own.map((line) => line.split('--to-destination ')[1]?.split(':')[0]);
      if (cluster.proxies.has(node)) expect(sorted(targets), `${metadata.name} on ${node}`).toEqual(sorted(listed));
    }
  }
}

function expectUnique(values: readonly (string | number)[], what: string): void {
  expect(new Set(values).size, what).toBe(values.length);
}

function expectAddressesAreUnique({ store, network }: Cluster): void {
  const pods = store.list<Pod>('Pod').filter((pod) => pod.status?.podIP && !pod.spec.hostNetwork && !isPodFinished(pod));
  expectUnique(
    pods.map(({ status }) => status?.podIP ?? ''),
    'pod addresses',
  );
  const services = store.list<Service>('Service');
  expectUnique(
    services.map(({ spec }) => spec.clusterIP ?? ''),
    'cluster addresses',
  );
  expectUnique(
    services.flatMap(({ spec }) => (spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? [])),
    'node ports',
  );
  // What is plugged in is what runs, and every hostPort leads to a pod that is there.
  for (const [name, machine] of network.machines) {
    const here = pods.filter(({ spec }) => spec.nodeName === name).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect([...machine.pods.keys()].sort()).toEqual(here.sort());
    const mapped = pods.filter(
      ({ spec }) => spec.nodeName === name && spec.containers.some(({ ports }) => ports?.some(({ hostPort }) => hostPort)),
    );
    expectUnique(
      mapped.map(({ spec }) => spec.containers[0]?.ports?.[0]?.hostPort ?? 0),
      `host ports of ${name}`,
    );
    expect(machine.netns.ruleset?.chainNames('nat').filter((chain) => chain.startsWith('CNI-DN'))).toHaveLength(mapped.length);
  }
}

function expectOwnersAlive({ store }: Cluster): void {
  for (const { kind, metadata } of store.kinds.flatMap((one) => store.list(one))) {
    expect(metadata.deletionTimestamp, `${kind} ${metadata.name} is on its way out`).toBeUndefined();
    for (const owner of metadata.ownerReferences ?? [])
      expect(store.get(owner.kind, metadata.namespace ?? '', owner.name)?.metadata.uid, `owner of ${kind} ${metadata.name}`).toBe(
        owner.uid,
      );
  }
}

/** As many pods as wanted, unless no node takes them. */
function expectReplicas({ store }: Cluster): void {
  const nodes = store.list<Node>('Node');
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'])
    for (const { metadata, spec, status } of store.list(kind, NAMESPACE)) {
      expect(status.observedGeneration, metadata.name).toBe(metadata.generation);
      if (nodes.every((node) => node.spec?.unschedulable)) continue;
      if (kind === 'Deployment') expect(status, metadata.name).toMatchObject({ replicas: spec.replicas, updatedReplicas: spec.replicas });
    }
  if (nodes.every((node) => node.spec?.unschedulable)) return;
  for (const { status } of store.list('Job', NAMESPACE)) expect(status?.active ?? 0).toBe(0);
}

test('whatever clients do and faults there were: the cluster comes to rest, and everybody agrees on what there is', () => {
  fc.assert(
    fc.property(commands, (script) => {
      const { cluster } = play(script);
      expectOwnersAlive(cluster);
      expectEndpointsAreReadyPods(cluster);
      expectAddressesAreUnique(cluster);
      expectReplicas(cluster);
      expectQuiet(cluster);
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('the same seed and the same commands make the same history', () => {
  fc.assert(
    fc.property(commands, (script) => {
      expect(play(script).history).toEqual(play(script).history);
    }),
    { numRuns: 4 },
  );
}, 60_000);
