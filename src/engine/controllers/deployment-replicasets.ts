// A Deployment's ReplicaSets: which one has the present template, what a new one is called, how the wanted number is
// shared out when several are alive. Follows pkg/controller/deployment/sync.go and util/deployment_util.go, Kubernetes 1.33.

import type { Deployment, KubeObject, PodTemplateSpec, ReplicaSet } from '../api/types.ts';
import { canonicalText } from '../apiserver/equality.ts';
import { type EventSource, recordEvent } from '../apiserver/events.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { hash32 } from '../sim/random.ts';
import { controllerOf, controllerReference } from './controller.ts';

export const HASH_LABEL = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

/** The name part and label of a template: digits of a hash in the alphabet of generated names, e.g. `7d4b9c6f5`. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount = 0): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const digits = String(hash32(canonicalTemplate(template) + (collisionCount === 0 ? '' : `#${collisionCount}`)));
  return Array.from(digits, (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** A template that stays as it is has the same text in every run. */
function canonicalTemplate(template: PodTemplateSpec): string {
  let text = canonicalTemplates.get(template);
  if (text === undefined) {
    text = canonicalText(template);
    canonicalTemplates.set(template, text);
  }
  return text;
}

const canonicalTemplates = new WeakMap<PodTemplateSpec, string>();

/** Oldest first. ReplicaSets that match the selector and have no controller are adopted. */
export function listReplicaSets(store: ObjectStore, deployment: Deployment): readonly ReplicaSet[] {
  const { matchLabels = {} } = deployment.spec.selector;
  if (Object.keys(matchLabels).length > 0) {
    for (const orphan of store.listLabelled<ReplicaSet>('ReplicaSet', deployment.metadata.namespace ?? '', matchLabels)) {
      if (controllerOf(orphan)) continue;
      store.update({ ...orphan, metadata: { ...orphan.metadata, ownerReferences: [controllerReference(deployment)] } });
    }
  }
  return store.listOwned<ReplicaSet>(deployment.metadata.uid ?? '', 'ReplicaSet');
}

/** The ReplicaSet with the Deployment's present template, if there is one. */
export function findNewReplicaSet(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = templateText(deployment.spec.template);
  return replicaSets.find((replicaSet) => templateText(replicaSet.spec.template) === wanted);
}

/** Creates the ReplicaSet of the present template with `replicas` pods; another one's name is evaded by a new hash. */
export function createReplicaSet(by: EventSource, deployment: Deployment, old: readonly ReplicaSet[], replicas: number): ReplicaSet {
  const { store } = by;
  const { template, selector, minReadySeconds } = deployment.spec;
  const namespace = deployment.metadata.namespace ?? '';
  let collisionCount = 0;
  while (store.get('ReplicaSet', namespace, `${deployment.metadata.name}-${podTemplateHash(template, collisionCount)}`)) collisionCount++;
  const hash = podTemplateHash(template, collisionCount);
  const hashLabel = { [HASH_LABEL]: hash };
  const created = store.create<ReplicaSet>({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, ...hashLabel },
      annotations: { ...copiedAnnotations(deployment), ...scaleAnnotations(deployment), [REVISION]: String(lastRevision(old) + 1) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hashLabel } },
      template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...hashLabel } } },
    },
    status: { replicas: 0 },
  });
  templateTexts.set(created.spec.template, templateText(template));
  if (replicas > 0) noteScaling(by, deployment, created, { from: 0, to: replicas });
  return created;
}

/** The present template's ReplicaSet carries the highest revision; the Deployment shows it. */
export function raiseRevision(store: ObjectStore, deployment: Deployment, newReplicaSet: ReplicaSet, old: readonly ReplicaSet[]): void {
  const revision = Math.max(revisionOf(newReplicaSet), lastRevision(old) + 1);
  setRevision(store, newReplicaSet, revision);
  setRevision(store, deployment, revision);
}

export function scaleReplicaSet(by: EventSource, deployment: Deployment, replicaSet: ReplicaSet, replicas: number): void {
  const annotations = { ...replicaSet.metadata.annotations, ...scaleAnnotations(deployment) };
  const before = replicaSet.spec.replicas ?? 1;
  if (before !== replicas) noteScaling(by, deployment, replicaSet, { from: before, to: replicas });
  by.store.update({ ...replicaSet, metadata: { ...replicaSet.metadata, annotations }, spec: { ...replicaSet.spec, replicas } });
}

function noteScaling(by: EventSource, deployment: Deployment, { metadata }: ReplicaSet, { from, to }: { from: number; to: number }): void {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${metadata.name} from ${from} to ${to}`;
  recordEvent(by, deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}

/** Whether the Deployment's replicas were changed since its ReplicaSets were last sized. */
export function isScalingEvent(deployment: Deployment, replicaSets: readonly ReplicaSet[]): boolean {
  return replicaSets.some((replicaSet) => {
    const desired = replicaSet.metadata.annotations?.[DESIRED_REPLICAS];
    return (replicaSet.spec.replicas ?? 1) > 0 && desired !== undefined && Number(desired) !== (deployment.spec.replicas ?? 1);
  });
}

/** Sizes the ReplicaSets for a new number of replicas, in proportion where a rollout has several of them alive. */
export function scaleProportionally(
  by: EventSource,
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): void {
  const wanted = deployment.spec.replicas ?? 1;
  const active = all.filter((replicaSet) => (replicaSet.spec.replicas ?? 1) > 0);
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? all.at(-1);
    if (only) scaleReplicaSet(by, deployment, only, wanted);
    return;
  }
  const total = active.reduce((sum, replicaSet) => sum + (replicaSet.spec.replicas ?? 1), 0);
  const allowed = wanted > 0 ? wanted + rollingLimits(deployment).maxSurge : 0;
  let left = allowed - total;
  // Larger ones take their share first; of equals, the newer one when growing and the older one when shrinking.
  const bySize = active.toSorted(
    (a, b) =>
      (b.spec.replicas ?? 1) - (a.spec.replicas ?? 1) || (left > 0 ? all.indexOf(b) - all.indexOf(a) : all.indexOf(a) - all.indexOf(b)),
  );
  const sizes = bySize.map((replicaSet) => {
    const share = shareOf(replicaSet, wanted, allowed, left);
    left -= share;
    return (replicaSet.spec.replicas ?? 1) + share;
  });
  sizes[0] = Math.max(0, (sizes[0] ?? 0) + left);
  for (const [index, replicaSet] of bySize.entries()) scaleReplicaSet(by, deployment, replicaSet, sizes[index] ?? 0);
}

/** maxSurge and maxUnavailable as numbers of pods: the one rounded up, the other down, never both 0. */
export function rollingLimits(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = deployment.spec.replicas ?? 1;
  const limits = {
    maxSurge: resolvePercent(maxSurge, replicas, Math.ceil),
    maxUnavailable: resolvePercent(maxUnavailable, replicas, Math.floor),
  };
  return limits.maxSurge === 0 && limits.maxUnavailable === 0 ? { maxSurge: 0, maxUnavailable: 1 } : limits;
}

export function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[REVISION] ?? 0);
}

function lastRevision(replicaSets: readonly ReplicaSet[]): number {
  return Math.max(0, ...replicaSets.map(revisionOf));
}

function shareOf(replicaSet: ReplicaSet, wanted: number, allowed: number, left: number): number {
  if (left === 0) return 0;
  const replicas = replicaSet.spec.replicas ?? 1;
  const sizedFor = Number(replicaSet.metadata.annotations?.[MAX_REPLICAS] ?? wanted) || wanted;
  const fraction = Math.round((replicas * allowed) / sizedFor) - replicas;
  return left > 0 ? Math.min(Math.max(fraction, 0), left) : Math.max(Math.min(fraction, 0), left, -replicas);
}

function scaleAnnotations(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec.replicas ?? 1;
  return { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(replicas + rollingLimits(deployment).maxSurge) };
}

/** A ReplicaSet takes over what is written on its Deployment, but for what is about the Deployment alone. */
function copiedAnnotations({ metadata }: Deployment): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key)));
}

function setRevision(store: ObjectStore, object: KubeObject, revision: number): void {
  if (revisionOf(object) === revision) return;
  const latest = store.get(object.kind, object.metadata.namespace ?? '', object.metadata.name);
  if (!latest) return;
  const annotations = { ...latest.metadata.annotations, [REVISION]: String(revision) };
  store.update({ ...latest, metadata: { ...latest.metadata, annotations } });
}

/** The template without the label that the controller adds, as text to compare. */
function templateText(template: PodTemplateSpec): string {
  let text = templateTexts.get(template);
  if (text === undefined) {
    const { [HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {};
    text = canonicalText({ ...template, metadata: { ...template.metadata, labels } });
    templateTexts.set(template, text);
  }
  return text;
}

// Templates are immutable, and every sync asks for the same ones.
const templateTexts = new WeakMap<PodTemplateSpec, string>();

export function resolvePercent(value: string | number, of: number, round: (n: number) => number): number {
  if (typeof value === 'string' && value.endsWith('%')) return round((Number(value.slice(0, -1)) * of) / 100);
  return Number(value);
}
