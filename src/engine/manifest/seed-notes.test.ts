// The listings of real lecture notes, pasted exactly as they stand there: wrong in the ways that notes are wrong.

import { expect, test } from 'vitest';
import type { Problem } from '../view.ts';
import { parseManifest } from './parse-manifest.ts';
import { applyEdit } from './text-edit.ts';

const errors = (text: string) => parseManifest(text).problems.filter((problem) => problem.severity === 'error');
const kinds = (text: string) => parseManifest(text).objects.map(({ object }) => `${object.kind}/${object.metadata.name}`);
const line = (problem: Problem | undefined) => problem?.range.startLine;

/** As an editor does: one fix after the other, as long as one is offered. */
function applyFixes(text: string): string {
  let fixed = text;
  for (let round = 0; round < 10; round++) {
    const fix = errors(fixed).find((problem) => problem.fix)?.fix;
    if (!fix) break;
    fixed = applyEdit(fixed, fix);
  }
  return fixed;
}

const TABS_AND_THE_LETTER_L = `apiVersion: vl
kind: Service
metadata:
\tname: myapp-service
\t# we can also provide labels but they are not necessary
spec:
\ttype: NodePort
\tports:
\t - targetPort: 80
\t   port: 80
\t   nodePort: 30008
\t# no match labels key inside selector like we had in ReplicaSet
\tselector:
\t\tapp: myapp
`;

test('tabs for indentation, and the letter l in the version', () => {
  const [version, tabs, ...rest] = errors(TABS_AND_THE_LETTER_L);
  expect(rest).toEqual([]);
  expect(version?.message).toBe('no matches for kind "Service" in version "vl"');
  expect([line(version), version?.range.startColumn]).toEqual([1, 13]);
  expect(version?.hint).toContain('the digit 1, not the letter l');
  expect(tabs?.message).toBe('error converting YAML to JSON: yaml: line 4: found character that cannot start any token');
  expect([line(tabs), tabs?.range.startColumn]).toEqual([4, 1]);
  expect(tabs?.hint).toContain('indented with a tab');
  const corrected = applyFixes(TABS_AND_THE_LETTER_L);
  expect(parseManifest(corrected).problems).toEqual([]);
  expect(parseManifest(corrected).objects[0]?.object.spec).toEqual({
    type: 'NodePort',
    ports: [{ targetPort: 80, port: 80, nodePort: 30008 }],
    selector: { app: 'myapp' },
  });
});

const TWO_PODS_WITHOUT_INDENTATION = `kind: Pod
apiVersion: v1
metadata:
name: testpod1
spec:
containers:
- name: c01
image: nginx
ports:
- containerPort: 80
kind: Pod
apiVersion: v1
metadata:
name: testpod2
spec:
containers:
- name: c01
image: httpd
ports:
- containerPort: 80
`;

test('lost indentation, and two objects without a separator', () => {
  const found = errors(TWO_PODS_WITHOUT_INDENTATION);
  expect(found.map(line)).toEqual([4, 6, 8, 9, 11, 14, 16, 18, 19]);
  expect(found[0]?.message).toBe('strict decoding error: unknown field "name"');
  expect(found[0]?.hint).toContain('belongs under `metadata`');
  expect(found[2]?.hint).toContain('belongs to an entry of `spec.containers`');
  expect(found[4]?.message).toContain('line 11: key "kind" already set in map');
  expect(found[4]?.hint).toContain('`---`');
  const corrected = applyFixes(TWO_PODS_WITHOUT_INDENTATION);
  expect(parseManifest(corrected).problems).toEqual([]);
  expect(kinds(corrected)).toEqual(['Pod/testpod1', 'Pod/testpod2']);
  expect(parseManifest(corrected).objects[1]?.object.spec).toEqual({
    containers: [{ name: 'c01', image: 'httpd', ports: [{ containerPort: 80 }] }],
  });
});

const TWO_COLUMNS = `kind: Deployment                            kind: Service
...                                         ...
  template:                                 spec:
    metadata:                                 type: ClusterIP
      labels:                                 selector:
        run: to-do-app                          run: to-do-app
    spec:                                     ports:
         containers:                            - port: 80
...
`;

test('two listings set side by side, with lines left out', () => {
  const found = errors(TWO_COLUMNS);
  expect(found.map((problem) => `${line(problem)}:${problem.range.startColumn}`)).toEqual(['1:1', '1:45', '1:45', '2:1', '2:45']);
  expect(found[0]?.hint).toContain('`apiVersion: apps/v1`');
  expect(found[1]?.message).toBe('error converting YAML to JSON: yaml: line 1: mapping values are not allowed in this context');
  expect(found[1]?.hint).toContain('Two listings stand side by side');
  expect(found[3]?.hint).toContain('`...` stands for lines that were left out');
  expect(kinds(TWO_COLUMNS)).toEqual([]);
});

const TWO_COLUMNS_WRITTEN_OUT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: to-do-app
spec:
  selector:
    matchLabels:
      run: to-do-app
  template:
    metadata:
      labels:
        run: to-do-app
    spec:
         containers:
           - name: to-do-app
             image: nginx
---
apiVersion: v1
kind: Service
metadata:
  name: to-do-app
spec:
  type: ClusterIP
  selector:
    run: to-do-app
  ports:
    - port: 80
`;

test('written out below each other, they are two objects', () => {
  expect(parseManifest(TWO_COLUMNS_WRITTEN_OUT).problems).toEqual([]);
  expect(kinds(TWO_COLUMNS_WRITTEN_OUT)).toEqual(['Deployment/to-do-app', 'Service/to-do-app']);
});
