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

/** The four conditions that the kubelet writes, beside those of others. One that stays as it is keeps its time. */
export function podConditions(before: readonly Condition[], facts: readonly ContainerFacts[], phase: Phase, now: string): Condition[] {
  const initializing = facts.filter((one) => (one.role === 'init' && !hasSucceeded(one)) || (one.role === 'sidecar' && !one.started));
  const unready = facts.filter(({ role, ready }) => role !== 'init' && !ready);
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const readiness = isOver && unready.length > 0 ? over(phase) : unreadiness(unready);
  const wanted: readonly Condition[] = [
    { type: 'Initialized', ...(phase === 'Succeeded' ? { status: 'True', reason: 'PodCompleted' } : initialization(initializing)) },
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
  ];
  const others = before.filter(({ type }) => !wanted.some((one) => one.type === type));
  return [...others, ...wanted.map((condition) => withTime(condition, before, now))];
}

export function containerStatus(facts: ContainerFacts): ContainerStatus {
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

function initialization(incomplete: readonly ContainerFacts[]): Verdict {
  if (incomplete.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: ${names(incomplete)}` };
}

function unreadiness(unready: readonly ContainerFacts[]): Verdict {
  if (unready.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: ${names(unready)}` };
}

function over(phase: Phase): Verdict {
  return { status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
}

function names(facts: readonly ContainerFacts[]): string {
  return `[${facts.map(({ container }) => container.name).join(' ')}]`;
}

function withTime(condition: Condition, before: readonly Condition[], now: string): Condition {
  const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
  return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now };
}
