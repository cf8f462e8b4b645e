// The conditions of a Deployment: whether enough pods are available, and whether the rollout gets on. Follows
// pkg/controller/deployment/progress.go and util/deployment_util.go, Kubernetes 1.33.

import type { Condition, Deployment, ReplicaSet } from '../api/types.ts';
import { formatTimestamp, parseTimestamp } from '../apiserver/timestamp.ts';

export interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  /** At least as many are available as the strategy demands. */
  readonly isEnough: boolean;
}

interface Situation {
  readonly deployment: Deployment;
  readonly newest: ReplicaSet | undefined;
  readonly counts: Counts;
  readonly nowUs: number;
}

/** The conditions now, and in how long the deadline for progress passes, null where none runs. */
export function deploymentConditions(situation: Situation): { conditions: Condition[]; patienceUs: number | null } {
  const { deployment, counts, nowUs } = situation;
  const before: readonly Condition[] = (deployment.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  const last = before.find(({ type }) => type === 'Progressing');
  const progressing = progress(situation, last);
  const now = formatTimestamp(nowUs);
  const wanted: readonly Condition[] = [available(counts.isEnough), ...(progressing ? [progressing] : [])];
  const conditions = wanted.map((condition) => {
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
    const isUnchanged = same?.reason === condition.reason && same?.message === condition.message;
    const lastUpdateTime = condition.lastUpdateTime ?? (isUnchanged ? same?.lastUpdateTime : now);
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now, ...(lastUpdateTime ? { lastUpdateTime } : {}) };
  });
  return { conditions, patienceUs: patience(situation, conditions.at(-1)) };
}

function available(isEnough: boolean): Condition {
  const status = isEnough ? 'True' : 'False';
  const reason = isEnough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  return { type: 'Available', status, reason, message: `Deployment ${isEnough ? 'has' : 'does not have'} minimum availability.` };
}

function progress(situation: Situation, last: Condition | undefined): Condition | undefined {
  const { deployment, newest, nowUs } = situation;
  const name = newest?.metadata.name ?? deployment.metadata.name;
  const type = 'Progressing';
  if (isComplete(situation))
    return { type, status: 'True', reason: 'NewReplicaSetAvailable', message: `ReplicaSet "${name}" has successfully progressed.` };
  if (deployment.spec.paused) return { type, status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  const moving: Condition = { type, status: 'True', reason: 'ReplicaSetUpdated', message: `ReplicaSet "${name}" is progressing.` };
  if (!last || last.reason === 'DeploymentPaused' || (last.message !== moving.message && !last.message?.includes(`"${name}"`)))
    return moving;
  if (hasMoved(situation)) return { ...moving, lastUpdateTime: formatTimestamp(nowUs) };
  if (last.reason === 'NewReplicaSetAvailable') return moving;
  const sinceUs = parseTimestamp(last.lastUpdateTime) ?? nowUs;
  if (last.status === 'True' && nowUs - sinceUs < deadlineUs(deployment)) return last;
  return { type, status: 'False', reason: 'ProgressDeadlineExceeded', message: `ReplicaSet "${name}" has timed out progressing.` };
}

/** DeploymentComplete: all pods are of the new template, available, and no old ones are left. */
function isComplete({ deployment, counts }: Situation): boolean {
  const wanted = deployment.spec.replicas ?? 1;
  return counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas >= wanted;
}

/** DeploymentProgressing: more new pods, fewer old ones, or more that are ready or available than before. */
function hasMoved({ deployment, counts }: Situation): boolean {
  const before = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, ...deployment.status };
  return (
    counts.updatedReplicas > before.updatedReplicas ||
    counts.replicas - counts.updatedReplicas < before.replicas - before.updatedReplicas ||
    counts.readyReplicas > before.readyReplicas ||
    counts.availableReplicas > before.availableReplicas
  );
}

function patience({ deployment, nowUs }: Situation, progressing: Condition | undefined): number | null {
  if (progressing?.type !== 'Progressing' || progressing.status !== 'True' || progressing.reason === 'NewReplicaSetAvailable') return null;
  const limitUs = deadlineUs(deployment);
  if (limitUs === Number.POSITIVE_INFINITY) return null;
  // Timestamps are whole seconds: a second later it is certainly over.
  return (parseTimestamp(progressing.lastUpdateTime) ?? nowUs) + limitUs + 1_000_000 - nowUs;
}

/** 2147483647 stands for no deadline. */
function deadlineUs({ spec }: Deployment): number {
  const seconds: number = spec.progressDeadlineSeconds ?? 600;
  return seconds >= 2_147_483_647 ? Number.POSITIVE_INFINITY : seconds * 1_000_000;
}
