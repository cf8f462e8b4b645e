import { expect, test } from 'vitest';
import { parseManifest } from '../../engine/manifest/parse-manifest.ts';
import { printDocuments } from './yaml-text.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web', 'is.it/so': 'true', number: '8080' } },
  spec: {
    containers: [{ name: 'main', image: 'nginx:1.27', args: ['-g', 'daemon off;'], ports: [{ containerPort: 80 }] }],
    hostNetwork: false,
  },
};

test('what is printed reads back as it was', () => {
  const { objects, problems } = parseManifest(printDocuments([POD, POD]));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(objects[0]?.object).toMatchObject(POD);
});
