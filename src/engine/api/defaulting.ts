// Objects as the API server completes them, whatever their kind.

import { copyOf } from './copy.ts';
import { EVERYDAY_DEFAULTS, type SetDefaults } from './everyday-defaults.ts';
import { RARER_DEFAULTS } from './rarer-defaults.ts';
import type { KubeObject } from './types.ts';

/** A copy of the object with its kind's defaults. */
export function withDefaults<T extends KubeObject>(object: T): T {
  const copy = copyOf(object);
  defaultsOf(copy.kind)?.(copy);
  return copy;
}

function defaultsOf(kind: string): SetDefaults | undefined {
  return [EVERYDAY_DEFAULTS, RARER_DEFAULTS].find((table) => Object.hasOwn(table, kind))?.[kind];
}
