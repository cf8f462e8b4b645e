import { expect, test } from 'vitest';
import { createNetworkNamespace } from '../../netstack/stack.ts';
import { Clock } from '../../sim/clock.ts';
import { Recorder } from '../../sim/recorder.ts';
import { SimulationContext } from '../../sim/simulation-context.ts';
import { inOrderOfUse } from './address-order.ts';

function host(...addresses: string[]) {
  const netns = createNetworkNamespace(new SimulationContext(new Clock(), 1, new Recorder()), 'client');
  netns.addDevice({ name: 'eth0', kind: 'veth' });
  for (const address of addresses) netns.addAddress('eth0', address);
  netns.routing.add('default via 10.244.1.1 dev eth0');
  if (addresses.length > 1) netns.routing.add('default via fd00:10:244:1::1 dev eth0');
  return netns;
}

const DUAL = ['10.244.1.2/24', 'fd00:10:244:1::2/64'] as const;

test("the cluster's own IPv6 comes before its IPv4", () => {
  expect(inOrderOfUse(host(...DUAL), ['10.96.0.20', 'fd00:10:96::20'])).toEqual(['fd00:10:96::20', '10.96.0.20']);
});

test("the internet's IPv4 comes before its IPv6, to which a pod's address has another label", () => {
  expect(inOrderOfUse(host(...DUAL), ['2001:db8::10', '203.0.113.10'])).toEqual(['203.0.113.10', '2001:db8::10']);
});

test('an address without a way is not tried where there is another', () => {
  const single = host('10.244.1.2/24');
  expect(inOrderOfUse(single, ['10.96.0.20', 'fd00:10:96::20'])).toEqual(['10.96.0.20']);
  expect(inOrderOfUse(single, ['fd00:10:96::20'])).toEqual(['fd00:10:96::20']);
});
