// What happens to a new Service between the request and its validation: linked fields are brought together, families,
// addresses and node ports allocated. Follows pkg/registry/core/service/storage/{storage,alloc}.go and strategy.go
// (Kubernetes 1.33). Allocation stops at its first errors; validation then never runs. `service-update.ts` is its other half.

import { type FieldError, goList, internalError, invalid } from './field-error.ts';
import { ownerOf, type ServiceAllocations } from './service-allocation.ts';
import type { Service, ServicePort } from './types.ts';
import { familyOfAddress, type IPFamily } from './validation/addresses.ts';
import { needsHealthCheck } from './validation/service.ts';
import { validateClusterIPFields } from './validation/service-addresses.ts';

/** Allocates for a new Service, which is changed in place. */
export function prepareServiceCreate(service: Service, allocations: ServiceAllocations): FieldError[] {
  const { spec } = service;
  delete service.status;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  const errors = initFamilies(service, null, allocations);
  if (errors.length > 0) return errors;
  const addressErrors = allocateClusterIPs(service, allocations);
  return addressErrors.length > 0 ? addressErrors : allocateNodePorts(service, allocations);
}

export function hasClusterIP({ spec }: Service): boolean {
  return spec.type !== 'ExternalName';
}

export function hasNodePorts({ spec }: Service): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

/** Fills in ipFamilyPolicy and ipFamilies, or says why they cannot be. */
export function initFamilies(service: Service, old: Service | null, allocations: ServiceAllocations): FieldError[] {
  const { spec } = service;
  if (spec.type === 'ExternalName') return [];
  if (old && isUntouchedPreference(service, old)) return [];
  const isHeadlessForAll = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (isHeadlessForAll ? 'RequireDualStack' : 'SingleStack');
  const errors = validateClusterIPFields(service);
  if (errors.length > 0) return errors;
  const conflicts = [
    ...(old ? releaseSecondary(service, old) : []),
    ...singleStackConflicts(service),
    ...inferFamilies(service, allocations.families),
  ];
  if (conflicts.length > 0) return conflicts;
  if (isHeadlessForAll) {
    spec.ipFamilies = spec.ipFamilies?.length ? spec.ipFamilies : [defaultFamily(allocations)];
    if (spec.ipFamilies.length < 2 && spec.ipFamilyPolicy !== 'SingleStack') addOtherFamily(service);
    return [];
  }
  return completeFamilies(service, allocations);
}

/** A preference for two families does not by itself change a Service that has one. */
export function isUntouchedPreference({ spec }: Service, old: Service): boolean {
  if (spec.ipFamilyPolicy !== 'PreferDualStack' || (old.spec.ipFamilyPolicy ?? 'PreferDualStack') !== 'PreferDualStack') return false;
  const isKnownType = spec.type === 'ClusterIP' || spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  return (
    isKnownType &&
    spec.type === old.spec.type &&
    isSame(spec.clusterIPs, old.spec.clusterIPs) &&
    isSame(spec.ipFamilies, old.spec.ipFamilies)
  );
}

function releaseSecondary({ spec }: Service, old: Service): FieldError[] {
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (isSame(spec.clusterIPs, old.spec.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1);
    if (isSame(spec.ipFamilies, old.spec.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1);
    return [];
  }
  const isReduced = (after: readonly string[] = [], before: readonly string[] = []) => after.length > 0 && after.length < before.length;
  const refused = (what: string) =>
    invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(isReduced(spec.clusterIPs, old.spec.clusterIPs) ? [refused('cluster IP')] : []),
    ...(isReduced(spec.ipFamilies, old.spec.ipFamilies) ? [refused('IP family')] : []),
  ];
}

function singleStackConflicts({ spec }: Service): FieldError[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return [];
  const refused = (what: string) =>
    invalid('spec.ipFamilyPolicy', 'SingleStack', `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`);
  return [
    ...(spec.clusterIPs?.length === 2 ? [refused('cluster IPs')] : []),
    ...(spec.ipFamilies?.length === 2 ? [refused('IP families')] : []),
  ];
}

/** An address says its family itself. */
function inferFamilies({ spec }: Service, configured: readonly IPFamily[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, address] of (spec.clusterIPs ?? []).entries()) {
    if (address === 'None') break;
    if (index < (spec.ipFamilies?.length ?? 0)) continue;
    const family = familyOfAddress(address);
    if (configured.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else
      errors.push(invalid(`spec.clusterIPs[${index}]`, goList('string', spec.clusterIPs), `${family} is not configured on this cluster`));
  }
  return errors;
}

function completeFamilies(service: Service, allocations: ServiceAllocations): FieldError[] {
  const { spec } = service;
  const configured = allocations.families;
  const errors: FieldError[] = [];
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    if (!configured.includes(family)) errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  }
  if (errors.length > 0) return errors;
  if (!spec.ipFamilies?.length) spec.ipFamilies = [defaultFamily(allocations)];
  if (spec.ipFamilyPolicy !== 'SingleStack' && spec.ipFamilies.length === 1 && configured.length === 2) addOtherFamily(service);
  return [];
}

function defaultFamily(allocations: ServiceAllocations): IPFamily {
  return allocations.families[0] ?? 'IPv4';
}

function addOtherFamily({ spec }: Service): void {
  const [first] = spec.ipFamilies ?? [];
  spec.ipFamilies = [...(spec.ipFamilies ?? []), first === 'IPv6' ? 'IPv4' : 'IPv6'];
}

export function allocateClusterIPs(service: Service, allocations: ServiceAllocations): FieldError[] {
  const { spec } = service;
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return [];
  const wanted = (spec.ipFamilies ?? []).map((family, index) => ({ family, address: spec.clusterIPs?.[index] ?? '' }));
  const errors = allocateAddresses(service, wanted, allocations);
  if (errors.length > 0) return errors;
  spec.clusterIPs = wanted.map(({ address }) => address);
  if (spec.clusterIPs[0]) spec.clusterIP = spec.clusterIPs[0];
  return [];
}

export function allocateAddresses(
  service: Service,
  wanted: { family: IPFamily; address: string }[],
  allocations: ServiceAllocations,
): FieldError[] {
  for (const entry of wanted) {
    if (entry.address === '') {
      const address = allocations.nextAddress(entry.family, ownerOf(service));
      if (address === null) return [internalError('failed to allocate a serviceIP: range is full')];
      entry.address = address;
      continue;
    }
    const refusal = allocations.refuseAddress(entry.address);
    const given = service.spec.clusterIPs ?? [];
    if (refusal) return [invalid('spec.clusterIPs', goList('string', given), `failed to allocate IP ${entry.address}: ${refusal}`)];
  }
  return [];
}

/** One request's node ports: what it has taken so far counts as allocated for the rest of it. */
export class NodePortRequest {
  readonly #taken = new Set<number>();
  readonly #service: Service;
  readonly #allocations: ServiceAllocations;

  constructor(service: Service, allocations: ServiceAllocations) {
    this.#service = service;
    this.#allocations = allocations;
  }

  take(port: number): string | null {
    const refusal = this.#allocations.refuseNodePort(port) ?? (this.#taken.has(port) ? 'provided port is already allocated' : null);
    if (refusal === null) this.#taken.add(port);
    return refusal;
  }

  next(purpose: string): number | null {
    const port = this.#allocations.nextNodePort(ownerOf(this.#service), purpose, this.#taken);
    if (port !== null) this.#taken.add(port);
    return port;
  }
}

function allocateNodePorts(service: Service, allocations: ServiceAllocations): FieldError[] {
  const request = new NodePortRequest(service, allocations);
  const errors = hasNodePorts(service) ? initNodePorts(service, request) : [];
  if (errors.length > 0 || !needsHealthCheck(service)) return errors;
  return allocateHealthCheckNodePort(service, request);
}

export function isAllocating({ spec }: Service): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === true);
}

/** Ports of one number share a node port over the protocols, unless they ask for different ones. */
function initNodePorts(service: Service, request: NodePortRequest): FieldError[] {
  const ports = service.spec.ports ?? [];
  const byNumber = new Map<number, number>();
  for (const [index, port] of ports.entries()) {
    if (!port.nodePort && !isAllocating(service)) continue;
    const shared = byNumber.get(port.port);
    if (shared !== undefined && (!port.nodePort || port.nodePort === shared)) {
      port.nodePort = shared;
      continue;
    }
    const wanted = shared === undefined ? ports.find((other) => other.port === port.port && other.nodePort)?.nodePort : port.nodePort;
    if (wanted) {
      const refusal = request.take(wanted);
      if (refusal) return [invalid(`spec.ports[${index}].nodePort`, wanted, refusal)];
      port.nodePort = wanted;
    } else {
      const next = request.next(portPurpose(port));
      if (next === null) return [internalError('failed to allocate a nodePort: range is full')];
      port.nodePort = next;
    }
    if (shared === undefined) byNumber.set(port.port, port.nodePort);
  }
  return [];
}

export function portPurpose(port: ServicePort): string {
  return port.name || String(port.port);
}

export function allocateHealthCheckNodePort(service: Service, request: NodePortRequest): FieldError[] {
  const wanted = service.spec.healthCheckNodePort;
  if (wanted) {
    const refusal = request.take(wanted);
    return refusal ? [internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${refusal}`)] : [];
  }
  const next = request.next('healthCheckNodePort');
  if (next === null) return [internalError('failed to allocate a HealthCheck NodePort 0: range is full')];
  service.spec.healthCheckNodePort = next;
  return [];
}

export function isSame(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
