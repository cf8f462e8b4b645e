// The stack against what a real kernel was seen to do: two nodes, pods on bridges, rules written by hand.

import { beforeEach, describe, expect, test } from 'vitest';
import { COMMON_EXTENSIONS } from '../netfilter/common-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { ClusterNetwork } from '../node/cluster-network.ts';
import type { Machine, PodNetwork } from '../node/machine.ts';
import { type ClientResult, runRequest } from '../programs/client.ts';
import { startServer } from '../programs/server.ts';
import { parseTarget } from '../programs/target.ts';
import { Clock } from '../sim/clock.ts';
import { Recorder } from '../sim/recorder.ts';
import { SimulationContext } from '../sim/simulation-context.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { NetworkNamespace } from './netns.ts';

let network: ClusterNetwork;
let clock: Clock;
let one: Machine;
let two: Machine;
let client: PodNetwork;
let near: PodNetwork;
let far: PodNetwork;

beforeEach(() => build('host-gw'));

function build(cni: 'host-gw' | 'vxlan'): void {
  clock = new Clock();
  const context = new SimulationContext(clock, 1, new Recorder());
  const nodes = [1, 2].map((n) => ({ name: `node-${n}`, address: `192.168.56.1${n}`, podCIDR: `10.244.${n}.0/24` }));
  network = new ClusterNetwork(context, { cni, nodes, cloudProvider: false });
  [one, two] = [...network.machines.values()] as [Machine, Machine];
  for (const machine of [one, two]) machine.netns.ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
  client = one.addPod('default/client', '10.244.1.11') as PodNetwork;
  near = one.addPod('default/near', '10.244.1.12') as PodNetwork;
  far = two.addPod('default/far', '10.244.2.10') as PodNetwork;
  for (const [pod, name] of [
    [near, 'near'],
    [far, 'far'],
    [client, 'client'],
  ] as const) {
    startServer(pod.netns, { name, program: 'nginx' }, { protocol: 'tcp', address: '0.0.0.0', port: 8080 });
  }
}

function rules(machine: Machine, ...lines: string[]): void {
  const nat = lines.filter((line) => /DNAT|MASQUERADE|SNAT|REDIRECT/.test(line));
  const filter = lines.filter((line) => !nat.includes(line));
  const text = `*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${nat.join('\n')}\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\n${filter.join('\n')}\nCOMMIT\n`;
  expect(machine.netns.ruleset?.restore(text)).toEqual([]);
}

function request(netns: NetworkNamespace, to: string): { result: ClientResult; packets: readonly TracedPacket[]; tookUs: number } {
  const target = parseTarget(to);
  if ('error' in target) throw new Error(target.error);
  const tag = network.context.newTag();
  const startUs = clock.nowUs;
  const ended: { result: ClientResult; tookUs: number }[] = [];
  const host = { netns, resolvConf: { nameservers: [], search: [], options: [] }, hosts: [] };
  runRequest(host, target.value, tag, (result) => ended.push({ result, tookUs: clock.nowUs - startUs }));
  clock.advanceTo(startUs + 60_000_000);
  const packets = network.context.recorder.packetsOf(tag).filter(({ protocol }) => protocol !== 'arp');
  return { ...(ended[0] as { result: ClientResult; tookUs: number }), packets };
}

const named = (packets: readonly TracedPacket[], label: string) => packets.find((packet) => packet.label === label) as TracedPacket;
const path = (packet: TracedPacket) =>
  packet.hops.flatMap((hop) => (hop.kind === 'if' ? [`${hop.node} ${hop.ifc.replace(/^veth.*/, 'veth')} ${hop.dir} ${hop.ttl}`] : []));

describe('pod to pod', () => {
  test('on one node the packet is bridged: TTL stays 64 and cni0 itself never sees it', () => {
    const { packets } = request(client.netns, 'http://10.244.1.12:8080');
    expect(path(named(packets, 'SYN'))).toEqual([
      'default/client eth0 tx 64',
      'node-1 veth rx 64',
      'node-1 veth tx 64',
      'default/near eth0 rx 64',
    ]);
  });

  test('across nodes it is routed twice: TTL 62 arrives', () => {
    const { packets } = request(client.netns, 'http://10.244.2.10:8080');
    expect(path(named(packets, 'SYN'))).toEqual([
      'default/client eth0 tx 64',
      'node-1 veth rx 64',
      'node-1 cni0 rx 64',
      'node-1 eth0 tx 63',
      'wire to-node-1 rx 63',
      'wire to-node-2 tx 63',
      'node-2 eth0 rx 63',
      'node-2 cni0 tx 62',
      'node-2 veth tx 62',
      'default/far eth0 rx 62',
    ]);
  });

  test('over VXLAN the outer packet takes a walk of its own between the two', () => {
    build('vxlan');
    const { packets, result } = request(client.netns, 'http://10.244.2.10:8080');
    expect(result.kind).toBe('answered');
    const outer = named(packets, 'SYN').hops.filter((hop) => hop.kind === 'if' && hop.inner !== undefined);
    expect(outer.map(({ node }) => node)).toEqual(['node-1', 'wire', 'wire', 'node-2']);
    expect(path(named(packets, 'SYN')).at(-1)).toBe('default/far eth0 rx 62');
  });
});

describe('addresses that nobody has', () => {
  test('on the own link: three ARP requests, no route to host after 3 s', () => {
    const { result, tookUs } = request(client.netns, 'http://10.244.1.99:8080');
    expect(result).toMatchObject({ kind: 'error', errno: 'EHOSTUNREACH' });
    expect(tookUs).toBeGreaterThan(2_900_000);
    expect(tookUs).toBeLessThan(3_200_000);
  });

  test("behind another node: that node's ICMP 3/1 says so", () => {
    const { result, packets } = request(client.netns, 'http://10.244.2.99:8080');
    expect(result).toMatchObject({ kind: 'error', errno: 'EHOSTUNREACH' });
    expect(named(packets, '3/1').from).toBe('node-2');
  });

  test('beyond the router: silence', () => {
    expect(request(client.netns, 'http://198.51.100.7')).toMatchObject({ result: { kind: 'timed-out' } });
  });
});

describe('sockets', () => {
  test('a closed TCP port answers with RST', () => {
    const { result, packets } = request(client.netns, 'http://10.244.2.10:81');
    expect(result).toMatchObject({ kind: 'error', errno: 'ECONNREFUSED' });
    expect(named(packets, 'RST').about).toBe(named(packets, 'SYN').id);
  });

  test('a closed UDP port answers with ICMP 3/3', () => {
    const { result, packets } = request(client.netns, 'udp://10.244.2.10:81');
    expect(result).toMatchObject({ kind: 'error', errno: 'ECONNREFUSED' });
    expect(named(packets, '3/3').from).toBe('default/far');
  });

  test('the kernel answers a ping by itself', () => {
    expect(request(client.netns, 'icmp://10.244.2.10').result).toMatchObject({ kind: 'answered', ttl: 62 });
  });

  test('an unanswered SYN is sent again after 1, 2, 3, 4, 5 and 7 s, then the client gives up', () => {
    rules(one, '-A FORWARD -d 10.244.2.10/32 -j DROP');
    const { result, packets, tookUs } = request(client.netns, 'http://10.244.2.10:8080');
    expect(result.kind).toBe('timed-out');
    expect(tookUs).toBe(10_000_000);
    const first = packets[0]?.sentUs ?? 0;
    expect(packets.map((packet) => Math.round((packet.sentUs - first) / 1e6))).toEqual([0, 1, 2, 3, 4, 5, 7]);
    expect(packets[0]?.fate).toMatchObject({ kind: 'dropped', node: 'node-1', text: '-A FORWARD -d 10.244.2.10/32 -j DROP' });
  });
});

describe('translation', () => {
  const SERVICE = '-A PREROUTING -d 10.96.0.17/32 -p tcp -m tcp --dport 80';

  test('DNAT inside the bridge comes before cni0; the reply is turned back by conntrack, by no rule', () => {
    rules(one, `${SERVICE} -j DNAT --to-destination 10.244.2.10:8080`);
    const { packets, result } = request(client.netns, 'http://10.96.0.17');
    expect(result.kind).toBe('answered');
    const kinds = named(packets, 'SYN')
      .hops.slice(0, 5)
      .map((hop) => (hop.kind === 'if' ? `${hop.ifc.slice(0, 4)} ${hop.dir}` : hop.addr_after));
    expect(kinds.slice(0, 4)).toEqual(['eth0 tx', 'veth rx', '10.244.1.11:40001->10.244.2.10:8080', 'cni0 rx']);
    const back = named(packets, 'S·A').hops.find((hop) => hop.kind === 'ct-nat');
    expect(back).toMatchObject({ node: 'node-1', hook: 'POSTROUTING', addr_after: '10.96.0.17:80->10.244.1.11:40001' });
  });

  test('DNAT to a pod behind the same bridge never leaves it: TTL 64', () => {
    rules(one, `${SERVICE} -j DNAT --to-destination 10.244.1.12:8080`);
    const { packets } = request(client.netns, 'http://10.96.0.17');
    expect(path(named(packets, 'SYN')).at(-1)).toBe('default/near eth0 rx 64');
    expect(path(named(packets, 'SYN')).some((hop) => hop.includes('cni0'))).toBe(false);
  });

  test('without br_netfilter that Service breaks: the answer comes from the wrong address', () => {
    one.netns.sysctls.bridge_nf_call_iptables = false;
    rules(one, `${SERVICE} -j DNAT --to-destination 10.244.1.12:8080`);
    expect(request(client.netns, 'http://10.96.0.17').result.kind).toBe('timed-out');
  });

  test('a datagram from another address than was asked finds no socket', () => {
    startServer(near.netns, { name: 'near', program: 'coredns' }, { protocol: 'udp', address: '0.0.0.0', port: 53 });
    one.netns.sysctls.bridge_nf_call_iptables = false;
    rules(one, '-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 10.244.1.12:53');
    const { result, packets } = request(client.netns, 'udp://10.96.0.10:53');
    expect(result.kind).toBe('timed-out');
    expect(packets.map(({ label, from }) => `${label} ${from}`).slice(1)).toEqual(['UDP default/near', '3/3 default/client']);
  });

  test('a pod behind its own address needs hairpin mode and a masquerade', () => {
    rules(one, `${SERVICE} -j DNAT --to-destination 10.244.1.11:8080`, '-A POSTROUTING -s 10.244.1.11/32 -d 10.244.1.11/32 -j MASQUERADE');
    const { result, packets } = request(client.netns, 'http://10.96.0.17');
    expect(result).toMatchObject({ kind: 'answered', text: expect.stringContaining('Peer: 10.244.1.1:') });
    expect(path(named(packets, 'SYN')).at(-1)).toBe('default/client eth0 rx 64');
    one.netns.device(client.veth).hairpin = false;
    expect(request(client.netns, 'http://10.96.0.17').result.kind).toBe('timed-out');
  });

  test('REJECT answers in the stead of the destination, from the address towards the client', () => {
    rules(one, '-A FORWARD -d 10.244.2.10/32 -p tcp -j REJECT --reject-with icmp-port-unreachable');
    const { result, packets } = request(client.netns, 'http://10.244.2.10:8080');
    expect(result).toMatchObject({ kind: 'error', errno: 'ECONNREFUSED' });
    expect(named(packets, '3/3').addr).toBe('10.244.1.1->10.244.1.11');
  });

  test('a node reaches a Service by OUTPUT, and a loopback source may only leave with route_localnet', () => {
    rules(
      one,
      '-A OUTPUT -d 127.0.0.1/32 -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.244.1.12:8080',
      '-A POSTROUTING -s 127.0.0.1/32 -j MASQUERADE',
    );
    expect(request(one.netns, 'http://127.0.0.1:30080').result.kind).toBe('timed-out');
    one.netns.sysctls.route_localnet = true;
    expect(request(one.netns, 'http://127.0.0.1:30080').result.kind).toBe('answered');
  });
});

test('a machine that does not forward is a dead end', () => {
  one.netns.sysctls.ip_forward = false;
  expect(request(client.netns, 'http://10.244.2.10:8080').result.kind).toBe('timed-out');
  expect(request(client.netns, 'http://10.244.1.12:8080').result.kind).toBe('answered');
});

test('every recorded packet ends somewhere', () => {
  for (const to of ['http://10.244.1.12:8080', 'http://10.244.2.10:81', 'udp://10.244.2.10:9', 'icmp://10.244.9.9', 'http://10.244.1.99']) {
    expect(request(client.netns, to).packets.filter((packet) => packet.fate === null)).toEqual([]);
  }
});
