import { expect, test } from 'vitest';
import type { Container, Pod } from '../api/types.ts';
import { LISTEN_ANNOTATION, listenProblems, listensOf, portCollisions } from './listen.ts';

const pod = (containers: Container[], annotation?: string, initContainers?: Container[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...(annotation === undefined ? {} : { annotations: { [LISTEN_ANNOTATION]: annotation } }) },
  spec: { containers, ...(initContainers ? { initContainers } : {}) },
});

const run = (image: string, more: Partial<Container> = {}): Container => ({ name: 'web', image, ...more });

const shown = (one: Pod) =>
  listensOf(one).map(({ container, listens, source }) => [
    container,
    source,
    ...listens.map(({ protocol, address, port, program }) => `${program} ${protocol} ${address}:${port}`),
  ]);

test.each([
  ['nginx', ['nginx tcp 0.0.0.0:80']],
  ['docker.io/library/httpd:2.4', ['httpd tcp 0.0.0.0:80']],
  ['localhost:5000/redis@sha256:0123', ['redis-server tcp 0.0.0.0:6379']],
  ['hashicorp/http-echo', ['http-echo tcp 0.0.0.0:5678']],
  ['registry.k8s.io/e2e-test-images/agnhost:2.53', []],
  ['curlimages/curl:8.14.1', []],
])('%s listens where its program does by default', (image, sockets) => {
  expect(shown(pod([run(image)]))).toEqual([['web', 'image', ...sockets]]);
});

test('nginx listens on 80, declared or not; another declared port is opened as a simplification', () => {
  const declared = pod([run('nginx', { ports: [{ containerPort: 80 }, { containerPort: 8080 }] })]);
  expect(listensOf(declared)[0]?.listens.map(({ port, declared }) => [port, declared])).toEqual([
    [80, false],
    [8080, true],
  ]);
});

test('an unknown image opens what it declares', () => {
  expect(shown(pod([run('shop/web:1.4', { ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }] })]))).toEqual([
    ['web', 'declared', 'web tcp 0.0.0.0:8080', 'web udp 0.0.0.0:53'],
  ]);
});

test('arguments and commands count', () => {
  expect(shown(pod([run('hashicorp/http-echo', { args: ['-listen=:8080', '-text=hi'] })]))[0]).toContain('http-echo tcp 0.0.0.0:8080');
  expect(shown(pod([run('registry.k8s.io/e2e-test-images/agnhost', { args: ['netexec', '--http-port=80'] })]))[0]).toEqual([
    'web',
    'image',
    'agnhost tcp 0.0.0.0:80',
    'agnhost udp 0.0.0.0:8081',
  ]);
  expect(shown(pod([run('python', { command: ['python3', '-m', 'http.server', '8080', '--bind', '127.0.0.1'] })]))[0]).toContain(
    'python3 tcp 127.0.0.1:8080',
  );
  expect(shown(pod([run('nginx', { command: ['sleep', '3600'], ports: [{ containerPort: 80 }] })]))).toEqual([['web', 'image']]);
});

test('the annotation replaces it all, and what cannot be read in it is said', () => {
  const local = pod([run('nginx')], 'tcp:127.0.0.1:80, tcp:[::1]:80');
  expect(shown(local)).toEqual([['web', 'annotation', 'nginx tcp 127.0.0.1:80', 'nginx tcp ::1:80']]);
  expect(shown(pod([run('nginx')], ''))).toEqual([['web', 'annotation']]);
  expect(listenProblems(pod([run('nginx')], 'tcp:80,icmp:1.2.3.4:1,tcp:web:80,udp:0.0.0.0:99999,80'))).toEqual([
    '"icmp:1.2.3.4:1": the protocol is one of tcp, udp, sctp',
    '"tcp:web:80": web is not an IP address',
    '"udp:0.0.0.0:99999": a port is a number from 1 to 65535',
    '"80" is not of the form PROTOCOL:ADDRESS:PORT, e.g. tcp:127.0.0.1:8080',
  ]);
});

test('init containers are gone when the pod runs; sidecars are not', () => {
  const init = [
    { name: 'setup', image: 'redis' },
    { name: 'cache', image: 'redis', restartPolicy: 'Always' },
  ];
  expect(listensOf(pod([run('nginx')], undefined, init)).map(({ container }) => container)).toEqual(['cache', 'web']);
});

test('the second container on one port crashes in its own words', () => {
  const two = pod([run('httpd'), { name: 'proxy', image: 'nginx' }]);
  expect(portCollisions(two)).toMatchObject([
    { container: 'proxy', heldBy: 'web', message: 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)' },
  ]);
  expect(portCollisions(pod([run('nginx'), { name: 'cache', image: 'redis' }]))).toEqual([]);
});

test('TCP and UDP, and two different addresses, do not collide', () => {
  const app = run('shop/web', { ports: [{ containerPort: 53 }] });
  const dns = { name: 'dns', image: 'shop/dns', ports: [{ containerPort: 53, protocol: 'UDP' as const }] };
  expect(portCollisions(pod([app, dns]))).toEqual([]);
});
