// `npm run --silent conformance -- PATH...`: runs vector files, or folders of them, against the engine. A line for each
// failing case, a count for each suite, and last `N passed, N failed`. Exit status 1 when a counted case failed, 2 when
// a file is not understood.

import { relative, resolve } from 'node:path';
import { type CaseResult, findVectorFiles, NotUnderstood, runVectorFile } from './vectors.ts';

export function main(paths: readonly string[]): number {
  if (paths.length === 0) {
    console.error('usage: npm run --silent conformance -- PATH...   (vector files, or folders of them)');
    return 2;
  }
  const results: CaseResult[] = [];
  let isUnderstood = true;
  for (const path of paths) {
    const files = attempt(() => findVectorFiles(resolve(path)));
    const cases = files?.map((file) => attempt(() => runVectorFile(file)));
    if (!cases?.every((one) => one !== undefined)) isUnderstood = false;
    results.push(...(cases ?? []).flatMap((one) => one ?? []));
  }
  const lines = describeResults(results.map((result) => ({ ...result, file: relative('', result.file) })));
  console.log(lines.join('\n'));
  if (!isUnderstood) return 2;
  return results.some((result) => result.counted && result.difference !== null) ? 1 : 0;
}

/** Failing cases, counts for each suite, and the total. */
function describeResults(results: readonly CaseResult[]): string[] {
  const failing = results.filter((result) => result.difference !== null);
  const counted = results.filter((result) => result.counted);
  return [...failing.map(describeFailure), ...describeSuites(results), countLine(counted)];
}

/** A count for each suite, and one of its own for what is not counted. */
export function describeSuites(results: readonly CaseResult[]): string[] {
  const suites = [...new Set(results.map((result) => result.suite))];
  return suites.flatMap((suite) =>
    describeSuite(
      suite,
      results.filter((result) => result.suite === suite),
    ),
  );
}

function describeFailure({ file, suite, name, counted, difference }: CaseResult): string {
  return `FAIL ${suite} ${name}${counted ? '' : ' (not counted)'} in ${file}: ${difference}`;
}

function describeSuite(suite: string, results: readonly CaseResult[]): string[] {
  const counted = results.filter((result) => result.counted);
  const extra = results.filter((result) => !result.counted);
  return [
    ...(counted.length > 0 ? [`${suite}: ${countLine(counted)}`] : []),
    ...(extra.length > 0 ? [`${suite}, not counted (an extra, or common practice only): ${countLine(extra)}`] : []),
  ];
}

function countLine(results: readonly CaseResult[]): string {
  const failed = results.filter((result) => result.difference !== null).length;
  return `${results.length - failed} passed, ${failed} failed`;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    console.error(error.message);
    return undefined;
  }
}
