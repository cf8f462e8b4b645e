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
  const failures: string[] = [];
  let passed = 0;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    for (const mode of modesOf(text, BOTH_MODES)) {
      const { flows } = await compareFile(root, withMode(text, mode), { seed: 1 });
      const different = flows.filter(({ differences }) => differences.length > 0);
      passed += flows.length - different.length;
      for (const flow of different) console.log(describeFlow(`${name} (${mode})`, flow));
      failures.push(...different.map(({ kernel }) => `${name} (${mode}): ${kernel.flow.title}`));
    }
  }
  console.log(`${passed} requests walk as they do in the kernel, ${failures.length} do not.`);
  console.log(`Set aside (src/engine/simplifications.ts): ${SIMPLIFICATIONS.map(({ id }) => id).join(', ')}.`);
  return { passed, failures };
}
