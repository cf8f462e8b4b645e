// From the backend of a rule to the endpoints behind it: Service, port, EndpointSlices. A proxy dials endpoints itself
// and leaves the Service's cluster IP alone. Follows ingress-nginx internal/ingress/controller/{controller,endpointslices}.go
// @ dbb11b92ddb7; topology-aware routing is left out, as it is off there by default.

import type { EndpointSlice, Service, ServicePort } from '../../api/types.ts';

/** The look-ups that a backend needs; each is one step, whatever the size of the cluster. */
export interface BackendObjects {
  service(namespace: string, name: string): Service | undefined;
  /** The slices that carry the label `kubernetes.io/service-name: SERVICE`. */
  endpointSlices(namespace: string, service: string): readonly EndpointSlice[];
}

export interface BackendReference {
  readonly namespace: string;
  readonly service: string;
  /** The number or the name of the Service's port. */
  readonly port: number | string;
}

export interface Upstream {
  readonly address: string;
  readonly port: number;
}

/** Why a backend has nobody to send to. */
export type BackendProblem = 'no-service' | 'no-port' | 'no-endpoints';

export interface ResolvedBackend {
  readonly reference: BackendReference;
  readonly service: Service | null;
  readonly port: ServicePort | null;
  /** Ready endpoints; for an ExternalName Service the name itself stands in `address`. */
  readonly upstreams: readonly Upstream[];
  readonly problem: BackendProblem | null;
}

/** Finds the Service, its port and its ready endpoints. */
export function resolveBackend(
  objects: BackendObjects,
  reference: BackendReference,
  options: { readonly takesTargetPort: boolean },
): ResolvedBackend {
  const service = objects.service(reference.namespace, reference.service);
  if (!service) return { reference, service: null, port: null, upstreams: [], problem: 'no-service' };
  const port = findPort(service, reference.port, options.takesTargetPort);
  if (!port) return { reference, service, port: null, upstreams: [], problem: 'no-port' };
  const upstreams = upstreamsOf(objects, service, port);
  return { reference, service, port, upstreams, problem: upstreams.length > 0 ? null : 'no-endpoints' };
}

/** The Service's cluster IP as the only upstream; its endpoints where it has none. */
export function serviceUpstream({ service, port, upstreams }: ResolvedBackend): readonly Upstream[] {
  const address = service?.spec.clusterIP;
  return address && address !== 'None' && port ? [{ address, port: port.port }] : upstreams;
}

/** `shop/web:80`, with the number of the Service's port where it is known. */
export function printBackend({ reference: { namespace, service, port }, port: found }: ResolvedBackend): string {
  return `${namespace}/${service}:${found?.port ?? port}`;
}

function findPort(service: Service, wanted: number | string, takesTargetPort: boolean): ServicePort | undefined {
  const { ports = [], type } = service.spec;
  const found = ports.find(
    (one) => one.port === wanted || one.name === wanted || (takesTargetPort && (one.targetPort ?? one.port) === wanted),
  );
  // Behind a name there are no endpoints that would have to fit, so any number will do.
  if (!found && type === 'ExternalName' && typeof wanted === 'number') return { port: wanted, targetPort: wanted };
  return found;
}

function upstreamsOf(objects: BackendObjects, service: Service, port: ServicePort): readonly Upstream[] {
  const { namespace = '', name } = service.metadata;
  if (service.spec.type === 'ExternalName') {
    const { targetPort = port.port } = port;
    return [{ address: service.spec.externalName ?? '', port: typeof targetPort === 'number' ? targetPort : port.port }];
  }
  if ((port.protocol ?? 'TCP') !== 'TCP') return [];
  const upstreams = objects.endpointSlices(namespace, name).flatMap((slice) => readyUpstreams(slice, port.name ?? ''));
  const byText = new Map(upstreams.map((one) => [`${one.address} ${one.port}`, one]));
  return [...byText.values()];
}

function readyUpstreams(slice: EndpointSlice, portName: string): readonly Upstream[] {
  const port = slice.ports?.find((one) => (one.name ?? '') === portName && (one.protocol ?? 'TCP') === 'TCP')?.port;
  if (port === undefined || slice.addressType === 'FQDN') return [];
  const ready = (slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses.map((address) => ({ address, port })));
}
