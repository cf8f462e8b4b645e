// A pod's status, from the states of its containers. Follows getPhase in pkg/kubelet/kubelet_pods.go and
// pkg/kubelet/status/generate.go, Kubernetes 1.33.

import type { Condition, Container, ContainerState, ContainerStatus, Pod } from '../api/types.ts';

/** What is known of one container. */
export interface ContainerFacts {
  readonly container: Container;
  readonly role: 'init' | 'sidecar' | 'main';
  readonly state: ContainerState;
  readonly lastState: ContainerState | null;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly started: boolean;
}

export type Phase = NonNullable<NonNullable<Pod['status']>['phase']>;
export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** The pod's phase. `facts` in the order of the spec, init containers first. */
export function phaseOf(facts: readonly ContainerFacts[], restartPolicy: RestartPolicy): Phase {
  const inits = facts.filter(({ role }) => role === 'init');
  if (restartPolicy === 'Never' && inits.some(({ state }) => isFailure(state))) return 'Failed';
  if (!inits.every(hasSucceeded)) return 'Pending';
  const mains = facts.filter(({ role }) => role === 'main');
  const isWaiting = ({ state, lastState }: ContainerFacts) => 'waiting' in state && !lastState;
  if (mains.some(isWaiting)) return 'Pending';
  if (mains.some(({ state }) => 'running' in state)) return 'Running';
  // One that waits for its restart has been stopped, too.
  if (restartPolicy === 'Always' || mains.some(({ state }) => 'waiting' in state)) return 'Running';
  if (mains.every(hasSucceeded)) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/**
 * The conditions that the kubelet writes, behind those of others. One that stays as it is keeps its time. Pods that become
 * the same at the same time share theirs: most of a large cluster do.
 */
export function podConditions(
  before: readonly Condition[] = NO_CONDITIONS,
  facts: readonly ContainerFacts[],
  phase: Phase,
  now: string,
): Condition[] {
  const initializing = facts.filter((one) => (one.role === 'init' && !hasSucceeded(one)) || (one.role === 'sidecar' && !one.started));
  const unready = facts.filter(({ role, ready }) => role !== 'init' && !ready);
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const holds = !isOver && initializing.length === 0 && unready.length === 0;
  if (holds && lastHolding.before === before && lastHolding.now === now) return lastHolding.conditions;
  const readiness = isOver && unready.length > 0 ? over(phase) : unreadiness(unready);
  const initialized: Verdict = phase === 'Succeeded' ? { status: 'True', reason: 'PodCompleted' } : initialization(initializing);
  const conditions = [
    ...before.filter(({ type }) => type !== 'Initialized' && type !== 'Ready' && type !== 'ContainersReady'),
    timed('Initialized', initialized, before, now),
    timed('Ready', readiness, before, now),
    timed('ContainersReady', readiness, before, now),
  ];
  if (holds) lastHolding = { before, now, conditions };
  return conditions;
}

const NO_CONDITIONS: readonly Condition[] = [];

/** The last conditions that all hold, and what they were made from. */
let lastHolding: { readonly before: readonly Condition[]; readonly now: string; readonly conditions: Condition[] } = {
  before: [],
  now: '',
  conditions: [],
};

/** Replicas whose one container is in the same state share this as well. */
export function containerStatuses(facts: readonly ContainerFacts[]): ContainerStatus[] {
  const [one] = facts;
  if (facts.length !== 1 || !one) return facts.map(containerStatus);
  if (!isSameFacts(one, lastStatus.facts)) lastStatus = { facts: one, statuses: [containerStatus(one)] };
  return lastStatus.statuses;
}

let lastStatus: { readonly facts: ContainerFacts | null; readonly statuses: ContainerStatus[] } = { facts: null, statuses: [] };

function isSameFacts(one: ContainerFacts, other: ContainerFacts | null): boolean {
  if (one.container !== other?.container || one.state !== other.state || one.lastState !== other.lastState) return false;
  return one.ready === other.ready && one.started === other.started && one.restartCount === other.restartCount;
}

function containerStatus(facts: ContainerFacts): ContainerStatus {
  const { container, state, lastState, restartCount, ready, started } = facts;
  return { name: container.name, image: container.image ?? '', ready, started, restartCount, state, ...(lastState ? { lastState } : {}) };
}

export function hasSucceeded({ state }: ContainerFacts): boolean {
  return 'terminated' in state && state.terminated.exitCode === 0;
}

function isFailure(state: ContainerState): boolean {
  return 'terminated' in state && state.terminated.exitCode !== 0;
}

type Verdict = Omit<Condition, 'type'>;

const HOLDS: Verdict = { status: 'True' };

function initialization(incomplete: readonly ContainerFacts[]): Verdict {
  if (incomplete.length === 0) return HOLDS;
  return { status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: ${names(incomplete)}` };
}

function unreadiness(unready: readonly ContainerFacts[]): Verdict {
  if (unready.length === 0) return HOLDS;
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: ${names(unready)}` };
}

function over(phase: Phase): Verdict {
  return { status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
}

function names(facts: readonly ContainerFacts[]): string {
  return `[${facts.map(({ container }) => container.name).join(' ')}]`;
}

function timed(type: string, verdict: Verdict, before: readonly Condition[], now: string): Condition {
  const same = before.find((one) => one.type === type && one.status === verdict.status);
  return { type, ...verdict, lastTransitionTime: same?.lastTransitionTime ?? now };
}
