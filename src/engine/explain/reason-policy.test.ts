import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TextEdit, Walk } from '../index.ts';
import { createSimulation } from '../whole-simulation.ts';

function scenario(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../scenarios', `${name}.yaml`), 'utf8');
}

function walk(text: string, from: string, to: string): Walk {
  const { walks, problems } = createSimulation().run(text, 1, [{ type: 'send', from, to }]);
  if (!walks[0]) throw new Error(problems.map(({ message }) => message).join('\n'));
  return walks[0];
}

function apply(text: string, { range, newText }: TextEdit): string {
  const lines = text.split('\n');
  const before = [...lines.slice(0, range.startLine - 1), (lines[range.startLine - 1] ?? '').slice(0, range.startColumn - 1)].join('\n');
  const after = [(lines[range.endLine - 1] ?? '').slice(range.endColumn - 1), ...lines.slice(range.endLine)].join('\n');
  return before + newText + after;
}

const lineOf = (text: string, part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;

test('the drop names the policy, its lists and the sender, each at its line', () => {
  const text = scenario('policy-one-dash');
  const { reason, packets } = walk(text, 'pod/default/client', 'http://10.244.2.20');
  expect(reason.title).toBe('policy web-from-monitor drops the packet; nobody is told.');
  expect(reason.detail).toContain('binds web on the way in');
  expect(reason.why.map((step) => step.text)).toEqual([
    'Policy `web-from-monitor` selects pod `web`: `app=web`',
    '`ingress[0].from` lists every pod of namespaces `team=ops`, or pods `role=monitor` of namespace `default`',
    'The sender is pod `client` of namespace `default`, labels `role=client`',
  ]);
  expect(reason.why[1]?.range?.startLine).toBe(lineOf(text, 'namespaceSelector'));
  const [syn] = packets;
  expect(syn?.fate).toMatchObject({ kind: 'dropped', node: 'node-2' });
  expect(syn?.hops.at(-1)?.say).toBe('policy web-from-monitor drops the packet; nobody is told.');
});

test('without the dash the debug pod stays out', () => {
  const oneEntry = scenario('policy-one-dash').replace('- podSelector: #', '  podSelector: #');
  expect(walk(oneEntry, 'pod/ops/monitor', 'http://10.244.2.20').outcome.ok).toBe(true);
  expect(walk(oneEntry, 'pod/ops/debug', 'http://10.244.2.20').reason.why[1]?.text).toBe(
    '`ingress[0].from` lists pods `role=monitor` of namespaces `team=ops`',
  );
});

test('egress without DNS: one sentence says it, and the suggestion mends it', () => {
  const text = scenario('policy-dns-forgotten');
  const { reason } = walk(text, 'pod/default/client', 'http://web');
  expect(reason.title).toBe('policy client-only-web drops the question to DNS; nobody is told.');
  expect(reason.detail).toBe(
    'Egress was shut for client, and DNS was forgotten: no rule lists port 53, so the name is never looked up and the request is never sent.',
  );
  const mended = apply(text, reason.suggestion as TextEdit);
  expect(walk(mended, 'pod/default/client', 'http://web').outcome.text).toBe('200 from web');
});

test("the Service's port in a policy: asked after the rewrite, and the suggestion mends it", () => {
  const text = scenario('policy-service-port');
  const { reason } = walk(text, 'pod/default/client', 'http://web');
  expect(reason.detail).toBe(
    'Policies are asked after the rewrite, when the packet is on its way to port 8080 of a pod. The rule lists 80/TCP.',
  );
  expect(reason.why[1]).toMatchObject({
    text: '`ingress[0]` lists this sender, on 80/TCP; the packet goes to 8080/TCP',
    range: { startLine: lineOf(text, '- port: 80 #') },
  });
  const mended = apply(text, reason.suggestion as TextEdit);
  expect(walk(mended, 'pod/default/client', 'http://web').outcome.text).toBe('200 from web');
});

const DENY_ALL = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {nodeName: node-1, containers: [{name: c, image: nginx}]}
status: {podIP: 10.244.1.20}
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec: {nodeName: node-1, containers: [{name: c, image: nginx}]}
status: {podIP: 10.244.1.21}
---
apiVersion: packetwalk.dev/v1
kind: Scenario
title: Deny all
cluster: {networkPolicy: true}
`;

test('deny-all holds on one bridge, spares the own node and the pod itself', () => {
  const { reason, packets } = walk(DENY_ALL, 'pod/default/a', 'http://10.244.1.21');
  expect(reason.title).toBe('policy deny-all drops the packet; nobody is told.');
  expect(reason.why[1]).toMatchObject({ text: 'It lists no `egress` rule: nothing is admitted', range: { startLine: 6 } });
  expect(packets[0]?.hops.at(-1)).toMatchObject({ hook: 'FORWARD', iif: 'cni0', oif: 'cni0', verdict: 'DROP' });
  expect(walk(DENY_ALL, 'node/node-1', 'http://10.244.1.20').outcome.text).toBe('200 from a');
  expect(walk(DENY_ALL, 'pod/default/a', 'http://10.244.1.20').outcome.text).toBe('200 from a');
  expect(walk(DENY_ALL, 'node/node-2', 'http://10.244.1.20').reason.why.at(-1)?.text).toBe(
    'The sender 192.168.56.12 (node-2) is no pod: only an `ipBlock` could list it',
  );
});

test('a CNI without policies: accepted, said so at its line, and nothing happens', () => {
  const text = DENY_ALL.replace('networkPolicy: true', 'networkPolicy: false');
  const { problems, walks } = createSimulation().run(text, 1, [{ type: 'send', from: 'pod/default/a', to: 'http://10.244.1.21' }]);
  expect(problems).toMatchObject([
    {
      severity: 'warning',
      message: 'NetworkPolicy "deny-all" is accepted, but the CNI of this cluster does not enforce it: all traffic passes',
      range: { startLine: 2 },
    },
  ]);
  expect(walks[0]?.outcome.ok).toBe(true);
});
