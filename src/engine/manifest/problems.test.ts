import { expect, test } from 'vitest';
import { admit } from '../api/admit.ts';
import { parseManifest } from './parse-manifest.ts';
import { problemsFor } from './problems.ts';
import { applyEdit } from './text-edit.ts';

const cluster = { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' };

function problems(text: string) {
  return parseManifest(text).objects.flatMap((item) =>
    problemsFor(admit({ operation: 'create', object: item.object, cluster, existing: [] }).errors, item),
  );
}

const place = ({ range }: ReturnType<typeof problems>[number]) =>
  `${range.startLine}:${range.startColumn}-${range.endLine}:${range.endColumn}`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
    - port: 80
      protocol: tcp
      nodePort: 30080
`;

test('an error stands at its value, with a fix where one is certain', () => {
  const [problem] = problems(SERVICE);
  expect(problem?.message).toBe('spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"');
  expect(problem && place(problem)).toBe('13:17-13:20');
  expect(problem?.object).toBe('Service/default/web');
  expect(problems(applyEdit(SERVICE, problem?.fix))).toEqual([]);
});

test('an error about a field that is left out stands at the field around it', () => {
  const text = SERVICE.replace(/ {2}ports:[\s\S]*/, '');
  expect(problems(text).map((problem) => `${place(problem)} ${problem.message}`)).toEqual(['7:1-7:5 spec.ports: Required value']);
});

test('fields that the server spells or fills in otherwise', () => {
  const text = SERVICE.replace('tcp', 'TCP').replace('    - port: 80', '    - port: 70000').replace('type: NodePort', 'clusterIP: 10.96.0');
  expect(problems(text).map((problem) => `${place(problem)} ${problem.path}`)).toEqual(['8:14-8:21 spec.clusterIPs[0]']);
  const port = SERVICE.replace('tcp', 'TCP')
    .replace('    - port: 80', '    - port: 70000')
    .replace('NodePort\n', 'ClusterIP\n')
    .replace(/ {6}nodePort.*\n/, '');
  expect(problems(port).map((problem) => `${place(problem)} ${problem.path}`)).toEqual([
    '12:13-12:18 spec.ports[0].port',
    '12:13-12:18 spec.ports[0].targetPort',
  ]);
});

test('a bad label is found among the others', () => {
  const text = SERVICE.replace('tcp', 'TCP').replace('    app: web\nspec', '    app: web\n    tier: my tier\nspec');
  expect(problems(text).map(place)).toEqual(['7:11-7:18']);
});

test('a target port in quotes is a name', () => {
  const text = SERVICE.replace('tcp', 'TCP').replace('- port: 80\n', '- port: 80\n      targetPort: "8080"\n');
  const [problem] = problems(text);
  expect(problem?.hint).toContain('without quotes');
  expect(problems(applyEdit(text, problem?.fix))).toEqual([]);
});
