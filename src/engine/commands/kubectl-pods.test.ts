// Pods that a controller made are changed like any other: what the server filled in for one counts for the other, too.

import { expect, test } from 'vitest';
import type { Pod } from '../api/types.ts';
import { Cluster } from '../cluster.ts';
import { wholeParts } from '../whole-parts.ts';

test('a pod of a Deployment takes a label and an image, and nothing else', () => {
  const cluster = Cluster.atRest(
    `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, resources: {limits: {cpu: 1}}}]}
`,
    1,
    wholeParts,
  );
  const pod = () => cluster.store.list<Pod>('Pod', 'default')[0] as Pod;
  const { name } = pod().metadata;
  expect(cluster.console.run(`kubectl label pod ${name} tier=front`)).toMatchObject({ output: [`pod/${name} labeled`], problem: null });
  const image = `{"spec":{"containers":[{"name":"web","image":"nginx:1.28"}]}}`;
  expect(cluster.console.run(`kubectl patch pod ${name} -p '${image}'`).problem).toBeNull();
  expect(pod().spec.containers[0]?.image).toBe('nginx:1.28');
  const node = `{"spec":{"nodeName":"node-9"}}`;
  expect(cluster.console.run(`kubectl patch pod ${name} -p '${node}'`).problem).toContain('pod updates may not change fields other than');
});
