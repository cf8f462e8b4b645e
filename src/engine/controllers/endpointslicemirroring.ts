// Endpoints that somebody wrote by hand, for a Service without selector, copied to EndpointSlices, which is where
// kube-proxy looks. Follows pkg/controller/endpointslicemirroring, Kubernetes 1.33.

import type { Endpoint, EndpointPort, EndpointSlice, Endpoints, Service } from '../api/types.ts';
import { isEqual } from '../apiserver/equality.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { familyOf, parseAddress } from '../net/address.ts';
import { stableSuffix } from '../sim/random.ts';
import { type Controller, type ControllerDependencies, controllerReference, ownKey, splitKey, startController } from './controller.ts';
import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from './endpointslice.ts';
import type { AddressType } from './endpointslice-endpoints.ts';
import { type DesiredSlice, type PortGroup, placeEndpoints, portGroup, reuseNames } from './endpointslice-slices.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP_LABEL = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';
const MAX_PER_SLICE = 1000;

/** Starts the EndpointSliceMirroring controller. */
export function startEndpointSliceMirroringController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  return startController(dependencies, {
    name: 'endpointslicemirroring-controller',
    lagUs: 7_000,
    watches: [
      { kind: 'Endpoints', keysOf: ownKey },
      { kind: 'Service', keysOf: ownKey },
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const endpoints = store.get<Endpoints>('Endpoints', namespace, name);
      const existing = store.listLabelled<EndpointSlice>('EndpointSlice', namespace, {
        [SERVICE_NAME_LABEL]: name,
        [MANAGED_BY_LABEL]: MANAGER,
      });
      if (endpoints && isMirrored(endpoints, store.get<Service>('Service', namespace, name))) mirror(store, endpoints, existing);
      else for (const slice of existing) store.delete('EndpointSlice', namespace, slice.metadata.name);
    },
  });
}

/** Only what nobody else makes slices of, and what is no leader election lock. */
function isMirrored({ metadata }: Endpoints, service: Service | undefined): boolean {
  if (!service || Object.keys(service.spec.selector ?? {}).length > 0) return false;
  return metadata.labels?.[SKIP_LABEL] !== 'true' && metadata.annotations?.[LEADER_ANNOTATION] === undefined;
}

function mirror(store: ObjectStore, endpoints: Endpoints, existing: readonly EndpointSlice[]): void {
  const wanted = new Set<string>();
  for (const addressType of ['IPv4', 'IPv6'] as const) {
    const own = existing.filter((slice) => slice.addressType === addressType);
    const slices = placeEndpoints(own, groupAddresses(endpoints, addressType), MAX_PER_SLICE);
    reuseNames(slices, own);
    for (const slice of slices) wanted.add(writeSlice(store, endpoints, addressType, slice));
  }
  for (const { metadata } of existing)
    if (!wanted.has(metadata.name)) store.delete('EndpointSlice', metadata.namespace ?? '', metadata.name);
}

function groupAddresses(endpoints: Endpoints, addressType: AddressType): ReadonlyMap<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of endpoints.subsets ?? []) {
    const group = portGroup(groups, ports.map(mirroredPort));
    for (const [list, ready] of [
      [addresses, true],
      [notReadyAddresses, false],
    ] as const)
      for (const { ip, hostname, nodeName, targetRef } of list) {
        const address = parseAddress(ip);
        if (address === null || familyOf(address) !== (addressType === 'IPv6' ? 6 : 4)) continue;
        const endpoint: Endpoint = { addresses: [address], conditions: { ready } };
        group.endpoints.push({
          ...endpoint,
          ...(hostname ? { hostname } : {}),
          ...(nodeName ? { nodeName } : {}),
          ...(targetRef ? { targetRef } : {}),
        });
      }
    if (group.endpoints.length === 0) for (const [key, one] of groups) if (one === group) groups.delete(key);
  }
  return groups;
}

/** The name of a slice's port is always written; Endpoints leave an empty one out. */
function mirroredPort({ name = '', protocol = 'TCP', port, appProtocol }: EndpointPort): EndpointPort {
  return { name, protocol, port, ...(appProtocol === undefined ? {} : { appProtocol }) };
}

function writeSlice(store: ObjectStore, endpoints: Endpoints, addressType: AddressType, slice: DesiredSlice): string {
  const { namespace = '' } = endpoints.metadata;
  const name = slice.name ?? newSliceName(store, endpoints, addressType);
  const stored = slice.name === null ? undefined : store.get<EndpointSlice>('EndpointSlice', namespace, slice.name);
  const labels = { ...endpoints.metadata.labels, [SERVICE_NAME_LABEL]: endpoints.metadata.name, [MANAGED_BY_LABEL]: MANAGER };
  const object: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...stored?.metadata,
      name,
      generateName: `${endpoints.metadata.name}-`,
      namespace,
      labels: isEqual(stored?.metadata.labels, labels) ? stored?.metadata.labels : labels,
      ownerReferences: [controllerReference(endpoints)],
    },
    addressType,
    endpoints: [...slice.endpoints],
    ports: [...slice.ports],
  };
  if (stored) store.update(object);
  else store.create(object);
  return name;
}

function newSliceName(store: ObjectStore, { metadata }: Endpoints, addressType: AddressType): string {
  const { namespace = '', name } = metadata;
  for (let ordinal = 0; ; ordinal++) {
    const candidate = `${name}-${stableSuffix(`EndpointSlice/${namespace}/${name}/mirror/${addressType}/${ordinal}`, 5)}`;
    if (!store.get('EndpointSlice', namespace, candidate)) return candidate;
  }
}
