// What the ingress controllers of a cluster share: the routing tables, kept up to date by watching the API server, and
// the access log, which says for every request who answered it and why.

import type { Gateway, GatewayClass, HTTPRoute, ReferenceGrant } from '../../api/gateway-types.ts';
import type { EndpointSlice, Ingress, IngressClass, Namespace, Service } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { Errno } from '../../netstack/skb.ts';
import type { BackendObjects, Upstream } from './backends.ts';
import type { IngressBehaviour } from './controllers.ts';
import { type BackendShare, buildGatewayTable, type GatewayDecision, type GatewayTable } from './gateway-routes.ts';
import type { StatusObjects } from './gateway-status.ts';
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
  readonly result: 'answered' | 'timed-out' | 'closed' | 'no-http' | 'unresolved' | 'no-connection' | Errno;
}

/** What a controller made of a request. */
export type Choice =
  /** Not HTTP, or plain HTTP where TLS is expected. */
  | { readonly kind: 'not-plain' }
  | { readonly kind: 'nothing-served' }
  | { readonly kind: 'ingress'; readonly decision: RouteDecision; readonly table: RouteTable }
  | {
      readonly kind: 'gateway';
      readonly gateway: Gateway;
      readonly decision: GatewayDecision;
      /** The backend that chance picked, where there was a choice to make. */
      readonly share: BackendShare | null;
    };

/** A line of a controller's access log. */
export interface ProxiedRequest {
  /** `NAMESPACE/NAME` of the controller's pod. */
  readonly pod: string;
  readonly behaviour: IngressBehaviour;
  readonly request: { readonly method: string; readonly host: string; readonly path: string };
  /** Who asked, as the controller's socket sees it; it is what X-Forwarded-For says. */
  readonly clientAddress: string;
  readonly choice: Choice;
  readonly attempts: readonly UpstreamAttempt[];
  /** Set where the controller made the answer itself. */
  readonly ownStatus: number | null;
}

export class IngressDirectory {
  readonly objects: IngressObjects;
  readonly gatewayObjects: StatusObjects;
  readonly #store: ObjectStore;
  readonly #tables = new Map<string, RouteTable>();
  readonly #gatewayTables = new Map<string, GatewayTable>();
  readonly #log = new Map<number, ProxiedRequest[]>();

  constructor(store: ObjectStore) {
    this.#store = store;
    const backends = storedBackends(store);
    this.objects = storedIngresses(store, backends);
    this.gatewayObjects = storedRoutes(store, backends);
    for (const kind of ['Ingress', 'IngressClass']) store.watch(kind, () => this.#tables.clear());
    for (const kind of ['Gateway', 'GatewayClass', 'HTTPRoute', 'Namespace']) store.watch(kind, () => this.#gatewayTables.clear());
  }

  /** The routing table of a controller; the same one until an Ingress or a class changes. */
  table(config: IngressControllerConfig): RouteTable {
    return remembered(this.#tables, JSON.stringify(config), () => buildRouteTable(this.objects, config));
  }

  /** The Gateways of the classes that name this controller. */
  gatewaysOf(controllerName: string): readonly Gateway[] {
    return this.#store
      .list<Gateway>('Gateway')
      .filter(({ spec }) => this.gatewayObjects.gatewayClass(spec?.gatewayClassName ?? '')?.spec?.controllerName === controllerName);
  }

  gatewayTable(gateway: Gateway): GatewayTable {
    const key = `${gateway.metadata.namespace}/${gateway.metadata.name}`;
    return remembered(this.#gatewayTables, key, () => buildGatewayTable(this.gatewayObjects, gateway));
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

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function storedBackends(store: ObjectStore): BackendObjects {
  return {
    service: (namespace, name) => store.get<Service>('Service', namespace, name),
    endpointSlices: (namespace, service) =>
      store.listLabelled<EndpointSlice>('EndpointSlice', namespace, { 'kubernetes.io/service-name': service }),
  };
}

function storedIngresses(store: ObjectStore, backends: BackendObjects): IngressObjects {
  return {
    ...backends,
    ingresses: () => store.list<Ingress>('Ingress'),
    ingressClass: (name) => store.get<IngressClass>('IngressClass', '', name),
  };
}

function storedRoutes(store: ObjectStore, backends: BackendObjects): StatusObjects {
  // The store gives the same list until a route changes, so the routes are sorted by their parents once.
  let known: { readonly list: readonly HTTPRoute[]; readonly byGateway: ReadonlyMap<string, HTTPRoute[]> } | null = null;
  return {
    ...backends,
    gatewayClass: (name) => store.get<GatewayClass>('GatewayClass', '', name),
    httpRoutesOf: (namespace, gateway) => {
      const list = store.list<HTTPRoute>('HTTPRoute');
      if (known?.list !== list) known = { list, byGateway: routesByGateway(list) };
      return known.byGateway.get(`${namespace}/${gateway}`) ?? [];
    },
    namespace: (name) => store.get<Namespace>('Namespace', '', name),
    referenceGrants: (namespace) => store.list<ReferenceGrant>('ReferenceGrant', namespace),
    secret: (namespace, name) => store.get('Secret', namespace, name),
  };
}

function routesByGateway(routes: readonly HTTPRoute[]): ReadonlyMap<string, HTTPRoute[]> {
  const found = new Map<string, HTTPRoute[]>();
  for (const route of routes) {
    const parents = (route.spec?.parentRefs ?? []).map(({ namespace = route.metadata.namespace, name }) => `${namespace}/${name}`);
    for (const key of new Set(parents)) found.set(key, [...(found.get(key) ?? []), route]);
  }
  return found;
}
