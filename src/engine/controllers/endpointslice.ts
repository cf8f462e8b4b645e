// EndpointSlices of Services with a selector. Follows pkg/controller/endpointslice/endpointslice_controller.go and
// staging/src/k8s.io/endpointslice/reconciler.go, Kubernetes 1.33.

import type { Endpoint, EndpointPort, EndpointSlice, Node, Pod, Service } from '../api/types.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import { stableSuffix } from '../sim/random.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerReference,
  keyOf,
  ownKey,
  splitKey,
  startController,
} from './controller.ts';
import { type AddressType, addressTypesOf, canBeEndpoint, endpointOf } from './endpointslice-endpoints.ts';
import { type DesiredSlice, type PortGroup, placeEndpoints, portGroupsOf, reuseNames } from './endpointslice-slices.ts';
import { hasSelector, ServiceIndex } from './service-index.ts';
import { addHints, hasAutoHints } from './topology-hints.ts';

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const HEADLESS_LABEL = 'service.kubernetes.io/headless';
const MANAGER = 'endpointslice-controller.k8s.io';
const DEFAULT_MAX_PER_SLICE = 100;

export interface EndpointSliceDependencies extends ControllerDependencies {
  /** kube-controller-manager's --max-endpoints-per-slice. */
  readonly maxEndpointsPerSlice?: number;
}

/** Starts the EndpointSlice controller. */
export function startEndpointSliceController(dependencies: EndpointSliceDependencies): Controller {
  const { store, maxEndpointsPerSlice = DEFAULT_MAX_PER_SLICE } = dependencies;
  const services = new ServiceIndex();
  let isWriting = false;
  return startController(dependencies, {
    name: 'endpointslice-controller',
    lagUs: 5_000,
    watches: [
      {
        kind: 'Service',
        keysOf: (event) => {
          services.change(event);
          return ownKey(event);
        },
      },
      { kind: 'Pod', keysOf: (event) => services.touchedBy(event) },
      { kind: 'Node', keysOf: (event) => servicesOfNode(store, services, event) },
      // Somebody else has changed or deleted one of our slices.
      { kind: 'EndpointSlice', keysOf: ({ object }) => (isWriting ? [] : serviceOfSlice(object as EndpointSlice)) },
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const service = store.get<Service>('Service', namespace, name);
      if (!service || !hasSelector(service) || service.metadata.deletionTimestamp) return;
      isWriting = true;
      try {
        syncService(store, service, maxEndpointsPerSlice);
      } finally {
        isWriting = false;
      }
    },
  });
}

function syncService(store: ObjectStore, service: Service, maxPerSlice: number): void {
  const { namespace = '', name } = service.metadata;
  const existing = store.listLabelled<EndpointSlice>('EndpointSlice', namespace, {
    [SERVICE_NAME_LABEL]: name,
    [MANAGED_BY_LABEL]: MANAGER,
  });
  const pods = store.listLabelled<Pod>('Pod', namespace, service.spec.selector ?? {}).filter(canBeEndpoint);
  const reference = controllerReference(service);
  const wanted = new Set<string>();
  for (const addressType of addressTypesOf(service)) {
    const own = existing.filter((slice) => slice.addressType === addressType && slice.metadata.ownerReferences?.[0]?.uid === reference.uid);
    const slices = placeEndpoints(own, groupPods(store, service, pods, addressType), maxPerSlice);
    // Nothing to list is also something to say.
    if (slices.length === 0) slices.push({ name: null, ports: [], endpoints: [] });
    addHints(service, slices, () => store.list<Node>('Node'));
    reuseNames(slices, own);
    for (const slice of slices) wanted.add(writeSlice(store, service, addressType, slice));
  }
  for (const slice of existing) if (!wanted.has(slice.metadata.name)) store.delete('EndpointSlice', namespace, slice.metadata.name);
}

/** The pods as endpoints of one family, grouped by their ports. A pod of an unknown node counts only when everything is published. */
function groupPods(store: ObjectStore, service: Service, pods: readonly Pod[], addressType: AddressType): ReadonlyMap<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  const groupOf = portGroupsOf(groups, service);
  for (const pod of pods) {
    const node = store.get<Node>('Node', '', pod.spec.nodeName ?? '');
    if (!node && !service.spec.publishNotReadyAddresses) continue;
    const endpoint = endpointOf(service, pod, node, addressType);
    if (endpoint.addresses.length > 0) groupOf(pod).endpoints.push(endpoint);
  }
  return groups;
}

/** Creates or updates one slice and returns its name. An equal one is not written. */
function writeSlice(store: ObjectStore, service: Service, addressType: AddressType, slice: DesiredSlice): string {
  const { namespace = '' } = service.metadata;
  const name = slice.name ?? newSliceName(store, service, addressType);
  const stored = slice.name === null ? undefined : store.get<EndpointSlice>('EndpointSlice', namespace, slice.name);
  const object: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...stored?.metadata,
      name,
      generateName: `${service.metadata.name}-`,
      namespace,
      labels: sliceLabels(service, stored?.metadata.labels),
      ownerReferences: stored?.metadata.ownerReferences ?? [controllerReference(service)],
    },
    addressType,
    endpoints: slice.endpoints as Endpoint[],
    ports: slice.ports as EndpointPort[],
  };
  if (stored) store.update(object);
  else store.create(object);
  return name;
}

/** The Service's labels, except the reserved ones, which the controller sets. Equal labels stay the same object. */
function sliceLabels(service: Service, before: Record<string, string> | undefined): Record<string, string> {
  const {
    [SERVICE_NAME_LABEL]: _name,
    [MANAGED_BY_LABEL]: _manager,
    [HEADLESS_LABEL]: _headless,
    ...copied
  } = service.metadata.labels ?? {};
  const { clusterIP = '' } = service.spec;
  const isHeadless = clusterIP === '' || clusterIP === 'None';
  const labels: Record<string, string> = {
    ...copied,
    ...(isHeadless ? { [HEADLESS_LABEL]: '' } : {}),
    [SERVICE_NAME_LABEL]: service.metadata.name,
    [MANAGED_BY_LABEL]: MANAGER,
  };
  const isSame =
    before && Object.keys(before).length === Object.keys(labels).length && Object.keys(labels).every((key) => before[key] === labels[key]);
  return isSame ? before : labels;
}

/** `web-x2x9z`: the first name of the Service's own sequence that is free. */
function newSliceName(store: ObjectStore, service: Service, addressType: AddressType): string {
  const { namespace = '', name } = service.metadata;
  for (let ordinal = 0; ; ordinal++) {
    const candidate = `${name}-${stableSuffix(`EndpointSlice/${namespace}/${name}/${addressType}/${ordinal}`, 5)}`;
    if (!store.get('EndpointSlice', namespace, candidate)) return candidate;
  }
}

function serviceOfSlice(slice: EndpointSlice): readonly string[] {
  const { labels = {}, namespace = '' } = slice.metadata;
  return labels[MANAGED_BY_LABEL] === MANAGER ? [`${namespace}/${labels[SERVICE_NAME_LABEL]}`] : [];
}

/** Services with pods on a node that came, went or moved to another zone, and those that share out by zone. */
function servicesOfNode(store: ObjectStore, services: ServiceIndex, { type, object, previous }: WatchEvent): Iterable<string> {
  const facts = (node: WatchEvent['object'] | undefined) => {
    const ready = (node as Node | undefined)?.status?.conditions?.find((condition) => condition.type === 'Ready')?.status;
    return [node?.metadata.labels?.['topology.kubernetes.io/zone'], ready, node?.status?.allocatable?.cpu].join();
  };
  if (type === 'MODIFIED' && facts(previous) === facts(object)) return [];
  const onNode = store.list<Pod>('Pod').filter((pod) => pod.spec.nodeName === object.metadata.name);
  const sharing = store.list<Service>('Service').filter(hasAutoHints).map(keyOf);
  return new Set([...onNode.flatMap((pod) => services.selecting(pod)), ...sharing]);
}
