import fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';
import { printYAML } from './kubectl-output.ts';

test('keys in order, lists not indented, texts in quotes where they would be something else', () => {
  const value = {
    spec: { ports: [{ port: 80, name: 'http' }], on: 'yes', ip: '10.0.0.1', empty: {}, none: [], text: 'a\nb\n' },
    kind: '1',
  };
  expect(printYAML(value)).toEqual([
    'kind: "1"',
    'spec:',
    '  empty: {}',
    '  ip: 10.0.0.1',
    '  none: []',
    '  "on": "yes"',
    '  ports:',
    '  - name: http',
    '    port: 80',
    '  text: |',
    '    a',
    '    b',
  ]);
});

test('what is printed can be read again', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('- a', '-', 'a: b', 'no', '1e3', "it's", ' x', 'a #b', 'a\n\nb', 'a\nb\n\n', '*'));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.array(tie('tree')), fc.dictionary(text, tie('tree'))),
  }));
  const reads = fc.property(tree, (value) => {
    expect(load(`${printYAML({ value }).join('\n')}\n`)).toEqual({ value });
  });
  fc.assert(reads, { numRuns: 500 });
});

test('kubectl get -o yaml shows what was written, and what the server has made of it', () => {
  const simulation = createSimulation();
  simulation.run('apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}\n', 1, []);
  const output = simulation.look('world', 'kubectl get pod web -o yaml')?.output ?? [];
  expect(output.slice(0, 2)).toEqual(['apiVersion: v1', 'kind: Pod']);
  expect(load(output.join('\n'))).toMatchObject({
    spec: {
      containers: [{ image: 'nginx', imagePullPolicy: 'Always' }],
      serviceAccountName: 'default',
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    },
    status: { phase: 'Running' },
  });
});
