// Every fix mends what it was offered for: the text after it has no problem left.

import { expect, test } from 'vitest';
import { admit } from '../api/admit.ts';
import type { KubeObject } from '../api/types.ts';
import type { Problem } from '../view.ts';
import { parseManifest } from './parse-manifest.ts';
import { problemsFor } from './problems.ts';
import { applyEdit } from './text-edit.ts';

const cluster = { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' };

function problems(text: string, existing: readonly KubeObject[] = []): readonly Problem[] {
  const { objects, problems: read } = parseManifest(text);
  const said = objects.flatMap((item) => problemsFor(admit({ operation: 'create', object: item.object, cluster, existing }).errors, item));
  return [...read, ...said].filter(({ severity }) => severity === 'error');
}

/** The titles of the fixes, taken one after the other until nothing is wrong any more. */
function mended(text: string, existing: readonly KubeObject[] = []): { titles: string[]; text: string } {
  const titles: string[] = [];
  let current = text;
  for (let step = 0; step < 5; step++) {
    const fix = problems(current, existing).find((problem) => problem.fix)?.fix;
    if (!fix) break;
    titles.push(fix.title);
    current = applyEdit(current, fix);
  }
  expect(problems(current, existing)).toEqual([]);
  return { titles, text: current };
}

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector: {app: web}
  ports:
    - port: 80
      nodePort: 30080
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: nginx
          image: nginx
          resources:
            limits:
              memory: 1Gi
`;

test.each<[string, string, string[]]>([
  ['a type in small letters', SERVICE.replace('NodePort', 'nodeport'), ['Change to NodePort']],
  ['a node port out of range', SERVICE.replace('30080', '8080'), ['Remove nodePort']],
  ['a name with capitals and an underscore', SERVICE.replace('name: web', 'name: My_Web'), ['Change to my-web']],
  ['ports without names', `${SERVICE}    - port: 443\n`, ['Add name: port-80', 'Add name: port-443']],
  ['an address outside of the range', SERVICE.replace('  selector', '  clusterIP: 1.2.3.4\n  selector'), ['Remove clusterIP']],
  ['a label that the template spells otherwise', DEPLOYMENT.replace('        app: web', '        app: wbe'), ['Change to web']],
  ['a label that the template does not have', DEPLOYMENT.replace('        app: web', '        tier: front'), ['Add app: web']],
  [
    'no selector',
    DEPLOYMENT.replace('  selector:\n    matchLabels:\n      app: web\n', ''),
    ['Add a selector for the labels of the template'],
  ],
  [
    'a restart policy that a Deployment cannot have',
    DEPLOYMENT.replace('      containers:', '      restartPolicy: Never\n      containers:'),
    ['Change to Always'],
  ],
  ['a strategy that is nearly right', DEPLOYMENT.replace('  template:', '  strategy: {type: Rolling}\n  template:'), []],
  ['a resource with a slip', DEPLOYMENT.replace('memory', 'memroy'), ['Change to memory']],
  [
    'a mount of a volume with a slip',
    DEPLOYMENT.replace('      containers:', '      volumes: [{name: data, emptyDir: {}}]\n      containers:').replace(
      '          image: nginx',
      '          image: nginx\n          volumeMounts: [{name: dta, mountPath: /data}]',
    ),
    ['Change to data'],
  ],
])('%s', (_what, text, titles) => {
  if (titles.length === 0) expect(problems(text).every(({ fix }) => fix === undefined)).toBe(true);
  else expect(mended(text).titles).toEqual(titles);
});

test('what is inserted stands where it belongs', () => {
  expect(mended(`${SERVICE}    - port: 443\n`).text).toContain(
    '    - name: port-80\n      port: 80\n      nodePort: 30080\n    - name: port-443\n      port: 443\n',
  );
  const bare = DEPLOYMENT.replace('  selector:\n    matchLabels:\n      app: web\n', '');
  expect(mended(bare).text).toBe(DEPLOYMENT);
});

test('within braces nothing is inserted or taken out by lines', () => {
  const text = SERVICE.replace('    - port: 80\n      nodePort: 30080', '    - {port: 80, nodePort: 8080}');
  expect(problems(text).map(({ fix }) => fix)).toEqual([undefined]);
});

test('a port that another Service has', () => {
  const other = parseManifest(SERVICE.replace('name: web', 'name: other')).objects.map(({ object }) => object);
  expect(mended(SERVICE, other).titles).toEqual(['Remove nodePort']);
});
