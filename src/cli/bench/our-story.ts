// The story of webernetes.ts in our engine; prints the milliseconds from nothing to the answer.

import { createSimulation } from '../../engine/whole-simulation.ts';

const pods = Number(process.argv[2]);
// A kubelet takes 110 pods.
const nodes = Array.from(
  { length: Math.max(3, Math.ceil(pods / 100)) },
  (_, n) => `{apiVersion: v1, kind: Node, metadata: {name: node-${n + 1}}}`,
);
const text = `${nodes.join('\n---\n')}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${pods}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 80, nodePort: 31000}]}
`;

const start = performance.now();
const result = createSimulation().run(text, 1, [{ type: 'send', from: 'world', to: 'http://192.168.56.11:31000' }]);
const time = performance.now() - start;
const ready = result.objects.filter(
  (object) => object.kind === 'Pod' && 'ready' in object && object.ready && object.name.startsWith('web-'),
);
if (ready.length !== pods) throw new Error(`${ready.length} of ${pods} pods are ready`);
if (!result.walks[0]?.outcome.ok) throw new Error(result.walks[0]?.outcome.text ?? 'nothing was sent');
console.log(time);
