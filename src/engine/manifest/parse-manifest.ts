// The scenario text as Kubernetes objects, and all that is wrong with the text.

import { type Manifest, parseManifestWith } from './manifest.ts';
import { readDocument } from './read-document.ts';

/** Reads a stream of documents. A broken document leaves the others alive. */
export function parseManifest(text: string): Manifest {
  return parseManifestWith(readDocument, text);
}
