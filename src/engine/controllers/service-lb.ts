// The cloud's half of a Service of type LoadBalancer: an address that leads to the nodes. Follows
// staging/src/k8s.io/cloud-provider/controllers/service/controller.go, Kubernetes 1.33. Ours hands out 192.168.56.200 to
// .250 of the node network. Left out: the clean-up finalizer.

import type { Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { hash32 } from '../sim/random.ts';
import { type Controller, type ControllerDependencies, keyOf, ownKey, splitKey, startController } from './controller.ts';

const FIRST_HOST = 200;
const POOL_SIZE = 51;

/** Starts the service controller of the cloud controller manager. Without it, a LoadBalancer stays `<pending>`. */
export function startServiceLoadBalancerController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  return startController(dependencies, {
    name: 'service-lb-controller',
    lagUs: 20_000,
    watches: [
      {
        kind: 'Service',
        // An address that has become free may be what another Service waits for.
        keysOf: (event) =>
          isFreed(event.previous as Service | undefined, event.object as Service, event.type) ? waiting(store) : ownKey(event),
      },
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const service = store.get<Service>('Service', namespace, name);
      if (!service) return;
      const ingress = service.status?.loadBalancer?.ingress ?? [];
      if (!wantsLoadBalancer(service)) {
        if (service.spec.type !== 'LoadBalancer' && ingress.length > 0)
          store.updateStatus({ ...service, status: { ...service.status, loadBalancer: {} } });
        return;
      }
      if (ingress.length > 0) return;
      const ip = freeAddress(store, service);
      if (ip !== null)
        store.updateStatus({ ...service, status: { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } });
    },
  });
}

/** Another class is another provider's. */
function wantsLoadBalancer(service: Service): boolean {
  return service.spec.type === 'LoadBalancer' && !service.spec.loadBalancerClass && !service.metadata.deletionTimestamp;
}

/** The address asked for, if it is ours to give; else one by the Service's name, so that it stays when others come and go. */
function freeAddress(store: ObjectStore, service: Service): string | null {
  const taken = new Set(store.list<Service>('Service').flatMap(({ status }) => status?.loadBalancer?.ingress?.map(({ ip }) => ip) ?? []));
  const { loadBalancerIP } = service.spec;
  const pool = Array.from({ length: POOL_SIZE }, (_, n) => `192.168.56.${FIRST_HOST + n}`);
  if (loadBalancerIP) return pool.includes(loadBalancerIP) && !taken.has(loadBalancerIP) ? loadBalancerIP : null;
  const start = hash32(keyOf(service)) % POOL_SIZE;
  return [...pool.slice(start), ...pool.slice(0, start)].find((ip) => !taken.has(ip)) ?? null;
}

function isFreed(previous: Service | undefined, service: Service, type: string): boolean {
  const had = (one: Service | undefined) => (one?.status?.loadBalancer?.ingress ?? []).length > 0;
  return type === 'DELETED' ? had(service) : had(previous) && !had(service);
}

function waiting(store: ObjectStore): readonly string[] {
  return store
    .list<Service>('Service')
    .filter((service) => wantsLoadBalancer(service) && !service.status?.loadBalancer?.ingress?.length)
    .map(keyOf);
}
