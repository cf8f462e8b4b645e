import { expect, test } from 'vitest';
import type { ServiceView } from '../index.ts';
import { createSimulation } from '../whole-simulation.ts';

const text = (probe: string) => `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.44.10, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx
          readinessProbe:
            ${probe}
            periodSeconds: 2
`;

function run(probe: string) {
  const { objects, walks } = createSimulation().run(text(probe), 1, [{ type: 'send', from: 'node/node-1', to: 'http://10.96.44.10' }]);
  const service = objects.find((object): object is ServiceView => object.key === 'Service/default/web');
  const reason = walks[0]?.reason;
  const why = reason?.why.find(({ text: words }) => words.includes('is not ready'));
  return { candidates: service?.candidates.map((one) => one.why), outcome: walks[0]?.outcome.text, why, suggestion: reason?.suggestion };
}

test('the reason is the probe, in the words of the kubelet, at its line; the edit gives it a page that there is', () => {
  const { candidates, outcome, why, suggestion } = run('httpGet: {path: /healthz, port: 80}');
  expect(outcome).toBe('connection refused');
  const words = 'readiness probe failed: HTTP probe failed with statuscode: 404';
  expect(candidates).toEqual([`its labels match, but it is not ready: ${words}`, `its labels match, but it is not ready: ${words}`]);
  expect(why?.text).toMatch(new RegExp(`^Pod \`web-.*\` is not ready: ${words}$`));
  expect(why?.range).toEqual({ startLine: 19, startColumn: 29, endLine: 19, endColumn: 37 });
  expect(suggestion).toMatchObject({ range: why?.range, newText: '/' });
});

test('a port where nothing listens: the edit names the one where something does', () => {
  const { why, suggestion } = run('tcpSocket: {port: 8080}');
  expect(why?.text).toMatch(/is not ready: readiness probe failed: dial tcp 10\.244\.\d\.\d:8080: connect: connection refused$/);
  expect(suggestion).toMatchObject({ range: { startLine: 19 }, newText: '80' });
});
