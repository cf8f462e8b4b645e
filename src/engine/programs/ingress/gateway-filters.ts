// What the filters of an HTTPRoute make of a request: a redirect, another host or path for the backend, other headers.
// Follows gateway-api apis/v1/httproute_types.go @ 4564255ac2c3.

import type { HeaderModifier, HTTPRouteFilter, HTTPRouteMatch, PathModifier, RequestRedirect } from '../../api/gateway-types.ts';
import type { ParsedRequest } from './gateway-matches.ts';

/** The request as the backend will see it. */
export interface UpstreamRequest {
  readonly host: string;
  /** With the query. */
  readonly path: string;
  /** By name in small letters. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface Redirect {
  readonly status: number;
  readonly location: string;
}

export interface RedirectBase {
  /** The name in the Host header, without port. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly listenerPort: number;
}

const KNOWN_FILTERS = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'RequestMirror'];
const SCHEME_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** A filter that cannot be carried out must not be skipped: its requests are answered with an error. */
export function hasUnknownFilter(filters: readonly HTTPRouteFilter[] = []): boolean {
  return filters.some(({ type }) => !KNOWN_FILTERS.includes(type));
}

export function redirectOf(filters: readonly HTTPRouteFilter[] = []): RequestRedirect | null {
  return filters.find(({ type }) => type === 'RequestRedirect')?.requestRedirect ?? null;
}

/** Status and Location of a redirect. What it does not name stays as it was. */
export function applyRedirect(redirect: RequestRedirect, match: HTTPRouteMatch, request: ParsedRequest, base: RedirectBase): Redirect {
  const scheme = redirect.scheme?.toLowerCase() ?? base.scheme;
  // A named scheme brings its own port; without one, the listener's stays.
  const port = redirect.port ?? (redirect.scheme === undefined ? base.listenerPort : (SCHEME_PORTS[scheme] ?? base.listenerPort));
  const host = redirect.hostname ?? base.host;
  const shown = host.includes(':') ? `[${host}]` : host;
  const authority = SCHEME_PORTS[scheme] === port ? shown : `${shown}:${port}`;
  const path = modifyPath(redirect.path, match, request.path);
  return { status: redirect.statusCode ?? 302, location: `${scheme}://${authority}${path}${request.query}` };
}

/** The request after rewrites and header changes, in the order of the list. */
export function applyRequestFilters(
  filters: readonly HTTPRouteFilter[],
  match: HTTPRouteMatch,
  request: ParsedRequest,
  start: UpstreamRequest,
): UpstreamRequest {
  let { host, path, headers } = start;
  for (const { type, urlRewrite, requestHeaderModifier } of filters) {
    if (type === 'URLRewrite' && urlRewrite) {
      host = urlRewrite.hostname ?? host;
      if (urlRewrite.path) path = `${modifyPath(urlRewrite.path, match, request.path)}${request.query}`;
    }
    if (type === 'RequestHeaderModifier' && requestHeaderModifier) headers = modifyHeaders(headers, requestHeaderModifier);
  }
  return { host, path, headers };
}

/** The changes to the answer's headers, in order. */
export function responseModifiers(filters: readonly HTTPRouteFilter[]): readonly HeaderModifier[] {
  return filters.flatMap(({ type, responseHeaderModifier }) =>
    type === 'ResponseHeaderModifier' && responseHeaderModifier ? [responseHeaderModifier] : [],
  );
}

/** `set` replaces, `add` appends to what is there, `remove` takes away. */
export function modifyHeaders(headers: ReadonlyMap<string, string>, { set, add, remove }: HeaderModifier): ReadonlyMap<string, string> {
  const changed = new Map(headers);
  for (const { name, value } of set ?? []) changed.set(name.toLowerCase(), value);
  for (const { name, value } of add ?? []) {
    const before = changed.get(name.toLowerCase());
    changed.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
  }
  for (const name of remove ?? []) changed.delete(name.toLowerCase());
  return changed;
}

function modifyPath(modifier: PathModifier | undefined, match: HTTPRouteMatch, path: string): string {
  switch (modifier?.type) {
    case 'ReplaceFullPath':
      return modifier.replaceFullPath || '/';
    case 'ReplacePrefixMatch':
      return replacePrefix(path, match.path?.value ?? '/', modifier.replacePrefixMatch ?? '');
    default:
      return path;
  }
}

/** The slash between prefix and rest belongs to the rest, however the two were written. */
function replacePrefix(path: string, prefix: string, replacement: string): string {
  const rest = path.slice(prefix.replace(/\/+$/, '').length);
  return `${replacement.replace(/\/+$/, '')}${rest}` || '/';
}
