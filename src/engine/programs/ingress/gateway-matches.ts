// Does a request meet a match of an HTTPRoute, and which of two matches comes first. Follows gateway-api
// apis/v1/httproute_types.go @ 4564255ac2c3; regular expressions, whose rank is left to implementations, come between
// exact paths and prefixes.

import type { HTTPRoute, HTTPRouteMatch, NamedValueMatch } from '../../api/gateway-types.ts';

export interface GatewayRequest {
  /** The Host header. */
  readonly host: string;
  /** With the query. */
  readonly path: string;
  /** `GET` unless given. */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request taken apart once, for all matches. */
export interface ParsedRequest {
  readonly path: string;
  /** With its question mark, '' for none. */
  readonly query: string;
  readonly method: string;
  /** By name in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly queryParams: ReadonlyMap<string, string>;
}

export function parseRequest({ path: target, method = 'GET', headers = {} }: GatewayRequest): ParsedRequest {
  const [, path = '', query = ''] = /^([^?#]*)(\?[^#]*)?/.exec(target) ?? [];
  const queryParams = new Map<string, string>();
  for (const part of query.slice(1).split('&')) {
    const [name = '', ...rest] = part.split('=');
    if (part !== '' && !queryParams.has(decoded(name))) queryParams.set(decoded(name), decoded(rest.join('=')));
  }
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { path: path || '/', query, method, headers: byName, queryParams };
}

/** All conditions of one match must hold. */
export function meetsMatch(match: HTTPRouteMatch, request: ParsedRequest): boolean {
  if (match.method !== undefined && match.method !== request.method) return false;
  return (
    meetsPath(match.path, request.path) &&
    firstOfEachName(match.headers, true).every((one) => meetsValue(one, request.headers.get(one.name.toLowerCase()))) &&
    firstOfEachName(match.queryParams, false).every((one) => meetsValue(one, request.queryParams.get(one.name)))
  );
}

/** Where a match stands among all matches of one listener and host; smaller comes first, place by place. */
export function rankOf(match: HTTPRouteMatch, route: HTTPRoute): readonly (number | string)[] {
  const { type = 'PathPrefix', value = '/' } = match.path ?? {};
  const { creationTimestamp = '', namespace = '', name } = route.metadata;
  return [
    PATH_TYPES.indexOf(type),
    -value.length,
    match.method === undefined ? 1 : 0,
    -firstOfEachName(match.headers, true).length,
    -firstOfEachName(match.queryParams, false).length,
    Date.parse(creationTimestamp) || 0,
    `${namespace}/${name}`,
  ];
}

/** Orders two ranks; ties keep the order in which they were written. */
export function compareRanks(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [place, one] of a.entries()) {
    const other = b[place] as typeof one;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

const PATH_TYPES = ['Exact', 'RegularExpression', 'PathPrefix'];

function meetsPath({ type = 'PathPrefix', value = '/' }: NonNullable<HTTPRouteMatch['path']> = {}, path: string): boolean {
  switch (type) {
    case 'Exact':
      return path === value;
    case 'PathPrefix':
      return path === bare(value) || path.startsWith(`${bare(value)}/`);
    case 'RegularExpression':
      return meetsExpression(value, path);
    default:
      return false;
  }
}

/** The prefix without the slash at its end, which plays no part. */
function bare(prefix: string): string {
  return prefix.replace(/\/+$/, '');
}

function meetsValue({ type = 'Exact', value }: NamedValueMatch, given: string | undefined): boolean {
  if (given === undefined) return false;
  return type === 'RegularExpression' ? meetsExpression(value, given) : given === value;
}

function meetsExpression(expression: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${expression})$`).test(text);
  } catch {
    return false; // Not an expression: it matches nothing.
  }
}

/** Of several conditions on one name only the first counts. */
function firstOfEachName(matches: readonly NamedValueMatch[] = [], ignoreCase: boolean): readonly NamedValueMatch[] {
  const nameOf = ({ name }: NamedValueMatch) => (ignoreCase ? name.toLowerCase() : name);
  return matches.filter((match, place) => matches.findIndex((other) => nameOf(other) === nameOf(match)) === place);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
