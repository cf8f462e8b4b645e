import { expect, test } from 'vitest';
import { runEndpointSliceCase } from './endpointslice.ts';
import { unpackVectors } from './pack.ts';
import type { VectorCase, VectorFile } from './suites.ts';
import packed from './vectors/endpoints/endpointslice.json' with { type: 'json' };

const { cases } = unpackVectors(packed) as VectorFile;
const named = (name: string) => structuredClone(cases.find((one) => one.name === name)) as VectorCase;

test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, vectorCase) => {
  expect(runEndpointSliceCase(vectorCase)).toBeNull();
});

test('a wrong expectation is told in one line', () => {
  const wrongZone = named('ready-pod');
  wrongZone.expect.slices[0].endpoints[0].zone = 'zone-x';
  expect(runEndpointSliceCase(wrongZone)).toMatch(/^slices: expected IPv4 .*"zone-x".*, got IPv4 .*"zone-a"/);
  const wrongSizes = named('one-hundred-and-one');
  wrongSizes.expect.sliceSizes = [51, 50];
  expect(runEndpointSliceCase(wrongSizes)).toBe('slice sizes: expected 50+51, got 1+100');
  const wrongLabel = named('headless-label');
  wrongLabel.expect.labels.team = 'b';
  expect(runEndpointSliceCase(wrongLabel)).toBe('label team: expected "b", got "a"');
  const wrongHints = named('auto-too-few-endpoints');
  wrongHints.expect.hintCounts = { 'zone-a': 1 };
  expect(runEndpointSliceCase(wrongHints)).toBe('hints: expected {"zone-a":1}, got {}');
});
