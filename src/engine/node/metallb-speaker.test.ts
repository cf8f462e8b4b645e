import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

const METALLB = `---
apiVersion: packetwalk.dev/v1
kind: Scenario
title: t
cluster: {loadBalancer: metallb}
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: first, namespace: metallb-system}
spec: {addresses: [192.168.56.240-192.168.56.241]}
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: {name: all, namespace: metallb-system}
`;
const pod = (node: number) => `---
apiVersion: v1
kind: Pod
metadata: {name: web-${node}, labels: {app: web}}
spec: {nodeName: node-${node}, containers: [{name: c, image: nginx}]}
`;
const service = (name: string, spec = '', metadata = '') => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}${metadata}}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]${spec}}
`;

function run(text: string, ...targets: string[]) {
  const result = createSimulation().run(
    text,
    1,
    targets.map((to) => ({ type: 'send' as const, from: 'world', to })),
  );
  const outer = result.objects.flatMap((object) =>
    object.kind === 'Service' && 'externalIP' in object && object.externalIP ? [object] : [],
  );
  return { ...result, addresses: Object.fromEntries(outer.map(({ name, externalIP }) => [name, externalIP])) };
}

test('an address of the pool, answered by one elected node', () => {
  const { addresses, walks, problems } = run(METALLB + pod(2) + service('web'), 'http://192.168.56.240');
  expect(problems).toEqual([]);
  expect(addresses).toEqual({ web: '192.168.56.240' });
  expect(walks[0]?.outcome.text).toBe('200 from web-2');
  const [answer] = walks[0]?.packets.filter(({ protocol, addr }) => protocol === 'arp' && addr === '192.168.56.240->192.168.56.100') ?? [];
  expect(answer?.from).toBe('node-1');
});

test('the pool is for so many Services; a class is another provider’s', () => {
  const four = service('a') + service('b') + service('c') + service('d', ', loadBalancerClass: other.example/lb');
  expect(run(METALLB + pod(1) + four).addresses).toEqual({ a: '192.168.56.240', b: '192.168.56.241', c: '<pending>', d: '<pending>' });
  expect(run(METALLB.replace('kind: L2Advertisement', 'kind: L2Advertisement\n#') + pod(1) + service('a')).addresses).toEqual({
    a: '192.168.56.240',
  });
});

test('an address that is asked for', () => {
  const annotated = service('web', '', ', annotations: {metallb.io/loadBalancerIPs: 192.168.56.241}');
  expect(run(METALLB + pod(1) + annotated).addresses).toEqual({ web: '192.168.56.241' });
  expect(run(METALLB + pod(1) + annotated.replace('56.241', '56.99')).addresses).toEqual({ web: '<pending>' });
});

test('without an advertisement, or without an endpoint, nobody answers for the address', () => {
  const silent = METALLB.slice(0, METALLB.lastIndexOf('---'));
  expect(run(silent + pod(2) + service('web'), 'http://192.168.56.240').walks[0]?.outcome.text).toBe('no route to host');
  expect(run(METALLB + service('web'), 'http://192.168.56.240').walks[0]?.outcome.text).toBe('no route to host');
});

test('Local: a node with an endpoint is elected, and the client keeps its address', () => {
  const local = service('web', ', externalTrafficPolicy: Local');
  for (const node of [1, 2, 3]) {
    const [walk] = run(METALLB + pod(node) + local, 'http://192.168.56.240').walks;
    expect(walk?.outcome.text).toBe(`200 from web-${node}`);
    expect(walk?.outcome.terminal.some((line) => line.startsWith('Peer: 192.168.56.100:'))).toBe(true);
  }
});
