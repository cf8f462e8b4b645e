import { expect, test } from 'vitest';
import type { Gateway, GatewayListener, HTTPRoute } from '../../api/gateway-types.ts';
import type { Condition, Namespace, Service } from '../../api/types.ts';
import { gatewayStatus, routeParents, type StatusObjects } from './gateway-status.ts';

const OFFER = { ports: [80, 443], addresses: ['192.168.56.240'] };
const ROUTE = {
  kind: 'HTTPRoute',
  metadata: { name: 'r', namespace: 'default' },
  spec: { parentRefs: [{ name: 'edge' }], hostnames: ['shop.example'], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
} as unknown as HTTPRoute;

const gateway = (...listeners: GatewayListener[]) =>
  ({
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'default' },
    spec: { gatewayClassName: 'lab', listeners },
  }) as unknown as Gateway;

const objects: StatusObjects = {
  gatewayClass: () => undefined,
  httpRoutesOf: () => [ROUTE],
  namespace: (name) => ({ metadata: { name } }) as Namespace,
  referenceGrants: () => [],
  secret: () => undefined,
  service: (_namespace, name) => (name === 'web' ? ({ spec: { ports: [{ port: 80 }] } } as Service) : undefined),
  endpointSlices: () => [],
};

const told = (conditions: readonly Condition[] = []) => conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);

test('a good Gateway: accepted, programmed, one route attached', () => {
  const status = gatewayStatus(objects, gateway({ name: 'http', port: 80, protocol: 'HTTP' }), OFFER);
  expect(told(status.conditions)).toEqual(['Accepted=True Accepted', 'Programmed=True Programmed']);
  expect(status.addresses).toEqual([{ type: 'IPAddress', value: '192.168.56.240' }]);
  expect(status.listeners?.[0]).toMatchObject({
    attachedRoutes: 1,
    supportedKinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
  });
  expect(told(status.listeners?.[0]?.conditions)).toEqual([
    'Accepted=True Accepted',
    'Conflicted=False NoConflicts',
    'ResolvedRefs=True ResolvedRefs',
    'Programmed=True Programmed',
  ]);
});

test.each<[what: string, listeners: GatewayListener[], condition: string]>([
  ['a protocol that is not served', [{ name: 'l', port: 80, protocol: 'UDP' }], 'Accepted=False UnsupportedProtocol'],
  ['a port that nobody opens', [{ name: 'l', port: 81, protocol: 'HTTP' }], 'Accepted=False PortUnavailable'],
  [
    'a certificate that is missing',
    [{ name: 'l', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } }],
    'ResolvedRefs=False InvalidCertificateRef',
  ],
  [
    'a certificate next door',
    [{ name: 'l', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c', namespace: 'x' }] } }],
    'ResolvedRefs=False RefNotPermitted',
  ],
  [
    'a kind of route that is unknown',
    [{ name: 'l', port: 80, protocol: 'HTTP', allowedRoutes: { kinds: [{ kind: 'TCPRoute' }] } }],
    'ResolvedRefs=False InvalidRouteKinds',
  ],
  [
    'one port, two protocols',
    [
      { name: 'l', port: 80, protocol: 'HTTP' },
      { name: 'm', port: 80, protocol: 'HTTPS' },
    ],
    'Conflicted=True ProtocolConflict',
  ],
  [
    'one port, one name, twice',
    [
      { name: 'l', port: 80, protocol: 'HTTP' },
      { name: 'm', port: 80, protocol: 'HTTP' },
    ],
    'Conflicted=True HostnameConflict',
  ],
])('%s', (_what, listeners, condition) => {
  const status = gatewayStatus(objects, gateway(...listeners), OFFER);
  expect(told(status.listeners?.[0]?.conditions)).toContain(condition);
  expect(told(status.listeners?.[0]?.conditions)).toContain('Programmed=False Invalid');
  expect(told(status.conditions)).toEqual(['Accepted=False ListenersNotValid', 'Programmed=False Invalid']);
});

test('a Gateway without an address is accepted, but not programmed', () => {
  const status = gatewayStatus(objects, gateway({ name: 'http', port: 80, protocol: 'HTTP' }), { ports: null, addresses: [] });
  expect(told(status.conditions)).toEqual(['Accepted=True Accepted', 'Programmed=False AddressNotAssigned']);
});

test('what a route is told', () => {
  const parents = (route: HTTPRoute, listener: Partial<GatewayListener> = {}) =>
    told(routeParents(objects, route, [gateway({ name: 'http', port: 80, protocol: 'HTTP', ...listener })], 'lab')[0]?.conditions);
  expect(parents(ROUTE)).toEqual(['Accepted=True Accepted', 'ResolvedRefs=True ResolvedRefs']);
  expect(parents(ROUTE, { hostname: 'other.example' })[0]).toBe('Accepted=False NoMatchingListenerHostname');
  expect(parents(ROUTE, { allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { a: 'b' } } } } })[0]).toBe(
    'Accepted=False NotAllowedByListeners',
  );
  const spec = (more: object) => ({ ...ROUTE, spec: { ...ROUTE.spec, ...more } }) as HTTPRoute;
  expect(parents(spec({ parentRefs: [{ name: 'edge', port: 443 }] }))[0]).toBe('Accepted=False NoMatchingParent');
  expect(parents(spec({ rules: [{ backendRefs: [{ name: 'gone', port: 80 }] }] }))[1]).toBe('ResolvedRefs=False BackendNotFound');
  expect(parents(spec({ rules: [{ backendRefs: [{ name: 'web', kind: 'Secret', port: 80 }] }] }))[1]).toBe(
    'ResolvedRefs=False InvalidKind',
  );
});
