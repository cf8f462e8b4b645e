// Host names of requests, rules and listeners: the Host header as a name, and what a wildcard stands for. Ingress and
// Gateway API differ there: one label (Ingress API reference, IngressRule.host) or any number of them (Gateway API
// apis/v1 Hostname).

import { parseAddress } from '../../net/address.ts';

/** The name in a Host header: without its port, in small letters (RFC 9110 section 7.2). */
export function hostName(header: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(header)?.[1];
  if (bracketed !== undefined) return bracketed.toLowerCase();
  if (parseAddress(header) !== null) return header.toLowerCase();
  return header.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

/** For `bar.foo.example` the one wildcard of an Ingress that covers it, `*.foo.example`; '' for a single label. */
export function ingressWildcardFor(host: string): string {
  const dot = host.indexOf('.');
  return dot > 0 ? `*${host.slice(dot)}` : '';
}

export function isWildcard(host: string): boolean {
  return host.startsWith('*.');
}

/** Does a host name of a Gateway's listener or route cover this one? `*.x` covers `a.x`, `a.b.x` and `*.a.x`, not `x`. */
export function covers(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return isWildcard(pattern) && host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}

/** What two host names of the Gateway API have in common, or null. */
export function intersection(one: string, other: string): string | null {
  if (covers(one, other)) return other;
  return covers(other, one) ? one : null;
}
