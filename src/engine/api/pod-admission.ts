// What admission plugins add to every pod, whoever makes it: patience with a node that fails, and an account. Follows
// plugin/pkg/admission/{defaulttolerationseconds,serviceaccount} of Kubernetes 1.33; the account's token is no volume here.

import type { PodSpec } from './types.ts';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

const FAILING_NODE: readonly Toleration[] = ['not-ready', 'unreachable'].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** The fields of a pod's spec that admission sets, with what it says itself. */
export function admittedFields(spec: PodSpec): Partial<PodSpec> {
  const own: readonly Toleration[] = spec.tolerations ?? [];
  const added = FAILING_NODE.filter((one) => !own.some((toleration) => covers(toleration, one)));
  const serviceAccountName = spec.serviceAccountName || 'default';
  return {
    serviceAccountName,
    serviceAccount: serviceAccountName,
    enableServiceLinks: spec.enableServiceLinks ?? true,
    tolerations: own.length === 0 ? FAILING_NODE : [...own, ...added],
  };
}

/** Whether a pod has already said how long it stays, however long that is. */
function covers({ key = '', effect = '' }: Toleration, wanted: Toleration): boolean {
  return (key === '' || key === wanted.key) && (effect === '' || effect === wanted.effect);
}
