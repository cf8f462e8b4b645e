// Jobs: pods that run to an end, as often as asked, and again with back-off where they fail. Follows
// pkg/controller/job/job_controller.go, Kubernetes 1.33. Left out: indexed completion, pod failure policies, deadlines.
// The selector that the API server generates is left out too: pods are found by their owner.

import type { Condition, Job, Pod } from '../api/types.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import {
  type Controller,
  type ControllerDependencies,
  controllerKey,
  keyOf,
  ownKeyUnlessStatus,
  splitKey,
  startController,
} from './controller.ts';
import { isCountChange, isPodActive, isPodReady } from './pod-state.ts';
import { PodNames, podFromTemplate } from './pod-template.ts';
import type { WorkQueue } from './work-queue.ts';

const FIRST_BACKOFF_US = 10_000_000;
const MAX_BACKOFF_US = 600_000_000;

/** How the pods of a job have ended, by uid: they count although they may be deleted. */
interface Tally {
  readonly succeeded: Set<string>;
  readonly failed: Set<string>;
  /** Since the last success. */
  failuresInARow: number;
  lastFailureUs: number;
}

/** Starts the Job controller. */
export function startJobController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const names = new PodNames(store);
  const tallies = new Map<string, Tally>();
  return startController(dependencies, {
    name: 'job-controller',
    lagUs: 3_000,
    watches: [
      { kind: 'Job', keysOf: ownKeyUnlessStatus },
      { kind: 'Pod', keysOf: (event) => (isCountChange(event) ? controllerKey('Job')(event) : []) },
    ],
    sync: (key, queue) => {
      const { namespace, name } = splitKey(key);
      const job = store.get<Job>('Job', namespace, name);
      if (!job || job.metadata.deletionTimestamp || isFinished(job)) return;
      const uid = job.metadata.uid ?? '';
      const tally = tallies.get(uid) ?? { succeeded: new Set(), failed: new Set(), failuresInARow: 0, lastFailureUs: 0 };
      tallies.set(uid, tally);
      syncJob(dependencies, job, { tally, names, queue });
    },
  });
}

interface Round {
  readonly tally: Tally;
  readonly names: PodNames;
  readonly queue: WorkQueue;
}

function syncJob({ store, clock }: ControllerDependencies, job: Job, { tally, names, queue }: Round): void {
  const pods = store.listOwned<Pod>(job.metadata.uid ?? '', 'Pod');
  count(pods, tally, clock.nowUs);
  const active = pods.filter(isPodActive);
  const verdict = verdictOf(job, active, tally);
  const wanted = verdict || job.spec.suspend ? 0 : wantedActive(job, active.length, tally.succeeded.size);
  for (const pod of active.slice(wanted)) remove(store, pod);
  const waitUs = wanted > active.length ? backoffUs(tally) - (clock.nowUs - tally.lastFailureUs) : 0;
  if (waitUs > 0) queue.addAfter(keyOf(job), waitUs);
  else for (let n = active.length; n < wanted; n++) store.create(newPod(job, names.next(job)));
  writeStatus(store, job, tally, verdict, formatTimestamp(clock.nowUs));
}

function count(pods: readonly Pod[], tally: Tally, nowUs: number): void {
  for (const { metadata, status } of pods) {
    const uid = metadata.uid ?? '';
    if (tally.succeeded.has(uid) || tally.failed.has(uid)) continue;
    if (status?.phase === 'Succeeded') {
      tally.succeeded.add(uid);
      tally.failuresInARow = 0;
    } else if (status?.phase === 'Failed' || metadata.deletionTimestamp) {
      // A pod that somebody deletes has failed, whatever it was doing.
      tally.failed.add(uid);
      tally.failuresInARow++;
      tally.lastFailureUs = nowUs;
    }
  }
}

/** How the job has ended, or null while it goes on. */
function verdictOf({ spec }: Job, active: readonly Pod[], { succeeded, failed }: Tally): readonly Condition[] | null {
  const limit = spec.backoffLimit ?? 6;
  const restarts = active.flatMap(({ status }) => status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
  const isWornOut = spec.template.spec.restartPolicy === 'OnFailure' && restarts > 0 && restarts >= limit;
  if (failed.size > limit || isWornOut) {
    const why = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
    return [
      { type: 'FailureTarget', status: 'True', ...why },
      { type: 'Failed', status: 'True', ...why },
    ];
  }
  const isComplete = spec.completions === undefined ? succeeded.size > 0 && active.length === 0 : succeeded.size >= spec.completions;
  if (!isComplete) return null;
  const why = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
  return [
    { type: 'SuccessCriteriaMet', status: 'True', ...why },
    { type: 'Complete', status: 'True', ...why },
  ];
}

/** Without `completions` the pods share a queue of work: when one of them has succeeded, no more are started. */
function wantedActive({ spec }: Job, active: number, succeeded: number): number {
  const { parallelism = 1, completions } = spec;
  if (completions === undefined) return succeeded > 0 ? Math.min(active, parallelism) : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

function backoffUs({ failuresInARow }: Tally): number {
  return failuresInARow === 0 ? 0 : Math.min(FIRST_BACKOFF_US * 2 ** (failuresInARow - 1), MAX_BACKOFF_US);
}

function newPod(job: Job, name: string): Pod {
  const { name: jobName, uid = '' } = job.metadata;
  const labels = { 'controller-uid': uid, 'job-name': jobName };
  const prefixed = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': jobName };
  return podFromTemplate(job, name, { labels: { ...labels, ...prefixed } });
}

function writeStatus(store: ObjectStore, job: Job, tally: Tally, verdict: readonly Condition[] | null, now: string): void {
  const active = store.listOwned<Pod>(job.metadata.uid ?? '', 'Pod').filter(isPodActive);
  const isComplete = verdict?.some(({ type }) => type === 'Complete');
  store.updateStatus<Job>({
    ...job,
    status: {
      ...job.status,
      startTime: job.status?.startTime ?? now,
      active: active.length,
      ready: active.filter(isPodReady).length,
      succeeded: tally.succeeded.size,
      failed: tally.failed.size,
      ...(isComplete ? { completionTime: now } : {}),
      ...(verdict ? { conditions: verdict.map((condition) => ({ ...condition, lastTransitionTime: now })) } : {}),
    },
  });
}

function isFinished({ status }: Job): boolean {
  return status?.conditions?.some(({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True') ?? false;
}

function remove(store: ObjectStore, pod: Pod): void {
  store.delete('Pod', pod.metadata.namespace ?? '', pod.metadata.name);
}
