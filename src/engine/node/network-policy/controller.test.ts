import { expect, test } from 'vitest';
import { withDefaults } from '../../api/defaulting.ts';
import type { KubeObject } from '../../api/types.ts';
import { createObjectStore } from '../../apiserver/store.ts';
import { COMMON_EXTENSIONS } from '../../netfilter/common-extensions.ts';
import { Ruleset } from '../../netfilter/ruleset.ts';
import { Clock } from '../../sim/clock.ts';
import { startNetworkPolicyController } from './controller.ts';

function start(...objects: KubeObject[]) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  const nodes = {
    one: new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS }),
    two: new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS }),
  };
  startNetworkPolicyController({ store, clock, nodes: new Map(Object.entries(nodes).map(([name, ruleset]) => [name, [ruleset]])) });
  const settle = () => {
    while (clock.step());
  };
  for (const object of objects) store.create(withDefaults(object));
  settle();
  return { store, nodes, settle };
}

function pod(name: string, podIP: string, nodeName: string, labels = { app: name }): KubeObject {
  const containers = [{ name: 'c', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 }] }];
  const metadata = { name, namespace: 'default', labels };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName, containers }, status: { phase: 'Running', podIP } };
}

function policy(name: string, spec: object): KubeObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'default' }, spec };
}

const onlyClient = {
  podSelector: { matchLabels: { app: 'web' } },
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }], ports: [{ port: 'http' }] }],
};

function rules(ruleset: Ruleset): string[] {
  return ruleset
    .save()
    .split('\n')
    .filter((line) => line.startsWith('-A'));
}

test('a policy stands on the node of the pod that it selects, and nowhere else', () => {
  const { nodes } = start(pod('client', '10.244.1.10', 'one'), pod('web', '10.244.2.10', 'two'), policy('only-client', onlyClient));
  expect(nodes.one.save()).toBe('');
  const admits =
    '-A KUBE-NWPLCY-3WUY7CAFHQGGXU55 -p tcp -m comment --comment "policy default/only-client, ingress[0]" -m set --match-set KUBE-SRC-NC7IAU5TROHDEHQI src -m set --match-set KUBE-DST-VDNAESNKKGKWMFGA dst -m tcp --dport 8080';
  expect(rules(nodes.two)).toEqual([
    '-A INPUT -m comment --comment "kube-router netpol - 4IA2OSFRMVNDXBVV" -j KUBE-ROUTER-INPUT',
    '-A FORWARD -m comment --comment "kube-router netpol - TEMCG2JMHZYE7H7T" -j KUBE-ROUTER-FORWARD',
    '-A OUTPUT -m comment --comment "kube-router netpol - VEAAIY32XVBHCSCY" -j KUBE-ROUTER-OUTPUT',
    `${admits} -j MARK --set-xmark 0x10000/0x10000`,
    `${admits} -m mark --mark 0x10000/0x10000 -j RETURN`,
    '-A KUBE-POD-FW-QKZ232OQBTIWIKSN -m comment --comment replies -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A KUBE-POD-FW-QKZ232OQBTIWIKSN -m comment --comment "of no connection" -m conntrack --ctstate INVALID -j DROP',
    '-A KUBE-POD-FW-QKZ232OQBTIWIKSN -d 10.244.2.10/32 -m comment --comment "from the node that runs the pod" -m addrtype --src-type LOCAL -j ACCEPT',
    '-A KUBE-POD-FW-QKZ232OQBTIWIKSN -d 10.244.2.10/32 -m comment --comment "policy default/only-client, ingress" -j KUBE-NWPLCY-3WUY7CAFHQGGXU55',
    '-A KUBE-POD-FW-QKZ232OQBTIWIKSN -m comment --comment "admitted by no policy of pod default/web" -m mark ! --mark 0x10000/0x10000 -j DROP',
    '-A KUBE-POD-FW-QKZ232OQBTIWIKSN -j MARK --set-xmark 0x0/0x10000',
    '-A KUBE-ROUTER-FORWARD -d 10.244.2.10/32 -m comment --comment "to pod default/web" -j KUBE-POD-FW-QKZ232OQBTIWIKSN',
    '-A KUBE-ROUTER-OUTPUT -d 10.244.2.10/32 -m comment --comment "to pod default/web" -j KUBE-POD-FW-QKZ232OQBTIWIKSN',
  ]);
  expect(nodes.two.addressSets.save()).toContain('add KUBE-SRC-NC7IAU5TROHDEHQI 10.244.1.10\n');
});

test('labels, pods and policies that change are followed with as few commands as it takes', () => {
  const { store, nodes, settle } = start(pod('client', '10.244.1.10', 'one'), pod('web', '10.244.2.10', 'two'), policy('p', onlyClient));
  const before = rules(nodes.two);
  const [, set] = /add (KUBE-SRC-\w+) 10\.244\.1\.10/.exec(nodes.two.addressSets.save()) ?? [];
  store.update(pod('client', '10.244.1.10', 'one', { app: 'other' }));
  store.create(pod('second', '10.244.1.11', 'one', { app: 'client' }));
  settle();
  expect(nodes.two.addressSets.save()).not.toContain('10.244.1.10\n');
  expect(nodes.two.addressSets.save()).toContain(`add ${set} 10.244.1.11\n`);
  expect(rules(nodes.two)).toEqual(before);
});

test('without policies nothing is left', () => {
  const { store, nodes, settle } = start(pod('web', '10.244.2.10', 'two'), policy('deny', { podSelector: {} }));
  expect(nodes.two.chainNames('filter')).toContain('KUBE-ROUTER-FORWARD');
  store.delete('NetworkPolicy', 'default', 'deny');
  settle();
  expect(rules(nodes.two)).toEqual([]);
  expect(nodes.two.chainNames('filter')).toEqual(['INPUT', 'FORWARD', 'OUTPUT']);
  expect(nodes.two.addressSets.save()).toBe('');
});

test('blocks with holes do not pierce each other, and the whole Internet is two halves', () => {
  const except = (cidr: string, ...holes: string[]) => ({ ipBlock: { cidr, except: holes } });
  const from = [
    except('0.0.0.0/0', '10.0.0.0/8', '128.0.0.0/1'),
    except('10.0.0.0/8', '10.1.0.0/16'),
    { ipBlock: { cidr: '10.1.2.3/24' } },
  ];
  const { nodes } = start(pod('web', '10.244.2.10', 'two'), policy('blocks', { podSelector: {}, ingress: [{ from }] }));
  const entries = nodes.two.addressSets
    .save()
    .split('\n')
    .filter((line) => line.startsWith('add') && !line.endsWith('10.244.2.10'));
  expect(entries.map((line) => line.replace(/^add KUBE-SRC-\w+ /, ''))).toEqual([
    '10.1.2.0/24',
    '0.0.0.0/1',
    '128.0.0.0/1 nomatch',
    '10.0.0.0/8 nomatch',
    '10.0.0.0/8',
    '10.1.0.0/16 nomatch',
  ]);
  expect(new Set(entries.map((line) => line.split(' ')[1])).size).toBe(3);
});
