import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unpackVectors } from './pack.ts';
import { runValidationCase } from './validation.ts';

test.each(['service', 'ingress'])('every %s case of the vectors passes', (name) => {
  const file = new URL(`./vectors/validation/${name}.json`, import.meta.url);
  const { suite, cases } = unpackVectors(JSON.parse(readFileSync(file, 'utf8'))) as { suite: string; cases: { name: string }[] };
  expect(cases.length).toBeGreaterThan(25);
  const failures = cases.flatMap((testCase) => {
    const difference = runValidationCase(suite, testCase);
    return difference === null ? [] : [`${testCase.name}: ${difference}`];
  });
  expect(failures).toEqual([]);
});
