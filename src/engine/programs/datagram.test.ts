import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

const CLUSTER = `apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: client, image: curlimages/curl}]}
---
apiVersion: v1
kind: Pod
metadata: {name: echo, labels: {app: echo}, annotations: {packetwalk.dev/listen: "udp:0.0.0.0:7"}}
spec: {nodeName: node-2, containers: [{name: echo, image: example/echo}]}
---
apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {clusterIP: 10.96.0.7, selector: {app: echo}, ports: [{port: 7, protocol: UDP}]}
`;

test('a long datagram goes in pieces, and a Service sees it whole', () => {
  const { walks } = createSimulation().run(CLUSTER, 1, [{ type: 'send', from: 'pod/default/client', to: 'udp://10.96.0.7:7#size=3000' }]);
  expect(walks[0]?.outcome.text).toBe('reply from echo');
  const pieces = walks[0]?.packets.filter(({ from, protocol }) => from === 'default/client' && protocol === 'udp') ?? [];
  expect(pieces.map(({ label, sizeBytes }) => `${label} ${sizeBytes}`)).toEqual(['UDP 3028', 'frag 1500', 'frag 1500', 'frag. 68']);
});
