import { expect, test } from 'vitest';
import { EVERYDAY_KINDS } from './everyday-kinds.ts';
import { everydayStructOf } from './everyday-schema.ts';
import { structOf } from './schema.ts';
import { SIMULATED_FIELDS } from './simulated.ts';

const KINDS = [...EVERYDAY_KINDS.keys()];

/** `spec.ports[].port`: every field below a struct that holds no further ones. */
function leaves(struct: string, path: string): string[] {
  return [...(everydayStructOf(struct) ?? [])].flatMap(([field, type]) => {
    const at = path === '' ? field : `${path}.${field}`;
    const inner = type.kind === 'list' ? type.element : type;
    return inner.kind === 'struct' ? leaves(inner.name, type.kind === 'list' ? `${at}[]` : at) : [at];
  });
}

test.each(KINDS)('%s: every field of every day is of the same type in the whole schema', (kind) => {
  const check = (struct: string) => {
    for (const [field, type] of everydayStructOf(struct) ?? []) {
      expect(structOf(struct)?.get(field), `${struct}.${field}`).toEqual(type);
      const inner = type.kind === 'list' ? type.element : type;
      if (inner.kind === 'struct') check(inner.name);
    }
  };
  expect(everydayStructOf(kind)).toBeDefined();
  check(kind);
});

test.each(KINDS)('%s: every field of every day is simulated, and needs no note', (kind) => {
  const fine = /^(apiVersion|kind|metadata\b.*)$/;
  const isCovered = (path: string) =>
    SIMULATED_FIELDS[kind]?.some((field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  expect(leaves(kind, '').filter((path) => !fine.test(path) && !isCovered(path))).toEqual([]);
});
