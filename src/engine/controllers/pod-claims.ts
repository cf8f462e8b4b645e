// Which pods a controller owns: the ones that carry its uid and match its selector. Follows
// pkg/controller/controller_ref_manager.go, Kubernetes 1.33.

import { matchesSelector } from '../api/label-selector.ts';
import type { KubeObject, LabelSelector, Pod } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { controllerOf, controllerReference } from './controller.ts';
import { isPodActive } from './pod-state.ts';

/** The owner's pods. Pods without a controller that match are adopted; own ones that match no longer are let go. */
export function claimPods(
  store: ObjectStore,
  owner: KubeObject,
  selector: LabelSelector,
  isMember: (pod: Pod) => boolean = () => true,
): readonly Pod[] {
  const uid = owner.metadata.uid ?? '';
  const candidates = selectPods(store, owner.metadata.namespace ?? '', selector);
  for (const pod of candidates) {
    if (controllerOf(pod) || !isPodActive(pod) || owner.metadata.deletionTimestamp || !isMember(pod)) continue;
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerReference(owner)];
    store.update({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
  }
  return store.listOwned<Pod>(uid, 'Pod').filter((pod) => {
    if (matchesSelector(pod.metadata.labels, selector)) return true;
    const ownerReferences = pod.metadata.ownerReferences?.filter((reference) => reference.uid !== uid);
    store.update({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
    return false;
  });
}

function selectPods(store: ObjectStore, namespace: string, selector: LabelSelector): readonly Pod[] {
  const { matchLabels = {} } = selector;
  const pods =
    Object.keys(matchLabels).length > 0 ? store.listLabelled<Pod>('Pod', namespace, matchLabels) : store.list<Pod>('Pod', namespace);
  return pods.filter((pod) => matchesSelector(pod.metadata.labels, selector));
}
