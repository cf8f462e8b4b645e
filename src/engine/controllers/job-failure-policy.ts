// What a job makes of a pod that has failed, by its podFailurePolicy: the first rule that fits decides. Follows
// pkg/controller/job/pod_failure_policy.go, Kubernetes 1.33. Left out: FailIndex, which counts the pod like Count.

import type { ContainerStatus, Job, Pod } from '../api/types.ts';

interface ExitCodes {
  readonly containerName?: string;
  readonly operator?: string;
  readonly values?: readonly number[];
}

export interface FailureRule {
  readonly action?: string;
  readonly onExitCodes?: ExitCodes;
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[];
}

export interface FailureVerdict {
  /** Whether the pod counts towards backoffLimit. */
  readonly counts: boolean;
  /** Why the whole job fails at once, if it does. */
  readonly failsJob: string | null;
}

/** What the policy of the job says about a pod that has failed. */
export function judgeFailure({ spec }: Job, pod: Pod): FailureVerdict {
  const rules: readonly FailureRule[] = spec.podFailurePolicy?.rules ?? [];
  const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
  for (const [index, { action = '', onExitCodes, onPodConditions = [] }] of rules.entries()) {
    const container = onExitCodes && failedContainer(pod, onExitCodes);
    const condition = pod.status?.conditions?.find(({ type, status }) =>
      onPodConditions.some((pattern) => pattern.type === type && (pattern.status ?? 'True') === status),
    );
    if (!container && !condition) continue;
    if (action !== 'FailJob') return { counts: action !== 'Ignore', failsJob: null };
    const what = container
      ? `Container ${container.name} for pod ${key} failed with exit code ${exitCodeOf(container)}`
      : `Pod ${key} has condition ${condition?.type}`;
    return { counts: true, failsJob: `${what} matching FailJob rule at index ${index}` };
  }
  return { counts: true, failsJob: null };
}

function failedContainer({ status }: Pod, { containerName, operator, values = [] }: ExitCodes): ContainerStatus | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return all.find((one) => {
    const exitCode = exitCodeOf(one);
    if (exitCode === 0 || (containerName !== undefined && containerName !== one.name)) return false;
    return operator === 'In' ? values.includes(exitCode) : operator === 'NotIn' && !values.includes(exitCode);
  });
}

/** 0 while it has not ended. */
function exitCodeOf({ state }: ContainerStatus): number {
  return 'terminated' in state ? state.terminated.exitCode : 0;
}
