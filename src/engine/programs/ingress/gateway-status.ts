// The status of GatewayClass, Gateway and HTTPRoute: conditions with the reasons that the API defines. Follows gateway-api
// apis/v1/{gatewayclass,gateway,httproute,shared}_types.go and geps/gep-1364 @ 4564255ac2c3.

import type { Gateway, GatewayListener, HTTPRoute, ListenerStatus, RouteParentStatus } from '../../api/gateway-types.ts';
import type { Condition, KubeObject } from '../../api/types.ts';
import { type AttachmentReason, attach, isParent, listenerConflict, supportedKinds } from './gateway-attachment.ts';
import { type BackendRefReason, backendRefReason, type GatewayObjects } from './gateway-routes.ts';
import { isPermitted } from './reference-grants.ts';

export interface StatusObjects extends GatewayObjects {
  secret(namespace: string, name: string): KubeObject | undefined;
}

/** What a controller can offer to its Gateways. */
export interface GatewayOffer {
  /** The ports that it listens on; null for one that opens whatever a listener asks for. */
  readonly ports: readonly number[] | null;
  readonly addresses: readonly string[];
}

/** A condition without its time. */
export function condition(type: string, isTrue: boolean, reason: string, message: string): Condition {
  return { type, status: isTrue ? 'True' : 'False', reason, message };
}

export function gatewayClassConditions(): readonly Condition[] {
  return [condition('Accepted', true, 'Accepted', 'the controller has taken the class')];
}

/** The whole status of a Gateway that the controller serves. */
export function gatewayStatus(objects: StatusObjects, gateway: Gateway, offer: GatewayOffer): NonNullable<Gateway['status']> {
  const listeners = (gateway.spec?.listeners ?? []).map((listener) => listenerStatus(objects, gateway, listener, offer));
  const isValid = listeners.every(({ conditions }) => holds(conditions, 'Programmed'));
  const someServe = listeners.some(({ conditions }) => holds(conditions, 'Programmed'));
  const accepted = isValid
    ? condition('Accepted', true, 'Accepted', 'all listeners are valid')
    : condition('Accepted', someServe, 'ListenersNotValid', 'not every listener is valid: see their conditions');
  return {
    addresses: offer.addresses.map((value) => ({ type: 'IPAddress', value })),
    conditions: [accepted, programmed(offer, someServe)],
    listeners,
  };
}

/** What the controller says of a route, for each reference to a Gateway of its own. */
export function routeParents(
  objects: GatewayObjects,
  route: HTTPRoute,
  gateways: readonly Gateway[],
  controllerName: string,
): readonly RouteParentStatus[] {
  return (route.spec?.parentRefs ?? []).flatMap((parentRef) => {
    const gateway = gateways.find((one) => isParent(one, route, parentRef));
    if (!gateway) return [];
    const { reason } = attach(objects, gateway, route, parentRef);
    const accepted = condition('Accepted', reason === 'Accepted', reason, ACCEPTED_TEXTS[reason]);
    return [{ parentRef, controllerName, conditions: [accepted, resolvedRefs(objects, route)] }];
  });
}

const ACCEPTED_TEXTS: Readonly<Record<AttachmentReason, string>> = {
  Accepted: 'the route is attached',
  NoMatchingParent: 'the Gateway has no listener of that section name and port',
  NotAllowedByListeners: 'no listener allows routes of this kind from this namespace',
  NoMatchingListenerHostname: 'no listener serves any of the route’s host names',
};

function resolvedRefs(objects: GatewayObjects, route: HTTPRoute): Condition {
  for (const { backendRefs = [] } of route.spec?.rules ?? []) {
    for (const ref of backendRefs) {
      const reason = backendRefReason(objects, route, ref);
      if (reason) return condition('ResolvedRefs', false, reason, `backend ${ref.name}: ${BACKEND_TEXTS[reason]}`);
    }
  }
  return condition('ResolvedRefs', true, 'ResolvedRefs', 'all backends exist and may be used');
}

const BACKEND_TEXTS: Readonly<Record<BackendRefReason, string>> = {
  InvalidKind: 'only Services can be backends here',
  RefNotPermitted: 'no ReferenceGrant in its namespace permits the reference',
  BackendNotFound: 'there is no such Service, or it has no such port',
};

function programmed({ addresses }: GatewayOffer, someServe: boolean): Condition {
  if (!someServe) return condition('Programmed', false, 'Invalid', 'no listener can be served');
  if (addresses.length === 0) return condition('Programmed', false, 'AddressNotAssigned', 'the controller has no address yet');
  return condition('Programmed', true, 'Programmed', 'the Gateway is served');
}

function listenerStatus(objects: StatusObjects, gateway: Gateway, listener: GatewayListener, offer: GatewayOffer): ListenerStatus {
  const kinds = supportedKinds(listener);
  const accepted = listenerAccepted(listener, offer);
  const conflicted = listenerConflicted(gateway, listener);
  const resolved = listenerResolved(objects, gateway, listener);
  // A kind of route that is unknown leaves the known ones alone; a missing certificate leaves nothing.
  const isResolved = holds([resolved], 'ResolvedRefs') || (resolved.reason === 'InvalidRouteKinds' && kinds.length > 0);
  const isServed = holds([accepted], 'Accepted') && !holds([conflicted], 'Conflicted') && isResolved;
  const state = isServed
    ? condition('Programmed', true, 'Programmed', 'the listener is served')
    : condition('Programmed', false, 'Invalid', 'the listener is not served: see the other conditions');
  return {
    name: listener.name,
    supportedKinds: [...kinds],
    attachedRoutes: attachedRoutes(objects, gateway, listener),
    conditions: [accepted, conflicted, resolved, state],
  };
}

function listenerAccepted({ protocol, port }: GatewayListener, { ports }: GatewayOffer): Condition {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS')
    return condition('Accepted', false, 'UnsupportedProtocol', `protocol ${protocol} is not served here`);
  if (ports && !ports.includes(port))
    return condition('Accepted', false, 'PortUnavailable', `the controller does not listen on port ${port}`);
  return condition('Accepted', true, 'Accepted', 'the listener is accepted');
}

function listenerConflicted(gateway: Gateway, listener: GatewayListener): Condition {
  const reason = listenerConflict(gateway, listener);
  if (!reason) return condition('Conflicted', false, 'NoConflicts', 'no other listener is in its way');
  const what =
    reason === 'ProtocolConflict'
      ? `port ${listener.port} is asked for with another protocol, too`
      : 'another listener has the same port and host name';
  return condition('Conflicted', true, reason, what);
}

function listenerResolved(objects: StatusObjects, gateway: Gateway, listener: GatewayListener): Condition {
  const asked = listener.allowedRoutes?.kinds ?? [];
  if (asked.length > supportedKinds(listener).length)
    return condition('ResolvedRefs', false, 'InvalidRouteKinds', 'a kind of route is asked for that is not served here');
  if (listener.protocol === 'HTTPS') return certificateResolved(objects, gateway, listener);
  return condition('ResolvedRefs', true, 'ResolvedRefs', 'all references are good');
}

function certificateResolved(objects: StatusObjects, gateway: Gateway, { tls }: GatewayListener): Condition {
  const from = { kind: 'Gateway', namespace: gateway.metadata.namespace ?? '' };
  for (const { group = '', kind = 'Secret', namespace = from.namespace, name } of tls?.certificateRefs ?? []) {
    if (!isPermitted(objects, { from, to: { group, kind, namespace, name } }))
      return condition('ResolvedRefs', false, 'RefNotPermitted', `no ReferenceGrant permits Secret ${namespace}/${name}`);
    if (group !== '' || kind !== 'Secret' || !objects.secret(namespace, name))
      return condition('ResolvedRefs', false, 'InvalidCertificateRef', `there is no Secret ${namespace}/${name}`);
  }
  if (!tls?.certificateRefs?.length)
    return condition('ResolvedRefs', false, 'InvalidCertificateRef', 'an HTTPS listener needs a certificate');
  return condition('ResolvedRefs', true, 'ResolvedRefs', 'all references are good');
}

function attachedRoutes(objects: GatewayObjects, gateway: Gateway, listener: GatewayListener): number {
  const { name, namespace = '' } = gateway.metadata;
  const isAttached = (route: HTTPRoute) =>
    (route.spec?.parentRefs ?? []).some(
      (parent) =>
        isParent(gateway, route, parent) && attach(objects, gateway, route, parent).attachments.some((one) => one.listener === listener),
    );
  return objects.httpRoutesOf(namespace, name).filter(isAttached).length;
}

function holds(conditions: readonly Condition[], type: string): boolean {
  return conditions.some((one) => one.type === type && one.status === 'True');
}
