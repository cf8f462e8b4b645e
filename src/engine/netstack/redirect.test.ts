// Who is told of a shorter way, as Linux 6.18 was seen to do it.

import { expect, test } from 'vitest';
import { ClusterNetwork } from '../node/cluster-network.ts';
import type { Machine } from '../node/machine.ts';
import { Clock } from '../sim/clock.ts';
import { Recorder } from '../sim/recorder.ts';
import { SimulationContext } from '../sim/simulation-context.ts';
import { pingOnce } from './icmp.ts';

/** The world asks node-1 for a pod of node-2: whether it hears of the shorter way. */
function isTold(sysctls: { readonly all: boolean; readonly eth0: boolean }): boolean {
  const context = new SimulationContext(new Clock(), 1, new Recorder());
  const nodes = [1, 2].map((n) => ({ name: `node-${n}`, address: `192.168.56.1${n}`, podCIDR: `10.244.${n}.0/24` }));
  const network = new ClusterNetwork(context, { cni: 'host-gw', nodes, cloudProvider: false });
  const [one, two] = [...network.machines.values()] as [Machine, Machine];
  two.addPod('default/far', '10.244.2.10');
  one.netns.sysctls.send_redirects = sysctls.all;
  one.netns.interfaceSysctls.set('eth0', { send_redirects: sysctls.eth0 });
  network.world.routing.replace('10.244.2.0/24', '10.244.2.0/24 via 192.168.56.11 dev eth0');
  const ttls: number[] = [];
  pingOnce(network.world, { address: '10.244.2.10', tag: 1, onReply: (ttl) => ttls.push(ttl), onError: () => {} });
  context.clock.advanceTo(1_000_000);
  expect(ttls).toEqual([63]);
  return context.recorder.packetsOf(1).some(({ label }) => label === '5/1');
}

test.each([
  { all: true, eth0: true, told: true },
  { all: false, eth0: true, told: true },
  { all: true, eth0: false, told: true },
  { all: false, eth0: false, told: false },
])('conf.all.send_redirects $all, conf.eth0.send_redirects $eth0: $told', ({ told, ...sysctls }) => {
  expect(isTold(sysctls)).toBe(told);
});
