// The Gateway API as a routing table: the listeners of one Gateway with the HTTPRoutes attached to them, and what comes
// of a request. Follows gateway-api apis/v1/httproute_types.go and its conformance tests @ 4564255ac2c3. Left out:
// mirrored requests, CORS, timeouts, retries, session persistence; TLS routes, TCP routes and GRPCRoutes.

import type {
  Gateway,
  GatewayClass,
  GatewayListener,
  HeaderModifier,
  HTTPBackendRef,
  HTTPRoute,
  HTTPRouteMatch,
  HTTPRouteRule,
} from '../../api/gateway-types.ts';
import { type BackendObjects, type ResolvedBackend, resolveBackend } from './backends.ts';
import { type AttachmentObjects, attach, isParent, listenerConflict, takesHTTPRoutes } from './gateway-attachment.ts';
import {
  applyRedirect,
  applyRequestFilters,
  hasUnknownFilter,
  type Redirect,
  redirectOf,
  responseModifiers,
  type UpstreamRequest,
} from './gateway-filters.ts';
import { compareRanks, type GatewayRequest, meetsMatch, type ParsedRequest, parseRequest, rankOf } from './gateway-matches.ts';
import { hostName } from './hosts.ts';
import { type GrantObjects, isPermitted } from './reference-grants.ts';

export interface GatewayObjects extends BackendObjects, AttachmentObjects, GrantObjects {
  gatewayClass(name: string): GatewayClass | undefined;
  /** The HTTPRoutes that name this Gateway as a parent. */
  httpRoutesOf(namespace: string, gateway: string): readonly HTTPRoute[];
}

/** One match of one rule, as it stands in a listener's list. */
export interface MatchEntry {
  readonly route: HTTPRoute;
  readonly rule: HTTPRouteRule;
  readonly match: HTTPRouteMatch;
  /** `spec.rules[0]` */
  readonly field: string;
}

interface ListenerTable {
  readonly listener: GatewayListener;
  /** Entries in the order of precedence, by the route's host name; '' for routes without one. */
  readonly entries: ReadonlyMap<string, readonly MatchEntry[]>;
}

export interface GatewayTable {
  readonly gateway: Gateway;
  /** By port and host name, `80 *.shop.example`; a listener without host name is at `80 `. */
  readonly listeners: ReadonlyMap<string, ListenerTable>;
}

/** A reason of the condition `ResolvedRefs` of a route. */
export type BackendRefReason = 'InvalidKind' | 'RefNotPermitted' | 'BackendNotFound';

/** What one backend of a rule gets. */
export interface BackendShare {
  readonly ref: HTTPBackendRef;
  /** Of 1. */
  readonly share: number;
  /** 200 stands for `passed on`, whatever the backend answers. */
  readonly status: 200 | 500 | 503;
  readonly reason: BackendRefReason | 'UnknownFilter' | null;
  readonly backend: ResolvedBackend | null;
  readonly request: UpstreamRequest;
  readonly responseModifiers: readonly HeaderModifier[];
}

export type GatewayDecision =
  | { readonly kind: 'no-listener' | 'no-route'; readonly status: 404; readonly listener: GatewayListener | null }
  | { readonly kind: 'redirect'; readonly entry: MatchEntry; readonly redirect: Redirect }
  | { readonly kind: 'error'; readonly status: 500; readonly entry: MatchEntry; readonly why: 'no-backends' | 'unknown-filter' }
  | { readonly kind: 'backends'; readonly entry: MatchEntry; readonly shares: readonly BackendShare[] };

/** The table of one Gateway. A Gateway whose class does not exist has no listeners. */
export function buildGatewayTable(objects: GatewayObjects, gateway: Gateway): GatewayTable {
  const { name, namespace = '' } = gateway.metadata;
  const drafts = new Map<string, { listener: GatewayListener; entries: Map<string, MatchEntry[]> }>();
  const isServed = objects.gatewayClass(gateway.spec?.gatewayClassName ?? '') !== undefined;
  const listeners = isServed ? (gateway.spec?.listeners ?? []) : [];
  for (const listener of listeners) {
    if (!takesHTTPRoutes(listener) || listenerConflict(gateway, listener)) continue;
    drafts.set(listenerKey(listener.port, listener.hostname ?? ''), { listener, entries: new Map() });
  }
  const byListener = new Map([...drafts.values()].map((draft) => [draft.listener, draft.entries]));
  for (const route of isServed ? objects.httpRoutesOf(namespace, name) : []) {
    for (const [listener, hostnames] of hostnamesByListener(objects, gateway, route)) {
      const entries = byListener.get(listener);
      if (entries) for (const hostname of hostnames) addEntries(entries, hostname, route);
    }
  }
  for (const { entries } of drafts.values()) for (const list of entries.values()) sortByRank(list);
  return { gateway, listeners: drafts };
}

/** What becomes of a request to one port of the Gateway. */
export function decideGatewayRoute(
  table: GatewayTable,
  objects: GatewayObjects,
  request: GatewayRequest & { readonly port: number },
): GatewayDecision {
  const host = hostName(request.host);
  const names = [host, ...wildcardsOf(host), ''];
  const found = names.map((name) => table.listeners.get(listenerKey(request.port, name))).find((one) => one !== undefined);
  if (!found) return { kind: 'no-listener', status: 404, listener: null };
  const parsed = parseRequest(request);
  const entry = findEntry(found, names, parsed);
  if (!entry) return { kind: 'no-route', status: 404, listener: found.listener };
  const { rule } = entry;
  if (hasUnknownFilter(rule.filters)) return { kind: 'error', status: 500, entry, why: 'unknown-filter' };
  const redirect = redirectOf(rule.filters);
  if (redirect) {
    const scheme = found.listener.protocol === 'HTTPS' ? 'https' : 'http';
    const base = { host: withoutPort(request.host), scheme, listenerPort: found.listener.port } as const;
    return { kind: 'redirect', entry, redirect: applyRedirect(redirect, entry.match, parsed, base) };
  }
  const shares = sharesOf(objects, entry, parsed, request);
  return shares.length > 0 ? { kind: 'backends', entry, shares } : { kind: 'error', status: 500, entry, why: 'no-backends' };
}

/** Whether a backend reference can be followed, and how not. */
export function backendRefReason(objects: GatewayObjects, route: HTTPRoute, ref: HTTPBackendRef): BackendRefReason | null {
  const from = { kind: 'HTTPRoute', namespace: route.metadata.namespace ?? '' };
  const { group = '', kind = 'Service', namespace = from.namespace, name, port } = ref;
  if (group !== '' || kind !== 'Service') return 'InvalidKind';
  if (!isPermitted(objects, { from, to: { group, kind, namespace, name } })) return 'RefNotPermitted';
  const service = objects.service(namespace, name);
  return service?.spec.ports?.some((one) => one.port === port) ? null : 'BackendNotFound';
}

function listenerKey(port: number, hostname: string): string {
  return `${port} ${hostname.toLowerCase()}`;
}

/** `*.b.c` and `*.c` for `a.b.c`: the narrowest first. */
function wildcardsOf(host: string): readonly string[] {
  const labels = host.split('.');
  return labels.slice(1).map((_, place) => `*.${labels.slice(place + 1).join('.')}`);
}

/** The header keeps its letters in a redirect. */
function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** Two references of one route to the same listener count once. */
function hostnamesByListener(objects: GatewayObjects, gateway: Gateway, route: HTTPRoute): ReadonlyMap<GatewayListener, Set<string>> {
  const found = new Map<GatewayListener, Set<string>>();
  for (const parent of route.spec?.parentRefs ?? []) {
    if (!isParent(gateway, route, parent)) continue;
    for (const { listener, hostnames } of attach(objects, gateway, route, parent).attachments) {
      const known = found.get(listener) ?? new Set();
      found.set(listener, known);
      for (const hostname of hostnames ?? ['']) known.add(hostname);
    }
  }
  return found;
}

function addEntries(entries: Map<string, MatchEntry[]>, hostname: string, route: HTTPRoute): void {
  const list = entries.get(hostname) ?? [];
  entries.set(hostname, list);
  for (const [index, rule] of (route.spec?.rules ?? []).entries()) {
    // No match at all is the prefix `/`, which is what an empty match means.
    const matches = rule.matches?.length ? rule.matches : [{}];
    for (const match of matches) list.push({ route, rule, match, field: `spec.rules[${index}]` });
  }
}

function sortByRank(entries: MatchEntry[]): void {
  const ranks = new Map(entries.map((entry) => [entry, rankOf(entry.match, entry.route)]));
  entries.sort((a, b) => compareRanks(ranks.get(a) ?? [], ranks.get(b) ?? []));
}

/** The route's host name decides first, the longest precise one, then the longest wildcard; then the match. */
function findEntry({ entries }: ListenerTable, names: readonly string[], request: ParsedRequest): MatchEntry | null {
  for (const name of names) {
    const entry = entries.get(name)?.find(({ match }) => meetsMatch(match, request));
    if (entry) return entry;
  }
  return null;
}

function sharesOf(objects: GatewayObjects, entry: MatchEntry, parsed: ParsedRequest, request: GatewayRequest): readonly BackendShare[] {
  const weighted = (entry.rule.backendRefs ?? []).filter(({ weight = 1 }) => weight > 0);
  const total = weighted.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return weighted.map((ref) => shareOf(objects, entry, parsed, { request, ref, share: (ref.weight ?? 1) / total }));
}

function shareOf(
  objects: GatewayObjects,
  { route, rule, match }: MatchEntry,
  parsed: ParsedRequest,
  { request, ref, share }: { request: GatewayRequest; ref: HTTPBackendRef; share: number },
): BackendShare {
  const filters = [...(rule.filters ?? []), ...(ref.filters ?? [])];
  const start = { host: request.host, path: `${parsed.path}${parsed.query}`, headers: parsed.headers };
  const rewritten = applyRequestFilters(filters, match, parsed, start);
  const facts = { ref, share, request: rewritten, responseModifiers: responseModifiers(filters) };
  const reason = hasUnknownFilter(ref.filters) ? 'UnknownFilter' : backendRefReason(objects, route, ref);
  if (reason) return { ...facts, status: 500, reason, backend: null };
  const namespace = ref.namespace ?? route.metadata.namespace ?? '';
  const backend = resolveBackend(objects, { namespace, service: ref.name, port: ref.port ?? 0 }, { takesTargetPort: false });
  return { ...facts, status: backend.problem ? 503 : 200, reason: null, backend };
}
