// Which routes hang on which listeners of a Gateway, and why others do not: parent reference, allowed namespaces and
// kinds, host names. Follows gateway-api apis/v1/{gateway,httproute}_types.go and its conformance tests @ 4564255ac2c3.

import {
  GATEWAY_GROUP,
  type Gateway,
  type GatewayListener,
  type HTTPRoute,
  type ParentReference,
  type RouteKind,
} from '../../api/gateway-types.ts';
import { matchesSelector } from '../../api/label-selector.ts';
import type { Namespace } from '../../api/types.ts';
import { intersection } from './hosts.ts';

export interface AttachmentObjects {
  namespace(name: string): Namespace | undefined;
}

/** A reason of the condition `Accepted` of a route. */
export type AttachmentReason = 'Accepted' | 'NoMatchingParent' | 'NotAllowedByListeners' | 'NoMatchingListenerHostname';

export interface Attachment {
  readonly listener: GatewayListener;
  /** The route's own host names that the listener serves, small letters; null where the route names none. */
  readonly hostnames: readonly string[] | null;
}

/** Does this parent reference of a route mean the Gateway? */
export function isParent(gateway: Gateway, route: HTTPRoute, parent: ParentReference): boolean {
  const { group = GATEWAY_GROUP, kind = 'Gateway', namespace = route.metadata.namespace, name } = parent;
  return group === GATEWAY_GROUP && kind === 'Gateway' && name === gateway.metadata.name && namespace === gateway.metadata.namespace;
}

/** The listeners that one parent reference attaches the route to, and the reason where there are none. */
export function attach(
  objects: AttachmentObjects,
  gateway: Gateway,
  route: HTTPRoute,
  parent: ParentReference,
): { readonly attachments: readonly Attachment[]; readonly reason: AttachmentReason } {
  const named = (gateway.spec?.listeners ?? []).filter(
    (listener) =>
      (parent.sectionName === undefined || parent.sectionName === listener.name) &&
      (parent.port === undefined || parent.port === listener.port),
  );
  if (named.length === 0) return { attachments: [], reason: 'NoMatchingParent' };
  const allowing = named.filter(
    (listener) => takesHTTPRoutes(listener) && allowsNamespace(objects, gateway, listener, route.metadata.namespace ?? ''),
  );
  if (allowing.length === 0) return { attachments: [], reason: 'NotAllowedByListeners' };
  const attachments = allowing.flatMap((listener) => {
    const hostnames = sharedHostnames(listener, route);
    return hostnames === 'none' ? [] : [{ listener, hostnames }];
  });
  return { attachments, reason: attachments.length > 0 ? 'Accepted' : 'NoMatchingListenerHostname' };
}

/** Two listeners on one port must speak one protocol and differ in their host names; of those that do not, none serves. */
export function listenerConflict(gateway: Gateway, listener: GatewayListener): 'ProtocolConflict' | 'HostnameConflict' | null {
  const others = (gateway.spec?.listeners ?? []).filter((other) => other !== listener && other.port === listener.port);
  if (others.some(({ protocol }) => protocol !== listener.protocol)) return 'ProtocolConflict';
  const host = (one: GatewayListener) => (one.hostname ?? '').toLowerCase();
  return others.some((other) => host(other) === host(listener)) ? 'HostnameConflict' : null;
}

/** HTTPRoutes fit HTTP and HTTPS listeners, unless `allowedRoutes.kinds` leaves them out. */
export function takesHTTPRoutes(listener: GatewayListener): boolean {
  return supportedKinds(listener).length > 0;
}

/** Of the kinds that a listener asks for those that are known here; HTTPRoute where it asks for none in particular. */
export function supportedKinds({ protocol, allowedRoutes }: GatewayListener): readonly RouteKind[] {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return [];
  const { kinds = [] } = allowedRoutes ?? {};
  const asked = kinds.length === 0 ? [{ kind: 'HTTPRoute' }] : kinds;
  const known = asked.filter(({ group = GATEWAY_GROUP, kind }: RouteKind) => group === GATEWAY_GROUP && kind === 'HTTPRoute');
  return known.map(({ kind }) => ({ group: GATEWAY_GROUP, kind }));
}

function allowsNamespace(objects: AttachmentObjects, gateway: Gateway, { allowedRoutes }: GatewayListener, namespace: string): boolean {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  switch (from) {
    case 'All':
      return true;
    case 'Same':
      return namespace === gateway.metadata.namespace;
    case 'Selector': {
      const found = objects.namespace(namespace);
      return found !== undefined && matchesSelector(found.metadata.labels, selector);
    }
    default:
      return false;
  }
}

function sharedHostnames({ hostname = '' }: GatewayListener, route: HTTPRoute): readonly string[] | null | 'none' {
  const own = (route.spec?.hostnames ?? []).map((one) => one.toLowerCase());
  if (own.length === 0) return null;
  const shared = hostname === '' ? own : own.filter((one) => intersection(hostname.toLowerCase(), one) !== null);
  return shared.length > 0 ? shared : 'none';
}
