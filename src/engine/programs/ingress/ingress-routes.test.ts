import { expect, test } from 'vitest';
import type { EndpointSlice, Ingress, IngressClass, Service } from '../../api/types.ts';
import { buildRouteTable, decideRoute, type IngressControllerConfig, type IngressObjects } from './ingress-routes.ts';

const CONFIG: IngressControllerConfig = {
  controller: 'k8s.io/ingress-nginx',
  annotationClass: 'nginx',
  watchIngressWithoutClass: false,
  defaultBackendService: null,
  takesTargetPort: true,
};

type Path = [path: string, pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific', service: string];

function ingress(name: string, host: string | undefined, paths: readonly Path[], more: Partial<Ingress['spec']> = {}): Ingress {
  const entries = paths.map(([path, pathType, service]) => ({
    path,
    pathType,
    backend: { service: { name: service, port: { number: 80 } } },
  }));
  const rule = { ...(host === undefined ? {} : { host }), http: { paths: entries } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { ingressClassName: 'nginx', rules: paths.length > 0 ? [rule] : [], ...more },
  };
}

/** Every Service that is asked for exists on port 80, with one ready endpoint, except `empty` and `gone`. */
function cluster(ingresses: readonly Ingress[]): IngressObjects {
  const nginx: IngressClass = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  };
  return {
    ingresses: () => ingresses,
    ingressClass: (name) => (name === 'nginx' ? nginx : undefined),
    service: (namespace, name) =>
      name === 'gone'
        ? undefined
        : ({ metadata: { namespace, name }, spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] } } as Service),
    endpointSlices: (_namespace, service) => {
      const endpoints = [{ addresses: ['10.244.1.10'], conditions: { ready: service !== 'empty' } }];
      return [{ addressType: 'IPv4', endpoints, ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] } as EndpointSlice];
    },
  };
}

function ask(ingresses: readonly Ingress[], host: string, path: string, config = CONFIG) {
  const objects = cluster(ingresses);
  const { status, via, route, backend, server } = decideRoute(buildRouteTable(objects, config), objects, { host, path });
  return { status, via, field: route?.field, service: backend?.reference.service, problem: backend?.problem, server: server.host, backend };
}

test('the path decides, the longest first, and the endpoint is dialled on its own port', () => {
  const shop = ingress('shop', 'shop.example', [
    ['/', 'Prefix', 'web'],
    ['/cart', 'Prefix', 'cart'],
    ['/cart', 'Exact', 'basket'],
  ]);
  expect(ask([shop], 'shop.example', '/').service).toBe('web');
  expect(ask([shop], 'shop.example:8080', '/cart/7?x=1')).toMatchObject({ service: 'cart', field: 'spec.rules[0].http.paths[1]' });
  expect(ask([shop], 'SHOP.example.', '/cart').service).toBe('basket');
  expect(ask([shop], 'shop.example', '/cartoon').backend?.upstreams).toEqual([{ address: '10.244.1.10', port: 8080 }]);
});

test('a chosen host is final: no second try with a wildcard or with rules for all hosts', () => {
  const rules = [
    ingress('one', 'a.shop.example', [['/only', 'Prefix', 'a']]),
    ingress('two', '*.shop.example', [['/', 'Prefix', 'b']]),
    ingress('three', undefined, [['/', 'Prefix', 'c']]),
  ];
  expect(ask(rules, 'a.shop.example', '/else')).toMatchObject({ status: 404, server: 'a.shop.example' });
  expect(ask(rules, 'b.shop.example', '/')).toMatchObject({ status: 200, service: 'b' });
  expect(ask(rules, 'shop.example', '/')).toMatchObject({ status: 200, service: 'c', server: '' });
});

test('503 where the backend has nobody: no Service, no such port, no ready endpoint', () => {
  const paths: Path[] = [
    ['/gone', 'Prefix', 'gone'],
    ['/empty', 'Prefix', 'empty'],
  ];
  const wrongPort = ingress('port', 'b.example', []);
  wrongPort.spec = { ingressClassName: 'nginx', defaultBackend: { service: { name: 'web', port: { number: 81 } } } };
  const all = [ingress('a', 'a.example', paths), wrongPort];
  expect(ask(all, 'a.example', '/gone')).toMatchObject({ status: 503, problem: 'no-service' });
  expect(ask(all, 'a.example', '/empty')).toMatchObject({ status: 503, problem: 'no-endpoints' });
  expect(ask(all, 'b.example', '/')).toMatchObject({ status: 503, problem: 'no-port', via: 'defaultBackend' });
});

test('an Ingress without a class is nobody’s, unless the controller watches such ones', () => {
  const classless = ingress('a', 'a.example', [['/', 'Prefix', 'web']], { ingressClassName: undefined } as never);
  expect(ask([classless], 'a.example', '/')).toMatchObject({ status: 404, server: '' });
  expect(ask([classless], 'a.example', '/', { ...CONFIG, watchIngressWithoutClass: true }).status).toBe(200);
  expect(buildRouteTable(cluster([classless]), CONFIG).ignored.map(({ why }) => why)).toEqual(['no-class']);
});

test('the controller’s own default service takes what is left, as long as it has endpoints', () => {
  expect(ask([], 'a.example', '/', { ...CONFIG, defaultBackendService: 'default/fallback' })).toMatchObject({
    status: 200,
    via: 'defaultService',
    service: 'fallback',
  });
  expect(ask([], 'a.example', '/', { ...CONFIG, defaultBackendService: 'default/empty' }).status).toBe(404);
});

test('of two Ingress objects with the same path the older one keeps it; for equal age the higher name', () => {
  const [a, b] = ['a', 'b'].map((name) => ingress(name, 'x.example', [['/', 'Prefix', name]])) as [Ingress, Ingress];
  expect(ask([a, b], 'x.example', '/').service).toBe('b');
  const older = { ...a, metadata: { ...a.metadata, creationTimestamp: '2025-01-01T00:00:00Z' } };
  expect(ask([older, b], 'x.example', '/').service).toBe('a');
});
