// kube-proxy as a process of a node: hears of Services and EndpointSlices, and after a short delay has its proxier
// write rules that the node loads. Afterwards it removes UDP conntrack entries that point to endpoints that are gone.

import type { EndpointSlice, KubeObject, Node, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { CtEntry } from '../netfilter/conntrack.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Clock, Task } from '../sim/clock.ts';
import type { Proxier } from './kube-proxy/proxier.ts';

const SYNC_LAG_US = 20_000;

export interface KubeProxyAgentOptions {
  readonly nodeName: string;
  readonly netns: NetworkNamespace;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly proxier: Proxier;
}

export class KubeProxyAgent {
  readonly #options: KubeProxyAgentOptions;
  readonly #changed = new Set<string>();
  #synced = false;
  #pending: Task | null = null;

  constructor(options: KubeProxyAgentOptions) {
    this.#options = options;
    const { store } = options;
    store.watch<Service>('Service', ({ object }) => this.#onChange(nameOf(object)));
    store.watch<EndpointSlice>('EndpointSlice', ({ object }) => this.#onChange(serviceOf(object)));
    this.#onChange('');
  }

  get proxier(): Proxier {
    return this.#options.proxier;
  }

  #onChange(service: string): void {
    if (service) this.#changed.add(service);
    this.#pending ??= this.#options.clock.after(SYNC_LAG_US, () => this.#sync());
  }

  #sync(): void {
    this.#pending = null;
    const { store, proxier, netns, nodeName, clock } = this.#options;
    const state = {
      services: store.list<Service>('Service'),
      endpointSlices: store.list<EndpointSlice>('EndpointSlice'),
      node: store.get<Node>('Node', '', nodeName),
    };
    const changed = new Set(this.#changed);
    this.#changed.clear();
    const { input } = proxier.sync(state, this.#synced ? changed : undefined);
    this.#synced = true;
    const problems = netns.ruleset?.restore(input, { noflush: true }) ?? [];
    const first = problems[0];
    if (first) throw new Error(`kube-proxy wrote a rule that the node does not load, line ${first.line}: ${first.message}`);
    this.#cleanConntrack(clock.nowUs);
  }

  #cleanConntrack(nowUs: number): void {
    const { netns, proxier } = this.#options;
    const isStale = proxier.staleConntrack();
    for (const entry of netns.conntrack.entries(nowUs)) if (isStale(flowOf(entry))) netns.conntrack.remove(entry);
  }
}

function flowOf(entry: CtEntry) {
  const { original, reply } = entry;
  return {
    protocol: original.protocol,
    destination: original.destination,
    destinationPort: original.destinationPort,
    replySource: reply.source,
    replySourcePort: reply.sourcePort,
  };
}

function nameOf(object: KubeObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

function serviceOf(slice: EndpointSlice): string {
  return `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
}
