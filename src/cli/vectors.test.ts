import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findVectorFiles, NotUnderstood, runVectorFile } from './vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const ingress =
  '{"suite": "ingress", "cases": [{"name": "exact-path", "about": "Exact means equal."}, {"name": "loose", "basis": "practice"}]}';

test('each case of a file has a result; what rests on practice only is not counted', () => {
  expect(runVectorFile(write('ingress.json', ingress))).toEqual([
    expect.objectContaining({ suite: 'ingress', name: 'exact-path', counted: true }),
    expect.objectContaining({ suite: 'ingress', name: 'loose', counted: false }),
  ]);
});

test('a case that makes the engine throw has failed, and says how', () => {
  const [broken] = runVectorFile(write('dns.json', '{"suite": "dns", "cases": [{"name": "no-objects", "queries": 7}]}'));
  expect(broken?.difference).toMatch(/^threw /);
});

test('a folder stands for all vector files below it', () => {
  write('notes.md', '# not a vector');
  expect(findVectorFiles(folder)).toContain(join(folder, 'ingress.json'));
  expect(findVectorFiles(folder)).not.toContain(join(folder, 'notes.md'));
});

test.each([
  ['no JSON', 'suite: dns'],
  ['no suite', '{"cases": []}'],
  ['a case without a name', '{"suite": "dns", "cases": [{}]}'],
  ['a suite that nobody knows', '{"suite": "ipvs", "cases": []}'],
])('not understood: %s', (_what, content) => {
  expect(() => runVectorFile(write('odd.json', content))).toThrow(NotUnderstood);
});
