// The stage of `npm test` that asks a real kernel about every built-in scenario. Where there is none to ask, the recorded
// walks among the unit tests have to do.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIMPLIFICATIONS } from '../../engine/simplifications.ts';
import type { StageResult } from '../stages.ts';
import { compareFile } from './compare-file.ts';
import { missingForLab } from './lab-process.ts';
import { BOTH_MODES, describeFlow, modesOf, withMode } from './scenario-modes.ts';

export async function kernelStage(root: string): Promise<StageResult> {
  const missing = missingForLab();
  if (missing.length > 0) {
    console.log(`The kernel cannot be asked here; missing: ${missing.join(', ')}.`);
    return { passed: 0, failures: [] };
  }
  const folder = join(root, 'src', 'scenarios');
  const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const failures: string[] = [];
  const left: string[] = [];
  let [comparisons, passed] = [0, 0];
  for (const name of names) {
    const text = readFileSync(join(folder, name), 'utf8');
    for (const mode of modesOf(text, BOTH_MODES)) {
      const comparison = await compareFile(root, withMode(text, mode), { seed: 1 });
      const different = comparison.flows.filter(({ differences }) => differences.length > 0);
      comparisons++;
      passed += comparison.flows.length - different.length;
      left.push(...comparison.left.map((line) => `${name} (${mode}): ${line}`));
      for (const flow of different) console.log(describeFlow(`${name} (${mode})`, flow));
      failures.push(...different.map(({ kernel }) => `${name} (${mode}): ${kernel.flow.title}`));
    }
  }
  for (const line of left) console.log(`Not compared: ${line}`);
  const counts = `${passed} requests walk as they do in the kernel, ${failures.length} do not, ${left.length} are not compared`;
  console.log(`${names.length} scenarios, ${comparisons} labs: ${counts}.`);
  console.log(`Set aside (src/engine/simplifications.ts): ${SIMPLIFICATIONS.map(({ id }) => id).join(', ')}.`);
  return { passed, failures };
}
