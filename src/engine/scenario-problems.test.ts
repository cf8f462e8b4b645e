import { expect, test } from 'vitest';
import { createSimulation } from './whole-simulation.ts';

const problemsOf = (text: string) => createSimulation().run(text, 1, []).problems;

test('a pod that is bound to a node which is not there waits for it for ever, and the text says so', () => {
  const pod = (node: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  nodeName: ${node}\n  containers: [{name: web, image: nginx}]\n`;
  expect(problemsOf(pod('node-2'))).toEqual([]);
  expect(problemsOf(pod('worker-2'))).toMatchObject([
    {
      severity: 'warning',
      message: 'nodes "worker-2" not found: no kubelet will start what is bound to it',
      path: 'spec.nodeName',
      range: { startLine: 5, startColumn: 13 },
      object: 'Pod/default/web',
    },
  ]);
  expect(problemsOf(`${pod('worker-2')}---\napiVersion: v1\nkind: Node\nmetadata: {name: worker-2}\n`)).toEqual([]);
});
