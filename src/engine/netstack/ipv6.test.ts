// IPv6 on bridges and wires. What is expected was seen on Linux 6.18.44 with ip6tables-nft 1.8.9: two pods on a bridge with
// bridge-nf-call-ip6tables, a router, rules by hand.

import { beforeEach, describe, expect, test } from 'vitest';
import type { Node } from '../api/types.ts';
import { COMMON_EXTENSIONS } from '../netfilter/common-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { ClusterNetwork } from '../node/cluster-network.ts';
import { SECOND_FAMILY } from '../node/dual-stack.ts';
import type { Machine, PodNetwork } from '../node/machine.ts';
import { type ClientResult, runRequest } from '../programs/client.ts';
import { startServer } from '../programs/server.ts';
import { parseTarget } from '../programs/target.ts';
import { Clock } from '../sim/clock.ts';
import { Recorder } from '../sim/recorder.ts';
import { SimulationContext } from '../sim/simulation-context.ts';
import type { TracedPacket } from '../sim/trace.ts';
import { MORE_PROTOCOLS } from './more-protocols.ts';
import { printNeighbours } from './neighbour.ts';
import type { NetworkNamespace } from './netns.ts';

let network: ClusterNetwork;
let clock: Clock;
let one: Machine;
let client: PodNetwork;
let far: PodNetwork;

beforeEach(() => build('host-gw'));

/** Pods client and near on node-1, far on node-2; a server on port 8080 of each. */
function build(cni: 'host-gw' | 'vxlan'): void {
  clock = new Clock();
  const context = new SimulationContext(clock, 1, new Recorder());
  const specs = [1, 2].map((n) => ({ name: `node-${n}`, address: `192.168.56.1${n}`, podCIDR: `10.244.${n}.0/24` }));
  network = new ClusterNetwork(context, { cni, nodes: specs, cloudProvider: false, protocols: MORE_PROTOCOLS });
  const nodes = specs.map(({ name, address, podCIDR }): Node => {
    const status = { addresses: [{ type: 'InternalIP', address }] };
    return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { podCIDR }, status };
  });
  SECOND_FAMILY.addTo(network, SECOND_FAMILY.completeNodes(nodes) as Node[]);
  const [first, second] = [...network.machines.values()] as [Machine, Machine];
  one = first;
  for (const { netns } of [first, second]) netns.ruleset6 = new Ruleset({ family: 6, extensions: COMMON_EXTENSIONS });
  client = first.addPod('default/client', null) as PodNetwork;
  const near = first.addPod('default/near', null) as PodNetwork;
  far = second.addPod('default/far', null) as PodNetwork;
  for (const { netns } of [client, near, far])
    startServer(netns, { name: netns.name, program: 'nginx' }, { protocol: 'tcp', address: '::', port: 8080 });
}

function rules(machine: Machine, table: string, ...lines: string[]): void {
  expect(machine.netns.ruleset6?.restore(`*${table}\n${lines.join('\n')}\nCOMMIT\n`, { noflush: true })).toEqual([]);
}

function request(netns: NetworkNamespace, to: string): { result: ClientResult; tookUs: number; packets: readonly TracedPacket[] } {
  const target = parseTarget(to);
  if ('error' in target) throw new Error(target.error);
  const tag = network.context.newTag();
  const startUs = clock.nowUs;
  const ended: { result: ClientResult; tookUs: number }[] = [];
  const host = { netns, resolvConf: { nameservers: [], search: [], options: [] }, hosts: [] };
  runRequest(host, target.value, tag, (result) => ended.push({ result, tookUs: clock.nowUs - startUs }));
  clock.advanceTo(startUs + 60_000_000);
  return { ...(ended[0] as { result: ClientResult; tookUs: number }), packets: network.context.recorder.packetsOf(tag) };
}

const named = (packets: readonly TracedPacket[], label: string) => packets.find((packet) => packet.label === label) as TracedPacket;
const interfaces = ({ hops }: TracedPacket) =>
  hops.flatMap((hop) => (hop.kind === 'if' ? [`${hop.node} ${hop.ifc.replace(/^veth.*/, 'veth')} ${hop.dir} ${hop.ttl}`] : []));
const chains = ({ hops }: TracedPacket) => hops.flatMap((hop) => (hop.kind === 'rule' ? [`${hop.table} ${hop.hook}`] : []));

describe('Neighbour Discovery', () => {
  test('the question goes to the group of the address, the answer to who asked', () => {
    const { packets } = request(client.netns, 'tcp://[fd00:10:244:1::3]:8080');
    expect(named(packets, 'NS')).toMatchObject({ addr: 'fd00:10:244:1::2->ff02::1:ff00:3', protocol: 'ndp' });
    expect(named(packets, 'NS').hops[0]).toMatchObject({ ifc: 'eth0', ttl: 255 });
    expect(named(packets, 'NA')).toMatchObject({ addr: 'fd00:10:244:1::3->fd00:10:244:1::2', from: 'default/near' });
    expect(printNeighbours(client.netns, 6)).toMatch(/^fd00:10:244:1::3 dev eth0 lladdr [0-9a-f:]+ REACHABLE\n$/);
  });

  test('a gateway says that it is a router; a router asks from its link-local address', () => {
    const { packets } = request(client.netns, 'tcp://[fd00:10:244:2::2]:8080');
    expect(printNeighbours(client.netns, 6)).toMatch(/^fd00:10:244:1::1 dev eth0 lladdr [0-9a-f:]+ router REACHABLE\n$/);
    const asked = packets.filter(({ label, from }) => label === 'NS' && from === 'node-1');
    expect(asked[0]?.addr).toMatch(/^fe80::[0-9a-f:]+->ff02::1:ff56:12$/);
  });

  test('it passes the hooks, of no connection: nat is not asked, and UNTRACKED holds', () => {
    rules(one, 'raw', '-A PREROUTING -p ipv6-icmp');
    rules(one, 'nat', '-A PREROUTING -p ipv6-icmp', '-A POSTROUTING -p ipv6-icmp');
    rules(one, 'filter', '-A INPUT -m conntrack --ctstate UNTRACKED -m icmp6 -p ipv6-icmp --icmpv6-type 135', '-A FORWARD -p ipv6-icmp');
    const { packets } = request(client.netns, 'tcp://[fd00:10:244:2::2]:8080');
    expect(chains(named(packets, 'NS'))).toEqual([
      'raw PREROUTING',
      'raw PREROUTING',
      'filter FORWARD',
      'filter FORWARD',
      'filter INPUT',
      'filter INPUT',
    ]);
  });

  test('nobody answers three times: the address is unreachable after three seconds', () => {
    const { result, tookUs, packets } = request(client.netns, 'tcp://[fd00:10:244:1::99]:8080');
    expect(result).toMatchObject({ kind: 'error', errno: 'EHOSTUNREACH' });
    expect(Math.round(tookUs / 1000)).toBe(3000);
    expect(packets.filter(({ label, sentUs }) => label === 'NS' && sentUs < 3_000_000)).toHaveLength(3);
    expect(named(packets, '1/3').addr).toBe('fd00:10:244:1::2->fd00:10:244:1::2');
  });
});

describe('ip6tables on a bridge', () => {
  test('a Service of the same node is translated inside the bridge: the hop limit stays 64', () => {
    rules(one, 'nat', '-A PREROUTING -d fd00:10:96::a/128 -p tcp -j DNAT --to-destination [fd00:10:244:1::3]:8080');
    rules(one, 'filter', '-A FORWARD -d fd00:10:244:1::3/128 -m physdev --physdev-is-bridged');
    const { result, packets } = request(client.netns, 'http://[fd00:10:96::a]');
    expect(result).toMatchObject({ kind: 'answered' });
    expect(interfaces(named(packets, 'SYN'))).toEqual([
      'default/client eth0 tx 64',
      'node-1 veth rx 64',
      'node-1 veth tx 64',
      'default/near eth0 rx 64',
    ]);
    expect(chains(named(packets, 'SYN'))).toEqual(['nat PREROUTING', 'filter FORWARD', 'filter FORWARD']);
    expect(named(packets, 'S·A').hops.at(-1)).toMatchObject({ addr: '[fd00:10:96::a]:80->[fd00:10:244:1::2]:40001' });
  });

  test.each([
    ['icmp6-port-unreachable', 'ECONNREFUSED', '1/4', 'fd00:10:244:1::1'],
    ['icmp6-adm-prohibited', 'EACCES', '1/1', 'fd00:10:244:1::1'],
    ['icmp6-no-route', 'ENETUNREACH', '1/0', 'fd00:10:244:1::1'],
    ['tcp-reset', 'ECONNREFUSED', 'RST', '[fd00:10:96::b]:80'],
  ])('REJECT --reject-with %s: %s', (type, errno, label, sender) => {
    rules(one, 'filter', `-A FORWARD -d fd00:10:96::b/128 -p tcp -j REJECT --reject-with ${type}`);
    const { result, packets } = request(client.netns, 'http://[fd00:10:96::b]');
    expect(result).toMatchObject({ kind: 'error', errno });
    expect(named(packets, label).addr.split('->')[0]).toBe(sender);
  });
});

test('routes of both families, as ip prints them', () => {
  expect(one.netns.routing.print()).not.toContain(':');
  expect(one.netns.routing.print(6)).toBe(
    [
      'fd00:10:244:1::/64 dev cni0 proto kernel metric 256 pref medium',
      'fd00:10:244:2::/64 via fd00:192:168::56:12 dev eth0 metric 1024 pref medium',
      'fd00:192:168::/64 dev eth0 proto kernel metric 256 pref medium',
      'fe80::/64 dev eth0 proto kernel metric 256 pref medium',
      'fe80::/64 dev cni0 proto kernel metric 256 pref medium',
      'default via fd00:192:168::56:1 dev eth0 proto static metric 1024 pref medium\n',
    ].join('\n'),
  );
});

test('a router that does not forward, and one without a way', () => {
  one.netns.sysctls.forwarding = false;
  expect(named(request(client.netns, 'tcp://[fd00:10:244:2::2]:8080').packets, 'SYN').fate?.text).toBe(
    'net.ipv6.conf.all.forwarding = 0: this machine forwards nothing',
  );
  build('host-gw');
  one.netns.routing.replace('::/0', null);
  const { result, packets } = request(client.netns, 'tcp://[2001:db8:1::1]:80');
  expect(result).toMatchObject({ errno: 'ENETUNREACH' });
  expect(named(packets, '1/0').from).toBe('node-1');
});

test('the tunnel carries IPv6 in IPv6, with a device of its own', () => {
  build('vxlan');
  const { result, packets } = request(client.netns, 'http://[fd00:10:244:2::2]:8080');
  expect(result).toMatchObject({ kind: 'answered' });
  expect(interfaces(named(packets, 'SYN')).slice(2, 5)).toEqual(['node-1 cni0 rx 64', 'node-1 flannel-v6.1 tx 63', 'node-1 eth0 tx 64']);
  const outer = named(packets, 'SYN').hops.find((hop) => hop.kind === 'if' && hop.inner);
  expect(outer).toMatchObject({ addr: expect.stringMatching(/^\[fd00:192:168::56:11\]:\d+->\[fd00:192:168::56:12\]:8472$/) });
  expect(one.netns.routing.print(6)).toContain('fd00:10:244:2::/64 via fd00:10:244:2:: dev flannel-v6.1 metric 1024 onlink pref medium');
});

test('a socket on 0.0.0.0 does not take IPv6', () => {
  startServer(far.netns, { name: 'far', program: 'old' }, { protocol: 'tcp', address: '0.0.0.0', port: 81 });
  expect(request(client.netns, 'tcp://[fd00:10:244:2::2]:81').result).toMatchObject({ errno: 'ECONNREFUSED' });
  expect(request(client.netns, 'tcp://10.244.2.2:81').result).toMatchObject({ kind: 'answered' });
});

test('ping, and its connection', () => {
  rules(one, 'filter', '-A FORWARD -m conntrack --ctstate NEW');
  expect(request(client.netns, 'icmp://[fd00:10:244:2::2]').result).toMatchObject({ kind: 'answered', ttl: 62 });
  expect(one.netns.conntrack.entries(clock.nowUs - 59_000_000)[0]).toMatchObject({ original: { protocol: 'icmp' } });
});

test('a long datagram is cut by its sender, and put together by the machine that tracks connections', () => {
  far.netns.sockets.listen({
    protocol: 'udp',
    address: '::',
    port: 7,
    program: 'echo',
    onDatagram: ({ payload }, reply) => reply(payload),
  });
  const { result, packets } = request(client.netns, 'udp://[fd00:10:244:2::2]:7#size=3000');
  expect(result.kind).toBe('answered');
  const pieces = packets.filter(({ from, label }) => from === 'default/client' && label.startsWith('frag'));
  expect(pieces.map(({ sizeBytes }) => sizeBytes)).toEqual([1496, 1496, 160]);
  const cutAgain = packets.filter(({ from, label, direction }) => from === 'node-1' && label.startsWith('frag') && direction === 'request');
  expect(cutAgain.map(({ sizeBytes }) => sizeBytes)).toEqual([1496, 1496, 160]);
});
