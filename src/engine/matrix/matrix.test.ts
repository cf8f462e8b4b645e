import { describe, expect, test } from 'vitest';
import { Cluster } from '../cluster.ts';
import { wholeParts } from '../whole-parts.ts';
import { matrixView } from './cells.ts';
import { explainCell } from './explain-cell.ts';

const pod = (name: string, node: string, address: string, more = '') => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {nodeName: ${node}, containers: [{name: c, image: nginx${more}}]}
status: {podIP: ${address}}
`;
const CLUSTER = `${pod('client', 'node-1', '10.244.1.20')}${pod('web', 'node-2', '10.244.2.20')}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, clusterIP: 10.96.44.10, selector: {app: web}, ports: [{port: 8000, targetPort: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {clusterIP: 10.96.44.11, selector: {app: nobody}, ports: [{port: 80}]}
`;
const policy = (name: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}}
spec: ${spec}
`;
const cluster = (...policies: string[]) => Cluster.atRest(CLUSTER + policies.join(''), 1, wholeParts);
const WEB = 'Service/default/web 8000/TCP';

/** The reader's rows and columns: `client: web:8000 o, ...`. */
function drawn(from: Cluster): string[] {
  const { rows, columns, cells } = matrixView(from);
  const own = columns.map((column, place) => ({ column, place })).filter(({ column }) => !column.system);
  return rows.flatMap((row, y) =>
    row.system ? [] : `${row.name}: ${own.map(({ column, place }) => `${column.name}:${column.port} ${cells[y]?.[place]}`).join(', ')}`,
  );
}

test('without policies everything is open but what has no way or no endpoint', () => {
  expect(drawn(cluster())).toEqual([
    'client: web:8000 o, nobody:80 r, client:80 ., web:80 o, internet:80 o',
    'web: web:8000 o, nobody:80 r, client:80 o, web:80 ., internet:80 o',
    'node-1: web:8000 o, nobody:80 r, client:80 o, web:80 o, internet:80 o',
    'node-2: web:8000 o, nobody:80 r, client:80 o, web:80 o, internet:80 o',
    'node-3: web:8000 o, nobody:80 r, client:80 o, web:80 o, internet:80 o',
    'world: web:8000 o, nobody:80 n, client:80 n, web:80 n, internet:80 .',
  ]);
});

test('the way out and the way in are shut apart; the own node may call', () => {
  const shutIn = policy('in', '{podSelector: {matchLabels: {app: web}}}');
  const shutOut = policy('out', '{podSelector: {}, policyTypes: [Egress]}');
  expect(drawn(cluster(shutIn, shutOut))).toEqual([
    'client: web:8000 b, nobody:80 e, client:80 ., web:80 b, internet:80 e',
    'web: web:8000 b, nobody:80 e, client:80 e, web:80 ., internet:80 e',
    'node-1: web:8000 i, nobody:80 r, client:80 o, web:80 i, internet:80 o',
    'node-2: web:8000 o, nobody:80 r, client:80 o, web:80 o, internet:80 o',
    'node-3: web:8000 i, nobody:80 r, client:80 o, web:80 i, internet:80 o',
    'world: web:8000 i, nobody:80 n, client:80 n, web:80 n, internet:80 .',
  ]);
});

test('from outside through a node that masquerades, policies see that node', () => {
  const fromWorld = '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 192.168.56.100/32}}]}]}';
  const view = matrixView(cluster(policy('p', fromWorld)));
  const column = view.columns.findIndex(({ key }) => key === WEB);
  expect(view.columns[column]?.targets).toEqual({
    pod: 'http://10.96.44.10:8000',
    node: 'http://10.96.44.10:8000',
    world: 'http://192.168.56.11:30080',
  });
  expect(view.cells.at(-1)?.[column]).toBe('p');
});

const scenario = (text: string) => `---\napiVersion: packetwalk.dev/v1\nkind: Scenario\ntitle: t\ncluster: {${text}}\n`;

test('in a tunnel a node has another address: a policy that lists eth0 does not admit it, one that lists flannel.1 does', () => {
  const admits = (cidr: string) => policy('p', `{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: ${cidr}}}]}]}`);
  const node1 = (cidr: string) => {
    const vxlan = cluster(admits(cidr), scenario('cni: vxlan'));
    const walks = ['http://10.244.2.20', 'http://10.96.44.10:8000'].map((to) => vxlan.send('node/node-1', to));
    return [
      drawn(vxlan)
        .find((row) => row.startsWith('node-1'))
        ?.slice(8, 20),
      ...walks.map((walk) => 'outcome' in walk && walk.outcome.ok),
    ];
  };
  expect(node1('192.168.56.11/32')).toEqual(['web:8000 i, ', false, false]);
  expect(node1('10.244.1.0/32')).toEqual(['web:8000 o, ', true, true]);
});

test('the world finds no way through a firewall, and one at an external address of a node', () => {
  const way = (text: string, more: string) => {
    const view = matrixView(Cluster.atRest(CLUSTER.replace('type: NodePort,', `type: NodePort, ${text}`) + scenario(more), 1, wholeParts));
    const column = view.columns.findIndex(({ key }) => key === WEB);
    return [view.cells.at(-1)?.[column], view.columns[column]?.targets.world];
  };
  expect(way('', 'firewall: {allow: [tcp:8000]}')).toEqual(['n', null]);
  expect(way('', 'firewall: {allow: ["tcp:30000-32767"]}')).toEqual(['o', 'http://192.168.56.11:30080']);
  expect(way('externalIPs: [192.168.56.13],', 'cni: vxlan')).toEqual(['o', 'http://192.168.56.13:8000']);
  const shut = Cluster.atRest(CLUSTER + scenario('firewall: {}'), 1, wholeParts);
  expect(explainCell(shut, 'world', WEB)?.notes).toEqual(['The firewall before the nodes does not let in tcp:30080.']);
});

test('where the CNI does not enforce, nothing is shut', () => {
  const text = `${CLUSTER}${policy('deny', '{podSelector: {}}')}---\napiVersion: packetwalk.dev/v1\nkind: Scenario\ntitle: t\ncluster: {networkPolicy: false}\n`;
  const lax = Cluster.atRest(text, 1, wholeParts);
  expect(matrixView(lax)).toMatchObject({ enforced: false, policies: 1 });
  expect(drawn(lax)[0]).toBe('client: web:8000 o, nobody:80 r, client:80 ., web:80 o, internet:80 o');
  expect(explainCell(lax, 'Pod/default/client', WEB)?.notes[0]).toBe(
    'The CNI of this cluster does not enforce NetworkPolicies: the one there is changed nothing.',
  );
});

describe('a cell in words', () => {
  const onlyOther =
    '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: other}}}], ports: [{port: 80}]}]}';

  test('what drops, and at which line each rule fell short', () => {
    const said = explainCell(cluster(policy('only-other', onlyOther)), 'Pod/default/client', WEB);
    expect(said?.title).toBe('client to Service web, 8000/TCP: dropped on the way in');
    expect(said?.notes).toEqual([
      'Policies are asked after the rewrite: for the pod and its port 80, not for the Service and its port 8000.',
    ]);
    const [way] = said?.ways ?? [];
    expect(way?.endpoint).toBe('web, 10.244.2.20:80');
    expect(way?.egress).toEqual({ open: true, title: 'No policy selects client for egress: everything may leave.', steps: [] });
    expect(way?.ingress.title).toBe('A policy selects web for ingress, and no rule admits the packet.');
    expect(way?.ingress.steps.map(({ text }) => text)).toEqual([
      'Policy `only-other` selects pod `web`: `app=web`',
      '`ingress[0].from` lists pods `app=other` of namespace `default`',
      'The sender is pod `client` of namespace `default`, labels `app=client`',
    ]);
    expect(way?.ingress.steps.every(({ range }) => range)).toBe(true);
  });

  test('the rule that admits, before other policies that select the pod', () => {
    const said = explainCell(
      cluster(policy('deny', '{podSelector: {}, policyTypes: [Ingress]}'), policy('only-client', onlyOther.replace('other', 'client'))),
      'Pod/default/client',
      WEB,
    );
    expect(said?.ways[0]?.ingress.steps.map(({ text }) => text)).toEqual([
      'Policy `only-client`: its `ingress[0]` lists this peer and port',
      'Policy `only-client` selects pod `web`: `app=web`',
      'Policy `deny` selects pod `web`: every pod of namespace `default`',
    ]);
  });

  test('the own node is let in, and told why', () => {
    const said = explainCell(cluster(policy('deny', '{podSelector: {}}')), 'Node//node-2', 'Pod/default/web 80/TCP');
    expect(said?.ways[0]?.ingress).toMatchObject({ open: true, title: expect.stringContaining('own node') });
  });
});

test('every cell says what its packet does', () => {
  const deny = policy('deny', '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}');
  const out = policy(
    'out',
    '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.244.2.0/24}}]}]}',
  );
  const judged = matrixView(cluster(deny, out));
  const sent = cluster(deny, out);
  const kinds = { o: 'answered', '.': 'answered', r: 'refused', e: 'timed-out', i: 'timed-out', b: 'timed-out' } as const;
  for (const [y, row] of judged.rows.entries()) {
    for (const [x, column] of judged.columns.entries()) {
      const state = judged.cells[y]?.[x] as keyof typeof kinds;
      const target = column.targets[row.kind];
      if (row.system || column.system || !target || !(state in kinds)) continue;
      const walk = sent.send(row.source, target);
      expect([row.name, target, state, 'outcome' in walk ? walk.outcome.kind : walk.error]).toEqual([
        row.name,
        target,
        state,
        kinds[state],
      ]);
    }
  }
});
