// Who has an address: the words that narration and reasons use for it.

import type { Node, Pod, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { Address } from '../net/address.ts';

export type Owner =
  | { readonly kind: 'pod'; readonly pod: Pod }
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'place'; readonly name: string };

/** Owners of addresses at one moment. */
export class AddressBook {
  readonly #owners = new Map<Address, Owner>();

  constructor(store: ObjectStore, places: ReadonlyMap<Address, string>) {
    for (const [address, name] of places) this.#owners.set(address, { kind: 'place', name });
    for (const node of store.list<Node>('Node')) {
      for (const { address } of node.status?.addresses ?? []) this.#owners.set(address, { kind: 'node', node });
    }
    for (const pod of store.list<Pod>('Pod')) {
      if (pod.spec.hostNetwork) continue;
      for (const { ip } of pod.status?.podIPs ?? []) this.#owners.set(ip, { kind: 'pod', pod });
    }
    for (const service of store.list<Service>('Service')) {
      for (const address of virtualAddresses(service)) this.#owners.set(address, { kind: 'service', service });
    }
  }

  owner(address: Address): Owner | undefined {
    return this.#owners.get(address);
  }

  /** `Service web`, `pod client`, `node-1`, or the address itself. */
  describe(address: Address): string {
    const owner = this.#owners.get(address);
    switch (owner?.kind) {
      case 'pod':
        return owner.pod.metadata.name;
      case 'service':
        return `Service ${owner.service.metadata.name}`;
      case 'node':
        return owner.node.metadata.name;
      case 'place':
        return owner.name;
      default:
        return address;
    }
  }
}

/** Addresses that no machine has: they exist as rules. */
export function virtualAddresses(service: Service): readonly Address[] {
  const { clusterIP, clusterIPs, externalIPs } = service.spec;
  const cluster = [clusterIP, ...(clusterIPs ?? [])].filter((address): address is string => !!address && address !== 'None');
  const outer = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return [...new Set([...cluster, ...(externalIPs ?? []), ...outer])];
}

/** The name a place has in sentences: a pod without its namespace. */
export function placeName(node: string): string {
  return node.includes('/') ? (node.split('/')[1] as string) : node;
}
