import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../../scenarios/pod-to-service.yaml'), 'utf8');
const simulation = createSimulation();
simulation.run(TEXT, 1, [{ type: 'send', from: 'pod/default/client', to: 'http://web' }]);
const shown = (line: string, from = 'pod/default/client') => simulation.look(from, line);
const rows = (line: string, from?: string) => shown(line, from)?.output.map((row) => row.split(/ {3,}/).map((cell) => cell.trim())) ?? [];

test('kubectl get pods -o wide prints what kubectl prints', () => {
  const [head, ...pods] = rows('kubectl get po -o wide');
  expect(head).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES']);
  expect(pods[0]).toEqual(['client', '1/1', 'Running', '0', '8s', '10.244.1.2', 'node-1', '<none>', '<none>']);
  expect(pods).toHaveLength(4);
});

test('columns begin where kubectl lets them begin', () => {
  expect(shown('kubectl get svc web')?.output).toEqual([
    'NAME   TYPE        CLUSTER-IP       EXTERNAL-IP   PORT(S)   AGE',
    'web    ClusterIP   10.106.175.246   <none>        80/TCP    8s',
  ]);
});

test('namespaces, selectors and kinds are chosen as with kubectl', () => {
  expect(rows('kubectl get pods -n kube-system -l k8s-app=kube-dns')).toHaveLength(3);
  expect(rows('kubectl get pods -A')[0]?.[0]).toBe('NAMESPACE');
  expect(rows('kubectl get all').map(([name]) => name)).toContain('deployment.apps/web');
  expect(rows('kubectl get endpointslices').at(-1)?.[3]?.split(',')).toHaveLength(3);
  expect(shown('kubectl get deploy -o name')?.output).toEqual(['deployment.apps/web']);
  expect(JSON.parse(shown('kubectl get pod client -o json')?.output.join('\n') ?? '')).toMatchObject({
    kind: 'Pod',
    spec: { nodeName: 'node-1' },
  });
});

test.each([
  ['kubectl get pods none', 'Error from server (NotFound): pods "none" not found'],
  ['kubectl get thing', `error: the server doesn't have a resource type "thing"`],
  ['kubectl get pods --wrong', 'error: unknown flag: --wrong'],
  ['ip foo', 'Object "foo" is unknown, try "ip help".'],
  ['cat /etc/passwd', 'cat: /etc/passwd: No such file or directory'],
  ['conntrack -L', 'conntrack: Operation not permitted (you must be root)'],
])('%s says what is wrong', (line, message) => {
  expect(shown(line)).toMatchObject({ ok: false });
  expect(shown(line)?.output[0]).toBe(message);
});

test("a pod's own tools print what is the pod's", () => {
  expect(shown('ip r')?.output).toContain('default via 10.244.1.1 dev eth0');
  expect(shown('cat /etc/resolv.conf')?.output[0]).toBe('search default.svc.cluster.local svc.cluster.local cluster.local');
  expect(shown('env')?.output.some((line) => line.startsWith('KUBERNETES_SERVICE_HOST=10.96.0.1'))).toBe(true);
  expect(shown('hostname')?.output).toEqual(['client']);
});

test("a node's tools print its rules and connections", () => {
  const nat = shown('iptables-save -t nat', 'node/node-1')?.output ?? [];
  expect(nat.filter((line) => line.startsWith('*'))).toEqual(['*nat']);
  expect(nat.some((line) => line.startsWith('-A KUBE-SERVICES -d 10.106.175.246/32'))).toBe(true);
  expect(shown('conntrack -L', 'node/node-1')?.output.some((line) => line.startsWith('tcp') && line.includes('dst=10.106.175.246'))).toBe(
    true,
  );
});

test('what changes something, and what sends, is not only looked at', () => {
  expect(shown('kubectl delete pod client')).toBeNull();
  expect(shown('curl http://web')).toBeNull();
});

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {matchLabels: {role: db}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}
        - namespaceSelector: {matchLabels: {team: ops}}
          podSelector: {matchLabels: {role: monitor}}
      ports: [{port: 6379}]
    - {}
  egress: []
`;

test('kubectl describe says in words what a policy lets through', () => {
  const policies = createSimulation();
  policies.run(POLICY, 1, []);
  expect(policies.look('world', 'kubectl describe netpol db')?.output.slice(4)).toEqual([
    'Spec:',
    '  PodSelector:     role=db',
    '  Allowing ingress traffic:',
    '    To Port: 6379/TCP',
    '    From:',
    '      IPBlock:',
    '        CIDR: 172.17.0.0/16',
    '        Except: 172.17.1.0/24',
    '    From:',
    '      NamespaceSelector: team=ops',
    '      PodSelector: role=monitor',
    '    ----------',
    '    To Port: <any> (traffic allowed to all ports)',
    '    From: <any> (traffic not restricted by source)',
    '  Allowing egress traffic:',
    '    <none> (Selected pods are isolated for egress connectivity)',
    '  Policy Types: Ingress, Egress',
  ]);
});

test('kubectl describe says who is in a slice', () => {
  const slice = rows('kubectl get endpointslices')
    .map(([name]) => name ?? '')
    .find((name) => name.startsWith('web-'));
  const output = shown(`kubectl describe endpointslice ${slice}`)?.output ?? [];
  expect(output).toContain('AddressType:  IPv4');
  expect(output).toContain('  - Addresses:  10.244.1.3');
  expect(output.filter((line) => line === '      Ready:    true')).toHaveLength(3);
  expect(shown('kubectl describe endpointslice none')?.output).toEqual([
    'Error from server (NotFound): endpointslices.discovery.k8s.io "none" not found',
  ]);
});
