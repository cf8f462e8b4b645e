// From an object back to the YAML that it came from: its own document, or the template of the controller that made it.

import { kindedName } from '../api/object-names.ts';
import type { KubeObject, OwnerReference } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { ManifestObject } from '../manifest/manifest.ts';
import type { SourceRange } from '../view.ts';

export interface Origins {
  readonly store: ObjectStore;
  readonly sources: ReadonlyMap<string, ManifestObject>;
}

/** A view key: `Pod/default/web`, `Node//node-1`. */
export function viewKey(object: KubeObject): string {
  return kindedName(object.kind, object.metadata.namespace ?? '', object.metadata.name);
}

/** The document an object was written in, and the path at which its own fields begin there (`spec.template.` for a controller's pod). */
export function originOf(origins: Origins, object: KubeObject): { readonly source: ManifestObject; readonly prefix: string } | null {
  const own = origins.sources.get(viewKey(object));
  if (own) return { source: own, prefix: '' };
  let owner: KubeObject | undefined = object;
  for (let depth = 0; owner && depth < 5; depth++) {
    const reference: OwnerReference | undefined =
      owner.metadata.ownerReferences?.find((one) => one.controller) ?? owner.metadata.ownerReferences?.[0];
    if (!reference) return null;
    const namespace = object.metadata.namespace ?? '';
    const source = origins.sources.get(kindedName(reference.kind, namespace, reference.name));
    if (source) return { source, prefix: 'spec.template.' };
    owner = origins.store.get(reference.kind, namespace, reference.name);
  }
  return null;
}

/** Where a field of an object stands in the text; null for what the cluster brought itself. */
export function rangeOf(origins: Origins, object: KubeObject, path: string): SourceRange | null {
  const origin = originOf(origins, object);
  return origin ? origin.source.rangeOf(`${origin.prefix}${path}`) : null;
}
