import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

const POD = (name: string, node: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {nodeName: ${node}, containers: [{name: ${name}, image: nginx}]}\n`;
const LOCAL =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}\n';

function reasonOf(to: string, nonMasqueradeCIDRs: string) {
  const scenario = `apiVersion: packetwalk.dev/v1\nkind: Scenario\ncluster: {nonMasqueradeCIDRs: [${nonMasqueradeCIDRs}]}\n`;
  const text = [POD('client', 'node-1'), POD('web', 'node-3'), LOCAL, scenario].join('---\n');
  const { walks } = createSimulation().run(text, 1, [{ type: 'send', from: 'pod/default/client', to }]);
  return walks[0]?.reason;
}

test('an answer that takes another road than the request', () => {
  const reason = reasonOf('http://192.168.56.12:30080', '10.244.0.0/16, 192.168.56.0/24');
  expect(reason?.title).toBe('node-1 drops the answer: it fits no connection there.');
  expect(reason?.detail).toContain('client asked 192.168.56.12:30080 and gets an answer from 10.244.3.2:80.');
  expect(reason?.why.map(({ text, range }) => [text, range?.startLine])).toEqual([
    ['`node-2` sent the request on to `10.244.3.2:80` and left the sender `10.244.1.2:40001` as it was', undefined],
    ['`cluster.nonMasqueradeCIDRs` keeps it so', 18],
    ['The answer goes to `10.244.1.2:40001` by the shortest way, past `node-2`', undefined],
  ]);
});

test('an answer to a pod from where nobody knows pods', () => {
  const reason = reasonOf('http://203.0.113.10', '0.0.0.0/0');
  expect(reason?.title).toBe('The answer is lost at router.');
  expect(reason?.why[0]?.text).toBe("The request left its node with the pod's own address `10.244.1.2`");
});

test('a refusal that is lost is no refusal', () => {
  expect(reasonOf('http://192.168.56.100', '192.168.56.0/24')?.title).toBe('The answer is lost at router.');
});
