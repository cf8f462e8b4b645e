// The kubelet of one node: gives the pods that are bound to it a network namespace and an address, starts their
// containers' programs, reports status, and takes everything away again. Follows pkg/kubelet of v1.33 as far as the
// network can see; images, volumes and probes are left out, so a running container is a ready one.

import type { Condition, Container, ContainerStatus, Pod } from '../api/types.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { joinHostPort } from '../net/address.ts';
import type { DNSRecord } from '../net/packet.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Listener } from '../netstack/sockets.ts';
import { type DNSConfig, KUBEADM_CONFIG } from '../programs/dns/kubernetes.ts';
import type { DNSIndex } from '../programs/dns/objects.ts';
import { startCoreDNS } from '../programs/dns/server.ts';
import type { IngressControllers } from '../programs/ingress/start.ts';
import { type ContainerListens, type Listen, listensOf, portInUseMessage } from '../programs/listen.ts';
import { startServer } from '../programs/server.ts';
import type { Clock } from '../sim/clock.ts';
import type { Machine } from './machine.ts';

const SANDBOX_US = 300_000;
const CONTAINERS_US = 400_000;
/** Programs here stop on SIGTERM at once, as well-behaved servers do. */
const STOP_US = 500_000;

export interface KubeletOptions {
  readonly machine: Machine;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly dnsIndex: DNSIndex;
  readonly forwarder: string;
  readonly upstream: () => readonly DNSRecord[];
  readonly ingress: IngressControllers;
}

interface Sandbox {
  readonly uid: string;
  readonly netns: NetworkNamespace;
  readonly address: string;
  readonly hostNetwork: boolean;
  /** Open sockets by container. */
  readonly listeners: Map<string, readonly Listener[]>;
  readonly crashed: Map<string, string>;
  stopped: boolean;
}

export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #stopWatching: () => void;

  constructor(options: KubeletOptions) {
    this.#options = options;
    for (const pod of options.store.list<Pod>('Pod')) this.#onPod(pod);
    this.#stopWatching = options.store.watch<Pod>('Pod', ({ type, object }) => {
      if (type === 'DELETED') this.#remove(keyOf(object), object.metadata.uid);
      else this.#onPod(object);
    });
  }

  stop(): void {
    this.#stopWatching();
  }

  /** The network namespace of a running pod of this node. */
  netnsOf(key: string): NetworkNamespace | null {
    return this.#sandboxes.get(key)?.netns ?? null;
  }

  /** `tcp 0.0.0.0:80` for every socket that a container has open. */
  listensOf(key: string, container: string): readonly string[] {
    const listeners = this.#sandboxes.get(key)?.listeners.get(container) ?? [];
    return listeners.map(({ protocol, address, port }) => `${protocol} ${joinHostPort(address, port)}`);
  }

  #onPod(pod: Pod): void {
    const { machine, clock } = this.#options;
    if (pod.spec.nodeName !== machine.name) return;
    const key = keyOf(pod);
    const sandbox = this.#sandboxes.get(key);
    if (pod.metadata.deletionTimestamp) {
      if (sandbox && !sandbox.stopped) this.#terminate(key, sandbox, pod);
      else if (!sandbox) this.#finish(pod);
      return;
    }
    if (sandbox || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    this.#createSandbox(key, pod);
    clock.after(SANDBOX_US + CONTAINERS_US, () => this.#startContainers(key, pod.metadata.uid ?? ''));
  }

  #createSandbox(key: string, pod: Pod): void {
    const { machine } = this.#options;
    const hostNetwork = pod.spec.hostNetwork === true;
    const wanted = pod.status?.podIP ?? null;
    const network = hostNetwork ? { netns: machine.netns, address: machine.address } : machine.addPod(key, wanted);
    if (!network) return;
    const { netns, address } = network;
    this.#sandboxes.set(key, {
      uid: pod.metadata.uid ?? '',
      netns,
      address,
      hostNetwork,
      listeners: new Map(),
      crashed: new Map(),
      stopped: false,
    });
  }

  #startContainers(key: string, uid: string): void {
    const sandbox = this.#sandboxes.get(key);
    const pod = this.#current(key);
    if (!sandbox || sandbox.stopped || sandbox.uid !== uid || !pod || pod.metadata.deletionTimestamp) return;
    for (const container of listensOf(pod)) this.#startProgram(pod, sandbox, container);
    this.#report(pod, sandbox);
  }

  /** A program that cannot bind one of its sockets exits, and with it the sockets that it already has. */
  #startProgram(pod: Pod, sandbox: Sandbox, container: ContainerListens): void {
    const opened: Listener[] = [];
    for (const socket of container.listens) {
      const listener = this.#listen(pod, sandbox, { ...socket, container: container.container });
      if (listener === 'EADDRINUSE') {
        for (const one of opened) sandbox.netns.sockets.close(one);
        sandbox.crashed.set(container.container, portInUseMessage(socket));
        return;
      }
      opened.push(listener);
    }
    sandbox.listeners.set(container.container, opened);
  }

  #listen(pod: Pod, sandbox: Sandbox, socket: Listen & { readonly container: string }): Listener | 'EADDRINUSE' {
    const { dnsIndex, forwarder, upstream, ingress } = this.#options;
    if (socket.program === 'coredns' && socket.protocol === 'udp') {
      const config = (): DNSConfig => ({ ...KUBEADM_CONFIG, upstream: upstream() });
      return startCoreDNS(sandbox.netns, { address: socket.address, port: socket.port, config, index: dnsIndex, forwarder });
    }
    const proxy = ingress.listen(sandbox.netns, pod, socket);
    return proxy ?? startServer(sandbox.netns, { name: pod.metadata.name, program: socket.program }, socket);
  }

  #report(pod: Pod, sandbox: Sandbox): void {
    const { machine, store, clock } = this.#options;
    const ready = sandbox.crashed.size === 0;
    const now = formatTimestamp(clock.nowUs);
    store.update<Pod>({
      ...pod,
      status: {
        ...pod.status,
        phase: 'Running',
        hostIP: machine.address,
        podIP: sandbox.address,
        podIPs: [{ ip: sandbox.address }],
        conditions: withConditions(pod.status?.conditions ?? [], ready, now),
        containerStatuses: pod.spec.containers.map((container) => containerStatus(container, sandbox.crashed.get(container.name), now)),
      },
    });
  }

  #terminate(key: string, sandbox: Sandbox, pod: Pod): void {
    const { clock } = this.#options;
    sandbox.stopped = true;
    const graceUs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000_000;
    clock.after(Math.min(STOP_US, graceUs), () => {
      this.#remove(key, sandbox.uid);
      const current = this.#current(key);
      if (current?.metadata.uid === sandbox.uid) this.#finish(current);
    });
  }

  #remove(key: string, uid: string | undefined): void {
    const sandbox = this.#sandboxes.get(key);
    if (!sandbox || sandbox.uid !== uid) return;
    for (const listener of [...sandbox.listeners.values()].flat()) sandbox.netns.sockets.close(listener);
    this.#options.ingress.stopped(key);
    this.#sandboxes.delete(key);
    if (!sandbox.hostNetwork) this.#options.machine.removePod(key);
  }

  #finish(pod: Pod): void {
    this.#options.store.delete('Pod', pod.metadata.namespace ?? '', pod.metadata.name, { gracePeriodSeconds: 0 });
  }

  #current(key: string): Pod | undefined {
    const [namespace, name] = key.split('/') as [string, string];
    return this.#options.store.get<Pod>('Pod', namespace, name);
  }
}

function keyOf(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

function withConditions(old: readonly Condition[], ready: boolean, now: string): Condition[] {
  const types = ['Initialized', 'Ready', 'ContainersReady'];
  const kept = old.filter((condition) => !types.includes(condition.type));
  return [...kept, ...types.map((type) => readyCondition(type, type === 'Initialized' || ready, now))];
}

function readyCondition(type: string, holds: boolean, now: string): Condition {
  if (holds) return { type, status: 'True', lastTransitionTime: now };
  return { type, status: 'False', reason: 'ContainersNotReady', lastTransitionTime: now };
}

function containerStatus(container: Container, crash: string | undefined, now: string): ContainerStatus {
  const facts = { name: container.name, image: container.image ?? '' };
  if (crash === undefined) return { ...facts, ready: true, restartCount: 0, state: { running: { startedAt: now } } };
  return { ...facts, ready: false, restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff', message: crash } } };
}
