// `npm test`: everything that must hold, fast stages first. A stage that fails does not stop the next ones. The last
// line is `N passed, N failed`, over every check, unit test, conformance case and story.

import { stopChildrenOnSignals } from './children.ts';
import { kernelStage } from './kernel/stage.ts';
import { buildStage, conformanceStage, lintStage, type StageResult, storyStage, typeStage, unitStage } from './stages.ts';

const STAGES: readonly (readonly [name: string, run: (root: string) => Promise<StageResult>])[] = [
  ['Format and lint', lintStage],
  ['Types', typeStage],
  ['Unit tests', unitStage],
  ['Conformance vectors', conformanceStage],
  ['A real kernel', kernelStage],
  ['Production build and its size', buildStage],
  ['Stories in a browser', storyStage],
];

export async function main(_args: readonly string[], root: string): Promise<number> {
  stopChildrenOnSignals();
  const results: Finished[] = [];
  for (const [name, run] of STAGES) {
    console.log(`\n== ${name}`);
    const start = performance.now();
    const result = await run(root).catch(asFailure);
    results.push({ name, ...result, seconds: (performance.now() - start) / 1000 });
  }
  console.log(`\n${describe(results).join('\n')}`);
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

interface Finished extends StageResult {
  readonly name: string;
  readonly seconds: number;
}

function asFailure(error: unknown): StageResult {
  return { passed: 0, failures: [String((error as Error).stack ?? error)] };
}

function describe(results: readonly Finished[]): string[] {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, { failures }) => sum + failures.length, 0);
  return [
    ...results.map(
      ({ name, passed, failures, seconds }) => `${name}: ${passed} passed, ${failures.length} failed (${seconds.toFixed(1)} s)`,
    ),
    ...results.flatMap(({ name, failures }) => failures.map((line) => `  FAILED  ${name}: ${line}`)),
    `${passed} passed, ${failed} failed`,
  ];
}
