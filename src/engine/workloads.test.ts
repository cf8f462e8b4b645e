// StatefulSets, DaemonSets and Jobs on a whole cluster, as the page sees it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Action, ObjectView, PodView } from './index.ts';
import { createSimulation } from './whole-simulation.ts';

const scenario = (name: string) => readFileSync(join(import.meta.dirname, `../scenarios/${name}.yaml`), 'utf8');
const send = (from: string, to: string): Action => ({ type: 'send', from, to });
const podsOf = (objects: readonly ObjectView[], owner: string) =>
  objects.filter((object): object is PodView => object.kind === 'Pod' && (object as PodView).owner === owner);
const summaryOf = (objects: readonly ObjectView[], key: string) => objects.find((object) => object.key === key);

test("a StatefulSet's pod comes back under its name, with another address, and the name leads there", () => {
  const text = scenario('stateful-set');
  const addressIn = (actions: readonly Action[]) => {
    const { objects, walks } = createSimulation().run(text, 1, [...actions, send('pod/default/client', 'dns://cache-1.cache')]);
    const pods = podsOf(objects, 'StatefulSet/default/cache');
    expect(pods.map(({ name }) => name).sort()).toEqual(['cache-0', 'cache-1', 'cache-2']);
    return { pod: pods.find(({ name }) => name === 'cache-1')?.address, answer: walks[0]?.outcome.text };
  };
  const before = addressIn([]);
  const after = addressIn([{ type: 'deletePod', namespace: 'default', name: 'cache-1' }]);
  expect(before.answer).toBe(before.pod);
  expect(after.answer).toBe(after.pod);
  expect(after.pod).not.toBe(before.pod);
});

test('a DaemonSet is on every node, and a Service with internalTrafficPolicy Local leads to the one beside the client', () => {
  const { objects, walks } = createSimulation().run(scenario('daemon-set'), 1, [
    send('pod/default/client', 'http://agent'),
    send('pod/default/client-3', 'http://agent'),
  ]);
  const pods = podsOf(objects, 'DaemonSet/default/agent');
  expect(pods.map(({ node }) => node)).toEqual(['node-1', 'node-2', 'node-3']);
  expect(walks.map(({ outcome }) => outcome.text)).toEqual([pods[0], pods[2]].map((pod) => `200 from ${pod?.name}`));
  expect(summaryOf(objects, 'DaemonSet/default/agent')).toMatchObject({ simulated: true, summary: '3/3 ready' });
});

test('a Job comes to its end, and says what is made up', () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: {name: pi}
spec:
  completions: 2
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: pi
          image: perl
          command: [perl, -Mbignum=bpi, -wle, print bpi(2000)]
`;
  const { objects, problems } = createSimulation().run(job, 1, []);
  expect(podsOf(objects, 'Job/default/pi').map(({ status, containers }) => `${status} ${containers[0]?.state}`)).toEqual([
    'Completed Completed',
    'Completed Completed',
  ]);
  expect(summaryOf(objects, 'Job/default/pi')).toMatchObject({ summary: '2/2 completed' });
  expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'not-simulated: command perl is not run; it counts as done after 1 s, with exit code 0',
  ]);
});

test('a node that is not ready gets no new pods, neither does a cordoned one', () => {
  const nodes = `apiVersion: v1
kind: Node
metadata: {name: node-1}
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
status: {conditions: [{type: Ready, status: "False"}]}
---
apiVersion: v1
kind: Node
metadata: {name: node-3}
spec: {unschedulable: true}
---
`;
  const { objects } = createSimulation().run(nodes + scenario('pod-to-service'), 1, []);
  const web = objects.filter((object): object is PodView => object.kind === 'Pod' && object.labels.app === 'web');
  expect(web.map(({ node }) => node)).toEqual(['node-1', 'node-1', 'node-1']);
});
