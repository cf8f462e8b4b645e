// What the API server knows of one kind: the fields that it fills in, and what it takes.

import type { SetDefaults } from './everyday-defaults.ts';
import type { FieldError } from './field-error.ts';
import type { KubeObject } from './types.ts';
import { validateObjectMetaUpdate } from './validation/metadata.ts';

export interface KindRules {
  readonly setDefaults: SetDefaults | undefined;
  readonly create: (object: KubeObject) => FieldError[];
  readonly update: (object: KubeObject, old: KubeObject) => FieldError[];
}

/** The rules of a kind, or undefined for kinds whose fields nobody looks at. */
export type RulesOf = (kind: string) => KindRules | undefined;

// biome-ignore lint/suspicious/noExplicitAny: each function knows the kind that it is for.
export type Create = (object: any) => FieldError[];
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type Update = (object: any, old: any) => FieldError[];

/** Without `update`, a kind whose updates have no rules of their own. */
export function kindRules(setDefaults: SetDefaults | undefined, create: Create, update?: Update): KindRules {
  return { setDefaults, create, update: update ?? ((object, old) => [...validateObjectMetaUpdate(object, old), ...create(object)]) };
}
