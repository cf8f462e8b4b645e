// The environment of a container, line by line as `env` prints it.

import { expect, test } from 'vitest';
import type { Container, KubeObject, Pod } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { environmentOf, environmentText, expand } from './kubelet-env.ts';

const service = (namespace: string, name: string, spec: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec,
});

/** What a container of the pod `shop/web-1` finds. */
function environment(container: Partial<Container>, spec: object = {}): string[] {
  const store = createObjectStore(new Clock(), 1);
  store.create(service('default', 'kubernetes', { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] }));
  store.create(
    service('shop', 'cart-api', {
      clusterIP: '10.96.7.7',
      ports: [
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    }),
  );
  store.create(service('shop', 'db', { clusterIP: 'None', ports: [{ port: 5432 }] }));
  store.create(service('other', 'elsewhere', { clusterIP: '10.96.9.9', ports: [{ port: 80 }] }));
  store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { COLOR: 'green' } });
  const own: Container = { name: 'web', image: 'nginx', ...container };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' }, uid: 'u' },
    spec: { nodeName: 'node-1', containers: [own], ...spec },
    status: { podIP: '10.244.1.7' },
  };
  return environmentText(environmentOf({ store, services: store.list('Service'), pod, hostIP: '192.168.56.11' }, own)).split('\n');
}

test('Services of the namespace and the API server are there, headless ones and strangers are not', () => {
  expect(environment({}).filter((line) => line.startsWith('CART'))).toEqual([
    'CART_API_SERVICE_HOST=10.96.7.7',
    'CART_API_SERVICE_PORT=80',
    'CART_API_SERVICE_PORT_HTTP=80',
    'CART_API_SERVICE_PORT_DNS=53',
    'CART_API_PORT=tcp://10.96.7.7:80',
    'CART_API_PORT_80_TCP=tcp://10.96.7.7:80',
    'CART_API_PORT_80_TCP_PROTO=tcp',
    'CART_API_PORT_80_TCP_PORT=80',
    'CART_API_PORT_80_TCP_ADDR=10.96.7.7',
    'CART_API_PORT_53_UDP=udp://10.96.7.7:53',
    'CART_API_PORT_53_UDP_PROTO=udp',
    'CART_API_PORT_53_UDP_PORT=53',
    'CART_API_PORT_53_UDP_ADDR=10.96.7.7',
  ]);
  expect(environment({})).toContain('KUBERNETES_SERVICE_HOST=10.96.0.1');
  expect(environment({}).filter((line) => /^(DB|ELSEWHERE)/.test(line))).toEqual([]);
});

test('enableServiceLinks: false leaves only the API server', () => {
  const names = environment({}, { enableServiceLinks: false }).map((line) => line.split('_')[0]);
  expect(new Set(names)).toEqual(new Set(['HOSTNAME=web-1', 'KUBERNETES']));
});

test('the downward API, resources, ConfigMaps and earlier variables', () => {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const env = [
    field('IP', 'status.podIP'),
    field('NODE', 'spec.nodeName'),
    field('APP', "metadata.labels['app']"),
    { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    { name: 'MIB', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOR' } } },
    { name: 'URL', value: 'http://$(IP):80 $(CART_API_SERVICE_HOST) $(NOBODY) $$(IP)' },
  ];
  expect(environment({ env, resources: { limits: { cpu: '1500m', memory: '64Mi' } } }).slice(1, 8)).toEqual([
    'IP=10.244.1.7',
    'NODE=node-1',
    'APP=web',
    'CPUS=2',
    'MIB=64',
    'COLOR=green',
    'URL=http://10.244.1.7:80 10.96.7.7 $(NOBODY) $(IP)',
  ]);
  expect(environment({ envFrom: [{ prefix: 'MY_', configMapRef: { name: 'settings' } }] })[1]).toBe('MY_COLOR=green');
});

test('a reference is expanded once', () => {
  expect(expand('$(A)$(B)', (name) => ({ A: '$(B)', B: 'b' })[name])).toBe('$(B)b');
});
