// The controller of MetalLB: a Service of type LoadBalancer gets an address out of an IPAddressPool. Follows
// metallb/metallb internal/allocator/allocator.go and controller/service.go, v0.14, and says what they say. Left out:
// addresses shared by several Services, pools for certain namespaces or Services, IPv6.

import { addressesOf, FROM_POOL, METALLB_NAMESPACE } from '../api/metallb.ts';
import type { IPAddressPool, KubeObject, Service } from '../api/types.ts';
import { recordEvent } from '../apiserver/events.ts';
import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import type { Address } from '../net/address.ts';
import { type Controller, type ControllerDependencies, keyOf, ownKey, splitKey, startController } from './controller.ts';

const ADDRESSES = ['metallb.io/loadBalancerIPs', 'metallb.universe.tf/loadBalancerIPs'];
const POOL = ['metallb.io/address-pool', 'metallb.universe.tf/address-pool'];

export function startMetalLBController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const all = () => store.list<Service>('Service').map(keyOf);
  return startController(dependencies, {
    name: 'metallb-controller',
    lagUs: 20_000,
    watches: [
      // An address that has become free may be what another Service waits for.
      { kind: 'Service', keysOf: (event) => (isFreed(event) ? all() : ownKey(event)) },
      { kind: 'IPAddressPool', keysOf: all },
    ],
    sync: (key) => {
      const { namespace, name } = splitKey(key);
      const service = store.get<Service>('Service', namespace, name);
      if (service) syncService(dependencies, service);
    },
  });
}

/** Another class is another provider's: MetalLB takes classes only where it is told its own. */
export function isForMetalLB({ spec, metadata }: Service): boolean {
  return spec.type === 'LoadBalancer' && !spec.loadBalancerClass && !metadata.deletionTimestamp;
}

function syncService({ store, clock }: ControllerDependencies, service: Service): void {
  const held = service.status?.loadBalancer?.ingress?.[0]?.ip ?? null;
  if (!isForMetalLB(service)) {
    if (held !== null && service.spec.type !== 'LoadBalancer')
      store.updateStatus({ ...service, status: { ...service.status, loadBalancer: {} } });
    return;
  }
  const by = { store, clock, component: 'metallb-controller' };
  const pools = store.list<IPAddressPool>('IPAddressPool', METALLB_NAMESPACE);
  if (held !== null && pools.some((pool) => holds(pool, held))) return;
  const found = allocate(store, pools, service);
  if ('error' in found) {
    if (held !== null) store.updateStatus({ ...service, status: { ...service.status, loadBalancer: {} } });
    const message = `Failed to allocate IP for ${JSON.stringify(keyOf(service))}: ${found.error}`;
    return recordEvent(by, service, { type: 'Warning', reason: 'AllocationFailed', message });
  }
  const { ip, pool } = found;
  const annotations = { ...service.metadata.annotations, [FROM_POOL]: pool };
  const noted = store.update<Service>({ ...service, metadata: { ...service.metadata, annotations } });
  store.updateStatus({ ...noted, status: { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } });
  recordEvent(by, service, { type: 'Normal', reason: 'IPAllocated', message: `Assigned IP ["${ip}"]` });
}

type Allocation = { readonly ip: Address; readonly pool: string } | { readonly error: string };

/** The address asked for, else the first free one of the pool asked for, else of the pools that give by themselves. */
function allocate(store: ObjectStore, pools: readonly IPAddressPool[], service: Service): Allocation {
  const holders = new Map(store.list<Service>('Service').map((one) => [one.status?.loadBalancer?.ingress?.[0]?.ip, keyOf(one)]));
  const wanted = annotated(service, ADDRESSES) ?? service.spec.loadBalancerIP;
  const poolName = annotated(service, POOL);
  if (wanted) {
    const pool = pools.find((one) => holds(one, wanted));
    if (!pool) return { error: `["${wanted}"] is not allowed in config` };
    const holder = holders.get(wanted);
    if (holder) return { error: `can't change sharing key for ${JSON.stringify(keyOf(service))}, address also in use by ${holder}` };
    return named(wanted, pool);
  }
  if (poolName !== undefined && !pools.some(({ metadata }) => metadata.name === poolName))
    return { error: `unknown pool ${JSON.stringify(poolName)}` };
  const asked = pools.filter(({ metadata, spec }) => (poolName === undefined ? spec?.autoAssign !== false : metadata.name === poolName));
  for (const pool of asked) {
    const free = addressesOf(pool).find((address) => !holders.has(address));
    if (free !== undefined) return named(free, pool);
  }
  return { error: poolName === undefined ? 'no available IPs' : `no available IPs in pool ${JSON.stringify(poolName)}` };
}

function named(ip: Address, { metadata }: IPAddressPool): Allocation {
  return { ip, pool: metadata.name };
}

function annotated({ metadata }: Service, names: readonly string[]): string | undefined {
  return names.map((name) => metadata.annotations?.[name]).find((value) => value !== undefined);
}

function holds(pool: IPAddressPool, address: Address): boolean {
  return addressesOf(pool).includes(address);
}

function isFreed({ type, object, previous }: WatchEvent): boolean {
  const ip = (one: KubeObject | undefined) => (one as Service | undefined)?.status?.loadBalancer?.ingress?.[0]?.ip;
  return type === 'DELETED' ? ip(object) !== undefined : ip(previous) !== undefined && ip(object) === undefined;
}
