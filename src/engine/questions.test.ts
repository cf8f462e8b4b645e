// What learners ask about Services from outside, policies, the edge and egress: each question as YAML and requests, and
// what must come out, as a real cluster has it. Numbers are those of our list of questions.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answererOf } from './programs/client-words.ts';
import type { Action, Walk } from './view.ts';
import { createSimulation } from './whole-simulation.ts';

interface Question {
  readonly row: number;
  readonly asks: string;
  /** YAML, or the id of a lesson that comes with the page. */
  readonly text: string;
  /** From, to, the outcome's text, and what a hop's rule, a line of the terminal or the reason says. */
  /** How many different servers answer, where that is the question. */
  readonly servers?: number;
  readonly requests: readonly (readonly [from: string, to: string, outcome: string | RegExp, says?: string | RegExp])[];
}

const pod = (name: string, node = 1, more: { labels?: string; container?: string; spec?: string; namespace?: string } = {}) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${more.namespace ?? 'default'}, labels: {${more.labels ?? `app: ${name}`}}}
spec: {nodeName: node-${node}, containers: [{name: c, ${more.container ?? 'image: nginx'}}]${more.spec ? `, ${more.spec}` : ''}}
`;
const web = (name: string, node: number) => pod(name, node, { labels: 'app: web' });
const service = (name: string, spec: string) => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ${spec}}
`;
const policy = (name: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}}
spec: ${spec}
`;
const scenario = (cluster: string) => `---
apiVersion: packetwalk.dev/v1
kind: Scenario
title: t
cluster: {${cluster}}
`;
const ONLY_WEB = 'podSelector: {matchLabels: {app: web}}';
const CLIENT = 'pod/default/client';
const NODE_PORT = 'type: NodePort, ports: [{port: 80, nodePort: 30080}]';
const TWO = `${pod('client')}${web('web', 2)}${service('web', `clusterIP: 10.96.44.10, ${NODE_PORT}`)}`;
const WEB_2 = 'http://10.244.2.2';

const THREE = `${pod('client')}${web('web-1', 1)}${web('web-2', 2)}${web('web-3', 3)}${service('web', 'clusterIP: 10.96.44.10, ports: [{port: 80}]')}`;
const STICKY = THREE.replace('{selector: {app: web}, ', '{selector: {app: web}, sessionAffinity: ClientIP, ');
/** An ingress controller on node-1 for shop.example. */
const edge = (annotation = '', backend = 'web') => `---
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}
${pod('edge', 1, { container: 'image: registry.k8s.io/ingress-nginx/controller:v1.12.1' })}${service('edge', 'type: LoadBalancer, ports: [{port: 80}]')}${scenario('cloudProvider: true')}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {${annotation && `nginx.ingress.kubernetes.io/${annotation}`}}}
spec: {ingressClassName: nginx, rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${backend}, port: {number: 80}}}}]}}]}
`;
const USERS = ['world', CLIENT, 'pod/default/web-1', 'node/node-2', 'node/node-3', 'pod/default/web-3'];
const SIX_USERS = USERS.map((from) => [from, 'http://shop.example', /^200 from web-\d$/] as const);
const SIX_DIRECT = USERS.slice(1).map((from) => [from, 'http://10.96.44.10', /^200 from web-\d$/] as const);

const questions: readonly Question[] = [
  {
    row: 10,
    asks: 'which node, which port, and from where',
    text: `${pod('client')}${web('web', 2)}${service('web', 'type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]')}`.replace(
      'image: nginx}]}\n---\napiVersion: v1\nkind: Service',
      'image: nginx, ports: [{containerPort: 8080}]}]}\n---\napiVersion: v1\nkind: Service',
    ),
    requests: [
      ['world', 'http://192.168.56.11:30080', '200 from web'],
      ['world', 'http://192.168.56.12:30080', '200 from web'],
      ['world', 'http://192.168.56.13:30080', '200 from web'],
      ['world', 'http://192.168.56.12', 'connection refused'],
      ['world', 'http://192.168.56.12:8080', 'connection refused'],
      [CLIENT, 'http://192.168.56.13:30080', '200 from web'],
      ['node/node-1', 'http://localhost:30080', '200 from web'],
    ],
  },
  {
    row: 11,
    asks: '<pending>, and the node port answers',
    text: 'load-balancer-pending',
    requests: [['world', 'http://192.168.56.11:30080', /^200 from web/]],
  },
  {
    row: 12,
    asks: 'some nodes stopped answering',
    text: 'external-traffic-policy-local',
    requests: [
      ['world', 'http://192.168.56.12:30080', /^200 from web/],
      ['world', 'http://192.168.56.13:30080', 'timed out', /has no local endpoints/],
    ],
  },
  {
    row: 12,
    asks: 'the health check tells the balancer which node to leave out',
    text:
      web('web', 2) +
      service('web', 'type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 32000, ports: [{port: 80}]') +
      scenario('cloudProvider: true'),
    requests: [
      ['world', 'http://192.168.56.12:32000', '200', /"localEndpoints": 1/],
      ['world', 'http://192.168.56.13:32000', '503', /"localEndpoints": 0/],
    ],
  },
  {
    row: 13,
    asks: 'a node IP, not the client',
    text: TWO,
    requests: [['world', 'http://192.168.56.11:30080', '200 from web', /^Peer: 192\.168\.56\.11:/]],
  },
  {
    row: 13,
    asks: 'the client itself, where the policy is Local',
    text: TWO.replace('type: NodePort', 'type: NodePort, externalTrafficPolicy: Local'),
    requests: [['world', 'http://192.168.56.12:30080', '200 from web', /^Peer: 192\.168\.56\.100:/]],
  },
  {
    row: 14,
    asks: 'the reply takes another road',
    text: [
      pod('client', 1),
      web('web', 3),
      service('web', 'type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 30080}]'),
      scenario('nonMasqueradeCIDRs: [10.244.0.0/16, 192.168.56.0/24]'),
    ].join(''),
    requests: [[CLIENT, 'http://192.168.56.12:30080', 'timed out', /10\.244\.3\.2:80->10\.244\.1\.2:\d+/]],
  },
  {
    row: 14,
    asks: 'with the node’s address it comes back',
    text: [
      pod('client', 1),
      web('web', 3),
      service('web', 'type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 30080}]'),
    ].join(''),
    requests: [[CLIENT, 'http://192.168.56.13:30080', '200 from web', /^Peer: 192\.168\.56\.11:/]],
  },
  {
    row: 15,
    asks: 'behind a proxy that dials the Service all users are one client',
    text: edge('service-upstream: "true"') + STICKY,
    requests: SIX_USERS,
    servers: 1,
  },
  {
    row: 15,
    asks: 'the same users, without a proxy',
    text: STICKY,
    requests: SIX_DIRECT,
    servers: 3,
  },
  {
    row: 16,
    asks: 'ten connections are not evenly spread',
    text: THREE,
    requests: Array.from({ length: 10 }, () => [CLIENT, 'http://10.96.44.10', /^200 from web-/] as const),
    servers: 3,
  },
  {
    row: 17,
    asks: 'one connection stays with one pod',
    text: THREE,
    requests: [[CLIENT, 'http://10.96.44.10#requests=10', /^10 times 200 from web-\d$/, /^ {5}10 Hostname: web-\d$/]],
    servers: 1,
  },
  {
    row: 18,
    asks: 'some pods cannot reach the Service',
    text: `${pod('client')}${pod('near', 2)}${web('web', 2)}${service('web', 'clusterIP: 10.96.44.10, internalTrafficPolicy: Local, ports: [{port: 80}]')}`,
    requests: [
      [CLIENT, 'http://10.96.44.10', 'timed out', /has no local endpoints/],
      ['pod/default/near', 'http://10.96.44.10', '200 from web'],
    ],
  },
  {
    row: 18,
    asks: 'the same zone before the others',
    text: [
      ...[1, 2].map(
        (n) => `---\n{apiVersion: v1, kind: Node, metadata: {name: node-${n}, labels: {topology.kubernetes.io/zone: z${n}}}}\n`,
      ),
      `${pod('client')}${web('here', 1)}${web('web', 2)}`,
      service('web', 'clusterIP: 10.96.44.10, trafficDistribution: PreferClose, ports: [{port: 80}]'),
    ].join(''),
    requests: Array.from({ length: 4 }, () => [CLIENT, 'http://10.96.44.10', '200 from here'] as const),
  },
  {
    row: 26,
    asks: 'default deny for egress broke DNS',
    text: `${TWO}${policy('deny', '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 80}]}]}')}`,
    requests: [
      [CLIENT, 'http://web', 'could not resolve host', /policy deny drops the question to DNS/],
      [CLIENT, WEB_2, '200 from web'],
    ],
  },
  {
    row: 27,
    asks: 'one dash: or',
    text: 'policy-one-dash',
    requests: [
      ['pod/ops/debug', 'http://10.244.2.20', '200 from web'],
      ['pod/default/client', 'http://10.244.2.20', 'timed out'],
    ],
  },
  {
    row: 28,
    asks: 'port 80 is allowed, and still blocked',
    text: 'policy-service-port',
    requests: [[CLIENT, 'http://web', 'timed out', /after the rewrite/]],
  },
  {
    row: 29,
    asks: 'accepted, and nothing happens',
    text: `${TWO}${policy('deny', '{podSelector: {}}')}${scenario('networkPolicy: false')}`,
    requests: [[CLIENT, 'http://web', '200 from web']],
  },
  {
    row: 30,
    asks: 'a second policy adds, it never denies',
    text: `${TWO}${policy('deny', '{podSelector: {}, policyTypes: [Ingress]}')}${policy('allow', `{${ONLY_WEB}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}`)}`,
    requests: [
      [CLIENT, 'http://web', '200 from web', /policy default\/allow, ingress\[0\]/],
      ['pod/default/web', 'http://10.244.1.2', 'timed out'],
    ],
  },
  {
    row: 30,
    asks: 'both gates must be up',
    text: `${TWO}${policy('in', `{${ONLY_WEB}, ingress: [{}]}`)}${policy('out', '{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]}')}`,
    requests: [
      [CLIENT, WEB_2, 'timed out', /policy out drops the packet/],
      ['node/node-1', WEB_2, '200 from web'],
    ],
  },
  ...(
    [
      ['ingress: [{}]', '200 from web'],
      ['ingress: []', 'timed out'],
      ['policyTypes: [Ingress]', 'timed out'],
      ['policyTypes: [Egress]', '200 from web'],
    ] as const
  ).map(([field, outcome]) => ({
    row: 31,
    asks: `{} or [] or missing: ${field}`,
    text: `${TWO}${policy('p', `{${ONLY_WEB}, ${field}}`)}`,
    requests: [[CLIENT, WEB_2, outcome] as const],
  })),
  {
    row: 32,
    asks: 'an ipBlock for the Service range',
    text: `${TWO}${policy('p', '{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.96.0.0/12}}]}]}')}`,
    requests: [[CLIENT, 'http://10.96.44.10', 'timed out', /10\.244\.2\.2/]],
  },
  {
    row: 32,
    asks: 'an ipBlock for a client behind a node that masquerades',
    text: `${TWO}${policy('p', `{${ONLY_WEB}, ingress: [{from: [{ipBlock: {cidr: 192.168.56.100/32}}]}]}`)}`,
    requests: [
      ['world', 'http://192.168.56.11:30080', 'timed out', /192\.168\.56\.11/],
      ['world', 'http://192.168.56.12:30080', '200 from web'],
    ],
  },
  {
    row: 33,
    asks: 'replies need no rule',
    text: `${TWO}${policy('shut', '{podSelector: {matchLabels: {app: client}}, policyTypes: [Ingress]}')}`,
    requests: [[CLIENT, 'http://web', '200 from web', /replies/]],
  },
  {
    row: 34,
    asks: 'probes still pass, and hostNetwork pods do not care',
    text: [
      pod('client', 1),
      pod('web', 2, { container: 'image: nginx, readinessProbe: {httpGet: {path: /, port: 80}}' }),
      pod('host', 3, { spec: 'hostNetwork: true' }),
      service('web', 'clusterIP: 10.96.44.10, ports: [{port: 80}]'),
      policy('deny', '{podSelector: {}, policyTypes: [Ingress, Egress]}'),
    ].join(''),
    requests: [
      ['node/node-2', WEB_2, '200 from web', /from the node that runs the pod/],
      ['node/node-1', 'http://10.96.44.10', 'timed out'],
      ['world', 'http://192.168.56.13', '200 from host'],
      ['pod/default/host', 'http://192.168.56.12', 'connection refused'],
    ],
  },
  {
    row: 35,
    asks: '404 without a rule, 503 without an endpoint',
    text: 'ingress-no-endpoint',
    requests: [
      ['world', 'http://192.168.56.240/', '404 from ingress-nginx'],
      ['world', 'http://shop.example/', '503 from ingress-nginx'],
    ],
  },
  {
    row: 35,
    asks: '502 where the endpoint refuses',
    text: edge() + pod('web', 2) + service('web', 'ports: [{port: 80, targetPort: 8080}]'),
    requests: [['world', 'http://shop.example/', '502 from ingress-nginx']],
  },
  {
    row: 35,
    asks: '504 where it takes the connection and never answers',
    text:
      edge('proxy-read-timeout: "3"') +
      pod('web', 2, { container: 'image: busybox, command: [nc, -lk, -p, "80"]' }) +
      service('web', 'clusterIP: 10.96.44.10, ports: [{port: 80}]'),
    requests: [
      ['world', 'http://shop.example/', '504 from ingress-nginx'],
      ['pod/default/edge', 'http://10.96.44.10', 'timed out', /^curl: \(28\) Operation timed out/],
    ],
  },
  {
    row: 36,
    asks: 'unless it is told to dial the Service',
    text: edge('service-upstream: "true"') + THREE,
    requests: [['world', 'http://shop.example/', /^200 from web-/, /KUBE-SVC-/]],
  },
  {
    row: 36,
    asks: 'the controller dials pods, not the Service',
    text: 'ingress-host-and-path',
    requests: [['world', 'http://shop.example/', '200 from web', /10\.244\.\d\.\d+:40001->10\.244\.\d\.\d+:\d+/]],
  },
  {
    row: 39,
    asks: 'the node’s address outside, the pod’s inside',
    text: TWO,
    requests: [
      [CLIENT, 'http://example.com', '200 from internet', /^Peer: 192\.168\.56\.11:/],
      [CLIENT, WEB_2, '200 from web', /^Peer: 10\.244\.1\.2:/],
    ],
  },
  {
    row: 39,
    asks: 'a range that keeps the pod’s address',
    text: TWO + pod('host', 3, { spec: 'hostNetwork: true' }) + scenario('nonMasqueradeCIDRs: [10.244.0.0/16, 192.168.56.13/32]'),
    requests: [
      [CLIENT, 'http://192.168.56.13', '200 from host', /^Peer: 10\.244\.1\.2:/],
      [CLIENT, 'http://example.com', '200 from internet', /^Peer: 192\.168\.56\.11:/],
    ],
  },
];

describe.each(questions)('$row $asks', ({ text, requests, servers }) => {
  test('comes out as in a real cluster', () => {
    const yaml = /^[\w-]+$/.test(text) ? readFileSync(join(import.meta.dirname, '..', 'scenarios', `${text}.yaml`), 'utf8') : text;
    const actions = requests.map(([from, to]): Action => ({ type: 'send', from, to }));
    const { walks, problems } = createSimulation().run(yaml, 1, actions);
    expect(walks.length, problems.map(({ message }) => message).join('\n')).toBe(requests.length);
    for (const [place, [from, to, outcome, says]] of requests.entries()) {
      const walk = walks[place] as Walk;
      expect(walk.outcome.text, `${from} ${to}`).toMatch(outcome);
      if (says) expect(saidOf(walk), `${from} ${to}`).toContainEqual(expect.stringMatching(says));
    }
    if (servers !== undefined) expect(new Set(walks.map(({ outcome }) => answererOf(outcome.text))).size).toBe(servers);
  });
});

test.each([
  ['keep', '5 times 200 from web'],
  ['cut', 'timed out'],
])('33 a policy that comes while a connection stands: %s', (established, outcome) => {
  const deny = policy('deny', '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: other}}}]}]}');
  const { walks } = createSimulation().run(`${TWO}${scenario(`establishedConnections: ${established}`)}`, 1, [
    { type: 'send', from: CLIENT, to: 'http://10.96.44.10#requests=5&every=1s', atUs: 0 },
    { type: 'apply', text: deny, atUs: 1_500_000 },
    { type: 'send', from: CLIENT, to: 'http://10.96.44.10', atUs: 3_000_000 },
  ]);
  expect(walks.map((walk) => walk.outcome.text)).toEqual([outcome, 'timed out']);
  expect(walks[1]?.reason.title).toBe('policy deny drops the packet; nobody is told.');
});

test('16 a thousand connections are', () => {
  const { traffic } = createSimulation().run(THREE, 1, [{ type: 'send', from: CLIENT, to: 'http://10.96.44.10', times: 1000 }]);
  const counts = ['web-1', 'web-2', 'web-3'].map((name) => traffic[0]?.samples.filter(({ by }) => by === name).length ?? 0);
  expect(counts.reduce((a, b) => a + b)).toBe(1000);
  for (const count of counts) expect(Math.abs(count - 333)).toBeLessThan(60);
});

/** The rules that packets met with their addresses, what the terminal printed, and the reason. */
function saidOf({ packets, outcome, reason }: Walk): string[] {
  const rules = packets.flatMap(({ addr, hops }) => [addr, ...hops.map((hop) => `${hop.addr} ${'text' in hop ? hop.text : ''}`)]);
  return [...rules, ...outcome.terminal, reason.title, reason.detail, ...reason.why.map(({ text }) => text)];
}
