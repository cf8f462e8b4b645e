import { expect, test } from 'vitest';
import { createObjectStore } from '../../apiserver/store.ts';
import { Clock } from '../../sim/clock.ts';
import { watchForDNS } from './server.ts';

const slice = (name: string, address: string) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [address] }],
});

test('what was there before the first query is known in the order in which it changed last, and then kept up', () => {
  const store = createObjectStore(new Clock(), 1);
  const index = watchForDNS(store);
  for (const name of ['web-a', 'web-b']) store.create(slice(name, '10.244.1.2'));
  store.update(slice('web-a', '10.244.1.3'));
  const names = () =>
    index()
      .endpointSlices('default', 'web')
      .map(({ metadata }) => metadata.name);
  expect(names()).toEqual(['web-b', 'web-a']);
  store.update(slice('web-b', '10.244.1.4'));
  store.create(slice('web-c', '10.244.1.5'));
  expect(names()).toEqual(['web-a', 'web-b', 'web-c']);
});
