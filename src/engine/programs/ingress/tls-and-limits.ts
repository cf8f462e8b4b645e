// What annotations and the `tls` section change about a request: the redirect to https, timeouts, the number of tries.
// ingress-nginx: docs/user-guide/nginx-configuration/annotations.md, `ssl-redirect` and `Custom timeouts`. What is read stands in api/simulated.ts.

import type { Ingress } from '../../api/types.ts';
import type { IngressBehaviour } from './controllers.ts';
import { covers, hostName, ingressWildcardFor, isWildcard } from './hosts.ts';
import type { RouteDecision } from './ingress-routes.ts';

/** A plain request for a host with TLS is sent to https, unless the Ingress says otherwise. */
export function redirectToTLS(
  { tlsRedirect }: IngressBehaviour,
  { route, server }: RouteDecision,
  request: { readonly host: string; readonly path: string },
): { readonly status: number; readonly location: string } | null {
  if (tlsRedirect === null || !route || !server.listedBy) return null;
  const host = hostName(request.host);
  const hasTLS = [server.listedBy, route.ingress].some((ingress) => coversTLS(ingress, host));
  if (!hasTLS || route.ingress.metadata.annotations?.[tlsRedirect.annotation] === 'false') return null;
  return { status: tlsRedirect.status, location: `https://${host}${request.path}` };
}

/** Whether the Service's own address is dialled in place of its endpoints (ingress-nginx, `service-upstream`). */
export function dialsService({ annotations, config }: IngressBehaviour, ingress: Ingress | null): boolean {
  return config?.takesTargetPort === true && ingress?.metadata.annotations?.[`${annotations}/service-upstream`] === 'true';
}

export interface Limits {
  readonly connectTimeoutUs: number;
  readonly readTimeoutUs: number;
  readonly tries: number;
}

/** How long, and how often, this request's endpoints are tried. */
export function limitsFor(behaviour: IngressBehaviour, ingress: Ingress | null, endpoints: number): Limits {
  const { annotations, connectTimeoutUs, readTimeoutUs, tries } = behaviour;
  const own = (name: string) => (ingress ? numberIn(ingress.metadata.annotations?.[`${annotations}/${name}`]) : null);
  return {
    connectTimeoutUs: inMicroseconds(own('proxy-connect-timeout')) ?? connectTimeoutUs,
    readTimeoutUs: inMicroseconds(own('proxy-read-timeout')) ?? readTimeoutUs,
    tries: Math.max(1, own('proxy-next-upstream-tries') ?? tries ?? endpoints),
  };
}

/** The `tls` entries of an Ingress that are for a host; one without hosts is for all of its rules. */
export function tlsEntriesFor({ spec }: Ingress, host: string): readonly { readonly hosts?: string[]; readonly secretName?: string }[] {
  const covered = (one: string) => one === host || (isWildcard(one) && covers(one, host) && one === ingressWildcardFor(host));
  const ruled = (spec?.rules ?? []).some((rule) => covered((rule.host ?? '').toLowerCase()));
  return (spec?.tls ?? []).filter(({ hosts = [] }) => (hosts.length > 0 ? hosts.some((one) => covered(one.toLowerCase())) : ruled));
}

function coversTLS({ spec }: Ingress, host: string): boolean {
  const listed = (spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts.map((one) => one.toLowerCase()));
  return listed.some((one) => one === host || (isWildcard(one) && covers(one, host) && one === ingressWildcardFor(host)));
}

/** `5`, and as nginx.org writes it, `5s`. */
function numberIn(text: string | undefined): number | null {
  const digits = /^(\d+)s?$/.exec(text ?? '')?.[1];
  return digits === undefined || Number(digits) === 0 ? null : Number(digits);
}

function inMicroseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1_000_000;
}
