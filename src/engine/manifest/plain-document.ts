// One document of the stream without a mistake in it, of a kind and with fields that are used every day.

import { everydayStructOf } from '../api/everyday-schema.ts';
import { type ReadResult, readPlainObject } from './plain-object.ts';
import { parseYaml } from './yaml-tree.ts';

/** Blanks that web pages use and YAML takes for letters. */
const ODD_BLANKS = /[\u00a0\u2000-\u200a\u202f\u3000]/;

/** What `readDocument` makes of such a text; null for any other. */
export function readPlainDocument(text: string): ReadResult | null {
  if (ODD_BLANKS.test(text)) return null;
  const { roots, mistakes } = parseYaml(text);
  const [root] = roots;
  if (!root || roots.length > 1 || mistakes.length > 0) return null;
  return readPlainObject(everydayStructOf, root, text);
}
