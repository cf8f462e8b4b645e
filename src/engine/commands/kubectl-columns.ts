// The columns that `kubectl get` prints for each kind, plain and with `-o wide`. Follows
// pkg/printers/internalversion/printers.go, Kubernetes 1.33.

import type {
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  Ingress,
  Job,
  KubeObject,
  NetworkPolicy,
  Node,
  Pod,
  ReplicaSet,
  Service,
  StatefulSet,
} from '../api/types.ts';
import { parseTimestamp } from '../apiserver/timestamp.ts';
import type { Cluster } from '../cluster.ts';
import { viewOf } from '../cluster-view.ts';
import type { PodView } from '../view.ts';

export interface Column {
  readonly name: string;
  readonly isWide?: boolean;
  cell(object: KubeObject, cluster: Cluster): string;
}

/** The columns of a kind, without NAMESPACE and with NAME first. Kinds that are not listed have a name and an age. */
export function columnsOf(kind: string): readonly Column[] {
  return kind === 'Event' ? EVENT : [NAME, ...(COLUMNS[kind] ?? [AGE])];
}

const NONE = '<none>';
/** What the simulated kubelets follow. */
const KUBELET_VERSION = 'v1.33.0';

function column<T extends KubeObject>(name: string, cell: (object: T, cluster: Cluster) => string | number): Column {
  return { name, cell: (object, cluster) => String(cell(object as T, cluster)) };
}

function wide<T extends KubeObject>(name: string, cell: (object: T, cluster: Cluster) => string | number): Column {
  return { ...column(name, cell), isWide: true };
}

const NAME = column('NAME', ({ metadata }) => metadata.name);
const AGE = column('AGE', ({ metadata }, { clock }) => age(metadata.creationTimestamp, clock.nowUs));

const POD: readonly Column[] = [
  column<Pod>('READY', ({ spec, status }) => {
    const ready = status?.containerStatuses?.filter((container) => container.ready).length ?? 0;
    return `${ready}/${spec.containers.length}`;
  }),
  column<Pod>('STATUS', (pod, cluster) => (viewOf(cluster, pod) as PodView).status),
  column<Pod>('RESTARTS', ({ status }) => status?.containerStatuses?.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0) ?? 0),
  AGE,
  wide<Pod>('IP', ({ status }) => status?.podIP ?? NONE),
  wide<Pod>('NODE', ({ spec }) => spec.nodeName ?? NONE),
  wide<Pod>('NOMINATED NODE', () => NONE),
  wide<Pod>('READINESS GATES', () => NONE),
];

const SERVICE: readonly Column[] = [
  column<Service>('TYPE', ({ spec }) => spec.type ?? 'ClusterIP'),
  column<Service>('CLUSTER-IP', ({ spec }) => spec.clusterIP || NONE),
  column<Service>('EXTERNAL-IP', externalIPs),
  column<Service>('PORT(S)', ({ spec }) => servicePorts(spec.ports ?? [])),
  AGE,
  wide<Service>('SELECTOR', ({ spec }) => pairs(spec.selector)),
];

/** Kinds that keep a number of pods. */
const DEPLOYMENT: readonly Column[] = [
  column<Deployment>('READY', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`),
  column<Deployment>('UP-TO-DATE', ({ status }) => status?.updatedReplicas ?? 0),
  column<Deployment>('AVAILABLE', ({ status }) => status?.availableReplicas ?? 0),
  AGE,
  ...templateColumns(),
];

const REPLICA_SET: readonly Column[] = [
  column<ReplicaSet>('DESIRED', ({ spec }) => spec.replicas ?? 1),
  column<ReplicaSet>('CURRENT', ({ status }) => status?.replicas ?? 0),
  column<ReplicaSet>('READY', ({ status }) => status?.readyReplicas ?? 0),
  AGE,
  ...templateColumns(),
];

const STATEFUL_SET: readonly Column[] = [
  column<StatefulSet>('READY', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`),
  AGE,
  ...templateColumns().slice(0, 2),
];

const DAEMON_SET: readonly Column[] = [
  column<DaemonSet>('DESIRED', ({ status }) => status?.desiredNumberScheduled ?? 0),
  column<DaemonSet>('CURRENT', ({ status }) => status?.currentNumberScheduled ?? 0),
  column<DaemonSet>('READY', ({ status }) => status?.numberReady ?? 0),
  column<DaemonSet>('UP-TO-DATE', ({ status }) => status?.updatedNumberScheduled ?? 0),
  column<DaemonSet>('AVAILABLE', ({ status }) => status?.numberAvailable ?? 0),
  column<DaemonSet>('NODE SELECTOR', ({ spec }) => pairs(spec.template.spec.nodeSelector)),
  AGE,
  ...templateColumns(),
];

const JOB: readonly Column[] = [
  column<Job>('STATUS', ({ status }) => {
    const ended = status?.conditions?.find((condition) => condition.status === 'True' && /^(Complete|Failed)$/.test(condition.type));
    return ended?.type ?? 'Running';
  }),
  column<Job>('COMPLETIONS', ({ spec, status }) => `${status?.succeeded ?? 0}/${spec.completions ?? 1}`),
  column<Job>('DURATION', ({ status }, { clock }) => {
    const startUs = parseTimestamp(status?.startTime);
    return startUs === null ? '' : duration((parseTimestamp(status?.completionTime) ?? clock.nowUs) - startUs);
  }),
  AGE,
  ...templateColumns(),
];

const NODE: readonly Column[] = [
  column<Node>('STATUS', ({ spec, status }) => {
    const isReady = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
    return `${isReady ? 'Ready' : 'NotReady'}${spec?.unschedulable ? ',SchedulingDisabled' : ''}`;
  }),
  column<Node>('ROLES', ({ metadata }) => {
    const role = /^node-role\.kubernetes\.io\/(.*)$/;
    return (
      Object.keys(metadata.labels ?? {})
        .flatMap((label) => role.exec(label)?.[1] ?? [])
        .join(',') || NONE
    );
  }),
  AGE,
  column<Node>('VERSION', () => KUBELET_VERSION),
  wide<Node>('INTERNAL-IP', ({ status }) => status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? NONE),
  wide<Node>('EXTERNAL-IP', ({ status }) => status?.addresses?.find(({ type }) => type === 'ExternalIP')?.address ?? NONE),
];

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Pod: POD,
  Service: SERVICE,
  Deployment: DEPLOYMENT,
  ReplicaSet: REPLICA_SET,
  ReplicationController: REPLICA_SET,
  StatefulSet: STATEFUL_SET,
  DaemonSet: DAEMON_SET,
  Job: JOB,
  Node: NODE,
  Namespace: [column('STATUS', ({ metadata }) => (metadata.deletionTimestamp ? 'Terminating' : 'Active')), AGE],
  Endpoints: [column<Endpoints>('ENDPOINTS', endpointsText), AGE],
  EndpointSlice: [
    column<EndpointSlice>('ADDRESSTYPE', ({ addressType }) => addressType),
    column<EndpointSlice>('PORTS', ({ ports }) => firstThree((ports ?? []).map(({ port }) => String(port ?? '*'))) || '<unset>'),
    column<EndpointSlice>('ENDPOINTS', ({ endpoints }) => firstThree(endpoints.flatMap(({ addresses }) => addresses)) || '<unset>'),
    AGE,
  ],
  Ingress: [
    column<Ingress>('CLASS', ({ spec }) => spec?.ingressClassName ?? NONE),
    column<Ingress>('HOSTS', ({ spec }) => (spec?.rules ?? []).map(({ host }) => host || '*').join(',') || '*'),
    column<Ingress>('ADDRESS', ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '').join(','),
    ),
    column<Ingress>('PORTS', ({ spec }) => (spec?.tls?.length ? '80, 443' : '80')),
    AGE,
  ],
  NetworkPolicy: [column<NetworkPolicy>('POD-SELECTOR', ({ spec }) => pairs(spec?.podSelector?.matchLabels)), AGE],
};

const EVENT: readonly Column[] = [
  column<Event>('LAST SEEN', ({ lastTimestamp }, { clock }) => age(lastTimestamp, clock.nowUs)),
  column<Event>('TYPE', ({ type }) => type),
  column<Event>('REASON', ({ reason }) => reason),
  column<Event>('OBJECT', ({ involvedObject: { kind, name } }) => `${kind?.toLowerCase()}/${name}`),
  column<Event>('MESSAGE', ({ message }) => message),
];

function templateColumns(): readonly Column[] {
  const containers = ({ spec }: KubeObject): readonly { name: string; image?: string }[] => spec.template?.spec.containers ?? [];
  return [
    wide('CONTAINERS', (object) =>
      containers(object)
        .map(({ name }) => name)
        .join(','),
    ),
    wide('IMAGES', (object) =>
      containers(object)
        .map(({ image }) => image ?? '')
        .join(','),
    ),
    wide('SELECTOR', ({ spec }) => pairs(spec.selector?.matchLabels ?? spec.selector)),
  ];
}

function externalIPs({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return spec.externalName ?? NONE;
  const given = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  const all = [...given, ...(spec.externalIPs ?? [])].join(',');
  return all || (spec.type === 'LoadBalancer' ? '<pending>' : NONE);
}

function servicePorts(ports: readonly { port: number; nodePort?: number; protocol?: string }[]): string {
  return ports.map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`).join(',') || NONE;
}

/** formatEndpoints: the first three of `address:port`, and how many more. */
function endpointsText({ subsets }: Endpoints): string {
  const all = (subsets ?? []).flatMap(({ addresses, ports }) =>
    (ports ?? []).flatMap(({ port }) => (addresses ?? []).map(({ ip }) => `${ip}:${port}`)),
  );
  return firstThree(all) || NONE;
}

function firstThree(all: readonly string[]): string {
  return all.length <= 3 ? all.join(',') : `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`;
}

/** `app=web,tier=front`, by key. */
export function pairs(labels: Readonly<Record<string, string>> | undefined | null): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}=${value}`).join(',') || NONE;
}

function age(timestamp: string | undefined, nowUs: number): string {
  const sinceUs = parseTimestamp(timestamp);
  return sinceUs === null ? '<unknown>' : duration(nowUs - sinceUs);
}

/** HumanDuration of apimachinery's pkg/util/duration. */
function duration(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1_000_000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 8 && minutes % 60 !== 0 ? `${hours}h${minutes % 60}m` : `${hours}h`;
}
