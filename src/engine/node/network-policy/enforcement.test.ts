import { expect, test } from 'vitest';
import { createSimulation } from '../../whole-simulation.ts';

const pod = (name: string, node: string, address: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {nodeName: ${node}, containers: [{name: c, image: nginx}]}
status: {podIP: ${address}}
`;

const SERVICE = `---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, clusterIP: 10.96.44.10, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
`;

const policy = (spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: ${spec}
`;

const CLUSTER =
  pod('client', 'node-1', '10.244.1.20') + pod('near', 'node-1', '10.244.1.21') + pod('web', 'node-2', '10.244.2.20') + SERVICE;

function outcomes(spec: string, ...sent: [from: string, to: string][]): string[] {
  const actions = sent.map(([from, to]) => ({ type: 'send' as const, from, to }));
  const { walks, problems } = createSimulation().run(CLUSTER + policy(spec), 1, actions);
  expect(problems).toEqual([]);
  return walks.map(({ outcome }) => outcome.text);
}

const CLIENT = 'pod/default/client';

test('replies need no rule, in either direction', () => {
  const shutIn = '{podSelector: {matchLabels: {app: client}}, policyTypes: [Ingress]}';
  expect(outcomes(shutIn, [CLIENT, 'http://web'], ['pod/default/near', 'http://10.244.1.20'])).toEqual(['200 from web', 'timed out']);
  const shutOut = '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}';
  expect(outcomes(shutOut, [CLIENT, 'http://web'], ['pod/default/web', 'http://10.244.1.20'])).toEqual(['200 from web', 'timed out']);
});

test('egress is asked after the Service address was rewritten', () => {
  const toPods =
    '{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]}';
  expect(outcomes(toPods, [CLIENT, 'http://10.96.44.10'])).toEqual(['200 from web']);
  const toServices =
    '{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.96.0.0/12}}]}]}';
  expect(outcomes(toServices, [CLIENT, 'http://10.96.44.10'])).toEqual(['timed out']);
});

test('behind a node that masquerades, ingress sees that node', () => {
  const from = (cidr: string) => `{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: ${cidr}}}]}]}`;
  const requests: [string, string][] = [
    ['world', 'http://192.168.56.11:30080'],
    ['world', 'http://192.168.56.12:30080'],
  ];
  // Through node-1 the pod's node sees node-1; through node-2 itself the packet is asked before it is masqueraded.
  expect(outcomes(from('192.168.56.100/32'), ...requests)).toEqual(['timed out', '200 from web']);
  expect(outcomes(from('192.168.56.11/32'), ...requests)).toEqual(['200 from web', 'timed out']);
});

test('the own node may call, another node may not', () => {
  const shut = '{podSelector: {matchLabels: {app: web}}}';
  expect(outcomes(shut, ['node/node-2', 'http://10.244.2.20'], ['node/node-1', 'http://10.244.2.20'])).toEqual([
    '200 from web',
    'timed out',
  ]);
});

test('without a policy a node has no rule for one', () => {
  const simulation = createSimulation();
  simulation.run(CLUSTER, 1, []);
  expect(simulation.inspectNode('node-1')?.iptablesSave).not.toMatch(/KUBE-ROUTER|KUBE-POD-FW|KUBE-NWPLCY/);
  expect(simulation.inspectNode('node-1')?.ipsetSave).toBe('');
});
