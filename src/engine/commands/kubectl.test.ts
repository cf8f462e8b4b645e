import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Action, PodView } from '../index.ts';
import { createSimulation } from '../whole-simulation.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../../scenarios/pod-to-service.yaml'), 'utf8');

/** What the lines print, one after the other, and the pods of web in the end. */
function play(...lines: (string | Action)[]) {
  const actions = lines.map((line): Action => (typeof line === 'string' ? { type: 'command', line } : line));
  const run = createSimulation().run(TEXT, 1, actions);
  const pods = run.objects.filter((object): object is PodView => object.kind === 'Pod' && object.labels.app === 'web');
  return { run, pods, printed: run.actions.map(({ output }) => output.join('\n')), ok: run.actions.map(({ ok }) => ok) };
}

test('scale, in the server’s words', () => {
  const { pods, printed, ok } = play('kubectl scale deployment web --replicas=5', 'kubectl scale deploy/web deploy/nope --replicas=-1');
  expect(pods).toHaveLength(5);
  expect(printed).toEqual([
    'deployment.apps/web scaled',
    [
      'Error from server (NotFound): deployments.apps "nope" not found',
      'The Scale "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ].join('\n'),
  ]);
  expect(ok).toEqual([true, false]);
});

test('delete: by name, by selector, a controller with all that it has', () => {
  const { pods, printed } = play(
    'kubectl delete svc web',
    'kubectl delete pods -l app=client',
    'kubectl delete deployment web',
    'kubectl delete pod x',
  );
  expect(printed).toEqual([
    'service "web" deleted',
    'pod "client" deleted',
    'deployment.apps "web" deleted',
    'Error from server (NotFound): pods "x" not found',
  ]);
  expect(pods).toEqual([]);
});

test('a rollout: a new image, back again, and held', () => {
  const { pods, printed, run } = play(
    'kubectl set image deployment/web web=nginx',
    'kubectl rollout undo deployment web',
    'kubectl rollout pause deployment web',
    'kubectl rollout pause deployment web',
    'kubectl rollout restart deployment web',
    'kubectl rollout resume deployment web',
    'kubectl rollout undo deployment web --to-revision=9',
    'kubectl set image deployment/web sidecar=nginx',
  );
  expect(printed).toEqual([
    'deployment.apps/web image updated',
    'deployment.apps/web rolled back',
    'deployment.apps/web paused',
    'error: deployments.apps "web" is already paused',
    `error: deployments.apps "web" can't restart paused deployment (run rollout resume first)`,
    'deployment.apps/web resumed',
    'error: unable to find specified revision 9 in history',
    'error: unable to find container named "sidecar"',
  ]);
  expect(pods.map(({ containers }) => containers[0]?.image)).toEqual(Array(3).fill('gcr.io/google-samples/hello-app:1.0'));
  expect(run.objects.filter(({ key }) => key.startsWith('ReplicaSet/default/'))).toHaveLength(2);
});

test('restart makes every pod anew', () => {
  const before = new Set(play().pods.map(({ name }) => name));
  const { pods, printed } = play('kubectl rollout restart deployment/web');
  expect(printed).toEqual(['deployment.apps/web restarted']);
  expect(pods).toHaveLength(3);
  expect(pods.filter(({ name }) => before.has(name))).toEqual([]);
});

test('labels decide who is an endpoint', () => {
  const { printed, run } = play(
    'kubectl label pod client app=web',
    'kubectl label pod client app=web --overwrite',
    'kubectl annotate pod client note=hi',
    'kubectl label pod client app-',
  );
  expect(printed).toEqual([
    "error: 'app' already has a value (client), and --overwrite is false",
    'pod/client labeled',
    'pod/client annotated',
    'pod/client unlabeled',
  ]);
  expect(run.timeline.map(({ text }) => text)).toContain('web: 4 of 4 endpoints ready');
});

test('patch and taint', () => {
  const { printed, run } = play(
    `kubectl patch service web -p '{"spec":{"type":"NodePort"}}'`,
    `kubectl patch service web -p '{"spec":{"type":"NodePort"}}'`,
    'kubectl taint nodes node-3 gpu=yes:NoExecute',
    'kubectl taint nodes node-3 gpu=yes:NoExecute',
    'kubectl taint nodes node-3 gpu-',
  );
  expect(printed).toEqual([
    'service/web patched',
    'service/web patched (no change)',
    'node/node-3 tainted',
    'error: node node-3 already has gpu taint(s) with same effect(s) and --overwrite is false',
    'node/node-3 untainted',
  ]);
  expect(run.objects.find(({ key }) => key === 'Service/default/web')).toMatchObject({ type: 'NodePort' });
});

test('drain moves what has a controller, and says what has none', () => {
  const moved = play('kubectl drain node-2 --ignore-daemonsets', 'kubectl uncordon node-2');
  const [first, second, last] = [moved.printed[0]?.split('\n')[0], moved.printed[0]?.split('\n')[1], moved.printed[0]?.split('\n').at(-1)];
  expect(first).toBe('node/node-2 cordoned');
  expect(second).toMatch(/^evicting pod (default|kube-system)\//);
  expect(last).toBe('node/node-2 drained');
  expect(moved.printed[1]).toBe('node/node-2 uncordoned');
  expect(moved.pods.map(({ node }) => node)).not.toContain('node-2');
  const refused = play('kubectl drain node-1');
  expect(refused.ok).toEqual([false]);
  expect(refused.printed[0]).toContain('cannot delete Pods that declare no controller (use --force to override): default/client');
});

test('apply: created, configured, unchanged, and each error in the server’s words', () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n';
  const other = service.replaceAll('name: web', 'name: shop').replace('port: 80,', 'port: 8000,');
  const bad = service.replaceAll('name: web', 'name: bad').replace('port: 80,', 'port: 80000,');
  const { printed, ok, run } = play(
    { type: 'apply', text: [service, other, bad].join('---\n') },
    { type: 'apply', text: [service, other.replace('8000', '8001')].join('---\n') },
    { type: 'apply', text: '' },
  );
  expect(printed[0]?.split('\n')).toEqual([
    'service/web configured',
    'service/shop created',
    'The Service "bad" is invalid: spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive',
  ]);
  expect(printed.slice(1)).toEqual(['service/web unchanged\nservice/shop configured', 'error: no objects passed to apply']);
  expect(ok).toEqual([false, true, false]);
  expect(run.objects.find(({ key }) => key === 'Service/default/shop')).toMatchObject({ ports: [{ port: 8001 }] });
});

test('a budget holds a drain up until enough pods are ready elsewhere', () => {
  const budget =
    'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 3, selector: {matchLabels: {app: web}}}\n';
  const { printed } = play({ type: 'apply', text: budget }, 'kubectl drain node-2 --ignore-daemonsets');
  expect(printed[0]).toBe('poddisruptionbudget.policy/web created');
  expect(printed[1]).toContain(`(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.`);
  expect(printed[1]?.split('\n').at(-1)).toMatch(/^error: unable to drain node, pods are left: web-/);
});

test('fields that nobody knows: apply refuses them, a patch loses them with a warning', () => {
  const manifest =
    'apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec:\n  selektor: {app: web}\n  ports: [{port: 80, prot: TCP}]\n';
  const { printed, ok } = play({ type: 'apply', text: manifest }, `kubectl patch svc web -p '{"spec":{"selektor":{}}}'`);
  expect(printed).toEqual([
    'Error from server (BadRequest): error when creating "STDIN": Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.selektor", unknown field "spec.ports[0].prot"',
    'Warning: unknown field "spec.selektor"\nservice/web patched (no change)',
  ]);
  expect(ok).toEqual([false, true]);
});
