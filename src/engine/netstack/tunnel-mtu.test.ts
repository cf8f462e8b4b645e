// Pods that believe in 1500 bytes, in a tunnel over 1500: what Linux 6.18 was seen to do with a vxlan device as flannel
// makes it (`df unset`).

import { beforeEach, expect, test } from 'vitest';
import { ClusterNetwork } from '../node/cluster-network.ts';
import type { Machine } from '../node/machine.ts';
import { Clock } from '../sim/clock.ts';
import { Recorder } from '../sim/recorder.ts';
import { SimulationContext } from '../sim/simulation-context.ts';
import { pingOnce } from './icmp.ts';
import type { NetworkNamespace } from './netns.ts';

let context: SimulationContext;
let one: Machine;

beforeEach(() => {
  context = new SimulationContext(new Clock(), 1, new Recorder());
  const nodes = [1, 2].map((n) => ({ name: `node-${n}`, address: `192.168.56.1${n}`, podCIDR: `10.244.${n}.0/24` }));
  const network = new ClusterNetwork(context, { cni: 'vxlan', podMTU: 1500, nodes, cloudProvider: false });
  const [first, second] = [...network.machines.values()] as [Machine, Machine];
  one = first;
  one.addPod('default/client', '10.244.1.2');
  second.addPod('default/server', '10.244.2.2');
});

/** A ping of 1500 bytes in all: TTL of the answer or errno, and what leaves node-1 for it. */
function ping(from: NetworkNamespace, cutBy?: 'nobody') {
  const tag = context.newTag();
  const heard: (number | string)[] = [];
  const options = { address: '10.244.2.2', tag, sizeBytes: 1472, ...(cutBy && { cutBy }) };
  const errno = pingOnce(from, { ...options, onReply: (ttl) => heard.push(ttl), onError: (one) => heard.push(one) });
  context.clock.advanceTo(context.clock.nowUs + 1_000_000);
  const sent = context.recorder.packetsOf(tag).filter(({ protocol, hops }) => {
    return protocol !== 'arp' && hops.some((hop) => hop.kind === 'if' && hop.node === 'node-1' && hop.ifc === 'eth0' && hop.dir === 'tx');
  });
  return [errno ?? heard[0], ...sent.map(({ label, sizeBytes }) => `${label} ${sizeBytes}`)];
}

test("a pod's packets are wrapped and cut, whatever they say of being cut, every time", () => {
  const pod = one.pods.get('default/client')?.netns as NetworkNamespace;
  for (const cutBy of [undefined, 'nobody', 'nobody'] as const) expect(ping(pod, cutBy)).toEqual([62, 'frag 1500', 'frag. 70']);
});

test("the node learns from it: its own packets to that pod are cut before they are wrapped, or don't leave", () => {
  expect(ping(one.netns)).toEqual([63, 'frag 1500', 'frag. 70']);
  expect(one.netns.pathMTUs.get('10.244.2.2')).toBe(1450);
  expect(ping(one.netns)).toEqual([63, 'frag 1444', 'frag. 76']);
  expect(ping(one.netns, 'nobody')).toEqual(['EMSGSIZE']);
});
