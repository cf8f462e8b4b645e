import { describe, expect, test } from 'vitest';
import { createSimulation } from '../../whole-simulation.ts';

const EDGE = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: traefik}
spec: {controllerName: traefik.io/gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec: {gatewayClassName: traefik, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: v1
kind: Pod
metadata: {name: edge, labels: {app: edge}}
spec:
  nodeName: node-1
  containers: [{name: traefik, image: "traefik:v3.3", args: ["--entryPoints.web.address=:80/tcp", "--providers.kubernetesGateway"]}]
---
apiVersion: v1
kind: Service
metadata: {name: edge}
spec: {type: LoadBalancer, loadBalancerIP: 192.168.56.240, externalTrafficPolicy: Local, selector: {app: edge}, ports: [{port: 80}]}
---
apiVersion: packetwalk.dev/v1
kind: Scenario
title: t
cluster: {cloudProvider: true}
---
`;

const backend = (name: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {nodeName: node-2, containers: [{name: main, image: "gcr.io/google-samples/hello-app:1.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}
---
`;

const route = (spec: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec: {parentRefs: [{name: edge}], hostnames: [shop.example], ${spec}}
---
`;

function run(text: string, to: string, times = 1) {
  const actions = Array.from({ length: times }, () => ({ type: 'send' as const, from: 'world', to }));
  const { walks, objects, problems } = createSimulation().run(`${EDGE}${text}`, 1, actions);
  const summaries = Object.fromEntries(objects.flatMap((one) => ('summary' in one ? [[one.key, one.summary]] : [])));
  return { walks, summaries, problems };
}

describe('a Gateway, served by Traefik', () => {
  test('a path is rewritten, and the Gateway and the route are accepted', () => {
    const filters = 'filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /api}}}]';
    const rules = `rules: [{matches: [{path: {type: PathPrefix, value: /v1}}], ${filters}, backendRefs: [{name: a, port: 80}]}]`;
    const { walks, summaries, problems } = run(`${route(rules)}${backend('a')}`, 'http://shop.example/v1/cart');
    expect(problems).toEqual([]);
    expect(walks[0]?.outcome.text).toBe('200 from a');
    expect(walks[0]?.outcome.terminal).toEqual(expect.arrayContaining(['Request: GET /api/cart', 'X-Forwarded-For: 192.168.56.100']));
    expect(walks[0]?.reason.decidedBy).toBe('HTTPRoute/default/shop spec.rules[0] -> default/a:80');
    expect(summaries).toMatchObject({
      'Gateway/default/edge': '192.168.56.240: Accepted',
      'HTTPRoute/default/shop': 'shop.example: Accepted',
    });
  });

  test('weights share the requests', () => {
    const rules = 'rules: [{backendRefs: [{name: a, port: 80, weight: 3}, {name: b, port: 80}]}]';
    const { walks } = run(`${route(rules)}${backend('a')}${backend('b')}`, 'http://shop.example', 24);
    const toA = walks.filter(({ outcome }) => outcome.text === '200 from a').length;
    expect(walks.filter(({ outcome }) => outcome.text === '200 from b')).toHaveLength(24 - toA);
    expect(toA).toBeGreaterThan(12);
    expect(toA).toBeLessThan(24);
  });

  test('a redirect names its place', () => {
    const rules = 'rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]}]';
    const { walks } = run(route(rules), 'http://shop.example/x');
    expect(walks[0]?.outcome.text).toBe('301 from traefik');
    expect(walks[0]?.reason.title).toBe('traefik answers 301: the route redirects to https://shop.example/x.');
  });

  test('500: the Service is in another namespace, and nothing permits it', () => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n---\n';
    const other = backend('a').replaceAll('metadata: {name: a', 'metadata: {namespace: other, name: a');
    const text = `${route('rules: [{backendRefs: [{name: a, namespace: other, port: 80}]}]')}${namespace}${other}`;
    const { walks, summaries } = run(text, 'http://shop.example');
    expect(walks[0]?.outcome.text).toBe('500 from traefik');
    expect(walks[0]?.reason.why.map((one) => one.text)[1]).toBe(
      'Backend `a` is in another namespace, and no ReferenceGrant there permits it',
    );
    expect(summaries['HTTPRoute/default/shop']).toBe('shop.example: RefNotPermitted');
    const grant = `apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: g, namespace: other}\nspec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}], to: [{group: "", kind: Service}]}`;
    expect(run(`${text}${grant}`, 'http://shop.example').walks[0]?.outcome.text).toBe('200 from a');
  });

  test('404: the route asks for a listener that the Gateway does not have', () => {
    const text = route('rules: [{backendRefs: [{name: a, port: 80}]}]').replace('{name: edge}]', '{name: edge, sectionName: https}]');
    const { walks, summaries } = run(`${text}${backend('a')}`, 'http://192.168.56.240');
    expect(walks[0]?.outcome.text).toBe('404 from traefik');
    expect(walks[0]?.reason.why[0]?.text).toMatch(/^HTTPRoute `shop` is not attached: `NoMatchingParent`/);
    expect(summaries['HTTPRoute/default/shop']).toBe('shop.example: NoMatchingParent');
  });

  test('a listener on a port that the controller does not have', () => {
    const { summaries } = run(
      EDGE.replace('name: edge}\nspec: {gatewayClassName', 'name: two}\nspec: {gatewayClassName').replace(
        'port: 80, protocol',
        'port: 8080, protocol',
      ),
      'http://192.168.56.240',
    );
    expect(summaries['Gateway/default/two']).toContain('PortUnavailable');
  });
});

test('two listeners with one port and one host name: neither serves, and the answer says so', () => {
  const clash = EDGE.replace(
    '{name: http, port: 80, protocol: HTTP}',
    '{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}',
  );
  const text = `${clash}${backend('a')}${route('rules: [{backendRefs: [{name: a, port: 80}]}]')}`;
  const { walks } = createSimulation().run(text, 1, [{ type: 'send', from: 'world', to: 'http://shop.example/' }]);
  expect(walks[0]?.reason.title).toContain('no listener is for shop.example, and the listeners a and b are in conflict');
});
