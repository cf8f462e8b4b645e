// Endpoints: the older list of a Service's addresses, one object per Service, IPv4 or IPv6 by its first family. Follows
// pkg/controller/endpoint/endpoints_controller.go and pkg/api/v1/endpoints/util.go, Kubernetes 1.33.

import type { Endpoints, Pod, Service } from '../api/types.ts';
import { isEqual } from '../apiserver/equality.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { type Controller, type ControllerDependencies, ownKey, splitKey, startController } from './controller.ts';
import { addressTypesOf, canBeEndpoint, endpointOf, podAddresses } from './endpointslice-endpoints.ts';
import { type PortGroup, portGroupsOf } from './endpointslice-slices.ts';
import { isPodReady } from './pod-state.ts';
import { hasSelector, ServiceIndex } from './service-index.ts';

const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by';
const HEADLESS_LABEL = 'service.kubernetes.io/headless';
const MAX_ADDRESSES = 1000;

/** Starts the Endpoints controller. */
export function startEndpointsController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const services = new ServiceIndex();
  return startController(dependencies, {
    name: 'endpoints-controller',
    lagUs: 6_000,
    watches: [
      {
        kind: 'Service',
        keysOf: (event) => {
          services.change(event);
          return ownKey(event);
        },
      },
      { kind: 'Pod', keysOf: (event) => services.touchedBy(event) },
      { kind: 'Endpoints', keysOf: (event) => (event.type === 'DELETED' ? ownKey(event) : []) },
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const service = store.get<Service>('Service', namespace, name);
      if (service) syncService(store, service);
      else removeEndpoints(store, namespace, name);
    },
  });
}

function syncService(store: ObjectStore, service: Service): void {
  if (!hasSelector(service)) return;
  const { namespace = '', name } = service.metadata;
  const stored = store.get<Endpoints>('Endpoints', namespace, name);
  const subsets = subsetsOf(service, store.listLabelled<Pod>('Pod', namespace, service.spec.selector ?? {}));
  const labels = endpointsLabels(service);
  const object: Endpoints = {
    ...stored,
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...stored?.metadata, name, namespace, labels: isEqual(stored?.metadata.labels, labels) ? stored?.metadata.labels : labels },
    subsets,
  };
  if (stored) store.update(object);
  else store.create(object);
}

type Subset = NonNullable<Endpoints['subsets']>[number];
type EndpointAddress = NonNullable<Subset['addresses']>[number];

function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const [addressType = 'IPv4'] = addressTypesOf(service);
  const publishAll = service.spec.publishNotReadyAddresses === true;
  const groups = new Map<string, PortGroup>();
  const groupOf = portGroupsOf(groups, service);
  const hasPorts = (service.spec.ports ?? []).length > 0;
  const notReady = new Set<unknown>();
  let count = 0;
  for (const pod of pods) {
    // A pod that is being deleted leaves Endpoints at once; EndpointSlices keep it as terminating.
    if (!canBeEndpoint(pod) || (pod.metadata.deletionTimestamp && !publishAll)) continue;
    const [ip] = podAddresses(pod, addressType);
    if (ip === undefined || count >= MAX_ADDRESSES) continue;
    const group = groupOf(pod);
    if (group.ports.length === 0 && hasPorts) continue;
    const endpoint = endpointOf(service, pod, undefined, addressType);
    if (!publishAll && !isPodReady(pod)) notReady.add(endpoint);
    group.endpoints.push(endpoint);
    count++;
  }
  const filled = [...groups.values()].filter(({ endpoints }) => endpoints.length > 0);
  return filled.map(({ ports, endpoints }) => {
    const address = ({ addresses, hostname, nodeName, targetRef }: (typeof endpoints)[number]): EndpointAddress => ({
      ip: addresses[0] ?? '',
      ...(hostname ? { hostname } : {}),
      ...(nodeName ? { nodeName } : {}),
      targetRef,
    });
    const listed = (isReady: boolean) => endpoints.filter((endpoint) => notReady.has(endpoint) !== isReady).map(address);
    const [addresses, notReadyAddresses] = [listed(true), listed(false)];
    return {
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
      ...(ports.length > 0 ? { ports: [...ports] } : {}),
    };
  });
}

function endpointsLabels(service: Service): Record<string, string> {
  const { [HEADLESS_LABEL]: _headless, ...labels } = service.metadata.labels ?? {};
  const isHeadless = service.spec.clusterIP === 'None';
  return { ...labels, ...(isHeadless ? { [HEADLESS_LABEL]: '' } : {}), [MANAGED_BY_LABEL]: 'endpoint-controller' };
}

/** Endpoints have no owner: they share their Service's name and go with it. */
function removeEndpoints(store: ObjectStore, namespace: string, name: string): void {
  if (store.get('Endpoints', namespace, name)) store.delete('Endpoints', namespace, name);
}
