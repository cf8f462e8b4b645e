import { expect, test } from 'vitest';
import { createSimulation } from './whole-simulation.ts';

const WEB = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeName: node-3, containers: [{name: web, image: nginx}]}
`;

test('a dead kubelet says nothing: that its pods are not ready is the word of the node controller', () => {
  const { timeline, restUs } = createSimulation().run(WEB, 1, [
    { type: 'command', line: 'node-3: power off' },
    { type: 'command', line: 'wait 60s' },
  ]);
  const later = timeline.filter(({ atUs }) => atUs > restUs);
  expect(later.filter(({ lane }) => lane === 'kubelet node-3')).toEqual([]);
  expect(later.map(({ lane, text }) => `${lane}: ${text}`)).toContain('node-lifecycle: web is not ready');
});
