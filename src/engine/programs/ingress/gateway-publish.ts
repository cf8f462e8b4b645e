// The status of GatewayClasses, Gateways and HTTPRoutes, written by the controller that serves them.

import type { GatewayClass, HTTPRoute } from '../../api/gateway-types.ts';
import type { Condition, KubeObject } from '../../api/types.ts';
import { formatTimestamp } from '../../apiserver/timestamp.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { Clock } from '../../sim/clock.ts';
import type { IngressBehaviour } from './controllers.ts';
import type { IngressDirectory } from './directory.ts';
import { type GatewayOffer, gatewayClassConditions, gatewayStatus, routeParents } from './gateway-status.ts';

export interface GatewayPublication {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly directory: IngressDirectory;
}

/** A controller that is running, and where it can be reached. */
export interface RunningController {
  readonly behaviour: IngressBehaviour;
  readonly addresses: readonly string[];
}

/** Writes what has changed; without a controller for a class nobody says anything. */
export function publishGateways(publication: GatewayPublication, running: readonly RunningController[]): void {
  const names = new Set(running.flatMap(({ behaviour }) => behaviour.gatewayController ?? []));
  for (const controllerName of names) {
    const own = running.filter(({ behaviour }) => behaviour.gatewayController === controllerName);
    publishFor(publication, controllerName, offerOf(own));
  }
}

function offerOf(running: readonly RunningController[]): GatewayOffer {
  const ports = running.flatMap(({ behaviour }) => [...behaviour.httpPorts, ...behaviour.tlsPorts]);
  return { ports: [...new Set(ports)], addresses: [...new Set(running.flatMap(({ addresses }) => addresses))].sort() };
}

function publishFor(publication: GatewayPublication, controllerName: string, offer: GatewayOffer): void {
  const { store, directory } = publication;
  const objects = directory.gatewayObjects;
  for (const one of store.list<GatewayClass>('GatewayClass')) {
    if (one.spec?.controllerName === controllerName) write(publication, one, { conditions: gatewayClassConditions() });
  }
  const gateways = directory.gatewaysOf(controllerName);
  for (const gateway of gateways) write(publication, gateway, gatewayStatus(objects, gateway, offer));
  for (const route of store.list<HTTPRoute>('HTTPRoute')) {
    const others = (route.status?.parents ?? []).filter((parent) => parent.controllerName !== controllerName);
    const own = routeParents(objects, route, gateways, controllerName);
    if (own.length > 0 || others.length !== (route.status?.parents ?? []).length)
      write(publication, route, { parents: [...others, ...own] });
  }
}

/** Stores the status if it says anything new; a condition that stays keeps its time. */
function write({ store, clock }: GatewayPublication, object: KubeObject, status: object): void {
  const now = formatTimestamp(clock.nowUs);
  const old: unknown = object.status;
  const dated = withTimes(status, old, now);
  if (JSON.stringify(dated) !== JSON.stringify(old)) store.updateStatus({ ...object, status: dated });
}

/** Walks both statuses side by side and gives every condition its time. */
function withTimes(value: unknown, old: unknown, now: string): unknown {
  if (Array.isArray(value)) return value.map((one, i) => withTimes(one, Array.isArray(old) ? old[i] : undefined, now));
  if (typeof value !== 'object' || value === null) return value;
  const before = (typeof old === 'object' && old !== null ? old : {}) as Readonly<Record<string, unknown>>;
  const entries = Object.entries(value).map(([key, one]) => [key, withTimes(one, before[key], now)] as const);
  const copy = Object.fromEntries(entries);
  if (!isCondition(copy)) return copy;
  const lastTransitionTime = before.type === copy.type && before.status === copy.status ? before.lastTransitionTime : now;
  return { ...copy, lastTransitionTime: lastTransitionTime ?? now };
}

function isCondition(value: object): value is Condition {
  return 'type' in value && 'status' in value && 'reason' in value;
}
