// What the ingress controllers of a cluster share: the routing tables, kept up to date by watching the API server, and
// the access log, which says for every request who answered it and why.

import type { EndpointSlice, Ingress, IngressClass, Service } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { Errno } from '../../netstack/skb.ts';
import type { Upstream } from './backends.ts';
import type { IngressBehaviour } from './controllers.ts';
import {
  buildRouteTable,
  type IngressControllerConfig,
  type IngressObjects,
  type RouteDecision,
  type RouteTable,
} from './ingress-routes.ts';

/** One endpoint that a proxy tried. `closed` and `no-http` came after the connection stood. */
export interface UpstreamAttempt {
  readonly upstream: Upstream;
  readonly result: 'answered' | 'timed-out' | 'closed' | 'no-http' | 'unresolved' | Errno;
}

/** A line of a controller's access log. */
export interface ProxiedRequest {
  /** `NAMESPACE/NAME` of the controller's pod. */
  readonly pod: string;
  readonly behaviour: IngressBehaviour;
  readonly request: { readonly method: string; readonly host: string; readonly path: string };
  /** Who asked, as the controller's socket sees it; it is what X-Forwarded-For says. */
  readonly clientAddress: string;
  readonly decision: RouteDecision | null;
  /** What the decision was made from. */
  readonly table: RouteTable;
  readonly attempts: readonly UpstreamAttempt[];
  /** Set where the controller made the answer itself. */
  readonly ownStatus: number | null;
}

export class IngressDirectory {
  readonly objects: IngressObjects;
  readonly #tables = new Map<string, RouteTable>();
  readonly #log = new Map<number, ProxiedRequest[]>();

  constructor(store: ObjectStore) {
    this.objects = storedObjects(store);
    for (const kind of ['Ingress', 'IngressClass']) store.watch(kind, () => this.#tables.clear());
  }

  /** The routing table of a controller; the same one until an Ingress or a class changes. */
  table(config: IngressControllerConfig): RouteTable {
    const key = JSON.stringify(config);
    const known = this.#tables.get(key);
    if (known) return known;
    const table = buildRouteTable(this.objects, config);
    this.#tables.set(key, table);
    return table;
  }

  /** Writes a line for a walk; requests that nobody follows leave none. */
  record(tag: number, request: ProxiedRequest): void {
    if (tag === 0) return;
    this.#log.set(tag, [...(this.#log.get(tag) ?? []), request]);
  }

  /** What the controllers did for a walk, in order. */
  requestsOf(tag: number): readonly ProxiedRequest[] {
    return this.#log.get(tag) ?? [];
  }
}

function storedObjects(store: ObjectStore): IngressObjects {
  return {
    ingresses: () => store.list<Ingress>('Ingress'),
    ingressClass: (name) => store.get<IngressClass>('IngressClass', '', name),
    service: (namespace, name) => store.get<Service>('Service', namespace, name),
    endpointSlices: (namespace, service) =>
      store.listLabelled<EndpointSlice>('EndpointSlice', namespace, { 'kubernetes.io/service-name': service }),
  };
}
