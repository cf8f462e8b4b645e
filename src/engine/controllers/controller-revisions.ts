// The history of a StatefulSet's or DaemonSet's template: one ControllerRevision per template, the newest with the
// highest number. Follows pkg/controller/history/controller_history.go, Kubernetes 1.33.

import type { ControllerRevision, DaemonSet, PodTemplateSpec, StatefulSet } from '../api/types.ts';
import { isEqual } from '../apiserver/equality.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { controllerReference } from './controller.ts';
import { podTemplateHash } from './deployment-replicasets.ts';

/** On a pod: the revision that it was made from. */
export const REVISION_LABEL = 'controller-revision-hash';
const HASH_LABEL = 'controller.kubernetes.io/hash';
const DEFAULT_HISTORY = 10;

type Owner = StatefulSet | DaemonSet;

/** The revision of the present template, written if it is new; one that was there before becomes the newest again. */
export function presentRevision(store: ObjectStore, owner: Owner): ControllerRevision {
  const all = revisionsOf(store, owner);
  const newest = Math.max(0, ...all.map(({ revision }) => revision));
  const same = all.find(({ data }) => isEqual(data.spec.template, owner.spec.template));
  if (same) return same.revision === newest ? same : store.update<ControllerRevision>({ ...same, revision: newest + 1 });
  return store.create(newRevision(store, owner, newest + 1));
}

/** The template that a pod of that revision is made from; the present one where the history does not go back so far. */
export function templateOf(store: ObjectStore, owner: Owner, name: string | undefined): PodTemplateSpec {
  const found = revisionsOf(store, owner).find(({ metadata }) => metadata.name === name);
  return found?.data.spec.template ?? owner.spec.template;
}

/** Deletes the oldest revisions that are not `live`, beyond revisionHistoryLimit. */
export function dropOldRevisions(store: ObjectStore, owner: Owner, live: ReadonlySet<string | undefined>): void {
  const idle = revisionsOf(store, owner)
    .filter(({ metadata }) => !live.has(metadata.name))
    .toSorted((a, b) => a.revision - b.revision);
  const surplus = idle.length - (owner.spec.revisionHistoryLimit ?? DEFAULT_HISTORY);
  for (const { metadata } of idle.slice(0, Math.max(0, surplus)))
    store.delete('ControllerRevision', metadata.namespace ?? '', metadata.name);
}

/** The part of the revision's name that pods of a DaemonSet carry. */
export function hashOf(revision: ControllerRevision): string {
  return revision.metadata.labels?.[HASH_LABEL] ?? '';
}

function revisionsOf(store: ObjectStore, owner: Owner): readonly ControllerRevision[] {
  return store.listOwned<ControllerRevision>(owner.metadata.uid ?? '', 'ControllerRevision');
}

function newRevision(store: ObjectStore, owner: Owner, revision: number): ControllerRevision {
  const { name, namespace = '' } = owner.metadata;
  const { template } = owner.spec;
  let collisions = 0;
  while (store.get('ControllerRevision', namespace, `${name}-${podTemplateHash(template, collisions)}`)) collisions++;
  const hash = podTemplateHash(template, collisions);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [HASH_LABEL]: hash },
      ownerReferences: [controllerReference(owner)],
    },
    revision,
    data: { spec: { template } },
  };
}
