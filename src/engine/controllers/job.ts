// Jobs: pods that run to an end, as often as asked (or once per index), and again with back-off where they fail. Follows
// pkg/controller/job/job_controller.go and pkg/controller/ttlafterfinished, Kubernetes 1.33. Left out: success policies
// and back-off per index; a pod that is deleted counts before it has come to its end. The selector that the API server
// generates is left out too: pods are found by their owner.

import type { Condition, Job, Pod } from '../api/types.ts';
import { recordEvent } from '../apiserver/events.ts';
import { formatTimestamp, parseTimestamp } from '../apiserver/timestamp.ts';
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
import { judgeFailure } from './job-failure-policy.ts';
import { completedIndexes, freeIndexes, indexOf, indexText, isIndexed, newIndexedPod } from './job-indexes.ts';
import { type PodControl, podControl } from './pod-control.ts';
import { isCountChange, isPodActive, isPodReady } from './pod-state.ts';
import { PodNames, podFromTemplate } from './pod-template.ts';
import type { WorkQueue } from './work-queue.ts';

const FIRST_BACKOFF_US = 10_000_000;
const MAX_BACKOFF_US = 600_000_000;

/** How the pods of a job have ended, by uid: they count although they may be deleted. */
interface Tally {
  readonly succeeded: Set<string>;
  readonly failed: Set<string>;
  /** Those whose failure does not count, by podFailurePolicy. */
  readonly ignored: Set<string>;
  /** Why the job fails at once, by podFailurePolicy. */
  failsJob: string | null;
  /** Of an indexed job: the indexes that are done. */
  readonly indexes: Set<number>;
  /** Since the last success. */
  failuresInARow: number;
  lastFailureUs: number;
}

/** Starts the Job controller. */
export function startJobController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const names = new PodNames(store);
  const control = podControl({ ...dependencies, component: 'job-controller' });
  const tallies = new Map<string, Tally>();
  const keysOfOwner = controllerKey('Job');
  return startController(dependencies, {
    name: 'job-controller',
    lagUs: 3_000,
    watches: [
      { kind: 'Job', keysOf: ownKeyUnlessStatus },
      { kind: 'Pod', keysOf: (event) => (isCountChange(event) ? keysOfOwner(event) : []) },
    ],
    sync: (key, queue) => {
      const { namespace, name } = splitKey(key);
      const job = store.get<Job>('Job', namespace, name);
      if (!job || job.metadata.deletionTimestamp) return;
      if (isFinished(job)) return clearAway(dependencies, job, queue);
      const uid = job.metadata.uid ?? '';
      const tally = tallies.get(uid) ?? {
        succeeded: new Set(),
        failed: new Set(),
        ignored: new Set(),
        failsJob: null,
        indexes: new Set(),
        failuresInARow: 0,
        lastFailureUs: 0,
      };
      tallies.set(uid, tally);
      syncJob(dependencies, job, { tally, names, control, queue });
    },
  });
}

interface Round {
  readonly tally: Tally;
  readonly names: PodNames;
  readonly control: PodControl;
  readonly queue: WorkQueue;
}

function syncJob({ store, clock }: ControllerDependencies, job: Job, round: Round): void {
  const { tally, control, queue } = round;
  const pods = store.listOwned<Pod>(job.metadata.uid ?? '', 'Pod');
  count(job, pods, tally, clock.nowUs);
  const active = pods.filter(isPodActive);
  const leftUs = deadlineUs(job, clock.nowUs);
  const isLate = leftUs === 0 && tally.failsJob === null;
  const verdict = isLate ? failed('DeadlineExceeded', 'Job was active longer than specified deadline') : verdictOf(job, active, tally);
  if (leftUs !== null && leftUs > 0) queue.addAfter(`${keyOf(job)}`, leftUs);
  const wanted = verdict || job.spec.suspend ? 0 : wantedActive(job, active.length, doneCount(job, tally));
  for (const pod of active.slice(wanted)) control.delete(job, pod);
  const waitUs = wanted > active.length ? backoffUs(tally) - (clock.nowUs - tally.lastFailureUs) : 0;
  if (waitUs > 0) queue.addAfter(keyOf(job), Math.min(waitUs, leftUs ?? waitUs));
  else startPods(job, round, active, wanted);
  writeStatus(store, job, tally, verdict, formatTimestamp(clock.nowUs));
  const end = verdict?.at(-1);
  if (!end) return;
  if (job.spec.ttlSecondsAfterFinished !== undefined) queue.addAfter(keyOf(job), job.spec.ttlSecondsAfterFinished * 1_000_000);
  const by = { store, clock, component: 'job-controller' };
  if (end.type === 'Complete') recordEvent(by, job, { type: 'Normal', reason: 'Completed', message: 'Job completed' });
  else recordEvent(by, job, { type: 'Warning', reason: end.reason ?? '', message: end.message ?? '' });
}

function startPods(job: Job, { names, control, tally }: Round, active: readonly Pod[], wanted: number): void {
  if (!isIndexed(job)) {
    for (let n = active.length; n < wanted; n++) control.create(job, podFromTemplate(job, names.next(job), { labels: jobLabels(job) }));
    return;
  }
  const taken = new Set([...tally.indexes, ...active.map(indexOf)]);
  for (const index of freeIndexes(job, taken, wanted - active.length))
    control.create(job, newIndexedPod(job, index, names.next(job, String(index)), jobLabels(job)));
}

/** ttlSecondsAfterFinished: the job goes, and its pods with it. */
function clearAway({ store, clock }: ControllerDependencies, job: Job, queue: WorkQueue): void {
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (ttl === undefined) return;
  const end = job.status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed');
  const leftUs = (parseTimestamp(end?.lastTransitionTime) ?? clock.nowUs) + ttl * 1_000_000 - clock.nowUs;
  if (leftUs > 0) queue.addAfter(keyOf(job), leftUs);
  else store.delete('Job', job.metadata.namespace ?? '', job.metadata.name, { propagationPolicy: 'Foreground' });
}

/** How long until activeDeadlineSeconds are over, null where there is no such limit or it does not run. */
function deadlineUs({ spec, status }: Job, nowUs: number): number | null {
  if (spec.activeDeadlineSeconds === undefined || spec.suspend) return null;
  const startUs = parseTimestamp(status?.startTime) ?? nowUs;
  return Math.max(0, startUs + spec.activeDeadlineSeconds * 1_000_000 - nowUs);
}

/** How many of the completions are there. */
function doneCount(job: Job, { succeeded, indexes }: Tally): number {
  return isIndexed(job) ? indexes.size : succeeded.size;
}

function count(job: Job, pods: readonly Pod[], tally: Tally, nowUs: number): void {
  for (const pod of pods) {
    const { metadata, status } = pod;
    const uid = metadata.uid ?? '';
    if (tally.succeeded.has(uid) || tally.failed.has(uid) || tally.ignored.has(uid)) continue;
    if (status?.phase === 'Succeeded') {
      tally.succeeded.add(uid);
      tally.failuresInARow = 0;
      tally.indexes.add(indexOf(pod));
    } else if (status?.phase === 'Failed' || metadata.deletionTimestamp) {
      // A pod that somebody deletes has failed, whatever it was doing.
      const { counts, failsJob } = judgeFailure(job, pod);
      (counts ? tally.failed : tally.ignored).add(uid);
      tally.failsJob ??= failsJob;
      tally.failuresInARow++;
      tally.lastFailureUs = nowUs;
    }
  }
}

/** How the job has ended, or null while it goes on. */
function verdictOf(job: Job, active: readonly Pod[], tally: Tally): readonly Condition[] | null {
  if (tally.failsJob !== null) return failed('PodFailurePolicy', tally.failsJob);
  const { spec } = job;
  const limit = spec.backoffLimit ?? 6;
  const restarts = active.flatMap(({ status }) => status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
  const isWornOut = spec.template.spec.restartPolicy === 'OnFailure' && restarts > 0 && restarts >= limit;
  if (tally.failed.size > limit || isWornOut) return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const done = doneCount(job, tally);
  const isComplete = spec.completions === undefined ? done > 0 && active.length === 0 : done >= spec.completions;
  if (!isComplete) return null;
  const why = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
  return [
    { type: 'SuccessCriteriaMet', status: 'True', ...why },
    { type: 'Complete', status: 'True', ...why },
  ];
}

function failed(reason: string, message: string): readonly Condition[] {
  return [
    { type: 'FailureTarget', status: 'True', reason, message },
    { type: 'Failed', status: 'True', reason, message },
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

function jobLabels(job: Job): Readonly<Record<string, string>> {
  const { name: jobName, uid = '' } = job.metadata;
  const labels = { 'controller-uid': uid, 'job-name': jobName };
  const prefixed = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': jobName };
  return { ...labels, ...prefixed };
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
      ...(isIndexed(job) && tally.indexes.size > 0 ? { completedIndexes: indexText(completedIndexes(job, tally.indexes)) } : {}),
      ...(isComplete ? { completionTime: now } : {}),
      ...(verdict ? { conditions: verdict.map((condition) => ({ ...condition, lastTransitionTime: now })) } : {}),
    },
  });
}

function isFinished({ status }: Job): boolean {
  return status?.conditions?.some(({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True') ?? false;
}
