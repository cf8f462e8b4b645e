import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packVectors, unpackVectors } from './pack.ts';

const namespace = { kind: 'Namespace', metadata: { name: 'x' } };
const file = {
  suite: 'netpol',
  cases: [
    { name: 'first', objects: [namespace] },
    { name: 'second', objects: [namespace] },
  ],
};

test('a value that stands twice is written once', () => {
  expect(packVectors(file)).toBe(
    [
      '{"suite":"netpol",',
      '"shared":[',
      '[{"kind":"Namespace","metadata":{"name":"x"}}]',
      '],',
      '"cases":[',
      '{"name":"first","objects":{"$":0}},',
      '{"name":"second","objects":{"$":0}}',
      ']}',
      '',
    ].join('\n'),
  );
});

test('unpacking gives the file back, each use with a copy of its own', () => {
  const back = unpackVectors(JSON.parse(packVectors(file))) as typeof file;
  expect(back).toEqual(file);
  expect(back.cases[0]?.objects).not.toBe(back.cases[1]?.objects);
});

test('a file that was never packed is left alone', () => {
  expect(unpackVectors(file)).toBe(file);
});

test('any JSON survives, keys in order', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.nat(3), (cases, copies) => {
      const all = { suite: 'any', cases: Array.from({ length: copies + 1 }, () => cases).flat() };
      const text = JSON.stringify(all);
      fc.pre(!text.includes('"$"') && !text.includes('__proto__'));
      expect(JSON.stringify(unpackVectors(JSON.parse(packVectors(all))))).toBe(text);
    }),
  );
});
