// `npm run --silent pack-vectors -- FROM.json TO.json`: brings a vector file into the repository in its compact form.

import { readFileSync, writeFileSync } from 'node:fs';
import { packVectors, unpackVectors } from '../engine/conformance/pack.ts';

export function main([from, to]: readonly string[]): number {
  if (!from || !to) {
    console.error('usage: npm run --silent pack-vectors -- FROM.json TO.json');
    return 2;
  }
  const file = unpackVectors(JSON.parse(readFileSync(from, 'utf8'))) as { cases: unknown[] };
  writeFileSync(to, packVectors(file));
  return 0;
}
