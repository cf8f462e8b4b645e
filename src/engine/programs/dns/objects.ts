// What CoreDNS's kubernetes plugin knows of the cluster: the few objects that it watches, behind the indexes that its
// queries use. Follows coredns/coredns plugin/kubernetes/controller.go and object/*.go @ 4b26cced3277.

import type { EndpointSlice, KubeObject, Namespace, Pod, Service } from '../../api/types.ts';
import type { WatchEvent } from '../../apiserver/types.ts';
import { parseAddress } from '../../net/address.ts';

/** The look-ups that a query needs; each is one step, whatever the size of the cluster. */
export interface DNSObjects {
  namespace(name: string): Namespace | undefined;
  service(namespace: string, name: string): Service | undefined;
  servicesByClusterIP(address: string): readonly Service[];
  /** The slices that carry the label `kubernetes.io/service-name: SERVICE`. */
  endpointSlices(namespace: string, service: string): readonly EndpointSlice[];
  endpointSlicesByAddress(address: string): readonly EndpointSlice[];
  podsByAddress(address: string): readonly Pod[];
}

/** DNSObjects kept up to date by watch events. */
export class DNSIndex implements DNSObjects {
  readonly #keysOf = new Map<string, readonly string[]>();
  readonly #byKey = new Map<string, Map<string, KubeObject>>();

  /** Takes one change. Kinds that DNS does not look at are passed over. */
  apply(event: WatchEvent): void {
    const { object } = event;
    const id = `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    for (const key of this.#keysOf.get(id) ?? []) this.#byKey.get(key)?.delete(id);
    const keys = event.type === 'DELETED' ? [] : indexKeys(object);
    this.#keysOf.set(id, keys);
    for (const key of keys) {
      const objects = this.#byKey.get(key) ?? new Map<string, KubeObject>();
      this.#byKey.set(key, objects.set(id, object));
    }
  }

  namespace(name: string): Namespace | undefined {
    return this.#find<Namespace>(`Namespace/${name}`)[0];
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#find<Service>(`Service/${namespace}/${name}`)[0];
  }

  servicesByClusterIP(address: string): readonly Service[] {
    return this.#find<Service>(`Service@${address}`);
  }

  endpointSlices(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#find<EndpointSlice>(`EndpointSlice/${namespace}/${service}`);
  }

  endpointSlicesByAddress(address: string): readonly EndpointSlice[] {
    return this.#find<EndpointSlice>(`EndpointSlice@${address}`);
  }

  podsByAddress(address: string): readonly Pod[] {
    return this.#find<Pod>(`Pod@${address}`);
  }

  #find<T extends KubeObject>(key: string): readonly T[] {
    return [...(this.#byKey.get(key)?.values() ?? [])] as unknown as T[];
  }
}

/** An index over a fixed set of objects. */
export function indexObjects(objects: Iterable<KubeObject>): DNSIndex {
  const index = new DNSIndex();
  for (const object of objects) index.apply({ type: 'ADDED', object });
  return index;
}

/** The cluster IPs of a Service, `None` included, from whichever of the two fields is set. */
export function clusterIPsOf(service: Service): readonly string[] {
  const { clusterIP, clusterIPs = [] } = service.spec;
  if (clusterIPs.length > 0) return clusterIPs;
  return clusterIP ? [clusterIP] : [];
}

function indexKeys(object: KubeObject): readonly string[] {
  const { namespace = '', name } = object.metadata;
  switch (object.kind) {
    case 'Namespace':
      return [`Namespace/${name}`];
    case 'Service': {
      const addresses = clusterIPsOf(object as Service).map((address) => `Service@${canonical(address)}`);
      return [`Service/${namespace}/${name}`, ...addresses];
    }
    case 'EndpointSlice': {
      const service = object.metadata.labels?.['kubernetes.io/service-name'] ?? '';
      const addresses = (object as EndpointSlice).endpoints?.flatMap((endpoint) => endpoint.addresses) ?? [];
      return [`EndpointSlice/${namespace}/${service}`, ...addresses.map((address) => `EndpointSlice@${canonical(address)}`)];
    }
    case 'Pod': {
      const address = (object as Pod).status?.podIP;
      // A pod that is being deleted is dropped from the cache at once.
      return address && !object.metadata.deletionTimestamp ? [`Pod@${canonical(address)}`] : [];
    }
    default:
      return [];
  }
}

function canonical(address: string): string {
  return parseAddress(address) ?? address;
}
