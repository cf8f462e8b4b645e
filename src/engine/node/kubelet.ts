// The kubelet of one node: gives the pods that are bound to it a network namespace and an address, has a worker for each
// that starts its containers' programs and reports its status, and takes everything away again. Follows pkg/kubelet of
// v1.33 as far as the network can see; images and volumes are left out.

import { pagesOf } from '../api/known-images.ts';
import type { Pod } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
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
import { PodWorker, type Sandbox } from './kubelet-pod.ts';
import type { Machine } from './machine.ts';
import type { PodFeed } from './pod-feed.ts';

export interface KubeletOptions {
  readonly machine: Machine;
  readonly store: ObjectStore;
  readonly pods: PodFeed;
  readonly clock: Clock;
  readonly dnsIndex: DNSIndex;
  readonly forwarder: string;
  /** The domain that CoreDNS answers for: `cluster.local`. */
  readonly dnsDomain: string;
  readonly upstream: () => readonly DNSRecord[];
  readonly ingresses: Ingresses;
}

export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #stopWatching: () => void;

  constructor(options: KubeletOptions) {
    this.#options = options;
    for (const pod of options.store.list<Pod>('Pod')) this.#onPod(pod);
    this.#stopWatching = options.pods.watch(options.machine.name, ({ type, object }) => {
      if (type === 'DELETED') this.#remove(keyOf(object), object.metadata.uid);
      else this.#onPod(object);
    });
  }

  stop(): void {
    this.#stopWatching();
  }

  /** Whether some pod of this node has yet to come to rest for the first time. */
  get isSettling(): boolean {
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
    const sandbox = this.#createSandbox(key, pod);
    if (sandbox) this.#workers.set(key, this.#startWorker(key, pod, sandbox));
  }

  #createSandbox(key: string, pod: Pod): Sandbox | null {
    const { machine } = this.#options;
    if (pod.spec.hostNetwork) return { netns: machine.netns, address: machine.address, second: machine.second?.address ?? null };
    return machine.addPod(key, pod.status?.podIP ?? null);
  }

  #startWorker(key: string, pod: Pod, sandbox: Sandbox): PodWorker {
    const { machine, store, clock } = this.#options;
    const open = (socket: Listen & { readonly container: string }) => this.#listen(pod, sandbox.netns, socket);
    const onGone = () => this.#remove(key, pod.metadata.uid);
    return new PodWorker({ pod, sandbox, machine, store, clock, open, onGone });
  }

  #listen(pod: Pod, netns: NetworkNamespace, wanted: Listen & { readonly container: string }): Listener | 'EADDRINUSE' {
    const socket = { ...wanted, address: boundAddress(pod, wanted, this.#options.machine.second !== null) };
    const { dnsIndex, forwarder, upstream, ingresses, dnsDomain } = this.#options;
    if (socket.program === 'coredns' && socket.protocol === 'udp') {
      const config = (): DNSConfig => ({ ...KUBEADM_CONFIG, zone: `${dnsDomain}.`, upstream: upstream() });
      return startCoreDNS(netns, { address: socket.address, port: socket.port, config, index: dnsIndex, forwarder });
    }
    const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === socket.container);
    const identity = { name: pod.metadata.name, program: socket.program, pages: container ? pagesOf(container) : null };
    return ingresses.listen(netns, pod, socket) ?? startServer(netns, identity, socket);
  }

  #terminate(key: string, worker: PodWorker, pod: Pod): void {
    const graceUs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000_000;
    worker.terminate(graceUs, () => {
      this.#remove(key, worker.uid);
      const current = this.#current(key);
      if (current?.metadata.uid === worker.uid) this.#finish(current);
    });
  }

  #remove(key: string, uid: string | undefined): void {
    const worker = this.#workers.get(key);
    if (!worker || worker.uid !== uid) return;
    worker.discard();
    this.#options.ingresses.stopped(key);
    this.#workers.delete(key);
    if (worker.sandbox.netns !== this.#options.machine.netns) this.#options.machine.removePod(key);
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
