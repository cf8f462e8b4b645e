// `kubectl drain`: cordons the node, then deletes its pods and waits until they are gone. Follows kubectl 1.33
// pkg/drain/{drain,filters}.go.

import type { Pod } from '../api/types.ts';
import { answerOf, errorText } from '../apiserver/api-error.ts';
import { evictPod } from '../apiserver/eviction.ts';
import { NEVER, type Wait } from '../wait.ts';
import type { TimedApi } from './kubectl.ts';
import type { KubectlCommand } from './kubectl-line.ts';
import { cordon } from './kubectl-node.ts';
import { findTargets } from './kubectl-targets.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const POLL_US = 1_000_000;
/** After an eviction that a PodDisruptionBudget forbids. */
const RETRY_US = 5_000_000;
/** Grace periods are shorter; a pod of a silent kubelet would never go. */
const GIVE_UP_US = 300_000_000;

type DrainCommand = Extract<KubectlCommand, { verb: 'drain' }>;

export interface DrainOutcome {
  readonly output: string[];
  problem: string | null;
}

/** Drains node after node; `outcome` grows meanwhile. */
export function* drain(api: TimedApi, command: DrainCommand, outcome: DrainOutcome): Generator<Wait, void> {
  const { objects, errors } = findTargets(api, command);
  if (errors.length > 0) outcome.problem = errors.join('\n');
  for (const node of objects) {
    const said = cordon(api, 'cordon', node);
    if (typeof said === 'string') outcome.output.push(said);
    yield* drainNode(api, command, node.metadata.name, outcome);
  }
}

function* drainNode(api: TimedApi, command: DrainCommand, node: string, outcome: DrainOutcome): Generator<Wait, void> {
  const pods = api.store.list<Pod>('Pod').filter(({ spec, metadata }) => spec.nodeName === node && !metadata.annotations?.[MIRROR]);
  const { evicted, warnings, errors } = sort(pods, command);
  if (errors.length > 0) {
    outcome.problem = `error: unable to drain node "${node}" due to error: ${list(errors)}, continuing command...\nThere are pending nodes to be drained:\n ${node}\n${errors.join('\n')}`;
    return;
  }
  outcome.output.push(...warnings.map((warning) => `Warning: ${warning}`));
  const { gracePeriodSeconds } = command;
  const grace = gracePeriodSeconds === null || gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds };
  for (const { metadata } of evicted) outcome.output.push(`evicting pod ${metadata.namespace}/${metadata.name}`);
  yield* evictAll(api, evicted, grace, outcome);
  if (outcome.problem === null) outcome.output.push(`node/${node} drained`);
}

/** Evicts pod after pod, tries again where a budget forbids it, and waits until all are gone. */
function* evictAll(api: TimedApi, pods: readonly Pod[], grace: object, outcome: DrainOutcome): Generator<Wait, void> {
  const { clock } = api;
  const left = new Map(pods.map((pod) => [pod, clock.nowUs]));
  const giveUpUs = clock.nowUs + GIVE_UP_US;
  while (left.size > 0 && clock.nowUs < giveUpUs) {
    for (const [pod, dueUs] of left) {
      const { namespace = '', name } = pod.metadata;
      if (isGone(api, pod)) {
        left.delete(pod);
        outcome.output.push(`pod/${name} evicted`);
      } else if (clock.nowUs >= dueUs) left.set(pod, evict(api, { namespace, name, grace }, outcome));
    }
    if (left.size > 0) yield { done: NEVER, untilUs: clock.nowUs + POLL_US };
  }
  if (left.size > 0)
    outcome.problem = `error: unable to drain node, pods are left: ${[...left.keys()].map(({ metadata }) => metadata.name).join(', ')}`;
}

/** When to try it the next time. */
function evict(api: TimedApi, pod: { namespace: string; name: string; grace: object }, { output }: DrainOutcome): number {
  const { namespace, name, grace } = pod;
  const answer = answerOf(() => evictPod(api, namespace, name, grace));
  if ('value' in answer) return Number.POSITIVE_INFINITY;
  const { reason, message } = answer.status;
  const why = reason === 'TooManyRequests' ? message : errorText(answer.status);
  output.push(`error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${why}`);
  return api.clock.nowUs + RETRY_US;
}

function isGone({ store }: TimedApi, { metadata }: Pod): boolean {
  return store.get('Pod', metadata.namespace ?? '', metadata.name)?.metadata.uid !== metadata.uid;
}

/** Which pods go, and which keep the node from being drained. */
function sort(pods: readonly Pod[], { ignoreDaemonSets, deleteEmptyDir, force }: DrainCommand) {
  const evicted: Pod[] = [];
  const daemons: string[] = [];
  const unmanaged: string[] = [];
  const withData: string[] = [];
  for (const pod of pods) {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    const isOver = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (owner?.kind === 'DaemonSet') {
      daemons.push(key);
      continue;
    }
    evicted.push(pod);
    if (!owner && !isOver) unmanaged.push(key);
    if (pod.spec.volumes?.some(({ emptyDir }: { emptyDir?: object }) => emptyDir) && !isOver) withData.push(key);
  }
  const problems = [
    {
      keys: daemons,
      isAllowed: ignoreDaemonSets,
      refusal: 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
      warning: 'ignoring DaemonSet-managed Pods',
    },
    {
      keys: withData,
      isAllowed: deleteEmptyDir,
      refusal: 'cannot delete Pods with local storage (use --delete-emptydir-data to override)',
      warning: '',
    },
    {
      keys: unmanaged,
      isAllowed: force,
      refusal: 'cannot delete Pods that declare no controller (use --force to override)',
      warning: 'deleting Pods that declare no controller',
    },
  ].filter(({ keys }) => keys.length > 0);
  return {
    evicted,
    errors: problems.filter(({ isAllowed }) => !isAllowed).map(({ refusal, keys }) => `${refusal}: ${keys.join(', ')}`),
    warnings: problems
      .filter(({ isAllowed, warning }) => isAllowed && warning !== '')
      .map(({ warning, keys }) => `${warning}: ${keys.join(', ')}`),
  };
}

function list(errors: readonly string[]): string {
  return errors.length === 1 ? (errors[0] as string) : `[${errors.join(', ')}]`;
}
