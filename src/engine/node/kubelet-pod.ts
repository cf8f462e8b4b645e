// One pod on its node, from its sandbox to its end: the containers in their order, the status that the kubelet reports,
// and the way out (preStop, SIGTERM, gone). Follows pkg/kubelet/kubelet.go (SyncPod, SyncTerminatingPod), Kubernetes 1.33.

import { sleepOf } from '../api/container-exits.ts';
import type { Container, Pod, Service } from '../api/types.ts';
import { recordEvent } from '../apiserver/events.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Listener } from '../netstack/sockets.ts';
import { type Listen, listensOf } from '../programs/listen.ts';
import type { Clock, Task } from '../sim/clock.ts';
import type { HeldTimers } from '../sim/held-timers.ts';
import { ContainerRun } from './kubelet-container.ts';
import { containerStatus, hasSucceeded, phaseOf, podConditions, type RestartPolicy } from './kubelet-status.ts';
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

export interface PodWorkerOptions {
  readonly pod: Pod;
  readonly sandbox: Sandbox;
  readonly machine: Machine;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** What the kubelet does when it is time, as long as it runs. */
  readonly timers: HeldTimers;
  /** Whether the API server can be told. */
  mayReport(): boolean;
  open(socket: Listen & { readonly container: string }): Listener | 'EADDRINUSE';
  /** Its network may be taken away: it has come to its end, or nothing of it runs any more. */
  onGone(): void;
}

export class PodWorker {
  readonly #options: PodWorkerOptions;
  readonly #runs: readonly ContainerRun[];
  readonly #launched = new Set<ContainerRun>();
  #tasks: Task[];
  #isReady = false;
  #isStarting = false;
  #isTerminating = false;

  constructor(options: PodWorkerOptions) {
    this.#options = options;
    this.#runs = this.#containerRuns();
    this.#tasks = [options.timers.after(SANDBOX_US + CONTAINERS_US, () => this.#begin())];
  }

  get uid(): string {
    return this.#options.pod.metadata.uid ?? '';
  }

  get pod(): Pod {
    return this.#options.pod;
  }

  get sandbox(): Sandbox {
    return this.#options.sandbox;
  }

  get isTerminating(): boolean {
    return this.#isTerminating;
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
    this.#options.timers.after(endUs, onDone);
  }

  /** Takes all sockets and tasks away, at once. */
  discard(): void {
    for (const task of this.#tasks) task.cancel();
    for (const run of this.#runs) run.discard();
  }

  #after(delayUs: number, run: () => void): void {
    this.#tasks.push(this.#options.timers.after(delayUs, run));
  }

  #begin(): void {
    this.#isReady = true;
    if (!this.#isTerminating) this.#advance();
  }

  /** Starts what may be started now, and reports. */
  #advance(): void {
    if (this.#isStarting || this.#options.timers.isHeld) return;
    this.#isStarting = true;
    if (!this.#isTerminating) this.#launchNext();
    this.#isStarting = false;
    this.#report();
  }

  /** Init containers one after the other, each to its end; a sidecar until it has started; then all the others. */
  #launchNext(): void {
    for (const run of this.#runs) {
      if (!this.#launched.has(run)) {
        this.#launched.add(run);
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
    const { store, clock, machine, sandbox, mayReport } = this.#options;
    const pod = mayReport() ? this.#current() : undefined;
    if (!pod) return;
    const facts = this.#runs.map((run) => run.facts);
    const phase = phaseOf(facts, (pod.spec.restartPolicy ?? 'Always') as RestartPolicy);
    const now = formatTimestamp(clock.nowUs);
    const inits = facts.filter(({ role }) => role !== 'main');
    store.updateStatus<Pod>({
      ...pod,
      status: {
        ...pod.status,
        phase,
        hostIP: machine.address,
        podIP: sandbox.address,
        podIPs: [sandbox.address, sandbox.second].flatMap((ip) => (ip === null ? [] : [{ ip }])),
        startTime: pod.status?.startTime ?? now,
        conditions: podConditions(pod.status?.conditions ?? [], facts, phase, now),
        ...(inits.length > 0 ? { initContainerStatuses: inits.map(containerStatus) } : {}),
        containerStatuses: facts.filter(({ role }) => role === 'main').map(containerStatus),
      },
    });
    if ((phase === 'Succeeded' || phase === 'Failed') && !this.#isTerminating) this.#options.onGone();
  }

  #containerRuns(): ContainerRun[] {
    const { pod, machine, clock, timers, store, sandbox, open, mayReport } = this.#options;
    const listens = new Map(listensOf(pod).map((one) => [one.container, one.listens]));
    const { initContainers = [], containers } = pod.spec;
    const roleOf = (container: Container) =>
      containers.includes(container) ? 'main' : container.restartPolicy === 'Always' ? 'sidecar' : 'init';
    return [...initContainers, ...containers].map(
      (container) =>
        new ContainerRun({
          pod,
          container,
          role: roleOf(container),
          listens: listens.get(container.name) ?? [],
          waitingFor: initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating',
          clock,
          timers,
          node: machine.netns,
          podIP: sandbox.address,
          services: () => store.list<Service>('Service'),
          open: (socket) => open({ ...socket, container: container.name }),
          close: (listener) => sandbox.netns.sockets.close(listener),
          record: (text) => mayReport() && recordEvent({ store, clock, component: 'kubelet', host: machine.name }, pod, text),
          onChange: () => this.#advance(),
        }),
    );
  }

  #containerOf(run: ContainerRun): Container {
    return run.facts.container;
  }

  /** The pod as it is stored, unless another has taken its name. */
  #current(): Pod | undefined {
    const { namespace = '', name, uid } = this.#options.pod.metadata;
    const pod = this.#options.store.get<Pod>('Pod', namespace, name);
    return pod?.metadata.uid === uid ? pod : undefined;
  }
}

/** How long the hook keeps the container. Only sleeping takes time here. */
function preStopUs({ lifecycle }: Container): number {
  const { sleep, exec } = lifecycle?.preStop ?? {};
  if (sleep) return (sleep.seconds ?? 0) * 1_000_000;
  return (exec?.command && sleepOf(exec.command)) ?? 0;
}
