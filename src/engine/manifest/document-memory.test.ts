import { expect, test } from 'vitest';
import { DocumentMemory } from './document-memory.ts';
import { parseManifest } from './parse-manifest.ts';

const pod = (name: string, spec = 'containers: [{name: web, image: nginx}]') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;

/** Places and all. */
const told = ({ objects, problems }: ReturnType<typeof parseManifest>) =>
  JSON.stringify([objects.map((item) => [item.object, item.range, item.rangeOf('spec')]), problems]);

test('a text that is read with a memory of earlier ones reads the same', () => {
  const memory = new DocumentMemory();
  const texts = [
    [pod('a'), pod('b'), 'kind: [Pod\n'],
    ['# a line more\n', pod('a'), pod('b'), 'kind: [Pod\n'],
    [pod('b'), pod('b'), pod('c', 'containers: [{name: c, imgae: x}]')],
    [pod('c', 'containers: [{name: c, imgae: x}]'), pod('a')],
  ].map((documents) => documents.join('---\n'));
  for (const text of [...texts, ...texts]) expect(told(parseManifest(text, memory))).toBe(told(parseManifest(text)));
});

test('documents that stayed as they were are the same objects', () => {
  const memory = new DocumentMemory();
  const [before] = parseManifest(pod('a'), memory).objects;
  const [, after] = parseManifest(`${pod('b')}---\n${pod('a')}`, memory).objects;
  expect(after?.object).not.toBe(before?.object);
  const [, again] = parseManifest(`${pod('c')}---\n${pod('a')}`, memory).objects;
  expect(again?.object).toBe(after?.object);
});
