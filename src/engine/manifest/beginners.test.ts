// Mistakes that come with copying from slides, web pages and notes: named at the line where they were made, with the
// edit that mends them.

import { expect, test } from 'vitest';
import { parseManifest } from './parse-manifest.ts';
import { applyEdit } from './text-edit.ts';

const errors = (text: string) => parseManifest(text).problems.filter((problem) => problem.severity === 'error');
const lines = (text: string) => errors(text).map((problem) => problem.range.startLine);

/** The text once the first fix that is offered has been applied. */
const mended = (text: string) => applyEdit(text, errors(text).find((problem) => problem.fix)?.fix);

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx
`;

test('no space after a colon', () => {
  const text = POD.replace('kind: ', 'kind:');
  expect(lines(text)).toEqual([2]);
  expect(errors(text)[0]?.hint).toBe('Put a space after the colon: `kind: ...`.');
  expect(mended(text)).toBe(POD);
  expect(mended('kind:Pod\n')).toBe('kind: Pod\n');
});

test('a quote that is never closed, at the line where it was opened', () => {
  const text = POD.replace('name: web\nspec', 'name: "web\nspec');
  expect(lines(text)).toEqual([4]);
  expect(errors(text)[0]?.hint).toBe('A quote is opened here and not closed.');
});

test('non-breaking spaces from a web page', () => {
  const text = POD.replaceAll('  ', '\u00a0 ');
  expect(lines(text)).toEqual([4]);
  expect(mended(text)).toBe(POD);
});

test('the frame of a listing in Markdown', () => {
  const text = `# A pod\n\`\`\`yaml\n${POD}\`\`\`\n`;
  expect(lines(text)).toEqual([2]);
  expect(errors(mended(text))).toEqual([]);
});

test('all indentation lost, also where words come twice', () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata:
name: web
spec:
replicas: 2
selector:
matchLabels:
app: web
template:
metadata:
labels:
app: web
spec:
containers:
- name: web
image: nginx
ports:
- containerPort: 80
`;
  expect(lines(text)).toEqual([4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18]);
  expect(errors(text)[6]?.hint).toBe('The indentation is lost: this `metadata` belongs to the lines above it, further in.');
  const { objects, problems } = parseManifest(mended(text));
  expect(problems).toEqual([]);
  expect(objects[0]?.object.spec).toEqual({
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
    },
  });
});

test('text that is no manifest at all', () => {
  expect(errors('hello world\nhow are you\n')[0]?.hint).toContain('begins with `apiVersion:` and `kind:`');
});

test('however many mistakes there are, they are found in time and at most 500 are listed', () => {
  const many = (line: string, count: number) => Array.from({ length: count }, (_, i) => line.replace('N', String(i))).join('\n');
  const texts = [
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n'.repeat(8000),
    `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n${many('  kN: 1', 20_000)}`,
    `apiVersion: v1\nkind: Pod\nmetadata:\n${many('kN: 1', 20_000)}`,
    'a: b     c: d\n'.repeat(30_000),
    `${'a: b     '.repeat(20_000)}\n`.repeat(2),
    `a: ${'b'.repeat(400_000)} : c`,
    many('\tkN: 1', 20_000),
  ];
  for (const text of texts) expect(parseManifest(text).problems.length).toBeLessThanOrEqual(501);
}, 20_000);
