import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

const TEXT = `apiVersion: packetwalk.dev/v1
kind: Scenario
cluster: {cni: vxlan}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {nodeName: node-1, containers: [{name: c, image: curlimages/curl}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec: {nodeName: node-1, containers: [{name: c, image: nginx}]}
`;
const simulation = createSimulation();
const { objects } = simulation.run(TEXT, 1, []);
const address = objects.map((object) => (object.key === 'Pod/default/b' && 'address' in object ? object.address : null)).find(Boolean);
simulation.run(TEXT, 1, [{ type: 'send', from: 'pod/default/a', to: `http://${address}` }]);
const node = simulation.inspectNode('node-1');

test('a bridge has learnt who is behind which port, a tunnel was told who is behind which node', () => {
  expect(node?.fdb).toMatch(/^[\da-f:]{17} dev veth[\da-f]+ master cni0$/m);
  expect(node?.fdb).toMatch(/^[\da-f:]{17} dev flannel\.1 dst 192\.168\.56\.12 self permanent$/m);
});

test('switches are printed by their names below /proc/sys', () => {
  expect(node?.sysctls).toContain('net.ipv4.ip_forward = 1\n');
  expect(node?.sysctls).toContain('net.bridge.bridge-nf-call-iptables = 1\n');
});

test('a pod shows its hosts file and its neighbours', () => {
  const pod = simulation.inspectPod('Pod/default/a');
  expect(pod?.hosts).toMatch(/^10\.244\.1\.\d+\ta$/m);
  expect(pod?.neighbours).toMatch(/^10\.244\.1\.\d+ dev eth0 lladdr [\da-f:]{17} REACHABLE$/m);
});
