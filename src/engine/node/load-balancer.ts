// The cloud's load balancer as a machine on the node network: it answers ARP for the addresses that Services of type
// LoadBalancer were given, and passes each connection on to one healthy node, addresses unchanged (a pass-through
// balancer; the node's kube-proxy rules know the address). A node counts as healthy for a Service with
// externalTrafficPolicy: Local only while it has a ready endpoint of its own, as its health check node port would say.

import type { EndpointSlice, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import { localEndpoints } from './kube-proxy/health-check-server.ts';

export interface LoadBalancerOptions {
  readonly netns: NetworkNamespace;
  readonly store: ObjectStore;
  readonly nodes: readonly { readonly name: string; readonly address: string }[];
}

/** Keeps the balancer's routes in step with Services and their endpoints. */
export function startLoadBalancer(options: LoadBalancerOptions): void {
  const { store } = options;
  const sync = (service: Service | undefined) => service && routeService(options, service);
  store.watch<Service>('Service', ({ type, object }) => (type === 'DELETED' ? forget(options.netns, object) : sync(object)));
  store.watch<EndpointSlice>('EndpointSlice', ({ object }) => {
    const { namespace = '', labels } = object.metadata;
    sync(store.get<Service>('Service', namespace, labels?.['kubernetes.io/service-name'] ?? ''));
  });
}

function routeService({ netns, store, nodes }: LoadBalancerOptions, service: Service): void {
  const healthy = nodes.filter((node) => isHealthy(store, service, node.name)).map((node) => node.address);
  for (const address of outerAddresses(service)) {
    netns.proxyARP.add(address);
    const hops = healthy.map((via) => `nexthop via ${via}`).join(' ');
    netns.routing.replace(address, healthy.length > 0 ? `${address} dev eth0 proto static ${hops}` : `blackhole ${address}`);
  }
}

function forget(netns: NetworkNamespace, service: Service): void {
  for (const address of outerAddresses(service)) {
    netns.proxyARP.delete(address);
    netns.routing.replace(address, null);
  }
}

function outerAddresses(service: Service): readonly string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
}

function isHealthy(store: ObjectStore, service: Service, node: string): boolean {
  if (service.spec.externalTrafficPolicy !== 'Local') return true;
  const { namespace = '', name } = service.metadata;
  return localEndpoints(store, { namespace, name }, node) > 0;
}
