// What the scheduler keeps in mind of each node: what is left of it, and whose pods it has. Changed pod by pod, so that
// placing one pod in a large cluster asks nothing twice. Follows pkg/scheduler/framework/types.go (NodeInfo), Kubernetes 1.33.

import { cpuMillis, parseQuantity } from '../api/quantity.ts';
import type { Container, Node, Pod } from '../api/types.ts';
import { controllerOf } from './controller.ts';
import { isPodFinished } from './pod-state.ts';

const ANY_ADDRESS = '0.0.0.0';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface NodeState {
  readonly node: Node;
  /** A resource that the node does not state is not limited. */
  readonly allocatable: { readonly cpuMillis: number; readonly memoryBytes: number; readonly pods: number };
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly podCount: number;
  readonly hostPorts: { conflicts(port: HostPort): boolean };
  /** How many pods of that owner run here. */
  podsOfOwner(uid: string): number;
}

/** The scheduler's cache: nodes in the order they came, and the pods assigned to them. */
export class SchedulerNodes {
  readonly #nodes = new Map<string, Pick<NodeState, 'node' | 'allocatable'>>();
  readonly #usage = new Map<string, Usage>();
  /** Where each pod was last counted. */
  readonly #counted = new Map<string, Pod>();

  putNode(node: Node): void {
    this.#nodes.set(node.metadata.name, { node, allocatable: allocatableOf(node) });
  }

  removeNode(name: string): void {
    this.#nodes.delete(name);
  }

  /** Counts the pod on its node, or no longer when it has ended. */
  putPod(pod: Pod): void {
    this.removePod(pod);
    if (!pod.spec.nodeName || isPodFinished(pod)) return;
    this.#usageOf(pod.spec.nodeName).add(pod);
    this.#counted.set(podKey(pod), pod);
  }

  removePod(pod: Pod): void {
    const counted = this.#counted.get(podKey(pod));
    if (!counted) return;
    this.#usageOf(counted.spec.nodeName ?? '').remove(counted);
    this.#counted.delete(podKey(pod));
  }

  get states(): readonly NodeState[] {
    return Array.from(this.#nodes.values(), (known) => this.#usageOf(known.node.metadata.name).on(known));
  }

  #usageOf(nodeName: string): Usage {
    let usage = this.#usage.get(nodeName);
    if (!usage) {
      usage = new Usage();
      this.#usage.set(nodeName, usage);
    }
    return usage;
  }
}

/** CPU and memory that a pod asks for: its containers together, or its largest init container. */
export function podRequests(pod: Pod): { cpuMillis: number; memoryBytes: number } {
  const known = requestsOfSpec.get(pod.spec);
  if (known) return known;
  const cpu = (container: Container) => cpuMillis(container.resources?.requests?.cpu ?? container.resources?.limits?.cpu);
  const memory = (container: Container) => parseQuantity(container.resources?.requests?.memory ?? container.resources?.limits?.memory) ?? 0;
  const { containers, initContainers = [] } = pod.spec;
  const most = (of: (container: Container) => number) => {
    const sidecars = initContainers.filter((container) => container.restartPolicy === 'Always').reduce((sum, one) => sum + of(one), 0);
    return Math.max(
      sidecars + containers.reduce((sum, container) => sum + of(container), 0),
      sidecars + Math.max(0, ...initContainers.filter((container) => container.restartPolicy !== 'Always').map(of)),
    );
  };
  const requests = { cpuMillis: most(cpu), memoryBytes: most(memory) };
  requestsOfSpec.set(pod.spec, requests);
  return requests;
}

// Specs are immutable and shared by all pods of a template.
const requestsOfSpec = new WeakMap<object, { cpuMillis: number; memoryBytes: number }>();

/** The ports of the node itself that the pod takes. */
export function usedHostPorts(pod: Pod): readonly HostPort[] {
  const containers = [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always'),
  ];
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol = 'TCP', containerPort }) => {
      const port = hostPort || (pod.spec.hostNetwork ? containerPort : 0);
      return port ? [{ ip: hostIP || ANY_ADDRESS, protocol, port }] : [];
    }),
  );
}

class Usage {
  cpuMillis = 0;
  memoryBytes = 0;
  podCount = 0;
  readonly #ports = new Map<string, number>();
  readonly #owners = new Map<string, number>();
  readonly #hostPorts: NodeState['hostPorts'] = {
    conflicts: ({ ip, protocol, port }) => {
      const isTaken = (address: string) => (this.#ports.get(`${address}/${protocol}/${port}`) ?? 0) > 0;
      return ip === ANY_ADDRESS ? isTaken('*') : isTaken(ip) || isTaken(ANY_ADDRESS);
    },
  };

  add(pod: Pod): void {
    this.#count(pod, 1);
  }

  remove(pod: Pod): void {
    this.#count(pod, -1);
  }

  on({ node, allocatable }: Pick<NodeState, 'node' | 'allocatable'>): NodeState {
    return {
      node,
      allocatable,
      cpuMillis: this.cpuMillis,
      memoryBytes: this.memoryBytes,
      podCount: this.podCount,
      hostPorts: this.#hostPorts,
      podsOfOwner: (uid) => this.#owners.get(uid) ?? 0,
    };
  }

  #count(pod: Pod, sign: 1 | -1): void {
    const requests = podRequests(pod);
    this.cpuMillis += sign * requests.cpuMillis;
    this.memoryBytes += sign * requests.memoryBytes;
    this.podCount += sign;
    const owner = controllerOf(pod)?.uid;
    if (owner) this.#owners.set(owner, (this.#owners.get(owner) ?? 0) + sign);
    for (const { ip, protocol, port } of usedHostPorts(pod)) {
      // '*' counts every address, for a pod that wants the port on all of them.
      for (const address of [ip, '*']) {
        const key = `${address}/${protocol}/${port}`;
        this.#ports.set(key, (this.#ports.get(key) ?? 0) + sign);
      }
    }
  }
}

function allocatableOf(node: Node): NodeState['allocatable'] {
  const { cpu, memory, pods } = node.status?.allocatable ?? {};
  return {
    cpuMillis: cpu === undefined ? Number.POSITIVE_INFINITY : cpuMillis(cpu),
    memoryBytes: parseQuantity(memory) ?? Number.POSITIVE_INFINITY,
    pods: parseQuantity(pods) ?? Number.POSITIVE_INFINITY,
  };
}

function podKey(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}
