import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Action, PodView, ServiceView, TextEdit } from './index.ts';
import { createSimulation } from './whole-simulation.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../scenarios/pod-to-service.yaml'), 'utf8');
const CURL: Action = { type: 'send', from: 'pod/default/client', to: 'http://web' };

function run(text: string, actions: readonly Action[] = [], seed = 1) {
  const simulation = createSimulation();
  const result = simulation.run(text, seed, actions);
  const pods = result.objects.filter((object): object is PodView => object.kind === 'Pod' && !(object as PodView).system);
  const service = result.objects.find((object): object is ServiceView => object.key === 'Service/default/web');
  return { simulation, result, pods, service, outcomes: result.walks.map(({ outcome }) => outcome.text) };
}

test('pods are spread over the nodes, have addresses of their range, and the Service has its endpoints', () => {
  const { pods, service } = run(TEXT);
  const web = pods.filter(({ labels }) => labels.app === 'web');
  expect(web.map(({ node }) => node).sort()).toEqual(['node-1', 'node-2', 'node-3']);
  for (const pod of web) expect(pod.address).toMatch(new RegExp(`^10\\.244\\.${pod.node?.slice(5)}\\.`));
  expect(service?.endpoints.map(({ address }) => address).sort()).toEqual(web.map(({ address }) => address).sort());
  expect(service?.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\./);
});

test('a deleted pod comes back with another name and address; the old address is dead, the Service heals', () => {
  const before = run(TEXT);
  const victim = before.pods.find(({ labels, node }) => labels.app === 'web' && node === 'node-2') as PodView;
  const actions: Action[] = [
    { type: 'deletePod', namespace: 'default', name: victim.name },
    { type: 'send', from: 'pod/default/client', to: `http://${victim.address}:8080` },
    CURL,
  ];
  const after = run(TEXT, actions);
  expect(after.pods.map(({ name }) => name)).not.toContain(victim.name);
  expect(after.pods.map(({ address }) => address)).not.toContain(victim.address);
  expect(after.pods).toHaveLength(before.pods.length);
  expect(after.outcomes[0]).toBe('no route to host');
  expect(after.outcomes[1]).toMatch(/^200 from web-/);
  expect(after.service?.endpoints).toHaveLength(3);
});

test('scaling by editing adds one pod and moves no other', () => {
  const three = run(TEXT).pods.map(({ name, address }) => `${name} ${address}`);
  const four = run(TEXT.replace('replicas: 3', 'replicas: 4')).pods.map(({ name, address }) => `${name} ${address}`);
  expect(four).toHaveLength(three.length + 1);
  expect(four).toEqual(expect.arrayContaining(three));
});

test('one letter breaks it and the suggested edit mends it', () => {
  const broken = TEXT.replace('app: web', 'app: wep');
  const walk = run(broken, [CURL]).result.walks[0];
  expect(walk?.outcome).toMatchObject({ kind: 'refused', text: 'connection refused' });
  expect(walk?.reason.title).toBe('node-1 refuses: Service web has no endpoints.');
  const edit = walk?.reason.suggestion as TextEdit;
  const lines = broken.split('\n');
  const { startLine, startColumn, endColumn } = edit.range;
  const line = lines[startLine - 1] as string;
  lines[startLine - 1] = line.slice(0, startColumn - 1) + edit.newText + line.slice(endColumn - 1);
  expect(run(lines.join('\n'), [CURL]).outcomes[0]).toMatch(/^200 from web-/);
});

test("deleting a known image's containerPort changes nothing", () => {
  const pod = (ports: string) =>
    `${TEXT}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: site}\nspec:\n  containers:\n    - name: c\n      image: nginx\n${ports}`;
  const send: Action = { type: 'send', from: 'pod/default/client', to: 'http://site-address' };
  for (const ports of ['      ports: [{containerPort: 80}]\n', '']) {
    const { pods, simulation } = run(pod(ports));
    const address = pods.find(({ name }) => name === 'site')?.address;
    const result = simulation.run(pod(ports), 1, [{ ...send, to: `http://${address}` }]);
    expect(result.walks[0]?.outcome.text).toBe('200 from site');
  }
});

test('a run that goes on equals a run from the start', () => {
  const simulation = createSimulation();
  simulation.run(TEXT, 1, []);
  simulation.run(TEXT, 1, [CURL]);
  expect(JSON.stringify(simulation.run(TEXT, 1, [CURL, CURL]))).toBe(JSON.stringify(run(TEXT, [CURL, CURL]).result));
});

test('the seed decides who answers, and only that', () => {
  const servers = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => run(TEXT, [CURL], seed).outcomes[0]));
  expect(servers.size).toBeGreaterThan(1);
  expect(run(TEXT, [], 1).pods).toEqual(run(TEXT, [], 2).pods);
});

test('what a node prints: rules as iptables-save, routes, conntrack with the connection just made', () => {
  const { simulation } = run(TEXT, [CURL]);
  const node = simulation.inspectNode('node-1');
  expect(node?.iptablesSave).toContain(':KUBE-SVC-LOLE4ISW44XBNF3G - [0:0]');
  expect(node?.iptablesSave).toMatch(/\[1:60\] -A KUBE-SEP-\w+ -p tcp .*-j DNAT --to-destination 10\.244\.2\.\d+:8080/);
  expect(node?.routes).toContain('10.244.2.0/24 via 192.168.56.12 dev eth0\n');
  expect(node?.conntrack).toMatch(/^tcp +6 \d+ TIME_WAIT src=10\.244\.1\.2 dst=10\.\S+ sport=\d+ dport=80 /m);
  const pod = simulation.inspectPod('Pod/default/client');
  expect(pod?.resolvConf).toBe(
    'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
  );
  expect(pod?.routes).toContain('default via 10.244.1.1 dev eth0\n');
});

test('a text that cannot be read is not usable, and says why', () => {
  const { result } = run('kind: [');
  expect(result.usable).toBe(false);
  expect(result.problems[0]?.severity).toBe('error');
});

test('a text that has an unreadable document is looked at beside the last run, which stays', () => {
  const simulation = createSimulation();
  const [first] = simulation.run(TEXT, 1, []).objects;
  const broken = `${TEXT}---\nkind: [Pod\n`;
  expect(simulation.problemsOfUnreadable(broken, 1, [])).toEqual(createSimulation().run(broken, 1, []).problems);
  expect(simulation.problemsOfUnreadable(TEXT, 1, [])).toBeNull();
  expect(simulation.run(TEXT, 1, []).objects[0]).toBe(first);
});
