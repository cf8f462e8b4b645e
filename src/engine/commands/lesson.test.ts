import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

const PODS = `apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl, command: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-2, containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: packetwalk.dev/v1
kind: Scenario
`;
const run = (more: string) => createSimulation().run(PODS + more, 1, []);

test('a timeline is read into actions, and plays', () => {
  const { scenario, problems } = run(`timeline:
  - {at: 2s, run: kubectl label pod web app-}
  - {at: 3s, send: {from: pod/default/client, to: http://web, times: 3, every: 10ms}}
  - at: 4s
    apply: |
      {apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {selector: {app: web}, ports: [{port: 80}]}}
`);
  expect(problems).toEqual([]);
  expect(scenario.timeline).toMatchObject([
    { type: 'command', atUs: 2_000_000, line: 'kubectl label pod web app-' },
    { type: 'send', atUs: 3_000_000, from: 'pod/default/client', to: 'http://web', times: 3, everyUs: 10_000 },
    { type: 'apply', atUs: 4_000_000 },
  ]);
  const played = createSimulation().run(PODS, 1, scenario.timeline);
  expect(played.actions.map(({ output }) => output)).toEqual([['pod/web unlabeled'], [], ['service/shop created']]);
  expect(played.traffic[0]?.samples.map(({ text }) => text)).toEqual(Array(3).fill('connection refused'));
});

test.each([
  ['{at: soon, run: wait 1s}', 'timeline[0].at', 'a duration like 80ms, 5s or 1m30s is expected'],
  ['{run: wait 1s}', 'timeline[0]', 'Required value: at: when it happens, like 2s'],
  ['{at: 1s}', 'timeline[0]', 'Required value: one of run, send and apply'],
  ['{at: 1s, run: "node-2: reboot"}', 'timeline[0].run', '"reboot": ip, tc, systemctl, power or lag is expected'],
  ['{at: 1s, send: {from: pod/web, to: http://web}}', 'timeline[0].send.from', '"pod/web" is not a source'],
  ['{at: 1s, send: {from: world, to: http://web, times: 0}}', 'timeline[0].send.times', 'must be between 1 and 100000, inclusive'],
  ['{at: 1s, runs: wait 1s}', 'timeline[0].runs', 'unknown field "timeline[0].runs"'],
])('%s: an error at %s', (step, path, message) => {
  const text = `timeline:\n  - ${step}\n`;
  const { problems, scenario } = run(text);
  expect(scenario.timeline).toEqual([]);
  const problem = problems.find((one) => one.path === path);
  expect(problem?.message).toContain(message);
  const lines = (PODS + text).split('\n');
  expect(lines[(problem?.range.startLine ?? 0) - 1]).toContain(step.slice(0, 4));
});

test('cluster.lag: each component has its own delay, and each node its own view', () => {
  const text = `cluster: {lag: {kube-proxy: 100ms, node-1/kube-proxy: 3s, coredns: 2s, endpointslice: 500ms}}\n`;
  const { timeline, restUs, problems, faults } = createSimulation().run(PODS + text, 1, [
    { type: 'command', line: 'kubectl label pod web app-' },
  ]);
  expect([problems, faults]).toEqual([[], []]);
  const since = (lane: string, word: string) => {
    const entry = timeline.find((one) => one.atUs >= restUs && one.lane === lane && one.text.includes(word));
    return Math.round(((entry?.atUs ?? 0) - restUs) / 100_000);
  };
  expect(since('endpointslice', 'web: 0 of 0')).toBe(5);
  expect(since('kube-proxy node-2', 'default/web')).toBe(6);
  expect(since('kube-proxy node-1', 'default/web')).toBe(35);
});

test('an entry of cluster.lag that nobody understands is told at its key', () => {
  const { problems } = run('cluster: {lag: {kube-proxi: 1s, coredns: slow}}\n');
  expect(problems.map(({ path }) => path)).toEqual(['cluster.lag[kube-proxi]', 'cluster.lag[coredns]']);
  expect(problems[1]?.message).toContain('a duration like 80ms, 5s or 1m30s is expected');
});
