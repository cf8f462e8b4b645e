// The kubelet of one node: gives the pods that are bound to it a network namespace and an address, has a worker for each
// that starts its containers' programs and reports its status, and takes everything away again. Follows pkg/kubelet of
// v1.33 as far as the network can see; images and volumes are left out.

import { pagesOf } from '../api/known-images.ts';
import { namespacedName } from '../api/object-names.ts';
import type { Container, Pod } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import { joinHostPort } from '../net/address.ts';
import type { DNSRecord } from '../net/packet.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Listener } from '../netstack/sockets.ts';
import { type DNSConfig, KUBEADM_CONFIG } from '../programs/dns/kubernetes.ts';
import type { DNSIndex } from '../programs/dns/objects.ts';
import { startCoreDNS } from '../programs/dns/server.ts';
import type { Ingresses } from '../programs/ingress/start.ts';
import { boundAddress, type Listen } from '../programs/listen.ts';
import { startServer } from '../programs/server.ts';
import type { Clock } from '../sim/clock.ts';
import { HeldTimers } from '../sim/held-timers.ts';
import type { Portmap, PortmapTarget } from './cni/portmap.ts';
import type { ContainerRun } from './kubelet-container.ts';
import { type PodKeeper, PodWorker, type Sandbox } from './kubelet-pod.ts';
import { PodRejection, type RejectionOptions } from './kubelet-rejection.ts';
import type { Machine } from './machine.ts';
import type { PodFeed } from './pod-feed.ts';

export interface KubeletOptions {
  readonly machine: Machine;
  readonly store: ObjectStore;
  readonly pods: PodFeed;
  readonly clock: Clock;
  /** What CoreDNS on a node knows. */
  readonly dnsIndexOf: (node: string) => DNSIndex;
  readonly forwarder: string;
  /** The domain that CoreDNS answers for: `cluster.local`. */
  readonly dnsDomain: string;
  readonly upstream: () => readonly DNSRecord[];
  readonly ingresses: Ingresses;
  /** hostPorts. */
  readonly portmap: Portmap;
  readonly rejectionOf: RejectionOptions['rejectionOf'];
}

export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #timers: HeldTimers;
  readonly #rejection: PodRejection;
  readonly #keeper: PodKeeper;
  #isConnected = true;
  #watch = 0;
  #underWay = 0;
  #latestUs = 0;
  /** From a change of a pod until this kubelet hears of it. */
  lagUs = 0;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#timers = new HeldTimers(options.clock);
    this.#rejection = new PodRejection({ ...options, timers: this.#timers, nodeName: options.machine.name });
    this.#keeper = this.#keeperOfPods();
    for (const pod of options.store.list<Pod>('Pod')) this.#onPod(pod);
    options.pods.watch(options.machine.name, (event) => this.#receive(event));
  }

  get isRunning(): boolean {
    return !this.#timers.isHeld;
  }

  /** `systemctl stop` and `start`: without it containers run on, and nobody looks after them. */
  set isRunning(isRunning: boolean) {
    if (isRunning === this.isRunning) return;
    if (isRunning) this.#timers.release();
    else this.#timers.hold();
    if (this.#hears) this.#relist();
  }

  /** Whether it can reach the API server; it looks after its containers all the same. */
  set isConnected(isConnected: boolean) {
    const heard = this.#hears;
    this.#isConnected = isConnected;
    if (this.#hears && !heard) this.#relist();
  }

  get #hears(): boolean {
    return this.isRunning && this.#isConnected;
  }

  /** Whether some pod of this node has yet to come to rest for the first time. */
  get isSettling(): boolean {
    if (!this.#hears) return false;
    if (this.#rejection.isTelling) return true;
    for (const worker of this.#workers.values()) if (worker.isSettling) return true;
    return false;
  }

  /** The network namespace of a running pod of this node. */
  netnsOf(key: string): NetworkNamespace | null {
    return this.#workers.get(key)?.sandbox.netns ?? null;
  }

  /** `tcp 0.0.0.0:80` for every socket that a container has open. */
  listensOf(key: string, container: string): readonly string[] {
    const listeners = this.#workers.get(key)?.listenersOf(container) ?? [];
    return listeners.map(({ protocol, address, port }) => `${protocol} ${joinHostPort(address, port)}`);
  }

  /** The last line of a container's log, where its program has ended with one. */
  lastWordsOf(key: string, container: string): string {
    return this.#workers.get(key)?.lastWordsOf(container) ?? '';
  }

  /** The containers of a pod by that name, or all; init containers first. */
  runsOf(key: string, container: string | null): readonly ContainerRun[] {
    return this.#workers.get(key)?.runsOf(container) ?? [];
  }

  /** All containers of all pods. */
  allRuns(): readonly ContainerRun[] {
    return [...this.#workers.values()].flatMap((worker) => worker.runsOf(null));
  }

  /** A watch keeps its order: what is under way arrives first, also when the lag has become shorter meanwhile. */
  #receive(event: WatchEvent<Pod>): void {
    const { clock } = this.#options;
    if (this.lagUs === 0 && this.#underWay === 0) return this.#hear(event);
    const watch = this.#watch;
    this.#latestUs = Math.max(this.#latestUs, clock.nowUs + this.lagUs);
    this.#underWay++;
    clock.after(this.#latestUs - clock.nowUs, () => {
      if (watch !== this.#watch) return;
      this.#underWay--;
      this.#hear(event);
    });
  }

  #hear({ type, object }: WatchEvent<Pod>): void {
    if (!this.#hears) return;
    if (type === 'DELETED') this.#remove(keyOf(object), object.metadata.uid);
    else this.#onPod(object);
  }

  /** What it has missed: the pods as they are now, and those that are gone. */
  #relist(): void {
    // A new watch: what was under way in the old one is known by the list, or over.
    this.#watch++;
    this.#underWay = 0;
    const pods = this.#options.store.list<Pod>('Pod').filter(({ spec }) => spec.nodeName === this.#options.machine.name);
    const uids = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const [key, { uid }] of [...this.#workers]) if (!uids.has(uid)) this.#remove(key, uid);
    for (const pod of pods) this.#onPod(pod);
    for (const worker of [...this.#workers.values()]) worker.resume();
  }

  #onPod(pod: Pod): void {
    const { machine } = this.#options;
    if (pod.spec.nodeName !== machine.name) return;
    const key = keyOf(pod);
    const worker = this.#workers.get(key);
    if (pod.metadata.deletionTimestamp) {
      if (worker && !worker.isTerminating) this.#terminate(key, worker, pod);
      else if (!worker) this.#finish(pod);
      return;
    }
    if (worker || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    if (this.#rejection.rejects(pod, () => [...this.#workers.values()].map((one) => one.pod))) return;
    const sandbox = this.#createSandbox(key, pod);
    if (sandbox) this.#workers.set(key, new PodWorker(this.#keeper, pod, sandbox));
  }

  #createSandbox(key: string, pod: Pod): Sandbox | null {
    const { machine } = this.#options;
    if (pod.spec.hostNetwork) return { netns: machine.netns, address: machine.address, second: machine.second?.address ?? null };
    const network = machine.addPod(key, pod.status?.podIP ?? null);
    if (network) this.#options.portmap.add(machine.netns, this.#portmapTargets(pod, network));
    return network;
  }

  #portmapTargets(pod: Pod, { address, second }: Sandbox): readonly PortmapTarget[] {
    const { machine } = this.#options;
    const first = { pod, address, podCIDR: machine.podCIDR };
    return second && machine.second ? [first, { pod, address: second, podCIDR: machine.second.podCIDR }] : [first];
  }

  #keeperOfPods(): PodKeeper {
    const { machine, store, clock } = this.#options;
    return {
      machine,
      store,
      clock,
      timers: this.#timers,
      events: { store, clock, component: 'kubelet', host: machine.name },
      mayReport: () => this.#hears,
      open: ({ pod, sandbox }, socket, container) => this.#listen(pod, sandbox.netns, socket, container),
      onGone: ({ pod }) => this.#remove(keyOf(pod), pod.metadata.uid),
    };
  }

  #listen(pod: Pod, netns: NetworkNamespace, wanted: Listen, container: Container): Listener | 'EADDRINUSE' {
    const { protocol, port, program, declared } = wanted;
    const address = boundAddress(pod, wanted, this.#options.machine.second !== null);
    const socket = { protocol, address, port, program, declared, container: container.name };
    const { machine, dnsIndexOf, forwarder, upstream, ingresses, dnsDomain } = this.#options;
    if (socket.program === 'coredns' && socket.protocol === 'udp') {
      const config = (): DNSConfig => ({ ...KUBEADM_CONFIG, zone: `${dnsDomain}.`, upstream: upstream() });
      return startCoreDNS(netns, { address: socket.address, port: socket.port, config, index: () => dnsIndexOf(machine.name), forwarder });
    }
    const identity = { name: pod.metadata.name, program: socket.program, pages: pagesOf(container) };
    return ingresses.listen(netns, pod, socket) ?? startServer(netns, identity, socket);
  }

  #terminate(key: string, worker: PodWorker, pod: Pod): void {
    const graceUs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000_000;
    worker.terminate(graceUs, () => {
      this.#remove(key, worker.uid);
      this.#finish(worker.pod);
    });
  }

  #remove(key: string, uid: string | undefined): void {
    const worker = this.#workers.get(key);
    if (!worker || worker.uid !== uid) return;
    worker.discard();
    this.#options.ingresses.stopped(key);
    this.#workers.delete(key);
    const { machine, portmap } = this.#options;
    if (worker.sandbox.netns === machine.netns) return;
    portmap.remove(machine.netns, this.#portmapTargets(worker.pod, worker.sandbox));
    machine.removePod(key);
  }

  /** Only this very pod: it may be gone for this kubelet, which hears late, or another may have its name. */
  #finish(pod: Pod): void {
    if (this.#current(keyOf(pod))?.metadata.uid !== pod.metadata.uid) return;
    this.#options.store.delete('Pod', pod.metadata.namespace ?? '', pod.metadata.name, { gracePeriodSeconds: 0 });
  }

  #current(key: string): Pod | undefined {
    const [namespace, name] = key.split('/') as [string, string];
    return this.#options.store.get<Pod>('Pod', namespace, name);
  }
}

function keyOf(pod: Pod): string {
  return namespacedName(`${pod.metadata.namespace}`, pod.metadata.name);
}
