// What annotations and the `tls` section change about a request: the redirect to https, timeouts, the number of tries.
// ingress-nginx: docs/user-guide/nginx-configuration/annotations.md, `ssl-redirect` and `Custom timeouts`.

import type { Ingress } from '../../api/types.ts';
import type { IngressBehaviour } from './controllers.ts';
import { covers, hostName, ingressWildcardFor, isWildcard } from './hosts.ts';
import type { RouteDecision } from './ingress-routes.ts';

/** Annotations that are read, without their prefix. */
export const READ_ANNOTATIONS = ['ssl-redirect', 'proxy-connect-timeout', 'proxy-read-timeout', 'proxy-next-upstream-tries'];

/** A plain request for a host with TLS is sent to https, unless the Ingress says otherwise. */
export function redirectToTLS(
  behaviour: IngressBehaviour,
  { route, server }: RouteDecision,
  request: { readonly host: string; readonly path: string },
): { readonly status: number; readonly location: string } | null {
  const { tlsRedirect, annotations } = behaviour;
  if (tlsRedirect === null || !route || !server.listedBy) return null;
  const host = hostName(request.host);
  const hasTLS = [server.listedBy, route.ingress].some((ingress) => coversTLS(ingress, host));
  if (!hasTLS || annotationOf(route.ingress, annotations, 'ssl-redirect') === 'false') return null;
  return { status: tlsRedirect, location: `https://${host}${request.path}` };
}

/** How long, and how often, this request's endpoints are tried. */
export function limitsFor(
  behaviour: IngressBehaviour,
  { ingress }: RouteDecision,
  endpoints: number,
): { readonly connectTimeoutUs: number; readonly readTimeoutUs: number; readonly tries: number } {
  const { annotations, connectTimeoutUs, readTimeoutUs, tries } = behaviour;
  const own = (name: string) => (ingress ? numberIn(annotationOf(ingress, annotations, name)) : null);
  return {
    connectTimeoutUs: inMicroseconds(own('proxy-connect-timeout')) ?? connectTimeoutUs,
    readTimeoutUs: inMicroseconds(own('proxy-read-timeout')) ?? readTimeoutUs,
    tries: Math.max(1, own('proxy-next-upstream-tries') ?? tries ?? endpoints),
  };
}

function coversTLS({ spec }: Ingress, host: string): boolean {
  const listed = (spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts.map((one) => one.toLowerCase()));
  return listed.some((one) => one === host || (isWildcard(one) && covers(one, host) && one === ingressWildcardFor(host)));
}

function annotationOf({ metadata }: Ingress, prefix: string, name: string): string | undefined {
  return metadata.annotations?.[`${prefix}/${name}`];
}

/** `5`, and as nginx.org writes it, `5s`. */
function numberIn(text: string | undefined): number | null {
  const digits = /^(\d+)s?$/.exec(text ?? '')?.[1];
  return digits === undefined || Number(digits) === 0 ? null : Number(digits);
}

function inMicroseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1_000_000;
}
