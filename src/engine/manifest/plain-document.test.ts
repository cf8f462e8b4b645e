import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlainDocument } from './plain-document.ts';
import { readDocument } from './read-document.ts';
import { splitDocuments } from './split-documents.ts';

const FOLDER = join(import.meta.dirname, '../../scenarios');
const lessons = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const documents = lessons.flatMap((name) => splitDocuments(readFileSync(join(FOLDER, name), 'utf8')).map(({ text }) => text));

/** A document without one of its lines, or with one twice. */
const mutilated = (text: string) => {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => [lines.toSpliced(at, 1).join('\n'), lines.toSpliced(at, 0, line).join('\n')]);
};

test('what is read here is read as by the reader of every document', () => {
  const read = [...new Set(documents.flatMap((text) => [text, ...mutilated(text)]))].flatMap((text) => {
    const plain = readPlainDocument(text);
    return plain ? [{ text, plain }] : [];
  });
  expect(read.length).toBeGreaterThan(500);
  for (const { text, plain } of read) expect(plain, text).toEqual(readDocument(text, 1));
});

test('anything else is left to that reader', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}\n';
  expect(readPlainDocument(pod)?.objects).toHaveLength(1);
  for (const [from, to] of [
    ['image: nginx', 'imgae: nginx'],
    ['kind: Pod', 'kind: StatefulSet'],
    ['kind: Pod', 'kind: Pod\nkind: Pod'],
    ['name: web}\n', 'nmae: web}\n'],
    ['spec:', '\u00a0spec:'],
    ['image: nginx', 'image: nginx, env: [{name: A, value: b}]'],
  ] as const)
    expect(readPlainDocument(pod.replace(from, to)), to).toBeNull();
});
