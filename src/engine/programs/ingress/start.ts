// The ingress controllers of one cluster, as its kubelets start and stop them.

import type { Container, Pod } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { DNSRecord } from '../../net/packet.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import type { Listener } from '../../netstack/sockets.ts';
import type { Clock } from '../../sim/clock.ts';
import type { ClientHost } from '../client.ts';
import type { Listen } from '../listen.ts';
import { ingressBehaviour } from './controllers.ts';
import { IngressDirectory, type ProxiedRequest } from './directory.ts';
import { startIngressProxy } from './proxy.ts';
import { IngressPublisher } from './publish.ts';
import { ExternalRecords } from './records.ts';

/** What a cluster asks of its ingress controllers. */
export interface Ingresses {
  /** Opens the socket as a proxy where the container is an ingress controller and the port one for clients, else null. */
  listen(netns: NetworkNamespace, pod: Pod, socket: Listen & { readonly container: string }): Listener | 'EADDRINUSE' | null;
  /** What a DNS server outside knows of the cluster's hosts. */
  records(): readonly DNSRecord[];
  stopped(pod: string): void;
  /** What the proxies did for a walk, in order. */
  requestsOf(walk: number): readonly ProxiedRequest[];
}

export interface IngressOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** The place that a pod looks names up from. */
  readonly hostOf: (namespace: string, name: string) => ClientHost | null;
}

export function startIngresses(options: IngressOptions): Ingresses {
  return new IngressControllers(options);
}

class IngressControllers implements Ingresses {
  readonly #directory: IngressDirectory;
  readonly #records: ExternalRecords;
  readonly #publisher: IngressPublisher;
  readonly #hostOf: (namespace: string, name: string) => ClientHost | null;

  constructor(options: IngressOptions) {
    this.#records = new ExternalRecords(options.store);
    this.#directory = new IngressDirectory(options.store);
    this.#publisher = new IngressPublisher(options.store, options.clock, this.#directory);
    this.#hostOf = options.hostOf;
  }

  listen(netns: NetworkNamespace, pod: Pod, socket: Listen & { readonly container: string }): Listener | 'EADDRINUSE' | null {
    const container = containersOf(pod).find(({ name }) => name === socket.container);
    const behaviour = container && ingressBehaviour(container);
    if (!behaviour || socket.protocol !== 'tcp' || ![...behaviour.httpPorts, ...behaviour.tlsPorts].includes(socket.port)) return null;
    const { namespace = '', name } = pod.metadata;
    const key = `${namespace}/${name}`;
    const { address, port } = socket;
    const host = () => this.#hostOf(namespace, name);
    const listener = startIngressProxy(netns, { pod: key, address, port, behaviour, directory: this.#directory, host });
    if (listener !== 'EADDRINUSE') this.#publisher.started(key, behaviour);
    return listener;
  }

  records(): readonly DNSRecord[] {
    return this.#records.list();
  }

  requestsOf(walk: number): readonly ProxiedRequest[] {
    return this.#directory.requestsOf(walk);
  }

  stopped(pod: string): void {
    this.#publisher.stopped(pod);
  }
}

function containersOf({ spec }: Pod): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? [])];
}
