// One pod on its node, from its sandbox to its end: the containers in their order, the status that the kubelet reports,
// and the way out (preStop, SIGTERM, gone). Follows pkg/kubelet/kubelet.go (SyncPod, SyncTerminatingPod), Kubernetes 1.33.

import { sleepOf } from '../api/container-exits.ts';
import type { Container, Pod, Service } from '../api/types.ts';
import { type EventSource, type EventText, recordEvent } from '../apiserver/events.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Listener } from '../netstack/sockets.ts';
import { type Listen, listensOf } from '../programs/listen.ts';
import type { Clock, Task } from '../sim/clock.ts';
import type { HeldTimers } from '../sim/held-timers.ts';
import { type ContainerHost, ContainerRun } from './kubelet-container.ts';
import { containerStatuses, hasSucceeded, phaseOf, podConditions, type RestartPolicy } from './kubelet-status.ts';
import type { Machine } from './machine.ts';

const SANDBOX_US = 300_000;
const CONTAINERS_US = 400_000;
/** From the API server's word to the signal. */
const SIGNAL_US = 10_000;
/** From the signal until the process, its namespace and the pod are gone. */
const STOP_US = 500_000;

/** A namespace and an address for the pod. */
export interface Sandbox {
  readonly netns: NetworkNamespace;
  readonly address: string;
  /** Its IPv6 address, where the cluster is dual-stack. */
  readonly second: string | null;
}

/** The kubelet, as far as the workers of its pods need it. */
export interface PodKeeper {
  readonly machine: Machine;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** What the kubelet does when it is time, as long as it runs. */
  readonly timers: HeldTimers;
  readonly events: EventSource;
  /** Whether the API server can be told. */
  mayReport(): boolean;
  open(worker: PodWorker, socket: Listen, container: Container): Listener | 'EADDRINUSE';
  /** The pod's network may be taken away: it has come to its end, or nothing of it runs any more. */
  onGone(worker: PodWorker): void;
}

export class PodWorker implements ContainerHost {
  readonly pod: Pod;
  readonly sandbox: Sandbox;
  readonly #keeper: PodKeeper;
  readonly #runs: readonly ContainerRun[];
  /** So many of them have been started, in their order. */
  #launched = 0;
  #tasks: Task[];
  #isReady = false;
  #isStarting = false;
  #isTerminating = false;

  constructor(keeper: PodKeeper, pod: Pod, sandbox: Sandbox) {
    this.#keeper = keeper;
    this.pod = pod;
    this.sandbox = sandbox;
    this.#runs = this.#containerRuns();
    this.#tasks = [keeper.timers.after(SANDBOX_US + CONTAINERS_US, () => this.#begin())];
  }

  get uid(): string {
    return this.pod.metadata.uid ?? '';
  }

  get isTerminating(): boolean {
    return this.#isTerminating;
  }

  get clock(): Clock {
    return this.#keeper.clock;
  }

  get timers(): HeldTimers {
    return this.#keeper.timers;
  }

  get node(): NetworkNamespace {
    return this.#keeper.machine.netns;
  }

  get podIP(): string {
    return this.sandbox.address;
  }

  services(): readonly Service[] {
    return this.#keeper.store.list<Service>('Service');
  }

  open(socket: Listen, container: Container): Listener | 'EADDRINUSE' {
    return this.#keeper.open(this, socket, container);
  }

  close(listener: Listener): void {
    this.sandbox.netns.sockets.close(listener);
  }

  record(text: EventText): void {
    if (this.#keeper.mayReport()) recordEvent(this.#keeper.events, this.pod, text);
  }

  onChange(): void {
    this.#advance();
  }

  /** Whether it has not come to rest for the first time: it starts, initializes, or waits for a probe's first word. */
  get isSettling(): boolean {
    return !this.#isTerminating && (!this.#isReady || this.#runs.some(({ isUndecided }) => isUndecided));
  }

  listenersOf(container: string): readonly Listener[] {
    return this.#runs.find(({ name }) => name === container)?.listeners ?? [];
  }

  /** The containers of that name, or all of them: init containers first. */
  runsOf(container: string | null): readonly ContainerRun[] {
    return this.#runs.filter(({ name }) => container === null || name === container);
  }

  /** The last line of a container's log, where it has ended with one. */
  lastWordsOf(container: string): string {
    return this.#runs.find(({ name }) => name === container)?.lastWords ?? '';
  }

  /** Graceful deletion: containers serve on through their preStop hooks, then get SIGTERM, sidecars last. */
  terminate(graceUs: number, onDone: () => void): void {
    this.#isTerminating = true;
    for (const run of this.#runs) run.retire();
    let lastUs = 0;
    for (const run of this.#runs) {
      if (run.role === 'sidecar') continue;
      const afterUs = Math.min(preStopUs(this.#containerOf(run)), graceUs);
      lastUs = Math.max(lastUs, afterUs);
      this.#after(Math.min(SIGNAL_US, graceUs) + afterUs, () => run.stop());
    }
    const endUs = lastUs + Math.min(STOP_US, graceUs);
    this.#after(endUs, () => {
      for (const run of this.#runs) run.stop();
    });
    this.timers.after(endUs, onDone);
  }

  /** Takes all sockets and tasks away, at once. */
  discard(): void {
    for (const task of this.#tasks) task.cancel();
    for (const run of this.#runs) run.discard();
  }

  #after(delayUs: number, run: () => void): void {
    this.#tasks.push(this.timers.after(delayUs, run));
  }

  #begin(): void {
    this.#isReady = true;
    if (this.#isTerminating) return;
    this.#tasks = [];
    this.#advance();
  }

  /** Starts what may be started now, and reports. */
  #advance(): void {
    if (this.#isStarting || this.timers.isHeld) return;
    this.#isStarting = true;
    if (!this.#isTerminating) this.#launchNext();
    this.#isStarting = false;
    this.#report();
  }

  /** Init containers one after the other, each to its end; a sidecar until it has started; then all the others. */
  #launchNext(): void {
    for (let place = 0; place < this.#runs.length; place++) {
      const run = this.#runs[place] as ContainerRun;
      if (place === this.#launched) {
        this.#launched++;
        run.start();
      }
      if (run.role === 'init' && !hasSucceeded(run.facts)) return;
      if (run.role === 'sidecar' && !run.isStarted) return;
    }
  }

  /** The kubelet runs again, or can be heard again. */
  resume(): void {
    if (this.#isReady) this.#advance();
  }

  #report(): void {
    const { store, clock, machine } = this.#keeper;
    const { address, second } = this.sandbox;
    const pod = this.#keeper.mayReport() ? this.#current() : undefined;
    if (!pod) return;
    const facts = this.#runs.map((run) => run.facts);
    const phase = phaseOf(facts, (pod.spec.restartPolicy ?? 'Always') as RestartPolicy);
    const now = formatTimestamp(clock.nowUs);
    const inits = facts.filter(({ role }) => role !== 'main');
    const { apiVersion, kind, metadata, spec } = pod;
    store.updateStatus<Pod>({
      apiVersion,
      kind,
      metadata,
      spec,
      status: {
        ...pod.status,
        phase,
        hostIP: machine.address,
        podIP: address,
        podIPs: second === null ? [{ ip: address }] : [{ ip: address }, { ip: second }],
        startTime: pod.status?.startTime ?? now,
        conditions: podConditions(pod.status?.conditions, facts, phase, now),
        ...(inits.length > 0 ? { initContainerStatuses: containerStatuses(inits) } : undefined),
        containerStatuses: containerStatuses(inits.length > 0 ? facts.filter(({ role }) => role === 'main') : facts),
      },
    });
    if ((phase === 'Succeeded' || phase === 'Failed') && !this.#isTerminating) this.#keeper.onGone(this);
  }

  #containerRuns(): ContainerRun[] {
    const { initContainers = [], containers } = this.pod.spec;
    const listens = listensOf(this.pod);
    const roleOf = (container: Container) =>
      containers.includes(container) ? 'main' : container.restartPolicy === 'Always' ? 'sidecar' : 'init';
    const all = initContainers.length > 0 ? [...initContainers, ...containers] : containers;
    return all.map(
      (container) =>
        new ContainerRun({
          host: this,
          container,
          role: roleOf(container),
          listens: listens.findLast((one) => one.container === container.name)?.listens ?? [],
          waitingFor: initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating',
        }),
    );
  }

  #containerOf(run: ContainerRun): Container {
    return run.facts.container;
  }

  /** The pod as it is stored, unless another has taken its name. */
  #current(): Pod | undefined {
    const { namespace = '', name, uid } = this.pod.metadata;
    const pod = this.#keeper.store.get<Pod>('Pod', namespace, name);
    return pod?.metadata.uid === uid ? pod : undefined;
  }
}

/** How long the hook keeps the container. Only sleeping takes time here. */
function preStopUs({ lifecycle }: Container): number {
  const { sleep, exec } = lifecycle?.preStop ?? {};
  if (sleep) return (sleep.seconds ?? 0) * 1_000_000;
  return (exec?.command && sleepOf(exec.command)) ?? 0;
}
