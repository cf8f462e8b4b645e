// Deals endpoints out to slices so that as few slices as possible change. Follows reconcileByPortMapping and finalize in
// staging/src/k8s.io/endpointslice/reconciler.go, Kubernetes 1.33. Pure: what is, what should be -> what to write.

import type { Endpoint, EndpointPort, EndpointSlice, Pod, Service } from '../api/types.ts';
import { canonicalText, isEqual } from '../apiserver/equality.ts';
import { endpointPortsOf } from './endpointslice-endpoints.ts';

/** Endpoints with one list of ports. They never share a slice with endpoints that have another. */
export interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

/** A slice as it should be: `name` of an existing slice to write, or null for a new one. */
export interface DesiredSlice {
  name: string | null;
  readonly ports: readonly EndpointPort[];
  endpoints: readonly Endpoint[];
}

/** The group for these ports, made when it is missing. */
export function portGroup(groups: Map<string, PortGroup>, ports: readonly EndpointPort[]): PortGroup {
  const key = portsKey(ports);
  const group = groups.get(key) ?? { ports, endpoints: [] };
  groups.set(key, group);
  return group;
}

/** Finds the groups of a Service's pods: ports depend on the pod only where a name has to be looked up, and then on its spec. */
export function portGroupsOf(groups: Map<string, PortGroup>, service: Service): (pod: Pod) => PortGroup {
  const isNumeric = (service.spec.ports ?? []).every((port) => typeof port.targetPort !== 'string');
  let common: PortGroup | undefined;
  const find = (pod: Pod) => portGroup(groups, endpointPortsOf(service, pod));
  return (pod) => {
    if (!isNumeric) return find(pod);
    common ??= find(pod);
    return common;
  };
}

/**
 * The slices of one address family: all that should be there, under the names of `existing` ones where that saves a
 * new name. Existing slices that are not among them are to be deleted.
 */
export function placeEndpoints(
  existing: readonly EndpointSlice[],
  groups: ReadonlyMap<string, PortGroup>,
  maxPerSlice: number,
): DesiredSlice[] {
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    const key = portsKey(slice.ports ?? []);
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  return [...groups].flatMap(([key, group]) => placeGroup(byPorts.get(key) ?? [], group, maxPerSlice));
}

/** New slices take over the names of slices that would otherwise be deleted. */
export function reuseNames(desired: readonly DesiredSlice[], existing: readonly EndpointSlice[]): void {
  const kept = new Set(desired.map((slice) => slice.name));
  const free = existing.map((slice) => slice.metadata.name).filter((name) => !kept.has(name));
  for (const slice of desired) if (slice.name === null) slice.name = free.shift() ?? null;
}

interface Filling {
  readonly name: string | null;
  readonly endpoints: Endpoint[];
  /** Whether the slice has to be written anyway. */
  isTouched: boolean;
}

function placeGroup(existing: readonly EndpointSlice[], group: PortGroup, maxPerSlice: number): DesiredSlice[] {
  const left = new Map(group.endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const fillings: Filling[] = existing.map((slice) => keepWanted(slice, left)).filter((filling) => filling.endpoints.length > 0);
  // Fullest first, so that gaps do not spread.
  for (const filling of fillings.filter((one) => one.isTouched).sort((a, b) => b.endpoints.length - a.endpoints.length))
    fill(filling, left, maxPerSlice);
  while (left.size > 0) {
    const filling = fullestWithRoom(fillings, left.size, maxPerSlice) ?? { name: null, endpoints: [], isTouched: true };
    if (filling.name === null) fillings.push(filling);
    filling.isTouched = true;
    fill(filling, left, maxPerSlice);
  }
  return fillings.map(({ name, endpoints }) => ({ name, ports: group.ports, endpoints }));
}

/** What stays of an existing slice; what it has is no longer left to place. */
function keepWanted(slice: EndpointSlice, left: Map<string, Endpoint>): Filling {
  const endpoints: Endpoint[] = [];
  let isTouched = false;
  for (const endpoint of slice.endpoints) {
    const wanted = left.get(endpointKey(endpoint));
    if (!wanted) {
      isTouched = true;
      continue;
    }
    left.delete(endpointKey(endpoint));
    if (!isSameEndpoint(wanted, endpoint)) isTouched = true;
    endpoints.push(wanted);
  }
  return { name: slice.metadata.name, endpoints, isTouched };
}

/** Whether nothing but hints, which come later, tells them apart. */
function isSameEndpoint(wanted: Endpoint, stored: Endpoint): boolean {
  if (wanted === stored) return true;
  const { hints: _hints, ...beforeHints } = stored;
  return isEqual(wanted, beforeHints);
}

function fill(filling: Filling, left: Map<string, Endpoint>, maxPerSlice: number): void {
  for (const [key, endpoint] of left) {
    if (filling.endpoints.length >= maxPerSlice) return;
    filling.endpoints.push(endpoint);
    left.delete(key);
  }
}

/** Of the untouched slices that have room for all that is left, the one that gets fullest. */
function fullestWithRoom(fillings: readonly Filling[], count: number, maxPerSlice: number): Filling | undefined {
  if (count >= maxPerSlice) return undefined;
  const roomy = fillings.filter((filling) => !filling.isTouched && filling.endpoints.length + count <= maxPerSlice);
  return roomy.reduce<Filling | undefined>((best, one) => (!best || one.endpoints.length > best.endpoints.length ? one : best), undefined);
}

function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.targetRef?.uid ?? endpoint.targetRef?.name ?? ''} ${endpoint.addresses.join(' ')}`;
}

// A slice keeps its ports through all that happens to its endpoints.
const portKeys = new WeakMap<EndpointPort, string>();

/** Equal for lists of the same ports in any order. */
function portsKey(ports: readonly EndpointPort[]): string {
  return ports.length === 1 ? portKey(ports[0] as EndpointPort) : ports.map(portKey).sort().join(',');
}

function portKey(port: EndpointPort): string {
  let key = portKeys.get(port);
  if (key === undefined) {
    key = canonicalText(port);
    portKeys.set(port, key);
  }
  return key;
}
