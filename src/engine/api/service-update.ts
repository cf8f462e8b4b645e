// What happens to a changed Service between the request and its validation: what was allocated is kept, what is new is
// allocated, and fields are wiped that lost their meaning. Follows pkg/registry/core/service/storage/{storage,alloc}.go and
// strategy.go (Kubernetes 1.33).

import { type FieldError, internalError, invalid } from './field-error.ts';
import {
  allocateAddresses,
  allocateClusterIPs,
  allocateHealthCheckNodePort,
  hasClusterIP,
  hasNodePorts,
  initFamilies,
  isAllocating,
  isSame,
  isUntouchedPreference,
  NodePortRequest,
  portPurpose,
} from './service-admission.ts';
import type { ServiceAllocations } from './service-allocation.ts';
import type { Service } from './types.ts';
import { isExternallyAccessible, needsHealthCheck } from './validation/service.ts';

/** Allocates for a changed Service, which is changed in place. */
export function prepareServiceUpdate(service: Service, old: Service, allocations: ServiceAllocations): FieldError[] {
  keepAllocatedValues(service, old);
  followClusterIP(service, old);
  const errors = initFamilies(service, old, allocations);
  if (errors.length > 0) return errors;
  const addressErrors = updateClusterIPs(service, old, allocations);
  if (addressErrors.length > 0) return addressErrors;
  const portErrors = updateNodePorts(service, old, allocations);
  if (portErrors.length > 0) return portErrors;
  wipeDependentFields(service, old);
  return [];
}

/** Whoever applies the same text again does not lose what was allocated the first time. */
function keepAllocatedValues(service: Service, old: Service): void {
  const { spec } = service;
  if (hasClusterIP(old) && hasClusterIP(service)) {
    if (!spec.clusterIP && old.spec.clusterIP) spec.clusterIP = old.spec.clusterIP;
    if (!spec.clusterIPs?.length && old.spec.clusterIPs?.length) spec.clusterIPs = [...old.spec.clusterIPs];
  }
  if (hasNodePorts(old) && hasNodePorts(service)) {
    const stillUsed = new Set((spec.ports ?? []).map((port) => port.nodePort));
    const before = new Map((old.spec.ports ?? []).map((port) => [port.name ?? '', port.nodePort]));
    for (const port of spec.ports ?? []) {
      const known = before.get(port.name ?? '');
      if (!port.nodePort && known && !stillUsed.has(known)) port.nodePort = known;
    }
  }
  if (needsHealthCheck(old) && needsHealthCheck(service) && !spec.healthCheckNodePort && old.spec.healthCheckNodePort) {
    spec.healthCheckNodePort = old.spec.healthCheckNodePort;
  }
}

/** A client that knows only the single field changes it alone: the list follows. */
function followClusterIP({ spec }: Service, old: Service): void {
  if (spec.clusterIP === old.spec.clusterIP || !isSame(spec.clusterIPs, old.spec.clusterIPs)) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else if (old.spec.clusterIP) delete spec.clusterIPs;
}

/** An update allocates only for a Service that had no address, or that gets its second family. */
function updateClusterIPs(service: Service, old: Service, allocations: ServiceAllocations): FieldError[] {
  const { spec } = service;
  if (isUntouchedPreference(service, old)) return [];
  if (old.spec.type === 'ExternalName' && spec.type !== 'ExternalName') return allocateClusterIPs(service, allocations);
  if (old.spec.clusterIPs?.[0] === 'None' || spec.type === 'ExternalName') return [];
  const isUpgraded = old.spec.ipFamilies?.length === 1 && spec.ipFamilies?.length === 2;
  const family = spec.ipFamilies?.[1];
  if (!isUpgraded || !family) return [];
  const second = { family, address: spec.clusterIPs?.[1] ?? '' };
  const errors = allocateAddresses(service, [second], allocations);
  if (errors.length === 0) spec.clusterIPs = [spec.clusterIPs?.[0] ?? '', second.address];
  return errors;
}

function updateNodePorts(service: Service, old: Service, allocations: ServiceAllocations): FieldError[] {
  const request = new NodePortRequest(service, allocations);
  const errors = hasNodePorts(service) ? changeNodePorts(service, old, request) : [];
  if (errors.length > 0 || needsHealthCheck(old) || !needsHealthCheck(service)) return errors;
  return allocateHealthCheckNodePort(service, request);
}

function changeNodePorts(service: Service, old: Service, request: NodePortRequest): FieldError[] {
  const before = new Set((old.spec.ports ?? []).map((port) => port.nodePort));
  const taken = new Set<number>();
  const pairs = new Set<string>();
  for (const [index, port] of (service.spec.ports ?? []).entries()) {
    if (!port.nodePort && !isAllocating(service)) continue;
    if (port.nodePort && !before.has(port.nodePort) && !taken.has(port.nodePort)) {
      const refusal = request.take(port.nodePort);
      if (refusal) return [invalid(`spec.ports[${index}].nodePort`, port.nodePort, refusal)];
      taken.add(port.nodePort);
    } else if (!port.nodePort) {
      const next = request.next(portPurpose(port));
      if (next === null) return [internalError('failed to allocate a nodePort: range is full')];
      port.nodePort = next;
    }
    const pair = `{${port.protocol} ${port.nodePort}}`;
    if (pairs.has(pair)) return [internalError(`duplicate nodePort: ${pair}`)];
    pairs.add(pair);
  }
  return [];
}

/** A field that the new type has no use for goes, unless the request changed it too: then validation refuses it. */
function wipeDependentFields(service: Service, old: Service): void {
  const { spec } = service;
  if (hasClusterIP(old) && !hasClusterIP(service)) {
    if (spec.clusterIP === old.spec.clusterIP && isSame(spec.clusterIPs, old.spec.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (isSame(spec.ipFamilies, old.spec.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.spec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (hasNodePorts(old) && !hasNodePorts(service)) {
    const before = new Set((old.spec.ports ?? []).map((port) => port.nodePort));
    const ports = spec.ports ?? [];
    if (ports.every((port) => !port.nodePort || before.has(port.nodePort))) for (const port of ports) delete port.nodePort;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(service) && spec.healthCheckNodePort === old.spec.healthCheckNodePort)
    delete spec.healthCheckNodePort;
  if (old.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.spec.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.spec.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(service) && spec.externalTrafficPolicy === old.spec.externalTrafficPolicy) {
    delete spec.externalTrafficPolicy;
  }
}
