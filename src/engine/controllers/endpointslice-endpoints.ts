// From a Service and a pod to an endpoint and its ports. Follows staging/src/k8s.io/endpointslice/utils.go and
// util/controller_utils.go, Kubernetes 1.33.

import type { Endpoint, EndpointPort, Node, Pod, Service, ServicePort } from '../api/types.ts';
import { familyOf, parseAddress } from '../net/address.ts';
import { isPodFinished, isPodReady } from './pod-state.ts';

export type AddressType = 'IPv4' | 'IPv6';

/** The families that the Service has slices of. Without ipFamilies the clusterIP tells, and a headless Service has both. */
export function addressTypesOf(service: Service): readonly AddressType[] {
  const { ipFamilies = [], clusterIP = '' } = service.spec;
  if (ipFamilies.length > 0) return [...new Set(ipFamilies)];
  if (clusterIP === '' || clusterIP === 'None') return ['IPv4', 'IPv6'];
  return [familyOf(clusterIP) === 6 ? 'IPv6' : 'IPv4'];
}

/** Pods that have ended or have no address yet are no endpoints; one that is being deleted still is. */
export function canBeEndpoint(pod: Pod): boolean {
  return !isPodFinished(pod) && (Boolean(pod.status?.podIP) || (pod.status?.podIPs ?? []).length > 0);
}

/** The pod's addresses of one family. */
export function podAddresses(pod: Pod, addressType: AddressType): string[] {
  const { podIP = '', podIPs = podIP === '' ? [] : [{ ip: podIP }] } = pod.status ?? {};
  const family = addressType === 'IPv6' ? 6 : 4;
  // IPv4 has one way to write an address, IPv6 has many.
  return podIPs.filter(({ ip }) => familyOf(ip) === family).map(({ ip }) => (family === 6 ? (parseAddress(ip) ?? ip) : ip));
}

/** The endpoint that the pod is for this Service, with all three conditions written out. The same facts give the same object. */
export function endpointOf(service: Service, pod: Pod, node: Node | undefined, addressType: AddressType): Endpoint {
  const isPublished = service.spec.publishNotReadyAddresses === true;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? '';
  const { hostname, subdomain } = pod.spec;
  const isNamed = Boolean(hostname) && subdomain === service.metadata.name && pod.metadata.namespace === service.metadata.namespace;
  const known = endpointsOfPod.get(pod);
  for (let one = known; one; one = one.other)
    if (one.addressType === addressType && one.isPublished === isPublished && one.isNamed === isNamed && one.zone === zone)
      return one.endpoint;
  const endpoint = buildEndpoint(pod, { addressType, isPublished, hostname: isNamed ? hostname : undefined, zone });
  endpointsOfPod.set(pod, { addressType, isPublished, isNamed, zone, endpoint, other: known });
  return endpoint;
}

/** What a pod is for Services of one sort, and for those of another. */
interface KnownEndpoint {
  readonly addressType: AddressType;
  readonly isPublished: boolean;
  readonly isNamed: boolean;
  readonly zone: string;
  readonly endpoint: Endpoint;
  readonly other: KnownEndpoint | undefined;
}

// Pods are immutable, and a Service is synced again for each of its pods.
const endpointsOfPod = new WeakMap<Pod, KnownEndpoint>();

function buildEndpoint(
  pod: Pod,
  facts: { readonly addressType: AddressType; readonly isPublished: boolean; readonly hostname: string | undefined; readonly zone: string },
): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses: podAddresses(pod, facts.addressType),
    conditions: { ready: facts.isPublished || (serving && !terminating), serving, terminating },
    ...(facts.hostname ? { hostname: facts.hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(facts.zone ? { zone: facts.zone } : {}),
  };
}

/** The ports of the pod that the Service leads to. A name that the pod does not have leaves that port out. */
export function endpointPortsOf(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = findPort(pod, servicePort);
    if (port === null) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, protocol, port, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

/** The container port behind a Service port: the number as it is, or the first container port of that name and protocol. */
export function findPort(pod: Pod, servicePort: ServicePort): number | null {
  const { targetPort = servicePort.port, protocol = 'TCP' } = servicePort;
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const { ports = [] } of [...pod.spec.containers, ...sidecars]) {
    const found = ports.find((port) => port.name === targetPort && (port.protocol ?? 'TCP') === protocol);
    if (found) return found.containerPort;
  }
  return null;
}
