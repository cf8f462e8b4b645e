import { describe, expect, test } from 'vitest';
import { Cluster } from '../../cluster.ts';
import { wholeParts } from '../../whole-parts.ts';

const pod = (name: string, node: string, more = '', metadata = '') => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}${metadata}}
spec: {nodeName: ${node}, containers: [{name: c, image: example/app${more}}]}
`;
const PORTS = ', ports: [{name: one, containerPort: 80}, {name: one-s, containerPort: 38412, protocol: SCTP}]';
const LISTENS = ', annotations: {packetwalk.dev/listen: "tcp:80,tcp:8080,udp:53,sctp:38412,sctp:38413"}';
const CLUSTER = `apiVersion: packetwalk.dev/v1
kind: Scenario
cluster: {ipFamilies: [IPv4, IPv6]}
${pod('client', 'node-1')}${pod('other', 'node-2')}${pod('web', 'node-2', PORTS, LISTENS)}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.44.10, selector: {app: web}, ports: [{port: 8000, targetPort: 80}]}
`;
const policy = (spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: ${spec}
`;
const into = (ingress: string) => policy(`{podSelector: {matchLabels: {app: web}}, ingress: ${ingress}}`);
const outOf = (egress: string) => policy(`{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: ${egress}}`);

/** Where `to` leads, by a short name. */
function targetsOf(cluster: Cluster): Readonly<Record<string, string>> {
  const [v4 = '', v6 = ''] = (cluster.store.get('Pod', 'default', 'web')?.status?.podIPs ?? []).map(({ ip }: { ip: string }) => ip);
  return {
    'tcp 80': `tcp://${v4}:80`,
    'tcp 8080': `tcp://${v4}:8080`,
    'udp 53': `udp://${v4}:53`,
    'sctp 38412': `sctp://${v4}:38412`,
    'sctp 38413': `sctp://${v4}:38413`,
    service: 'tcp://10.96.44.10:8000',
    ping: `icmp://${v4}`,
    'tcp6 80': `tcp://[${v6}]:80`,
    'tcp6 8080': `tcp://[${v6}]:8080`,
    'sctp6 38412': `sctp://[${v6}]:38412`,
  };
}

/** Of the probes, those that came through. */
function open(text: string, ...probes: readonly string[]): string[] {
  const cluster = Cluster.atRest(CLUSTER + text, 1, wholeParts);
  const targets = targetsOf(cluster);
  return probes.filter((probe) => {
    const [from = '', ...to] = probe.split(' > ');
    const target = targets[to.join(' > ')] ?? to.join(' > ');
    const walk = cluster.send(from === 'client' || from === 'other' ? `pod/default/${from}` : from, target);
    if ('error' in walk) throw new Error(walk.error);
    return walk.outcome.ok;
  });
}

const fromClient = (...to: readonly string[]) => to.map((one) => `client > ${one}`);
const EVERY = fromClient('tcp 80', 'tcp 8080', 'udp 53', 'sctp 38412', 'sctp 38413', 'tcp6 80', 'tcp6 8080', 'sctp6 38412');

describe('SCTP and the second family', () => {
  test.each([
    ['no policy', '', EVERY],
    ['one port of SCTP', into('[{ports: [{protocol: SCTP, port: 38412}]}]'), fromClient('sctp 38412', 'sctp6 38412')],
    [
      'a range of SCTP',
      into('[{ports: [{protocol: SCTP, port: 38412, endPort: 38500}]}]'),
      fromClient('sctp 38412', 'sctp 38413', 'sctp6 38412'),
    ],
    ['a name of an SCTP port', into('[{ports: [{protocol: SCTP, port: one-s}]}]'), fromClient('sctp 38412', 'sctp6 38412')],
    ['a name with the protocol of another port', into('[{ports: [{protocol: TCP, port: one-s}]}]'), []],
    ['all of TCP', into('[{ports: [{protocol: TCP}]}]'), fromClient('tcp 80', 'tcp 8080', 'tcp6 80', 'tcp6 8080')],
    ['a pod is found by both of its addresses', into('[{from: [{podSelector: {matchLabels: {app: client}}}]}]'), EVERY],
    [
      'a block of IPv6 says nothing about IPv4',
      into('[{from: [{ipBlock: {cidr: "::/0"}}]}]'),
      fromClient('tcp6 80', 'tcp6 8080', 'sctp6 38412'),
    ],
    ['nor the other way round', into('[{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 80}]}]'), fromClient('tcp 80')],
    ['a hole in a block of IPv6', into('[{from: [{ipBlock: {cidr: "fd00:10:244::/48", except: ["fd00:10:244:1::/64"]}}]}]'), []],
    [
      'the way out to a block of IPv6',
      outOf('[{to: [{ipBlock: {cidr: "fd00:10:244:2::/64"}}], ports: [{port: 80}]}]'),
      fromClient('tcp6 80'),
    ],
    ['the way out, SCTP alone', outOf('[{ports: [{protocol: SCTP}]}]'), fromClient('sctp 38412', 'sctp 38413', 'sctp6 38412')],
  ])('%s', (_, text, expected) => {
    expect(open(text, ...EVERY)).toEqual(expected);
  });

  test('who is not in the hole passes', () => {
    const text = into('[{from: [{ipBlock: {cidr: "fd00:10:244::/48", except: ["fd00:10:244:1::/64"]}}]}]');
    expect(open(text, 'other > tcp6 80', 'other > tcp 80', 'node/node-2 > tcp6 80')).toEqual(['other > tcp6 80', 'node/node-2 > tcp6 80']);
  });
});

describe('what enforcers agree on', () => {
  const probes = fromClient('tcp 80', 'service', 'ping', 'http://203.0.113.10');
  test.each([
    ['the Service’s own port opens nothing: the pod’s is asked', outOf('[{ports: [{port: 8000}]}]'), []],
    ['the Service’s range opens nothing', outOf('[{to: [{ipBlock: {cidr: 10.96.0.0/12}}]}]'), []],
    ['a name is looked up at the other end, also behind a Service', outOf('[{ports: [{port: one}]}]'), fromClient('tcp 80', 'service')],
    [
      'an outside address has no names',
      outOf('[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: one}]}]'),
      fromClient('tcp 80', 'service'),
    ],
    ['every pod is not everybody', outOf('[{to: [{namespaceSelector: {}}]}]'), fromClient('tcp 80', 'service', 'ping')],
    ['no peers is everybody', outOf('[{to: []}]'), probes],
    ['an empty port is all of TCP', outOf('[{ports: [{}]}]'), fromClient('tcp 80', 'service', 'http://203.0.113.10')],
    ['a null list of rules is none', outOf('null'), []],
  ])('%s', (_, text, expected) => {
    expect(open(text, ...probes)).toEqual(expected);
  });

  test('the own node may call, another may not; a node’s address is a block like any other', () => {
    const nodes = ['node/node-2 > tcp 80', 'node/node-1 > tcp 80', 'node/node-1 > tcp6 80'];
    expect(open(into('[]'), ...nodes)).toEqual(['node/node-2 > tcp 80']);
    expect(open(into('[{from: [{ipBlock: {cidr: 192.168.56.11/32}}]}]'), ...nodes)).toEqual([
      'node/node-2 > tcp 80',
      'node/node-1 > tcp 80',
    ]);
  });
});
