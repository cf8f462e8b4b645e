import { expect, test } from 'vitest';
import { structOf } from './schema.ts';
import { SIMULATED_FIELDS } from './simulated.ts';

test('every simulated field is a field of its kind', () => {
  for (const [kind, fields] of Object.entries(SIMULATED_FIELDS)) {
    for (const field of fields) expect(exists(kind, field.split('.')), `${kind} ${field}`).toBe(true);
  }
});

function exists(struct: string, [step = '', ...rest]: string[]): boolean {
  const type = structOf(struct)?.get(step.replace('[]', ''));
  if (!type || step.endsWith('[]') !== (type.kind === 'list' && rest.length > 0)) return false;
  const inner = type.kind === 'list' ? type.element : type;
  return rest.length === 0 || (inner.kind === 'struct' && exists(inner.name, rest));
}
