// The rules of the portmap plugin, as `iptables-save` prints them, and that they leave no trace when the pod is gone.

import { expect, test } from 'vitest';
import type { ContainerPort, Pod } from '../../api/types.ts';
import { type CIDR, parseCIDR } from '../../net/address.ts';
import { ALL_EXTENSIONS } from '../../netfilter/all-extensions.ts';
import { Ruleset } from '../../netfilter/ruleset.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import { createNetworkNamespace } from '../../netstack/stack.ts';
import { Clock } from '../../sim/clock.ts';
import { Recorder } from '../../sim/recorder.ts';
import { SimulationContext } from '../../sim/simulation-context.ts';
import { hostPortsOf, type PortmapTarget, portmap } from './portmap.ts';

const podCIDR = parseCIDR('10.244.1.0/24') as CIDR;
const podWith = (ports: ContainerPort[], spec: object = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'a' },
  spec: { containers: [{ name: 'web', image: 'nginx', ports }], ...spec },
});
const target = (pod: Pod) => ({ pod, address: '10.244.1.7', podCIDR });
const add = (ruleset: Ruleset, ...targets: PortmapTarget[]) => portmap.add(nodeWith(ruleset), targets);

function nodeWith(ruleset: Ruleset): NetworkNamespace {
  const context = new SimulationContext(new Clock(), 1, new Recorder());
  const netns = createNetworkNamespace(context, 'node-1');
  netns.ruleset = ruleset;
  return netns;
}

const lines = (ruleset: Ruleset) =>
  ruleset
    .save({ table: 'nat' })
    .split('\n')
    .filter((line) => /CNI|CHAIN/.test(line))
    .map((line) => line.replace(/CNI-DN-[0-9a-f]{21}/, 'CNI-DN-x').replace(/id: \\"[0-9a-f]{64}\\"/, 'id: \\"y\\"'));

test('a host port leads to the pod; who would be answered past the node is masqueraded', () => {
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  add(ruleset, target(podWith([{ containerPort: 80, hostPort: 8080 }])));
  expect(lines(ruleset)).toEqual([
    ':CNI-DN-x - [0:0]',
    ':CNI-HOSTPORT-DNAT - [0:0]',
    ':CNI-HOSTPORT-MASQ - [0:0]',
    ':CNI-HOSTPORT-SETMARK - [0:0]',
    '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    '-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
    '-A CNI-DN-x -s 10.244.1.0/24 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK',
    '-A CNI-DN-x -s 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK',
    '-A CNI-DN-x -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.244.1.7:80',
    '-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"y\\"" -m multiport --dports 8080 -j CNI-DN-x',
    '-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE',
    '-A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000',
  ]);
});

test('its masquerading comes first, and the chains of the node are made once', () => {
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  ruleset.restore('*nat\n:OTHER - [0:0]\n-A POSTROUTING -j OTHER\nCOMMIT\n');
  const other = {
    ...podWith([{ containerPort: 53, hostPort: 53, protocol: 'UDP' }]),
    metadata: { name: 'dns', namespace: 'default', uid: 'b' },
  };
  add(ruleset, target(podWith([{ containerPort: 80, hostPort: 8080 }])));
  add(ruleset, { ...target(other), address: '10.244.1.8' });
  expect(
    ruleset
      .save()
      .match(/-A POSTROUTING.*-j \S+/g)
      ?.map((line) => line.split(' ').at(-1)),
  ).toEqual(['CNI-HOSTPORT-MASQ', 'OTHER']);
  expect(ruleset.rules('nat', 'PREROUTING')).toHaveLength(1);
  expect(ruleset.rules('nat', 'CNI-HOSTPORT-DNAT')).toHaveLength(2);
});

test('an address that the port is bound to, and more ports than one match takes', () => {
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  const many = Array.from({ length: 20 }, (_, n) => ({ containerPort: 80 + n, hostPort: 8000 + n, hostIP: '192.168.56.11' }));
  add(ruleset, target(podWith(many)));
  expect(lines(ruleset).filter((line) => line.startsWith('-A CNI-HOSTPORT-DNAT'))).toHaveLength(2);
  expect(lines(ruleset)).toContain('-A CNI-DN-x -d 192.168.56.11/32 -p tcp -m tcp --dport 8000 -j DNAT --to-destination 10.244.1.7:80');
});

test('what goes leaves nothing of its own behind; a pod of the host network asks for nothing', () => {
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  const web = target(podWith([{ containerPort: 80, hostPort: 8080 }]));
  add(ruleset, web);
  portmap.remove(nodeWith(ruleset), [web]);
  expect(ruleset.save().match(/CNI-DN/g)).toBeNull();
  expect(ruleset.rules('nat', 'CNI-HOSTPORT-DNAT')).toHaveLength(0);
  expect(hostPortsOf(podWith([{ containerPort: 80, hostPort: 80 }], { hostNetwork: true }))).toEqual([]);
});
