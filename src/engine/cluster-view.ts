// The cluster as plain data for the page: one record per object.

import { kindedName } from './api/object-names.ts';
import type { Condition, Container, ContainerState, Ingress, KubeObject, NetworkPolicy, Node, Pod, Service } from './api/types.ts';
import { isSystemObject } from './apiserver/bootstrap.ts';
import type { Cluster } from './cluster.ts';
import { keyOf } from './controllers/controller.ts';
import { candidatesOf, endpointsOf } from './explain/endpoints.ts';
import { originOf, rangeOf, viewKey } from './explain/origin.ts';
import { selectorWords } from './explain/policy-words.ts';
import type { Device } from './netstack/device.ts';
import type { NetworkNamespace } from './netstack/netns.ts';
import type {
  ContainerView,
  InterfaceView,
  NodeView,
  ObjectView,
  OtherView,
  PodView,
  ScenarioView,
  ServiceView,
  SourceRange,
} from './view.ts';

/** Kinds that the page does not list: they are plumbing behind what it draws. */
export const HIDDEN_KINDS = new Set(['Namespace', 'Endpoints', 'Lease', 'Event', 'ControllerRevision']);
export const VIEW_KINDS = [
  'Node',
  'Pod',
  'Service',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'EndpointSlice',
  'Ingress',
  'IngressClass',
  'GatewayClass',
  'Gateway',
  'HTTPRoute',
  'ReferenceGrant',
  'IPAddressPool',
  'L2Advertisement',
  'NetworkPolicy',
  'ClusterNetworkPolicy',
  'PodDisruptionBudget',
];

/** One object as the page shows it. What it is made from besides the object itself is listed in object-views.ts. */
export function viewOf(cluster: Cluster, object: KubeObject): ObjectView {
  switch (object.kind) {
    case 'Node':
      return nodeView(cluster, object as Node);
    case 'Pod':
      return podView(cluster, object as Pod);
    case 'Service':
      return serviceView(cluster, object as Service);
    default:
      return otherView(cluster, object, true);
  }
}

function base(cluster: Cluster, object: KubeObject) {
  const { name, namespace, labels } = object.metadata;
  return { key: viewKey(object), name, namespace: namespace ?? '', labels: labels ?? {}, source: sourceRange(cluster, object) };
}

/** A dual-stack Service has every endpoint twice: those of its first family stand for both. */
function isOfFirstFamily(families: readonly string[] = [], address: string): boolean {
  return families.length < 2 || address.includes(':') === (families[0] === 'IPv6');
}

function secondOf(address: string | undefined): { readonly second?: string } {
  return address === undefined ? {} : { second: address };
}

function sourceRange(cluster: Cluster, object: KubeObject): SourceRange | null {
  const origin = originOf(cluster, object);
  if (!origin) return null;
  return origin.prefix ? origin.source.rangeOf('spec.template') : origin.source.range;
}

function nodeView(cluster: Cluster, node: Node): NodeView {
  const machine = cluster.network.machines.get(node.metadata.name);
  return {
    ...base(cluster, node),
    kind: 'Node',
    address: machine?.address ?? '',
    ...secondOf(machine?.second?.address),
    podCIDR: machine?.podCIDRText ?? node.spec?.podCIDR ?? '',
    ready: (node.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True') === 'True',
    interfaces: machine ? interfaces(machine.netns, new Map([...machine.pods].map(([key, pod]) => [pod.veth, key]))) : [],
    ruleCount: cluster.proxies.get(node.metadata.name)?.ruleCount ?? machine?.netns.ruleset?.ruleCount ?? 0,
    ...componentFacts(cluster, node.metadata.name),
  };
}

/** What is not as usual with the node's components. */
function componentFacts({ kubelets, proxies }: Cluster, name: string): Pick<NodeView, 'stopped' | 'behind'> {
  const stopped = [
    ...(kubelets.get(name)?.isRunning === false ? (['kubelet'] as const) : []),
    // A node with rules of its own has none that runs.
    ...(kubelets.has(name) && proxies.get(name)?.isRunning !== true ? (['kube-proxy'] as const) : []),
  ];
  const behind = proxies.get(name)?.behind ?? [];
  return { ...(stopped.length > 0 && { stopped }), ...(behind.length > 0 && { behind }) };
}

function interfaces(netns: NetworkNamespace, podOf: ReadonlyMap<string, string>): InterfaceView[] {
  return Array.from(netns.devices.values(), (device) => interfaceView(device, podOf.get(device.name)));
}

const LOOPBACK: InterfaceView = { name: 'lo', kind: 'loopback', addresses: ['127.0.0.1/8'], mac: '00:00:00:00:00:00' };

function interfaceView(device: Device, pod: string | undefined): InterfaceView {
  const { name, kind, mac, master, mtu } = device;
  const isLoopback = kind === 'loopback';
  // Every pod has one, and it is the same everywhere.
  if (isLoopback && device.addresses.length === 1 && device.up && name === LOOPBACK.name) return LOOPBACK;
  const view: { -readonly [K in keyof InterfaceView]: InterfaceView[K] } = {
    name,
    kind,
    addresses: device.addresses.map(({ address, prefix }) => `${address}/${prefix}`),
    mac,
  };
  if (master) view.master = master.name;
  if (pod !== undefined) view.pod = pod;
  if (!device.up) view.isDown = true;
  if (mtu !== 1500 && !isLoopback) view.mtu = mtu;
  return view;
}

function podView(cluster: Cluster, pod: Pod): PodView {
  const { spec, status, metadata } = pod;
  const { key, name, namespace, labels, source } = base(cluster, pod);
  const netns = cluster.kubelets.get(spec.nodeName ?? '')?.netnsOf(keyOf(pod)) ?? null;
  const owner = metadata.ownerReferences?.find((one) => one.controller);
  const second = status?.podIPs?.[1]?.ip;
  const view: PodView = {
    key,
    name,
    namespace,
    labels,
    source,
    kind: 'Pod',
    node: spec.nodeName ?? null,
    address: status?.podIP ?? null,
    status: podStatus(pod),
    ready: status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True',
    hostNetwork: spec.hostNetwork === true,
    containers: spec.containers.map((container) => containerView(cluster, pod, container)),
    owner: owner ? kindedName(owner.kind, `${metadata.namespace}`, owner.name) : null,
    system: isSystemObject(pod),
    interfaces: netns && !spec.hostNetwork ? interfaces(netns, NO_PODS) : [],
  };
  // There are many pods, and few that have two addresses.
  return second === undefined ? view : { ...view, second };
}

const NO_PODS: ReadonlyMap<string, string> = new Map();

function containerView(cluster: Cluster, pod: Pod, container: Container): ContainerView {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container.name);
  const state = status?.state ?? { waiting: { reason: 'ContainerCreating' } };
  const { reason, message } = reasonOf(state);
  return {
    name: container.name,
    image: container.image ?? '',
    state: reason ?? 'running',
    message: cluster.lastWordsOf(pod, container.name) || (message ?? ''),
    restartCount: status?.restartCount ?? 0,
    listens: cluster.listensOf(pod, container.name),
  };
}

/** Why a container is not running: the reason that its state gives, none for one that runs. */
function reasonOf(state: ContainerState): { readonly reason?: string; readonly message?: string } {
  if ('waiting' in state) return state.waiting;
  return 'terminated' in state ? state.terminated : {};
}

/** The STATUS column of `kubectl get pods` (printPod in pkg/printers/internalversion/printers.go). */
function podStatus(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const reason = initReason(pod) ?? pod.status?.containerStatuses?.map(({ state }) => reasonOf(state).reason).find(Boolean);
  const isRunning = pod.status?.containerStatuses?.some(({ state }) => 'running' in state) ?? false;
  if (reason === 'Completed' && isRunning) return 'Running';
  if (reason) return reason;
  if (pod.status?.reason) return pod.status.reason;
  if (pod.spec.nodeName && !pod.status?.podIP) return 'ContainerCreating';
  return pod.status?.phase ?? 'Pending';
}

/** `Init:0/2`, `Init:Error`: the first init container that is not through. */
function initReason({ spec, status }: Pod): string | undefined {
  const statuses = status?.initContainerStatuses ?? [];
  const place = statuses.findIndex(({ state, started }, index) => {
    if (spec.initContainers?.[index]?.restartPolicy === 'Always' && started) return false;
    return !('terminated' in state && state.terminated.exitCode === 0);
  });
  const state = statuses[place]?.state;
  if (!state) return undefined;
  const { reason = '' } = reasonOf(state);
  return reason !== '' && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${place}/${statuses.length}`;
}

function serviceView(cluster: Cluster, service: Service): ServiceView {
  const { spec, status } = service;
  const ingress = status?.loadBalancer?.ingress?.[0];
  const pending = spec.type === 'LoadBalancer' ? '<pending>' : '';
  return {
    ...base(cluster, service),
    kind: 'Service',
    dnsName: `${service.metadata.name}.${service.metadata.namespace}.svc.${cluster.settings.dnsDomain}`,
    type: spec.type ?? 'ClusterIP',
    clusterIP: spec.clusterIP ?? '',
    ...secondOf(spec.clusterIPs?.[1]),
    externalName: spec.externalName ?? '',
    externalTrafficPolicy: spec.externalTrafficPolicy ?? '',
    externalIP: ingress?.ip ?? ingress?.hostname ?? pending,
    externalIPs: spec.externalIPs ?? [],
    selector: spec.selector ?? null,
    ports: (spec.ports ?? []).map((port) => ({
      name: port.name ?? '',
      protocol: port.protocol ?? 'TCP',
      port: port.port,
      targetPort: String(port.targetPort ?? port.port),
      nodePort: port.nodePort ?? null,
    })),
    endpoints: endpointsOf(cluster.store, service).filter(({ address }) => isOfFirstFamily(spec.ipFamilies, address)),
    candidates: isSystemObject(service)
      ? []
      : candidatesOf(cluster.store, service).map(({ pod, endpoint, why }) => ({ pod: viewKey(pod), endpoint, why })),
    selectorRange: rangeOf(cluster, service, 'spec.selector'),
    system: isSystemObject(service),
  };
}

/** An object that the page only names. */
export function otherView(cluster: Cluster, object: KubeObject, simulated: boolean): OtherView {
  return { ...base(cluster, object), kind: object.kind, simulated, summary: summaryOf(cluster, object) };
}

function summaryOf({ enforcesPolicies }: Cluster, object: KubeObject): string {
  if (object.kind === 'EndpointSlice') return (object.endpoints ?? []).flatMap((one: { addresses: string[] }) => one.addresses).join(', ');
  if (object.kind === 'Ingress') return ingressSummary(object as Ingress);
  if (object.kind === 'NetworkPolicy')
    return `${enforcesPolicies ? '' : 'not enforced by the CNI: '}guards ${selectorWords((object as NetworkPolicy).spec?.podSelector) || 'every pod of its namespace'}`;
  if (object.kind === 'ClusterNetworkPolicy')
    return `${enforcesPolicies ? '' : 'not enforced by the CNI: '}tier ${object.spec?.tier}, priority ${object.spec?.priority}`;
  if (object.kind === 'IngressClass') return object.spec?.controller ?? '';
  if (object.kind === 'Gateway' || object.kind === 'HTTPRoute') return routeSummary(object);
  if (object.kind === 'PodDisruptionBudget')
    return `${object.status?.disruptionsAllowed ?? 0} of ${object.status?.currentHealthy ?? 0} may be evicted`;
  const { replicas, readyReplicas, numberReady, desiredNumberScheduled, succeeded } = object.status ?? {};
  if (object.kind === 'DaemonSet') return `${numberReady ?? 0}/${desiredNumberScheduled ?? 0} ready`;
  if (object.kind === 'Job') return `${succeeded ?? 0}/${object.spec?.completions ?? 1} completed`;
  return replicas === undefined ? '' : `${readyReplicas ?? 0}/${object.spec?.replicas ?? replicas} ready`;
}

/** HOSTS and ADDRESS of `kubectl get ingress`, and where the first path leads: `shop.example at 192.168.56.240: / to web:80`. */
function ingressSummary({ spec, status }: Ingress): string {
  const hosts = (spec?.rules ?? []).map(({ host }) => host || '*');
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  const [first] = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const service = first?.backend?.service;
  const way = service ? `: ${first.path || '/'} to ${service.name}:${service.port?.number ?? service.port?.name}` : '';
  return `${hosts.join(',') || '*'} at ${addresses.join(',') || 'no address: no controller serves it'}${way}`;
}

/** Host names or addresses, and the conditions that do not hold, by their reasons. */
function routeSummary({ kind, spec, status }: KubeObject): string {
  const { addresses = [], conditions = [], parents = [], listeners = [] } = status ?? {};
  const own: readonly Condition[] = [
    conditions,
    ...[...parents, ...listeners].map((one: { conditions: Condition[] }) => one.conditions),
  ].flat();
  // Of a listener's conditions one is a complaint where it holds.
  const wrong = own.filter(({ type, status: holds }) => (holds === 'True') === (type === 'Conflicted'));
  const where = kind === 'Gateway' ? addresses.map(({ value }: { value: string }) => value) : (spec?.hostnames ?? ['*']);
  const reasons = [...new Set(wrong.map(({ reason }) => reason))];
  const state = own.length === 0 ? 'no controller serves it' : reasons.length > 0 ? reasons.join(', ') : 'Accepted';
  return `${where.join(',') || 'no address'}: ${state}`;
}

export function scenarioView({ scenario, lesson }: Cluster): ScenarioView {
  return {
    title: scenario?.title ?? '',
    summary: scenario?.summary ?? '',
    cni: scenario?.cluster?.cni ?? 'host-gw',
    cloudProvider:
      scenario?.cluster?.loadBalancer === 'cloud' || (!scenario?.cluster?.loadBalancer && scenario?.cluster?.cloudProvider === true),
    traffic: (scenario?.traffic ?? []).filter((one) => typeof one?.from === 'string' && typeof one?.to === 'string'),
    timeline: lesson.actions,
  };
}
