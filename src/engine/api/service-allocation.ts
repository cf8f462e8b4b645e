// Which Service holds which cluster address and which node port, and which one a Service gets that asks for none.
// The rules and messages are those of pkg/registry/core/service/ipallocator and portallocator (Kubernetes 1.33), with
// one difference: where the server draws a random address, ours follows from the Service's namespace and name, so that
// adding a Service moves no other and every run gives the same addresses.

import { addressAt, addressValue, type CIDR, cidrContains, familyOf, parseCIDR } from '../net/address.ts';
import { hash32 } from '../sim/random.ts';
import type { ClusterConfig, KubeObject, Service } from './types.ts';
import { type IPFamily, parseSloppyAddress } from './validation/addresses.ts';

/** How many addresses of an IPv6 range are used at most. */
const IPV6_SIZE = 65536;

export class ServiceAllocations {
  readonly #ranges: ReadonlyMap<IPFamily, CIDR>;
  readonly #nodePorts: { readonly first: number; readonly last: number; readonly text: string };
  /** Address or port -> the Service that has it, `namespace/name`. */
  readonly #addressHolders = new Map<string, string>();
  readonly #portHolders = new Map<number, string>();
  /** Asked for by Services that are still to be created: nobody else gets these unasked. */
  readonly #reservedAddresses = new Map<string, string>();
  readonly #reservedPorts = new Map<number, string>();

  constructor(cluster: ClusterConfig) {
    const ranges = new Map<IPFamily, CIDR>();
    for (const text of cluster.serviceCIDRs) {
      const cidr = parseCIDR(text);
      if (cidr) ranges.set(cidr.family === 4 ? 'IPv4' : 'IPv6', cidr);
    }
    this.#ranges = ranges;
    const [first, last] = cluster.nodePortRange.split('-').map(Number);
    this.#nodePorts = { first: first ?? 0, last: last ?? 0, text: cluster.nodePortRange };
  }

  /** The families that the cluster has, its default first. */
  get families(): readonly IPFamily[] {
    return [...this.#ranges.keys()];
  }

  /** Records what a stored Service holds. Other kinds hold nothing. */
  add(object: KubeObject): void {
    if (object.kind !== 'Service') return;
    const owner = ownerOf(object);
    for (const address of heldAddresses(object as Service)) this.#addressHolders.set(address, owner);
    for (const port of heldPorts(object as Service)) this.#portHolders.set(port, owner);
  }

  /** Forgets what a deleted or replaced Service held. */
  delete(object: KubeObject): void {
    if (object.kind !== 'Service') return;
    const owner = ownerOf(object);
    for (const address of heldAddresses(object as Service))
      if (this.#addressHolders.get(address) === owner) this.#addressHolders.delete(address);
    for (const port of heldPorts(object as Service)) if (this.#portHolders.get(port) === owner) this.#portHolders.delete(port);
  }

  /** Keeps what these Services ask for by number, until they are created themselves. */
  reserve(objects: Iterable<KubeObject>): void {
    for (const object of objects) {
      if (object.kind !== 'Service') continue;
      const owner = ownerOf(object);
      for (const address of heldAddresses(object as Service))
        if (!this.#reservedAddresses.has(address)) this.#reservedAddresses.set(address, owner);
      for (const port of heldPorts(object as Service)) if (!this.#reservedPorts.has(port)) this.#reservedPorts.set(port, owner);
    }
  }

  /** Why the address cannot be had, or null. */
  refuseAddress(text: string): string | null {
    const address = parseSloppyAddress(text);
    const cidr = address === null ? undefined : this.#ranges.get(familyOf(address) === 4 ? 'IPv4' : 'IPv6');
    if (address === null || !cidr || !isUsable(cidr, address)) return 'the provided network does not match the current range';
    return this.#addressHolders.has(address) ? 'provided IP is already allocated' : null;
  }

  /** Why the node port cannot be had, or null. */
  refuseNodePort(port: number): string | null {
    const { first, last, text } = this.#nodePorts;
    if (port < first || port > last) return `provided port is not in the valid range. The range of valid ports is ${text}`;
    return this.#portHolders.has(port) ? 'provided port is already allocated' : null;
  }

  /** A free address for the Service, or null when the range is full. */
  nextAddress(family: IPFamily, owner: string): string | null {
    const cidr = this.#ranges.get(family);
    if (!cidr) return null;
    const bits = (cidr.family === 4 ? 32 : 128) - cidr.prefix;
    const size = cidr.family === 4 ? 2 ** bits - 2 : Math.min(2 ** bits - 1, IPV6_SIZE);
    const offset = staticBand(size, { min: 16, max: 256, step: 16 });
    const isFree = (place: number) => {
      const address = addressAt(cidr, 1 + place);
      return address !== null && !this.#addressHolders.has(address) && (this.#reservedAddresses.get(address) ?? owner) === owner;
    };
    const place = probe({ size, offset, key: owner, isFree });
    return place === null ? null : addressAt(cidr, 1 + place);
  }

  /** A free node port for one port of the Service, or null when the range is full. `taken`: by the same request. */
  nextNodePort(owner: string, purpose: string, taken: ReadonlySet<number>): number | null {
    const { first, last } = this.#nodePorts;
    const size = last - first + 1;
    const offset = staticBand(size, { min: 16, max: 128, step: 32 });
    const isFree = (place: number) => {
      const port = first + place;
      return !taken.has(port) && !this.#portHolders.has(port) && (this.#reservedPorts.get(port) ?? owner) === owner;
    };
    const place = probe({ size, offset, key: `${owner} ${purpose}`, isFree });
    return place === null ? null : first + place;
  }
}

/** `namespace/name`. */
export function ownerOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** The index of a list of objects. A list that only grows is read once. */
export function allocationsOf(objects: readonly KubeObject[], cluster: ClusterConfig): ServiceAllocations {
  const known = indexes.get(objects);
  const isSame = known?.cluster === cluster && known.count <= objects.length && known.last === objects[known.count - 1];
  const allocations = isSame ? known.allocations : new ServiceAllocations(cluster);
  for (const object of objects.slice(isSame ? known.count : 0)) allocations.add(object);
  indexes.set(objects, { cluster, allocations, count: objects.length, last: objects.at(-1) });
  return allocations;
}

const indexes = new WeakMap<
  readonly KubeObject[],
  {
    readonly cluster: ClusterConfig;
    readonly allocations: ServiceAllocations;
    readonly count: number;
    readonly last: KubeObject | undefined;
  }
>();

function heldAddresses({ spec }: Service): string[] {
  if (!spec || spec.type === 'ExternalName') return [];
  const given = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  return given.flatMap((text) => (text === 'None' ? [] : (parseSloppyAddress(text) ?? [])));
}

function heldPorts({ spec }: Service): number[] {
  if (!spec) return [];
  return [...(spec.ports ?? []).map((port) => port.nodePort ?? 0), spec.healthCheckNodePort ?? 0].filter((port) => port > 0);
}

/** Neither the network's own address nor, in IPv4, the last one is handed out. */
function isUsable(cidr: CIDR, address: string): boolean {
  if (!cidrContains(cidr, address)) return false;
  const place = (addressValue(address) ?? 0n) - cidr.value;
  const size = 1n << BigInt((cidr.family === 4 ? 32 : 128) - cidr.prefix);
  return place !== 0n && !(cidr.family === 4 && place === size - 1n);
}

/** The low part of a range is left to those who ask for a number, as far as the rest suffices. */
function staticBand(size: number, { min, max, step }: { min: number; max: number; step: number }): number {
  return size < min ? 0 : Math.min(Math.max(Math.floor(size / step), min), max);
}

/** From the place that `key` hashes to, upwards and round; the low band last. */
function probe(search: { size: number; offset: number; key: string; isFree: (place: number) => boolean }): number | null {
  const { size, offset, key, isFree } = search;
  const upper = size - offset;
  const start = upper > 0 ? hash32(key) % upper : 0;
  for (let step = 0; step < upper; step++) {
    const place = offset + ((start + step) % upper);
    if (isFree(place)) return place;
  }
  for (let place = 0; place < offset; place++) if (isFree(place)) return place;
  return null;
}
