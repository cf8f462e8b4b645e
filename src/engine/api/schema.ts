// Every Kubernetes type that a manifest may hold.

import { SCHEMA_TABLE } from './schema-table.ts';
import { structsOf } from './struct.ts';

export { type FieldType, goStructName, type ScalarName, type Struct } from './struct.ts';

/** The fields of a struct by its name in the table, or undefined. */
export const structOf = structsOf(SCHEMA_TABLE);
