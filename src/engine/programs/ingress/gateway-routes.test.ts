import { expect, test } from 'vitest';
import type { Gateway, GatewayClass, HTTPRoute, HTTPRouteRule, ReferenceGrant } from '../../api/gateway-types.ts';
import type { EndpointSlice, Namespace, Service } from '../../api/types.ts';
import { buildGatewayTable, decideGatewayRoute, type GatewayObjects } from './gateway-routes.ts';

const GATEWAY: Gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'default' },
  spec: { gatewayClassName: 'lab', listeners: [{ name: 'http', port: 8080, protocol: 'HTTP' }] },
};

function route(name: string, rules: HTTPRouteRule[], spec: Partial<NonNullable<HTTPRoute['spec']>> = {}): HTTPRoute {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { parentRefs: [{ name: 'edge' }], rules, ...spec },
  };
}

/** Every Service but `gone` exists on port 80, with one endpoint, which is ready everywhere but in `empty`. */
function cluster(routes: readonly HTTPRoute[], grants: readonly ReferenceGrant[] = []): GatewayObjects {
  return {
    gatewayClass: (name) => (name === 'lab' ? ({ kind: 'GatewayClass', metadata: { name } } as GatewayClass) : undefined),
    httpRoutesOf: () => routes,
    namespace: (name) => ({ kind: 'Namespace', metadata: { name } }) as Namespace,
    referenceGrants: () => grants,
    service: (_namespace, name) => (name === 'gone' ? undefined : ({ metadata: { name }, spec: { ports: [{ port: 80 }] } } as Service)),
    endpointSlices: (_namespace, service) => {
      const endpoints = [{ addresses: ['10.244.1.10'], conditions: { ready: service !== 'empty' } }];
      return [{ addressType: 'IPv4', endpoints, ports: [{ port: 8080 }] } as EndpointSlice];
    },
  };
}

function ask(routes: readonly HTTPRoute[], host: string, path: string, grants: readonly ReferenceGrant[] = []) {
  const objects = cluster(routes, grants);
  return decideGatewayRoute(buildGatewayTable(objects, GATEWAY), objects, { host, path, port: 8080 });
}

const sharesOf = (decision: ReturnType<typeof ask>) =>
  decision.kind === 'backends' ? decision.shares.map(({ ref, share, status, reason }) => [ref.name, share, status, reason]) : decision.kind;

test('weights share the requests; what cannot be reached keeps its share as 500 or 503', () => {
  const backendRefs = [
    { name: 'a', port: 80, weight: 6 },
    { name: 'gone', port: 80, weight: 3 },
    { name: 'empty', port: 80 },
    { name: 'b', port: 80, weight: 0 },
  ];
  expect(sharesOf(ask([route('r', [{ backendRefs }])], 'any.example', '/'))).toEqual([
    ['a', 0.6, 200, null],
    ['gone', 0.3, 500, 'BackendNotFound'],
    ['empty', 0.1, 503, null],
  ]);
});

test('a grant beside the Service opens it to routes of the namespace that it names', () => {
  const rules = [{ backendRefs: [{ name: 'a', namespace: 'other', port: 80 }] }];
  const grant: ReferenceGrant = {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'g', namespace: 'other' },
    spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default' }], to: [{ group: '', kind: 'Service' }] },
  };
  expect(sharesOf(ask([route('r', rules)], 'x', '/'))).toEqual([['a', 1, 500, 'RefNotPermitted']]);
  expect(sharesOf(ask([route('r', rules)], 'x', '/', [grant]))).toEqual([['a', 1, 200, null]]);
});

test.each([
  ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo/', '/xyz/', '/xyz/bar'],
  ['/foo', '/foo', '/xyz', '/xyz'],
  ['/foo/', '/foo', '/xyz', '/xyz/'],
  ['/foo/bar', '/foo', '', '/bar'],
  ['/foo', '/foo', '/', '/'],
  ['/foo/?a=1', '/foo', '', '/?a=1'],
])('%s with prefix %s replaced by "%s" is %s', (path, value, replacePrefixMatch, expected) => {
  const filters = [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch' as const, replacePrefixMatch } } }];
  const rule = { matches: [{ path: { type: 'PathPrefix' as const, value } }], filters, backendRefs: [{ name: 'a', port: 80 }] };
  const decision = ask([route('r', [rule])], 'x', path);
  expect(decision.kind === 'backends' && decision.shares[0]?.request.path).toBe(expected);
});

test.each([
  [{ scheme: 'https' }, 'https://shop.example/a?b=1'],
  [{ hostname: 'new.example' }, 'http://new.example:8080/a?b=1'],
  [{ port: 80 }, 'http://shop.example/a?b=1'],
  [{ scheme: 'https', port: 8443 }, 'https://shop.example:8443/a?b=1'],
  [{ path: { type: 'ReplaceFullPath' as const, replaceFullPath: '/z' } }, 'http://shop.example:8080/z?b=1'],
])('redirect %o leads to %s', (requestRedirect, location) => {
  const decision = ask([route('r', [{ filters: [{ type: 'RequestRedirect', requestRedirect }] }])], 'shop.example:8080', '/a?b=1');
  expect(decision).toMatchObject({ kind: 'redirect', redirect: { status: 302, location } });
});

test('headers are set, added and removed, first those of the rule, then those of the backend', () => {
  const requestHeaderModifier = { set: [{ name: 'X-A', value: '1' }], add: [{ name: 'X-B', value: '2' }], remove: ['x-c'] };
  const own = { type: 'RequestHeaderModifier', requestHeaderModifier: { add: [{ name: 'x-a', value: '3' }] } };
  const backendRefs = [{ name: 'a', port: 80, filters: [own] }];
  const objects = cluster([route('r', [{ filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier }], backendRefs }])]);
  const request = { host: 'x', path: '/', port: 8080, headers: { 'X-B': '1', 'X-C': '9' } };
  const decision = decideGatewayRoute(buildGatewayTable(objects, GATEWAY), objects, request);
  expect(decision.kind === 'backends' && [...(decision.shares[0]?.request.headers ?? [])]).toEqual([
    ['x-b', '1,2'],
    ['x-a', '1,3'],
  ]);
});

test('a filter that nobody knows is not skipped', () => {
  const rule = { filters: [{ type: 'ExtensionRef' }], backendRefs: [{ name: 'a', port: 80 }] };
  expect(ask([route('r', [rule])], 'x', '/')).toMatchObject({ kind: 'error', status: 500, why: 'unknown-filter' });
});

test('a wider host name is asked when the narrower route has no match', () => {
  const narrow = route('n', [{ matches: [{ path: { value: '/n' } }], backendRefs: [{ name: 'n', port: 80 }] }], {
    hostnames: ['a.b.example'],
  });
  const wide = route('w', [{ backendRefs: [{ name: 'w', port: 80 }] }], { hostnames: ['*.example'] });
  expect(sharesOf(ask([wide, narrow], 'a.b.example', '/n'))).toEqual([['n', 1, 200, null]]);
  expect(sharesOf(ask([wide, narrow], 'a.b.example', '/z'))).toEqual([['w', 1, 200, null]]);
});

test('listeners that are in conflict serve nothing, the others go on', () => {
  const listeners = [
    { name: 'one', port: 8080, protocol: 'HTTP', hostname: 'Shop.example' },
    { name: 'two', port: 8080, protocol: 'HTTP', hostname: 'shop.example' },
    { name: 'other', port: 8080, protocol: 'HTTP', hostname: 'blog.example' },
  ];
  const gateway: Gateway = { ...GATEWAY, spec: { gatewayClassName: 'lab', listeners } };
  const objects = cluster([route('r', [{ backendRefs: [{ name: 'a', port: 80 }] }])]);
  const table = buildGatewayTable(objects, gateway);
  const kindFor = (host: string) => decideGatewayRoute(table, objects, { host, path: '/', port: 8080 }).kind;
  expect([kindFor('shop.example'), kindFor('blog.example')]).toEqual(['no-listener', 'backends']);
});
