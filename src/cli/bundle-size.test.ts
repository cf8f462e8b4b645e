import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isWithinBudget, measureSite, type SiteFile, weighParts } from './bundle-size.ts';

const dist = mkdtempSync(join(tmpdir(), 'dist-'));
afterAll(() => rmSync(dist, { recursive: true }));

test('what the entry imports is first, what it imports later is not, and the engine has a worker of its own', () => {
  mkdirSync(join(dist, '.vite'));
  mkdirSync(join(dist, 'assets'));
  const manifest = {
    'index.html': { file: 'assets/index-1.js', imports: ['_react-1.js'], dynamicImports: ['src/editor/MonacoEditor.tsx'] },
    '_react-1.js': { file: 'assets/react-1.js' },
    'src/editor/MonacoEditor.tsx': { file: 'assets/MonacoEditor-1.js', imports: ['_react-1.js'] },
  };
  writeFileSync(join(dist, '.vite', 'manifest.json'), JSON.stringify(manifest));
  for (const name of ['index-1', 'react-1', 'MonacoEditor-1', 'worker-worker-1', 'worker-yaml.worker-1'])
    writeFileSync(join(dist, 'assets', `${name}.js`), '');
  expect(Object.fromEntries(measureSite(dist).map(({ file, part }) => [file, part]))).toEqual({
    'index-1.js': 'first screen',
    'react-1.js': 'first screen',
    'MonacoEditor-1.js': 'later',
    'worker-worker-1.js': 'worker',
    'worker-yaml.worker-1.js': 'later',
  });
});

test('a part is the sum of its files, and must keep within its budget', () => {
  const files: SiteFile[] = [
    { part: 'first screen', file: 'index.js', gzipKb: 150 },
    { part: 'first screen', file: 'react.js', gzipKb: 50 },
    { part: 'later', file: 'MonacoEditor.js', gzipKb: 900 },
  ];
  expect(weighParts(files)).toContainEqual({ part: 'first screen', gzipKb: 200, budgetKb: 200 });
  expect(isWithinBudget(files)).toBe(true);
  expect(isWithinBudget([...files, { part: 'worker', file: 'worker.js', gzipKb: 150.1 }])).toBe(false);
});
