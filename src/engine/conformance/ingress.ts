// Runs the Ingress cases: objects and a controller make a routing table, and every request is asked of it. Status,
// backend and, where a case names it, the default backend are compared as they stand.

import { withDefaultIngressClass } from '../api/default-ingress-class.ts';
import type { Ingress, IngressClass, KubeObject, Service } from '../api/types.ts';
import { printBackend } from '../programs/ingress/backends.ts';
import { buildRouteTable, decideRoute, type IngressObjects, type RouteDecision } from '../programs/ingress/ingress-routes.ts';
import { RoutingObjects } from './routing-objects.ts';

interface IngressCase {
  readonly controller: {
    readonly controller: string;
    readonly annotationClass?: string;
    readonly watchIngressWithoutClass?: boolean;
    readonly defaultBackendService?: string | null;
  };
  readonly objects: readonly KubeObject[];
  readonly requests: readonly {
    readonly host: string;
    readonly path: string;
    readonly expect: { readonly status?: number; readonly backend: string; readonly via?: string };
  }[];
}

/** Null when the case passes, else the first difference in one line. */
// biome-ignore lint/suspicious/noExplicitAny: a case is whatever the vector file holds.
export function runIngressCase(testCase: any): string | null {
  const { controller, objects, requests } = testCase as IngressCase;
  const listers = ingressObjects(new RoutingObjects(objects));
  const table = buildRouteTable(listers, {
    controller: controller.controller,
    annotationClass: controller.annotationClass ?? '',
    watchIngressWithoutClass: controller.watchIngressWithoutClass === true,
    defaultBackendService: controller.defaultBackendService ?? null,
    takesTargetPort: true,
  });
  for (const { host, path, expect } of requests) {
    const decision = decideRoute(table, listers, { host, path });
    const difference = compare(expect, decision);
    if (difference) return `${host || '(no host)'} ${path}: ${difference}`;
  }
  return null;
}

/** The objects as a cluster would have them: admission has filled in the default class. */
function ingressObjects(objects: RoutingObjects): IngressObjects {
  const classes = objects.list<IngressClass>('IngressClass');
  const ingresses = objects.list<Ingress>('Ingress').map((ingress) => withDefaultIngressClass(ingress, classes));
  return {
    ingresses: () => ingresses,
    ingressClass: (name) => objects.get<IngressClass>('IngressClass', '', name),
    service: (namespace, name) => objects.get<Service>('Service', namespace, name),
    endpointSlices: (namespace, service) => objects.slicesOf(namespace, service),
  };
}

function compare(expect: IngressCase['requests'][number]['expect'], decision: RouteDecision): string | null {
  const backend = backendText(decision);
  if (expect.backend !== backend) return `backend: expected ${expect.backend}, got ${backend}`;
  // The default service answers with a status of its own.
  const ownStatus = decision.via === 'defaultService';
  if (expect.status !== undefined && !ownStatus && expect.status !== decision.status)
    return `status: expected ${expect.status}, got ${decision.status}`;
  const via = decision.via === 'defaultBackend' && decision.status === 200 ? 'defaultBackend' : undefined;
  return expect.via === via || decision.status !== 200 ? null : `via: expected ${expect.via}, got ${via}`;
}

function backendText({ status, via, backend }: RouteDecision): string {
  if (via === 'defaultService') return 'default';
  return status === 200 && backend ? printBackend(backend) : String(status);
}
