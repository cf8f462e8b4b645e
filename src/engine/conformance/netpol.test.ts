import { expect, test } from 'vitest';
import { runNetpolCase } from './netpol.ts';
import { unpackVectors } from './pack.ts';
import type { VectorCase, VectorFile } from './suites.ts';
import admission from './vectors/netpol/admission.json' with { type: 'json' };
import corner from './vectors/netpol/corner.json' with { type: 'json' };
import cyclonus from './vectors/netpol/cyclonus.json' with { type: 'json' };
import e2e from './vectors/netpol/e2e.json' with { type: 'json' };
import recipes from './vectors/netpol/recipes.json' with { type: 'json' };

const files = [admission, corner, cyclonus, e2e, recipes].map((packed) => unpackVectors(packed) as VectorFile);
const cases = files.flatMap((file) => file.cases);
const named = (name: string) => structuredClone(cases.find((one) => one.name === name)) as VectorCase;

test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, vectorCase) => {
  expect(runNetpolCase(vectorCase)).toBeNull();
});

test('a wrong expectation is told in one line', () => {
  const matrix = named('ingress-null-denies');
  matrix.probes[0].matrix['x/b'].push('x/a');
  expect(runNetpolCase(matrix)).toBe('x/b -> x/a port 80/TCP: expected allowed, got blocked');
  const step = named('label-taken-away');
  step.steps[1].probes = step.steps[0].probes;
  expect(runNetpolCase(step)).toMatch(/^step 2: x\/b -> /);
  const backends = named('service-backends-are-judged-one-by-one');
  backends.probes[0].backends = { 'y/web': true, 'y/web2': true };
  expect(runNetpolCase(backends)).toBe(
    'x/cli -> svc:y/web: expected backends [["y/web",true],["y/web2",true]], got [["y/web",true],["y/web2",false]]',
  );
  const refused = named('port-number');
  refused.admission[0].valid = true;
  expect(runNetpolCase(refused)).toMatch(/^zero: expected valid true, got false \(spec\.egress\[0\]\.ports\[0\]\.port: Invalid value: 0/);
});
