// What the scheduler keeps in mind of each node: what is left of it, and whose pods it has. Changed pod by pod, so that
// placing one pod in a large cluster asks nothing twice. Follows pkg/scheduler/framework/types.go (NodeInfo), Kubernetes 1.33.

import { cpuMillis, parseQuantity } from '../api/quantity.ts';
import type { Container, Node, Pod } from '../api/types.ts';
import { controllerOf, keyOf } from './controller.ts';
import { isPodFinished } from './pod-state.ts';

const ANY_ADDRESS = '0.0.0.0';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** What a pod asks of a node, read once from its spec. */
export interface PodDemand {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly hostPorts: readonly HostPort[];
  /** `nvidia.com/gpu`, `ephemeral-storage` and the like. */
  readonly others: readonly { readonly name: string; readonly amount: number }[];
}

export interface NodeState {
  readonly name: string;
  readonly node: Node;
  readonly taints: readonly Taint[];
  /** A resource that the node does not state is not limited. */
  readonly allocatable: { readonly cpuMillis: number; readonly memoryBytes: number; readonly pods: number };
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly podCount: number;
  hasConflict(port: HostPort): boolean;
  /** What is left of a resource that is neither CPU nor memory; nothing, where the node has none of it. */
  left(resource: string): number;
}

/** The scheduler's cache: nodes in the order they came, and the pods assigned to them. */
export class SchedulerNodes {
  readonly #nodes = new Map<string, CountedNode>();
  /** Pods by the name of their node, which may not be here yet. */
  readonly #podsOf = new Map<string, Set<Pod>>();
  /** Each pod as it was last counted. */
  readonly #counted = new Map<string, Pod>();
  /** By owner: how many of its pods each node has. */
  readonly #owners = new Map<string, Map<string, number>>();
  readonly #antiAffine = new Set<Pod>();
  #states: readonly NodeState[] | null = null;

  get states(): readonly NodeState[] {
    this.#states ??= [...this.#nodes.values()];
    return this.#states;
  }

  /** The pods that are assigned to a node, in the order they came. */
  podsOn(nodeName: string): readonly Pod[] {
    return [...(this.#podsOf.get(nodeName) ?? [])];
  }

  nodeNamed(name: string): Node | undefined {
    return this.#nodes.get(name)?.node;
  }

  /** Pods on some node that will not have others near them. */
  antiAffinePods(): readonly Pod[] {
    return [...this.#antiAffine];
  }

  /** How many pods of an owner each node has, by the name of the node; nodes that have none are left out. */
  podsOfOwner(uid: string): ReadonlyMap<string, number> {
    return this.#owners.get(uid) ?? NOWHERE;
  }

  putNode(node: Node): void {
    const { name } = node.metadata;
    const known = this.#nodes.get(name);
    if (known) {
      known.setNode(node);
      return;
    }
    const added = new CountedNode(node);
    for (const pod of this.#podsOf.get(name) ?? []) added.count(pod, 1);
    this.#nodes.set(name, added);
    this.#states = null;
  }

  removeNode(name: string): void {
    this.#nodes.delete(name);
    this.#states = null;
  }

  /** Counts the pod on its node, or no longer when it has ended. */
  putPod(pod: Pod): void {
    const id = idOf(pod);
    const counted = this.#counted.get(id);
    const nodeName = isPodFinished(pod) ? undefined : pod.spec.nodeName;
    if (counted && nodeName && isCountedAlike(counted, pod)) return;
    if (counted) this.#forget(id, counted);
    if (!nodeName) return;
    this.#counted.set(id, pod);
    const others = this.#podsOf.get(nodeName);
    if (others) others.add(pod);
    else this.#podsOf.set(nodeName, new Set([pod]));
    if (pod.spec.affinity?.podAntiAffinity) this.#antiAffine.add(pod);
    this.#nodes.get(nodeName)?.count(pod, 1);
    this.#countOwner(pod, nodeName, 1);
  }

  removePod(pod: Pod): void {
    const id = idOf(pod);
    const counted = this.#counted.get(id);
    if (counted) this.#forget(id, counted);
  }

  #forget(id: string, counted: Pod): void {
    const nodeName = counted.spec.nodeName ?? '';
    this.#counted.delete(id);
    this.#podsOf.get(nodeName)?.delete(counted);
    this.#antiAffine.delete(counted);
    this.#nodes.get(nodeName)?.count(counted, -1);
    this.#countOwner(counted, nodeName, -1);
  }

  #countOwner(pod: Pod, nodeName: string, sign: 1 | -1): void {
    const uid = controllerOf(pod)?.uid;
    if (!uid) return;
    const nodes = this.#owners.get(uid) ?? new Map<string, number>();
    add(nodes, nodeName, sign);
    if (nodes.size === 0) this.#owners.delete(uid);
    else this.#owners.set(uid, nodes);
  }
}

function idOf(pod: Pod): string {
  return pod.metadata.uid ?? keyOf(pod);
}

function isCountedAlike({ spec, metadata }: Pod, pod: Pod): boolean {
  return (
    spec === pod.spec &&
    metadata.ownerReferences === pod.metadata.ownerReferences &&
    metadata.labels === pod.metadata.labels &&
    metadata.deletionTimestamp === pod.metadata.deletionTimestamp
  );
}

const NOWHERE: ReadonlyMap<string, number> = new Map();

/** CPU and memory that a pod asks for (its containers together, or its largest init container) and the node's ports that it takes. */
export function demandOf(pod: Pod): PodDemand {
  const known = demands.get(pod.spec.containers);
  if (known) return known;
  const { containers, initContainers = [] } = pod.spec;
  const sidecars = initContainers.filter((container) => container.restartPolicy === 'Always');
  const others = initContainers.filter((container) => container.restartPolicy !== 'Always');
  const most = (of: (container: Container) => number) => {
    const sum = (list: readonly Container[]) => list.reduce((total, container) => total + of(container), 0);
    return sum(sidecars) + Math.max(sum(containers), ...others.map(of));
  };
  const demand = {
    cpuMillis: most(({ resources }) => cpuMillis(resources?.requests?.cpu ?? resources?.limits?.cpu)),
    memoryBytes: most(({ resources }) => parseQuantity(resources?.requests?.memory ?? resources?.limits?.memory) ?? 0),
    hostPorts: [...containers, ...sidecars].flatMap((container) => hostPortsOf(container, pod.spec.hostNetwork === true)),
    others: otherResources([...containers, ...initContainers]).map((name) => ({
      name,
      amount: most(({ resources }) => parseQuantity(resources?.requests?.[name] ?? resources?.limits?.[name]) ?? 0),
    })),
  };
  demands.set(pod.spec.containers, demand);
  return demand;
}

function otherResources(containers: readonly Container[]): readonly string[] {
  const names = containers.flatMap(({ resources }) => Object.keys({ ...resources?.requests, ...resources?.limits }));
  return [...new Set(names)].filter((name) => name !== 'cpu' && name !== 'memory');
}

// Specs are immutable, and all pods of a template share its list of containers.
const demands = new WeakMap<object, PodDemand>();

function hostPortsOf({ ports = [] }: Container, isHostNetwork: boolean): HostPort[] {
  return ports.flatMap(({ hostPort, hostIP, protocol = 'TCP', containerPort }) => {
    const port = hostPort || (isHostNetwork ? containerPort : 0);
    return port ? [{ ip: hostIP || ANY_ADDRESS, protocol, port }] : [];
  });
}

class CountedNode implements NodeState {
  readonly name: string;
  node: Node;
  taints: readonly Taint[];
  allocatable: NodeState['allocatable'];
  cpuMillis = 0;
  memoryBytes = 0;
  podCount = 0;
  readonly #ports = new Map<string, number>();
  readonly #others = new Map<string, number>();

  constructor(node: Node) {
    this.name = node.metadata.name;
    this.node = node;
    this.taints = taintsOf(node);
    this.allocatable = allocatableOf(node);
  }

  setNode(node: Node): void {
    this.node = node;
    this.taints = taintsOf(node);
    this.allocatable = allocatableOf(node);
  }

  hasConflict({ ip, protocol, port }: HostPort): boolean {
    const isTaken = (address: string) => (this.#ports.get(`${address}/${protocol}/${port}`) ?? 0) > 0;
    return ip === ANY_ADDRESS ? isTaken('*') : isTaken(ip) || isTaken(ANY_ADDRESS);
  }

  left(resource: string): number {
    const stated = parseQuantity(this.node.status?.allocatable?.[resource]);
    // A node of this cluster that says nothing about its disk has enough of it.
    const allocatable = stated ?? (resource === 'ephemeral-storage' ? Number.POSITIVE_INFINITY : 0);
    return allocatable - (this.#others.get(resource) ?? 0);
  }

  count(pod: Pod, sign: 1 | -1): void {
    const demand = demandOf(pod);
    for (const { name, amount } of demand.others) add(this.#others, name, sign * amount);
    this.cpuMillis += sign * demand.cpuMillis;
    this.memoryBytes += sign * demand.memoryBytes;
    this.podCount += sign;
    // '*' counts every address, for a pod that wants the port on all of them.
    for (const { ip, protocol, port } of demand.hostPorts)
      for (const address of [ip, '*']) add(this.#ports, `${address}/${protocol}/${port}`, sign);
  }
}

function add(counts: Map<string, number>, key: string, n: number): void {
  const count = (counts.get(key) ?? 0) + n;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function allocatableOf(node: Node): NodeState['allocatable'] {
  const { cpu, memory, pods } = node.status?.allocatable ?? {};
  return {
    cpuMillis: cpu === undefined ? Number.POSITIVE_INFINITY : cpuMillis(cpu),
    memoryBytes: parseQuantity(memory) ?? Number.POSITIVE_INFINITY,
    pods: parseQuantity(pods) ?? Number.POSITIVE_INFINITY,
  };
}

/** The node's taints, with the one that the node lifecycle controller gives a node that is not ready. */
function taintsOf(node: Node): readonly Taint[] {
  const taints: readonly Taint[] = node.spec?.taints ?? [];
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready')?.status ?? 'True';
  if (ready === 'True') return taints;
  const key = ready === 'False' ? 'node.kubernetes.io/not-ready' : 'node.kubernetes.io/unreachable';
  return taints.some((taint) => taint.key === key) ? taints : [...taints, { key, effect: 'NoSchedule' }];
}
