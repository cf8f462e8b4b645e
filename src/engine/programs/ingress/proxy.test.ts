import { describe, expect, test } from 'vitest';
import { createSimulation } from '../../whole-simulation.ts';

interface Setup {
  readonly image?: string;
  readonly args?: readonly string[];
  readonly ingress: string;
  readonly rest?: string;
  readonly from?: string;
  readonly cluster?: string;
  readonly seed?: number;
}

const pod = (name: string, more: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  nodeName: node-2
  containers: [{name: main, ${more}}]`;

const service = (name: string, spec: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ${spec}}`;

const ingress = (spec: string, metadata = '') => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop${metadata}}
spec: ${spec}`;

const rule = (host: string, name: string, port = 80) =>
  `{ingressClassName: main, rules: [{host: "${host}", http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${name}, port: {number: ${port}}}}}]}}]}`;

const CONTROLLERS: Readonly<Record<string, string>> = {
  'registry.k8s.io/ingress-nginx/controller:v1.12.1': 'k8s.io/ingress-nginx',
  'nginx/nginx-ingress:4.0.0': 'nginx.org/ingress-controller',
  'traefik:v3.3': 'traefik.io/ingress-controller',
};

/** One request to an ingress controller on node-1, behind a Service of its own. */
function walk(to: string, { image = 'registry.k8s.io/ingress-nginx/controller:v1.12.1', args = [], from = 'world', ...setup }: Setup) {
  const { ingress: ingressText, rest = '', cluster = '{cloudProvider: true}', seed = 1 } = setup;
  const documents = [
    ingressText,
    `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: main}\nspec: {controller: ${CONTROLLERS[image]}}`,
    `apiVersion: v1\nkind: Pod\nmetadata: {name: edge, labels: {app: edge}}\nspec:\n  nodeName: node-1\n  containers: [{name: edge, image: "${image}", args: ${JSON.stringify(args)}}]`,
    `apiVersion: v1\nkind: Service\nmetadata: {name: edge}\nspec: {type: LoadBalancer, loadBalancerIP: 192.168.56.240, externalTrafficPolicy: Local, selector: {app: edge}, ports: [{name: http, port: 80}, {name: https, port: 443}]}`,
    `apiVersion: packetwalk.dev/v1\nkind: Scenario\ntitle: t\ncluster: ${cluster}`,
    rest,
  ];
  const { walks, problems } = createSimulation().run(documents.join('\n---\n'), seed, [{ type: 'send', from, to }]);
  const found = walks[0];
  if (!found) throw new Error(problems.map(({ message }) => message).join('\n'));
  return found;
}

const WEB = `${pod('web', 'image: traefik/whoami')}\n---${service('web', 'ports: [{port: 80}]')}`;
const texts = (found: ReturnType<typeof walk>) => found.reason.why.map(({ text }) => text);

describe('where a status is made', () => {
  test('200: the endpoint is dialled from the controller’s own address, on a second connection', () => {
    const found = walk('http://shop.example/', { ingress: ingress(rule('shop.example', 'web')), rest: WEB });
    expect(found.outcome).toMatchObject({ ok: true, text: '200 from web' });
    expect(found.outcome.terminal).toContain('X-Forwarded-For: 192.168.56.100');
    const dial = found.packets.find(({ from, label }) => from === 'default/edge' && label === 'SYN');
    expect(dial).toMatchObject({ direction: 'request', addr: '10.244.1.2:40001->10.244.2.2:80' });
    const arrival = found.packets.find(({ label, fate }) => label === 'DATA' && fate?.node === 'default/edge');
    expect(dial?.sentUs).toBeGreaterThan(arrival?.fate?.timeUs ?? Number.POSITIVE_INFINITY);
    expect(found.reason.why[0]).toMatchObject({ object: 'Ingress/default/shop', range: { startLine: 5 } });
  });

  test('404: no rule for the host, or no path', () => {
    const narrow = ingress(rule('shop.example', 'web').replace('path: /,', 'path: /cart,'));
    expect(walk('http://192.168.56.240/', { ingress: narrow }).reason.title).toBe(
      'ingress-nginx answers 404: no rule is for the host 192.168.56.240.',
    );
    const found = walk('http://shop.example/other', { ingress: narrow, rest: WEB });
    expect(found.outcome.text).toBe('404 from ingress-nginx');
    expect(found.reason.title).toBe('ingress-nginx answers 404: no path of shop.example fits /other.');
  });

  test('404: the Ingress is of a class that nobody has', () => {
    const spec = rule('shop.example', 'web').replace('main', 'mian');
    const found = walk('http://192.168.56.240', { ingress: ingress(spec.replace('host: "shop.example", ', '')), rest: WEB });
    expect(texts(found)[0]).toBe('Ingress `shop` asks for class `mian`, and no IngressClass has that name');
  });

  test('503: no Service of that name; the name that was meant is suggested', () => {
    const found = walk('http://shop.example', { ingress: ingress(rule('shop.example', 'wbe')), rest: WEB });
    expect(found.outcome.text).toBe('503 from ingress-nginx');
    expect(found.reason).toMatchObject({ title: 'ingress-nginx answers 503: Service wbe does not exist.', suggestion: { newText: 'web' } });
  });

  test('502: the endpoint refuses, three times over, and the targetPort is to blame', () => {
    const rest = `${pod('web', 'image: nginx')}\n---${service('web', 'ports: [{port: 80, targetPort: 8080}]')}`;
    const found = walk('http://shop.example', { ingress: ingress(rule('shop.example', 'web')), rest });
    expect(found.outcome.text).toBe('502 from ingress-nginx');
    expect(found.packets.filter(({ from, label }) => from === 'default/edge' && label === 'SYN')).toHaveLength(3);
    expect(found.reason.title).toBe('ingress-nginx answers 502: web refuses: nothing listens on 10.244.2.2:8080.');
    expect(found.reason.suggestion?.newText).toBe('80');
  });

  test('504: a policy drops what the controller sends; it tries three times, five seconds each', () => {
    const policy = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}`;
    const found = walk('http://shop.example', {
      ingress: ingress(rule('shop.example', 'web')),
      rest: `${WEB}\n---\n${policy}`,
      cluster: '{cloudProvider: true, networkPolicy: true}',
    });
    expect(found.outcome.text).toBe('504 from ingress-nginx');
    expect(found.outcome.elapsedUs).toBeGreaterThan(15_000_000);
    expect(found.outcome.elapsedUs).toBeLessThan(15_100_000);
    expect(found.reason.title).toMatch(/^ingress-nginx answers 504: .*deny.* drops? the packet/);
  });
});

test('one endpoint of two refuses: the next one is tried, and the client notices nothing', () => {
  const rest = [
    pod('web', 'image: nginx'),
    pod('deaf', 'image: curlimages/curl, command: [sleep, infinity]').replace('app: deaf', 'app: web'),
    service('web', 'ports: [{port: 80}]'),
  ].join('\n---');
  const walks = [1, 2, 3, 4].map((seed) => walk('http://shop.example', { ingress: ingress(rule('shop.example', 'web')), rest, seed }));
  expect(new Set(walks.map(({ outcome }) => outcome.text))).toEqual(new Set(['200 from web']));
  const dials = walks.map(({ packets }) => packets.filter(({ from, label }) => from === 'default/edge' && label === 'SYN').length);
  expect(new Set(dials)).toEqual(new Set([1, 2]));
});

test('annotations shorten the wait', () => {
  const annotations = ['proxy-connect-timeout: "1"', 'proxy-next-upstream-tries: "2"'];
  const metadata = `, annotations: {${annotations.map((one) => `nginx.ingress.kubernetes.io/${one}`).join(', ')}}`;
  const slice = `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: far, labels: {kubernetes.io/service-name: far}}\naddressType: IPv4\nendpoints: [{addresses: [198.51.100.9]}]\nports: [{port: 80}]`;
  const far = `apiVersion: v1\nkind: Service\nmetadata: {name: far}\nspec: {ports: [{port: 80}]}`;
  const found = walk('http://shop.example', { ingress: ingress(rule('shop.example', 'far'), metadata), rest: `${far}\n---\n${slice}` });
  expect(found.outcome.text).toBe('504 from ingress-nginx');
  expect(Math.round(found.outcome.elapsedUs / 1_000_000)).toBe(2);
});

test('a host with TLS is redirected, unless the Ingress says otherwise', () => {
  const spec = rule('shop.example', 'web').replace('rules:', 'tls: [{hosts: [shop.example], secretName: shop-tls}], rules:');
  expect(walk('http://shop.example/', { ingress: ingress(spec), rest: WEB }).outcome.text).toBe('308 from ingress-nginx');
  const off = ', annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false"}';
  expect(walk('http://shop.example/', { ingress: ingress(spec, off), rest: WEB }).outcome.text).toBe('200 from web');
});

describe('TLS ends at the controller', () => {
  const tls = 'tls: [{hosts: [shop.example], secretName: shop-tls}], rules:';
  const setup = { ingress: ingress(rule('shop.example', 'web').replace('rules:', tls)), rest: WEB };
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: shop-tls}\ntype: kubernetes.io/tls';
  const withSecret = { ...setup, rest: `${WEB}\n---\n${secret}` };

  test('from there on the request is plain, and says how it came', () => {
    const found = walk('https://shop.example/', withSecret);
    expect(found.outcome.text).toBe('200 from web');
    const inside = found.packets.find(({ from, label }) => from === 'default/edge' && label === 'DATA');
    expect(inside?.content).toContain('X-Forwarded-Proto: https');
    const outside = found.packets.filter(({ from, label }) => from === 'world' && /DATA|TLS/.test(label));
    expect(outside.map(({ label, content }) => `${label} ${content.split('\r\n')[0]}`)).toEqual([
      'TLS ClientHello, server_name shop.example',
      'TLS sealed: GET / HTTP/1.1',
    ]);
  });

  test('a Secret that is not there: the controller shows its own certificate, and curl stops', () => {
    const found = walk('https://shop.example/', setup);
    expect(found.outcome).toMatchObject({ kind: 'failed', text: 'certificate not trusted' });
    expect(found.outcome.terminal[0]).toBe('curl: (60) SSL certificate problem: self-signed certificate');
    expect(found.reason.title).toBe('curl does not trust the certificate: Kubernetes Ingress Controller Fake Certificate.');
    expect(texts(found)).toEqual(['Ingress `shop` names Secret `shop-tls`, and namespace `default` has none of that name']);
    expect(walk('https://shop.example/#insecure', setup).outcome.text).toBe('200 from web');
  });

  test('plain words on the TLS port, TLS on the plain port', () => {
    expect(walk('http://shop.example:443/', withSecret).outcome.text).toBe('400 from ingress-nginx');
    const found = walk('https://shop.example:80/', withSecret);
    expect(found.outcome.terminal).toEqual(['curl: (35) error:0A00010B:SSL routines::wrong version number']);
    expect(found.reason.title).toBe('edge does not speak TLS on port 80.');
  });
});

test('names of Ingress rules are known outside and inside, wildcards too', () => {
  const setup = { ingress: ingress(rule('*.shop.example', 'web')), rest: WEB };
  expect(walk('http://eu.shop.example', setup).outcome.text).toBe('200 from web');
  expect(walk('http://eu.shop.example', { ...setup, from: 'pod/default/web' }).outcome.text).toBe('200 from web');
  expect(walk('http://shop.example', setup).outcome.text).toBe('could not resolve host');
});

test('an ExternalName Service is looked up by the controller', () => {
  const rest = 'apiVersion: v1\nkind: Service\nmetadata: {name: books}\nspec: {type: ExternalName, externalName: example.com}';
  const found = walk('http://shop.example', { ingress: ingress(rule('shop.example', 'books')), rest });
  expect(found.outcome.text).toBe('200 from internet');
  expect(found.outcome.terminal).toContain('Host: shop.example');
});

test('a class that is the default is given to an Ingress without one', () => {
  const asDefault = `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: usual, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}\nspec: {controller: k8s.io/ingress-nginx}`;
  const spec = rule('shop.example', 'web').replace('ingressClassName: main, ', '');
  expect(walk('http://shop.example', { ingress: ingress(spec), rest: `${WEB}\n---\n${asDefault}` }).outcome.text).toBe('200 from web');
  expect(walk('http://shop.example', { ingress: ingress(spec), rest: WEB }).outcome.text).toBe('could not resolve host');
});

test('the controllers differ in what they answer without an endpoint', () => {
  const setup = { ingress: ingress(rule('shop.example', 'web')), rest: service('web', 'ports: [{port: 80}]') };
  const answer = (image: string, args: readonly string[] = []) => walk('http://shop.example', { ...setup, image, args }).outcome.text;
  expect(answer('registry.k8s.io/ingress-nginx/controller:v1.12.1')).toBe('503 from ingress-nginx');
  expect(answer('nginx/nginx-ingress:4.0.0')).toBe('502 from nginx-ingress');
  expect(answer('traefik:v3.3', ['--providers.kubernetesIngress'])).toBe('404 from traefik');
  expect(answer('traefik:v3.3', ['--providers.kubernetesIngress.allowEmptyServices=true'])).toBe('503 from traefik');
});

test('a backend that leads back to the controller: 500 when no connection is left', () => {
  const rest = `apiVersion: v1
kind: Service
metadata: {name: back}
spec: {type: ExternalName, externalName: edge.default.svc.cluster.local, ports: [{port: 80}]}`;
  const { outcome, reason } = walk('http://shop.example', { ingress: ingress(rule('shop.example', 'back')), rest });
  expect(outcome.text).toBe('500 from ingress-nginx');
  expect(reason.title).toBe('ingress-nginx answers 500: the request goes round until no connection is left.');
});
