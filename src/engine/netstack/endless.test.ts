// What would never end on real machines ends here, and says what went round and where.

import { beforeEach, expect, test } from 'vitest';
import { ALL_EXTENSIONS } from '../netfilter/all-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { ClusterNetwork } from '../node/cluster-network.ts';
import type { Machine } from '../node/machine.ts';
import { Clock } from '../sim/clock.ts';
import { Recorder } from '../sim/recorder.ts';
import { SimulationContext } from '../sim/simulation-context.ts';
import type { TracedPacket } from '../sim/trace.ts';
import { connectUDP } from './udp.ts';

let context: SimulationContext;
let one: Machine;
let two: Machine;

beforeEach(() => build('vxlan'));

function build(cni: 'host-gw' | 'vxlan'): void {
  context = new SimulationContext(new Clock(), 1, new Recorder());
  const nodes = [1, 2].map((n) => ({ name: `node-${n}`, address: `192.168.56.1${n}`, podCIDR: `10.244.${n}.0/24` }));
  const network = new ClusterNetwork(context, { cni, nodes, cloudProvider: false });
  [one, two] = [...network.machines.values()] as [Machine, Machine];
  one.addPod('default/client', '10.244.1.2');
  two.addPod('default/server', '10.244.2.2');
}

function load({ netns }: Machine, table: string, ...rules: string[]): void {
  netns.ruleset ??= new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  expect(netns.ruleset.restore(`*${table}\n${rules.join('\n')}\nCOMMIT\n`, { noflush: true })).toEqual([]);
}

/** A datagram of the client's, and a minute. */
function send(address: string): readonly TracedPacket[] {
  const client = one.pods.get('default/client')?.netns;
  if (!client) throw new Error('no client');
  const socket = connectUDP(client, { address, port: 7, tag: 1, program: 'nc', onDatagram: () => {}, onError: () => {} });
  if (typeof socket !== 'string') socket.send({ type: 'none', sizeBytes: 0 });
  context.clock.advanceTo(context.clock.nowUs + 60_000_000);
  return context.recorder.packetsOf(1).filter(({ protocol }) => protocol !== 'arp');
}

const ends = (packets: readonly TracedPacket[]) => packets.map(({ label, fate }) => `${label} ${fate?.kind} ${fate?.text}`);

test('a route that leads back and a rule that sets the TTL anew', () => {
  build('host-gw');
  one.netns.routing.add('10.9.0.0/16 via 192.168.56.12 dev eth0');
  two.netns.routing.add('10.9.0.0/16 via 192.168.56.11 dev eth0');
  load(two, 'mangle', '-A PREROUTING -j TTL --ttl-set 64');
  expect(ends(send('10.9.0.1'))).toEqual([
    'UDP lost it goes round for ever, node-1 -> wire -> node-2 -> wire -> node-1: forwarded 510 times, and its TTL is still 63',
  ]);
});

test('without the rule the TTL ends it', () => {
  build('host-gw');
  one.netns.routing.add('10.9.0.0/16 via 192.168.56.12 dev eth0');
  two.netns.routing.add('10.9.0.0/16 via 192.168.56.11 dev eth0');
  expect(ends(send('10.9.0.1'))[0]).toBe('UDP expired TTL reached 0');
});

test('a tunnel whose outer packets are led into the tunnel', () => {
  load(one, 'nat', '-A OUTPUT -p udp -m udp --dport 8472 -j DNAT --to-destination 10.244.2.2');
  expect(ends(send('10.244.2.2'))).toEqual(['UDP lost ip_tunnel_core: Dead loop on virtual device flannel.1, fix it urgently!']);
});

test('errors about tunnelled errors', () => {
  load(two, 'nat', '-A PREROUTING -p udp -m udp --dport 8472 -j DNAT --to-destination 10.244.1.2');
  load(two, 'nat', '-A POSTROUTING -j MASQUERADE');
  const told = ends(send('10.244.2.2'));
  expect(told).toHaveLength(10);
  expect(told.at(-1)).toBe(
    '3/3 lost it goes round for ever, 10.244.1.2 -> 10.244.2.0: each error comes back inside of a tunnel and brings about the next',
  );
});
