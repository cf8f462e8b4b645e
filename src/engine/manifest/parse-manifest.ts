// The scenario text as Kubernetes objects, and all that is wrong with the text.

import type { DocumentMemory } from './document-memory.ts';
import { type Manifest, parseManifestWith } from './manifest.ts';
import { readDocument } from './read-document.ts';

/** Reads a stream of documents. A broken document leaves the others alive; what `memory` knows is not read again. */
export function parseManifest(text: string, memory?: DocumentMemory): Manifest {
  return parseManifestWith(readDocument, text, memory);
}
