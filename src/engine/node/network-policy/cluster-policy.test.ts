// ClusterNetworkPolicies on a whole cluster: the order of tiers, what a packet meets, and the words for it.

import { expect, test } from 'vitest';
import { Cluster } from '../../cluster.ts';
import { explainCell } from '../../matrix/explain-cell.ts';
import { wholeParts } from '../../whole-parts.ts';
import { createSimulation } from '../../whole-simulation.ts';

const NAMESPACES = ['shop', 'ops']
  .map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {team: ${name}}}\n`)
  .join('---\n');
const pod = (name: string, namespace: string, node: number) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}\nspec: {nodeName: node-${node}, containers: [{name: c, image: nginx, ports: [{containerPort: 80, name: http}]}]}\n`;
const PODS = [pod('web', 'shop', 2), pod('cart', 'shop', 1), pod('monitor', 'ops', 1)].join('---\n');

const clusterPolicy = (name: string, tier: string, priority: number, ingress: string) =>
  `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${name}}
spec: {tier: ${tier}, priority: ${priority}, subject: {namespaces: {matchLabels: {team: shop}}}, ingress: [${ingress}]}
`;
const from = (team: string, action: string, more = '') =>
  `{name: ${action.toLowerCase()}-${team}, action: ${action}, from: [{namespaces: {matchLabels: {team: ${team}}}}]${more}}`;
const shut =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: shut, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n';

function walksOf(policies: readonly string[], ...sources: readonly string[]) {
  const text = [NAMESPACES, PODS, ...policies].join('---\n');
  const actions = sources.map((source) => ({ type: 'send' as const, from: `pod/${source}`, to: 'http://10.244.2.2' }));
  const { walks, problems } = createSimulation().run(text, 1, actions);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return walks;
}

const outcomes = (policies: readonly string[]) => walksOf(policies, 'ops/monitor', 'shop/cart').map(({ outcome }) => outcome.text);

test.each([
  ['an Admin Deny is final', [clusterPolicy('no-ops', 'Admin', 5, from('ops', 'Deny'))], 'timed out', '200 from web'],
  [
    'an Admin Accept opens what a NetworkPolicy shuts',
    [clusterPolicy('ops', 'Admin', 5, from('ops', 'Accept')), shut],
    '200 from web',
    'timed out',
  ],
  [
    'the smaller priority first, and what it passes is past the tier',
    [clusterPolicy('no-ops', 'Admin', 9, from('ops', 'Deny')), clusterPolicy('pass', 'Admin', 1, from('ops', 'Pass'))],
    '200 from web',
    '200 from web',
  ],
  [
    'the Baseline where no NetworkPolicy speaks',
    [clusterPolicy('no-ops', 'Baseline', 5, from('ops', 'Deny'))],
    'timed out',
    '200 from web',
  ],
  [
    'the Baseline is not asked where one does',
    [clusterPolicy('ops', 'Baseline', 5, from('ops', 'Accept')), shut],
    'timed out',
    'timed out',
  ],
  [
    'a port by name',
    [clusterPolicy('no-http', 'Admin', 5, from('ops', 'Deny', ', protocols: [{destinationNamedPort: http}]'))],
    'timed out',
    '200 from web',
  ],
  [
    'another port',
    [clusterPolicy('no-https', 'Admin', 5, from('ops', 'Deny', ', protocols: [{tcp: {destinationPort: {number: 443}}}]'))],
    '200 from web',
    '200 from web',
  ],
])('%s', (_what, policies, monitor, cart) => {
  expect(outcomes(policies)).toEqual([monitor, cart]);
});

test('a packet that is denied is dropped by a rule that says by whom', () => {
  const [walk] = walksOf([clusterPolicy('no-ops', 'Admin', 5, from('ops', 'Deny'))], 'ops/monitor');
  expect(walk?.reason.title).toBe('cluster policy no-ops denies the packet; nobody is told.');
  expect(walk?.reason.decidedBy).toMatch(/^-A KUBE-NWPLCY-\w+ .*--comment "cluster policy no-ops, ingress\[0\]" .*-j DROP$/);
  expect(walk?.reason.why.map(({ text }) => text)).toEqual([
    'The first rule of `no-ops` that fits is `ingress[0]`, `deny-ops`, and says Deny',
    'Cluster policy `no-ops` binds every pod of namespaces `team=shop`',
  ]);
  const hops = walk?.packets.flatMap(({ hops }) => hops) ?? [];
  expect(hops.map(({ say }) => say)).toContain('cluster policy no-ops denies it: ingress[0]; nobody is told.');
});

test('the matrix says the same', () => {
  const cluster = Cluster.atRest([NAMESPACES, PODS, clusterPolicy('no-ops', 'Admin', 5, from('ops', 'Deny'))].join('---\n'), 1, wholeParts);
  const told = explainCell(cluster, 'Pod/ops/monitor', 'Pod/shop/web 80/TCP');
  expect(told?.ways[0]?.ingress.title).toBe('Cluster policy no-ops denies what comes to web.');
});
