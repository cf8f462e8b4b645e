// Runs the Gateway API cases: every request is asked of the table of its Gateway. Status, backend or shares, Location
// and what the backend sees are compared as they stand; shares as parts of their sum, since weights have no unit.

import type { Gateway, GatewayClass, HTTPRoute, ReferenceGrant } from '../api/gateway-types.ts';
import type { KubeObject, Namespace, Service } from '../api/types.ts';
import { printBackend } from '../programs/ingress/backends.ts';
import { buildGatewayTable, decideGatewayRoute, type GatewayDecision, type GatewayObjects } from '../programs/ingress/gateway-routes.ts';
import { RoutingObjects } from './routing-objects.ts';

interface Expectation {
  readonly status?: number;
  readonly backend?: string;
  readonly split?: Readonly<Record<string, number>>;
  readonly location?: string;
  readonly upstreamPath?: string;
  readonly upstreamHost?: string;
}

interface GatewayCase {
  readonly objects: readonly KubeObject[];
  readonly requests: readonly {
    readonly gateway: string;
    readonly port: number;
    readonly host: string;
    readonly path: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly expect: Expectation;
  }[];
}

const SHARE_TOLERANCE = 1e-3;

/** Null when the case passes, else the first difference in one line. */
// biome-ignore lint/suspicious/noExplicitAny: a case is whatever the vector file holds.
export function runGatewayCase(testCase: any): string | null {
  const { objects, requests } = testCase as GatewayCase;
  const stored = new RoutingObjects(objects);
  const listers = gatewayObjects(stored);
  for (const { expect, gateway: key, ...request } of requests) {
    const [namespace = '', name = ''] = key.split('/');
    const gateway = stored.get<Gateway>('Gateway', namespace, name);
    if (!gateway) return `no Gateway ${key} among the objects`;
    const decision = decideGatewayRoute(buildGatewayTable(listers, gateway), listers, request);
    const difference = compare(expect, outcomeOf(decision));
    if (difference) return `${request.method ?? 'GET'} ${request.host} ${request.path}: ${difference}`;
  }
  return null;
}

function gatewayObjects(objects: RoutingObjects): GatewayObjects {
  const routes = objects.list<HTTPRoute>('HTTPRoute');
  const grants = objects.list<ReferenceGrant>('ReferenceGrant');
  return {
    gatewayClass: (name) => objects.get<GatewayClass>('GatewayClass', '', name),
    httpRoutesOf: () => routes,
    namespace: (name) => objects.get<Namespace>('Namespace', '', name),
    referenceGrants: (namespace) => grants.filter((grant) => grant.metadata.namespace === namespace),
    service: (namespace, name) => objects.get<Service>('Service', namespace, name),
    endpointSlices: (namespace, service) => objects.slicesOf(namespace, service),
  };
}

interface Outcome {
  /** Null where several backends share the requests. */
  readonly status: number | null;
  readonly shares: ReadonlyMap<string, number>;
  readonly location?: string;
  readonly upstreams: readonly { readonly host: string; readonly path: string }[];
}

function outcomeOf(decision: GatewayDecision): Outcome {
  switch (decision.kind) {
    case 'redirect':
      return { status: decision.redirect.status, shares: new Map(), location: decision.redirect.location, upstreams: [] };
    case 'backends': {
      const shares = new Map<string, number>();
      for (const { share, status, backend } of decision.shares) {
        const text = status === 200 && backend ? printBackend(backend) : String(status);
        shares.set(text, (shares.get(text) ?? 0) + share);
      }
      const statuses = new Set(decision.shares.map(({ status }) => status));
      const [status] = statuses;
      const upstreams = decision.shares.filter((one) => one.status === 200).map(({ request }) => request);
      return { status: statuses.size === 1 ? (status ?? null) : null, shares, upstreams };
    }
    default:
      return { status: decision.status, shares: new Map([[String(decision.status), 1]]), upstreams: [] };
  }
}

function compare(expect: Expectation, { status, shares, location, upstreams }: Outcome): string | null {
  if (expect.backend !== undefined && !isClose(shares.get(expect.backend), 1))
    return `backend: expected ${expect.backend}, got ${printShares(shares)}`;
  if (expect.split) {
    const wanted = normalised(expect.split);
    const isSame = wanted.size === shares.size && [...wanted].every(([key, share]) => isClose(shares.get(key), share));
    if (!isSame) return `split: expected ${printShares(wanted)}, got ${printShares(shares)}`;
  } else if (expect.status !== status) return `status: expected ${expect.status}, got ${status}`;
  if (expect.location !== location) return `location: expected ${expect.location}, got ${location}`;
  for (const { host, path } of upstreams) {
    if (expect.upstreamHost !== undefined && expect.upstreamHost !== host) return `host: expected ${expect.upstreamHost}, got ${host}`;
    if (expect.upstreamPath !== undefined && expect.upstreamPath !== path) return `path: expected ${expect.upstreamPath}, got ${path}`;
  }
  return null;
}

/** Parts of the sum; whoever gets nothing is left out. */
function normalised(split: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const entries = Object.entries(split).filter(([, weight]) => weight > 0);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(entries.map(([key, weight]) => [key, weight / total]));
}

function isClose(share: number | undefined, wanted: number): boolean {
  return share !== undefined && Math.abs(share - wanted) < SHARE_TOLERANCE;
}

function printShares(shares: ReadonlyMap<string, number>): string {
  if (shares.size === 0) return 'none';
  return [...shares].map(([key, share]) => (share === 1 ? key : `${key} ${Number(share.toFixed(3))}`)).join(', ');
}
