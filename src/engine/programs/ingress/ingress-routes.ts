// Ingress as a routing table: which Ingress objects a controller serves, and which backend a request of theirs goes to.
// Follows the Ingress page of the Kubernetes documentation and, where that leaves a gap, ingress-nginx
// internal/ingress/controller/{controller,location}.go and store/store.go @ dbb11b92ddb7. Left out: rewrites, regular
// expressions, canaries, path normalisation, resource backends, and the redirect from `/foo` to `/foo/`.

import type { Ingress, IngressBackend, IngressClass, IngressPath } from '../../api/types.ts';
import { type BackendObjects, type BackendReference, type ResolvedBackend, resolveBackend } from './backends.ts';
import { hostName, ingressWildcardFor } from './hosts.ts';

export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

export interface IngressObjects extends BackendObjects {
  ingresses(): readonly Ingress[];
  ingressClass(name: string): IngressClass | undefined;
}

export interface IngressControllerConfig {
  /** `spec.controller` of the classes that it owns: `k8s.io/ingress-nginx`. */
  readonly controller: string;
  /** The word in the old annotation that means this controller. */
  readonly annotationClass: string;
  readonly watchIngressWithoutClass: boolean;
  /** `NAMESPACE/NAME` of the Service for requests that nothing else takes. */
  readonly defaultBackendService: string | null;
  /** Whether a backend's port may also be the Service's targetPort, as ingress-nginx allows. */
  readonly takesTargetPort: boolean;
}

/** One path of one rule. */
export interface PathRoute {
  readonly ingress: Ingress;
  readonly path: string;
  readonly pathType: NonNullable<IngressPath['pathType']>;
  readonly backend: BackendReference;
  /** `spec.rules[0].http.paths[1]` */
  readonly field: string;
}

/** What is known about one host name. */
export interface VirtualServer {
  /** '' for requests that no other server takes. */
  readonly host: string;
  /** The oldest Ingress that lists the host; null for ''. */
  readonly listedBy: Ingress | null;
  readonly exact: ReadonlyMap<string, PathRoute>;
  /** In the order in which they are tried. */
  readonly prefixes: readonly PathRoute[];
  /** Where requests go that no path takes. */
  readonly fallback: { readonly ingress: Ingress; readonly backend: BackendReference } | null;
}

export interface RouteTable {
  readonly config: IngressControllerConfig;
  readonly servers: ReadonlyMap<string, VirtualServer>;
  /** Ingress objects that are somebody else's, or nobody's. */
  readonly ignored: readonly { readonly ingress: Ingress; readonly why: ClassMismatch }[];
}

export type ClassMismatch = 'no-such-class' | 'class-of-other-controller' | 'other-annotation' | 'no-class';

export interface RouteDecision {
  /** 200 stands for `passed on to the backend`, whatever that answers. */
  readonly status: 200 | 404 | 503;
  readonly via: 'rule' | 'defaultBackend' | 'defaultService' | null;
  readonly server: VirtualServer;
  readonly route: PathRoute | null;
  /** The Ingress that decided; null where none did. */
  readonly ingress: Ingress | null;
  readonly backend: ResolvedBackend | null;
}

/** Why the controller leaves an Ingress alone, or null when it serves it. */
export function classMismatch(objects: IngressObjects, config: IngressControllerConfig, ingress: Ingress): ClassMismatch | null {
  const className = ingress.spec?.ingressClassName;
  if (className !== undefined) {
    const found = objects.ingressClass(className);
    if (!found) return 'no-such-class';
    return found.spec?.controller === config.controller ? null : 'class-of-other-controller';
  }
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  if (annotation !== undefined) return annotation === config.annotationClass ? null : 'other-annotation';
  return config.watchIngressWithoutClass ? null : 'no-class';
}

/** The table for all Ingress objects that the controller serves. */
export function buildRouteTable(objects: IngressObjects, config: IngressControllerConfig): RouteTable {
  const drafts = new Map<string, ServerDraft>([['', newDraft('', null)]]);
  const ignored: RouteTable['ignored'][number][] = [];
  for (const ingress of byAge(objects.ingresses())) {
    const why = classMismatch(objects, config, ingress);
    if (why) ignored.push({ ingress, why });
    else addIngress(drafts, ingress);
  }
  return { config, servers: new Map([...drafts].map(([host, draft]) => [host, finish(draft)])), ignored };
}

/** Where a request goes; `host` is the Host header, `path` may carry a query. */
export function decideRoute(
  table: RouteTable,
  objects: BackendObjects,
  request: { readonly host: string; readonly path: string },
): RouteDecision {
  const server = chooseServer(table, request.host);
  const path = request.path.replace(/[?#].*$/, '') || '/';
  const route = server.exact.get(path) ?? server.prefixes.find((one) => matchesPath(one, path)) ?? null;
  const { takesTargetPort } = table.config;
  const chosen = route ?? server.fallback;
  if (!chosen) return decideDefault(table, objects, server);
  const backend = resolveBackend(objects, chosen.backend, { takesTargetPort });
  const via = route ? 'rule' : 'defaultBackend';
  return { status: backend.problem ? 503 : 200, via, server, route, ingress: chosen.ingress, backend };
}

/** A precise name before a wildcard, a wildcard before the rest; there is no second choice. */
function chooseServer({ servers }: RouteTable, hostHeader: string): VirtualServer {
  const host = hostName(hostHeader);
  const server = servers.get(host) ?? servers.get(ingressWildcardFor(host)) ?? servers.get('');
  if (!server) throw new Error('a route table has a server for all other hosts');
  return server;
}

/** Nothing matches: the controller's own default service, as long as it has endpoints, else the controller's 404. */
function decideDefault(table: RouteTable, objects: BackendObjects, server: VirtualServer): RouteDecision {
  const nothing: RouteDecision = { status: 404, via: null, server, route: null, ingress: null, backend: null };
  if (table.config.defaultBackendService === null) return nothing;
  const [namespace = '', service = ''] = table.config.defaultBackendService.split('/');
  const port = objects.service(namespace, service)?.spec.ports?.[0]?.port;
  if (port === undefined) return nothing;
  const backend = resolveBackend(objects, { namespace, service, port }, { takesTargetPort: false });
  return backend.problem ? nothing : { ...nothing, status: 200, via: 'defaultService', backend };
}

function matchesPath({ path: pattern, pathType }: PathRoute, path: string): boolean {
  // Prefix works element by element; for ImplementationSpecific nginx compares letters.
  if (pathType === 'ImplementationSpecific') return path.startsWith(pattern);
  const bare = pattern.replace(/\/+$/, '');
  return path === bare || path.startsWith(`${bare}/`);
}

/** Oldest first; nginx puts the higher namespace/name first where the age is the same. */
function byAge(ingresses: readonly Ingress[]): readonly Ingress[] {
  const keyed = ingresses.map((ingress) => {
    const { creationTimestamp = '', namespace = '', name } = ingress.metadata;
    return { ingress, at: Date.parse(creationTimestamp) || 0, key: `${namespace}/${name}` };
  });
  return keyed.sort((a, b) => a.at - b.at || (a.key < b.key ? 1 : -1)).map(({ ingress }) => ingress);
}

interface ServerDraft {
  readonly host: string;
  readonly listedBy: Ingress | null;
  readonly routes: Map<string, PathRoute>;
  fallback: VirtualServer['fallback'];
}

function newDraft(host: string, listedBy: Ingress | null): ServerDraft {
  return { host, listedBy, routes: new Map(), fallback: listedBy && fallbackOf(listedBy) };
}

function fallbackOf(ingress: Ingress): VirtualServer['fallback'] {
  const backend = referenceOf(ingress, ingress.spec?.defaultBackend);
  return backend && { ingress, backend };
}

function addIngress(drafts: Map<string, ServerDraft>, ingress: Ingress): void {
  const { rules = [] } = ingress.spec ?? {};
  const rest = drafts.get('');
  // Only an Ingress without rules speaks for hosts that nobody lists.
  if (rest && rules.length === 0) rest.fallback ??= fallbackOf(ingress);
  for (const [index, rule] of rules.entries()) {
    const host = (rule.host ?? '').toLowerCase();
    const draft = drafts.get(host) ?? newDraft(host, ingress);
    drafts.set(host, draft);
    for (const [place, entry] of (rule.http?.paths ?? []).entries()) {
      const backend = referenceOf(ingress, entry.backend);
      if (!backend) continue;
      const { path = '', pathType = 'ImplementationSpecific' } = entry;
      const route = { ingress, path: path || '/', pathType, backend, field: `spec.rules[${index}].http.paths[${place}]` };
      const key = `${pathType} ${route.path}`;
      if (!draft.routes.has(key)) draft.routes.set(key, route);
    }
  }
}

function referenceOf({ metadata }: Ingress, backend: IngressBackend | undefined): BackendReference | null {
  const { name = '', port = {} } = backend?.service ?? {};
  return name === '' ? null : { namespace: metadata.namespace ?? '', service: name, port: port.number ?? port.name ?? '' };
}

/** Longest first; of two equal paths the element-wise one, because nginx writes it as `/foo/` and thereby longer. */
function finish({ host, listedBy, routes, fallback }: ServerDraft): VirtualServer {
  const all = [...routes.values()];
  const exact = new Map(all.filter(({ pathType }) => pathType === 'Exact').map((route) => [route.path, route]));
  const rank = ({ pathType }: PathRoute) => (pathType === 'Prefix' ? 0 : 1);
  const prefixes = all
    .filter(({ pathType }) => pathType !== 'Exact')
    .sort((a, b) => b.path.length - a.path.length || rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  return { host, listedBy, exact, prefixes, fallback };
}
