// Conformance results against the committed list of cases that cannot pass yet. The list only ever becomes shorter: a
// failure that is not on it is red, and so is a case on it that passes, or that does not exist.

import { relative } from 'node:path';
import type { CaseResult } from './vectors.ts';

/** Vector file, relative to the folder of all vectors -> names of cases. */
export type ExpectedFailures = Readonly<Record<string, readonly string[]>>;

export interface Judgement {
  readonly passed: number;
  /** One line for each case that did not do what the list says. */
  readonly surprises: readonly string[];
  readonly expectedFailures: number;
}

export function judgeResults(folder: string, results: readonly CaseResult[], expected: ExpectedFailures): Judgement {
  const listed = new Set(Object.entries(expected).flatMap(([file, names]) => names.map((name) => `${file}: ${name}`)));
  const counted = results.filter((result) => result.counted).map((result) => ({ ...result, place: placeOf(folder, result) }));
  const places = new Set(counted.map(({ place }) => place));
  const isSurprise = ({ place, difference }: (typeof counted)[number]) => (difference === null) === listed.has(place);
  const asExpected = counted.filter((result) => !isSurprise(result));
  return {
    passed: asExpected.filter(({ difference }) => difference === null).length,
    surprises: [
      ...counted
        .filter(isSurprise)
        .map(({ place, difference }) => `${place}: ${difference ?? 'passes, but is listed as an expected failure'}`),
      ...[...listed]
        .filter((place) => !places.has(place))
        .map((place) => `${place}: listed as an expected failure, but there is no such case`),
    ],
    expectedFailures: asExpected.filter(({ difference }) => difference !== null).length,
  };
}

function placeOf(folder: string, { file, name }: CaseResult): string {
  return `${relative(folder, file).replaceAll('\\', '/')}: ${name}`;
}
