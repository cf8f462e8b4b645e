// One container of a pod: its program and sockets, how it ends and comes back, and the probes that watch it. Follows
// pkg/kubelet/kuberuntime (kuberuntime_manager.go: computePodActions, doBackOff) and pkg/kubelet/prober, Kubernetes 1.33.

import { exitOf } from '../api/container-exits.ts';
import type { Container, ContainerState, Pod, Probe, Service } from '../api/types.ts';
import type { EventText } from '../apiserver/events.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Listener } from '../netstack/sockets.ts';
import { type ContainerListens, type Listen, portInUseMessage } from '../programs/listen.ts';
import type { Clock, Task } from '../sim/clock.ts';
import type { HeldTimers } from '../sim/held-timers.ts';
import type { ContainerFacts, RestartPolicy } from './kubelet-status.ts';
import { type ProbeResult, runProbe } from './probe-requests.ts';
import { type ProbeKind, ProbeWorker } from './probes.ts';

/** The kubelet looks what has become of its containers once a second (PLEG). */
const RELIST_US = 1_000_000;
const FIRST_BACKOFF_US = 10_000_000;
const MAX_BACKOFF_US = 300_000_000;
/** After so long without a crash the back-off begins anew. */
const BACKOFF_RESET_US = 600_000_000;
const PROBE_KINDS = ['startup', 'liveness', 'readiness'] as const;
const NO_PROBES: readonly ProbeWorker[] = [];
const WAITING = {
  ContainerCreating: { waiting: { reason: 'ContainerCreating' } },
  PodInitializing: { waiting: { reason: 'PodInitializing' } },
};
const PROBE_WORDS: Readonly<Record<ProbeKind, string>> = { readiness: 'Readiness', liveness: 'Liveness', startup: 'Startup' };

/** What the containers of one pod share. */
export interface ContainerHost {
  readonly pod: Pod;
  readonly clock: Clock;
  /** What the kubelet does when it is time, as long as it runs; the program has the clock. */
  readonly timers: HeldTimers;
  /** Where probes come from, and the pod's address. */
  readonly node: NetworkNamespace;
  readonly podIP: string;
  /** All Services that there are. */
  services(): readonly Service[];
  open(socket: Listen, container: Container): Listener | 'EADDRINUSE';
  close(listener: Listener): void;
  record(text: EventText): void;
  /** Something that the pod's status shows has changed. */
  onChange(): void;
}

export interface ContainerOptions {
  readonly host: ContainerHost;
  readonly container: Container;
  readonly role: ContainerFacts['role'];
  readonly listens: ContainerListens['listens'];
  /** Why it is not running before it has been started. */
  readonly waitingFor: 'ContainerCreating' | 'PodInitializing';
}

/** How a process ended; without a reason the exit code says it. */
export interface ProcessEnd {
  readonly exitCode: number;
  readonly reason?: string;
  /** The last line of its log. */
  readonly words?: string;
}

export class ContainerRun {
  readonly #host: ContainerHost;
  readonly #options: ContainerOptions;
  readonly #probes: readonly ProbeWorker[];
  #state: ContainerState;
  #lastState: ContainerState | null = null;
  #restartCount = 0;
  #listeners: readonly Listener[] = [];
  #lastWords = '';
  #services: readonly Service[] = [];
  #exit: Task | null = null;
  #restart: Task | null = null;
  #backoffUs = 0;
  #lastExitUs = 0;
  #isRetired = false;
  #isStopped = false;
  /** Probes that fail whatever the program answers. */
  #failing: readonly ProbeKind[] = [];

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#host = options.host;
    const { container, role } = options;
    this.#state = WAITING[options.waitingFor];
    const isProbed = role !== 'init' && (container.startupProbe ?? container.livenessProbe ?? container.readinessProbe) !== undefined;
    this.#probes = isProbed ? PROBE_KINDS.flatMap((kind) => this.#probeWorkers(container, kind)) : NO_PROBES;
  }

  get role(): ContainerFacts['role'] {
    return this.#options.role;
  }

  get name(): string {
    return this.#options.container.name;
  }

  get listeners(): readonly Listener[] {
    return this.#listeners;
  }

  /** What the program said before it ended: the last line of its log. */
  get lastWords(): string {
    return this.#lastWords;
  }

  get container(): Container {
    return this.#options.container;
  }

  /** The Services that there were when it last started: its environment tells of no others. */
  get servicesAtStart(): readonly Service[] {
    return this.#services;
  }

  get isRunning(): boolean {
    return 'running' in this.#state;
  }

  /** Ended, and not to be started again. */
  get isOver(): boolean {
    return 'terminated' in this.#state && this.#restart === null;
  }

  /** Running, and its startup probe, if it has one, is through. */
  get isStarted(): boolean {
    return this.isRunning && this.#isPassing('startup');
  }

  /** Whether the pod's first steady state is still to come: an init container at work, or a probe without a result. */
  get isUndecided(): boolean {
    if (this.role === 'init') return this.isRunning;
    return this.#probes.some(({ isUndecided }) => isUndecided);
  }

  get facts(): ContainerFacts {
    const { container, role } = this.#options;
    const ready =
      role === 'init'
        ? 'terminated' in this.#state && this.#state.terminated.exitCode === 0
        : this.isStarted && this.#isPassing('readiness');
    return {
      container,
      role,
      state: this.#state,
      lastState: this.#lastState,
      restartCount: this.#restartCount,
      ready,
      started: this.isStarted,
    };
  }

  /** Starts the program. One that cannot bind one of its sockets exits, and with it the sockets that it already has. */
  start(): void {
    const { container, role, listens } = this.#options;
    const { clock } = this.#host;
    this.#restart = null;
    this.#services = this.#host.services();
    this.#state = runningSince(formatTimestamp(clock.nowUs));
    for (const text of startTexts(container, role)) this.#host.record(text);
    for (const socket of listens) {
      const listener = this.#host.open(socket, container);
      if (listener === 'EADDRINUSE') return this.#end({ exitCode: 1, words: portInUseMessage(socket) });
      this.#listeners = this.#listeners.length === 0 ? [listener] : [...this.#listeners, listener];
    }
    const exit = exitOf(container, this.#exitRole());
    if (exit?.afterUs === 0) return this.#end(exit);
    if (exit) this.#exit = clock.after(exit.afterUs, () => this.#end(exit));
    for (const probe of this.#probes) probe.start();
  }

  /** The pod is on its way out: what ends now does not come back. */
  retire(): void {
    this.#isRetired = true;
    this.#restart?.cancel();
    this.#restart = null;
  }

  /** SIGTERM: programs here close what they listen on and exit at once, as well-behaved servers do. */
  stop(): void {
    this.retire();
    if (!this.isRunning) return;
    this.#note('Killing', `Stopping container ${this.name}`);
    this.#end({ exitCode: 0 });
  }

  /** The process ends by itself, or by the hand of somebody else than the kubelet. */
  kill(end: ProcessEnd): void {
    if (this.isRunning) this.#end(end);
  }

  /** SIGSTOP or SIGCONT: its sockets stay, and nobody reads them meanwhile. */
  set isStopped(isStopped: boolean) {
    this.#isStopped = isStopped;
    for (const { process } of this.#listeners) {
      if (isStopped) process?.stop();
      else process?.goOn();
    }
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Makes a probe fail, or leaves it to the program again. False when the container has no such probe. */
  setFailing(kind: ProbeKind, fails: boolean): boolean {
    const others = this.#failing.filter((one) => one !== kind);
    this.#failing = !fails ? others : this.#failing.includes(kind) ? this.#failing : [...others, kind];
    return this.#probes.some((probe) => probe.kind === kind);
  }

  get failing(): readonly ProbeKind[] {
    return this.#failing;
  }

  /** Frees the sockets, without a word to anybody. */
  discard(): void {
    this.retire();
    this.#close();
  }

  #note(reason: string, message: string): void {
    this.#host.record({ type: 'Normal', reason, message, fieldPath: fieldPathOf(this.role, this.name) });
  }

  #exitRole(): 'init' | 'job' | 'service' {
    if (this.role === 'init') return 'init';
    return this.#host.pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job') ? 'job' : 'service';
  }

  #close(): void {
    this.#exit?.cancel();
    this.#exit = null;
    for (const probe of this.#probes) probe.stop();
    for (const listener of this.#listeners) this.#host.close(listener);
    this.#listeners = [];
    this.#isStopped = false;
  }

  #end({ exitCode, words = '', reason, killed = false }: ProcessEnd & { readonly killed?: boolean }): void {
    const { clock } = this.#host;
    const finishedAt = formatTimestamp(clock.nowUs);
    const startedAt = 'running' in this.#state ? this.#state.running.startedAt : undefined;
    this.#close();
    this.#lastWords = words;
    this.#state = {
      terminated: { exitCode, reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'), ...(startedAt ? { startedAt } : {}), finishedAt },
    };
    if (!this.#isRetired && this.#mayRestart(exitCode, killed)) this.#scheduleRestart();
    this.#host.onChange();
  }

  /** One that was killed for its liveness has failed, whatever its exit code says. */
  #mayRestart(exitCode: number, killed: boolean): boolean {
    if (this.role === 'sidecar') return true;
    const policy = (this.#host.pod.spec.restartPolicy ?? 'Always') as RestartPolicy;
    if (this.role === 'init' || policy === 'OnFailure') return (killed || exitCode !== 0) && policy !== 'Never';
    return policy === 'Always';
  }

  /** The first time at once, that is when the kubelet looks; then after 10 s, 20 s, and so on up to 5 minutes. */
  #scheduleRestart(): void {
    const { clock, timers, pod } = this.#host;
    const ranUs = clock.nowUs - this.#lastExitUs;
    if (this.#lastExitUs > 0 && ranUs > BACKOFF_RESET_US) this.#backoffUs = 0;
    this.#lastExitUs = clock.nowUs;
    const waitUs = this.#backoffUs;
    this.#backoffUs = Math.min(waitUs === 0 ? FIRST_BACKOFF_US : waitUs * 2, MAX_BACKOFF_US);
    if (waitUs > 0) {
      const { namespace, name, uid } = pod.metadata;
      const whose = `container=${this.name} pod=${name}_${namespace}(${uid})`;
      this.#lastState = this.#state;
      const message = `back-off ${goDuration(waitUs)} restarting failed ${whose}`;
      this.#state = { waiting: { reason: 'CrashLoopBackOff', message } };
      const text = `Back-off restarting failed container ${this.name} in pod ${name}_${namespace}(${uid})`;
      this.#host.record({ type: 'Warning', reason: 'BackOff', message: text, fieldPath: fieldPathOf(this.role, this.name) });
    }
    this.#restart = timers.after(Math.max(waitUs, RELIST_US), () => this.#startAgain());
  }

  #startAgain(): void {
    if ('terminated' in this.#state) this.#lastState = this.#state;
    this.#restartCount++;
    this.start();
    this.#host.onChange();
  }

  #isPassing(kind: ProbeKind): boolean {
    return this.#probes.every((probe) => probe.kind !== kind || probe.isPassing);
  }

  #probeWorkers(container: Container, kind: ProbeKind): ProbeWorker[] {
    const probe = container[`${kind}Probe`];
    if (!probe) return [];
    const { timers, node, podIP } = this.#host;
    const run = (onDone: (result: ProbeResult) => void) => {
      if (this.#failing.includes(kind)) onDone({ kind: 'failure', message: failureText(probe) });
      else runProbe({ netns: node, podIP, container }, probe, (result) => timers.whenRunning(() => onDone(result)));
    };
    const worker: ProbeWorker = new ProbeWorker(
      {
        kind,
        probe,
        clock: timers,
        run,
        onResult: (result) => this.#onProbeResult(kind, result),
        onVerdict: (isSuccess) => this.#onVerdict(kind, isSuccess),
        isDue: () => (kind === 'startup' ? !worker.isPassing : this.#isPassing('startup')),
      },
      timers.nowUs,
    );
    return [worker];
  }

  #onProbeResult(kind: ProbeKind, result: ProbeResult): void {
    if (result.kind === 'success') return;
    const what = result.kind === 'failure' ? 'failed' : 'errored and resulted in unknown state';
    const message = `${PROBE_WORDS[kind]} probe ${what}: ${result.message}`;
    this.#host.record({ type: 'Warning', reason: 'Unhealthy', message, fieldPath: fieldPathOf(this.role, this.name) });
  }

  #onVerdict(kind: ProbeKind, isSuccess: boolean): void {
    if (kind === 'startup' && isSuccess) for (const probe of this.#probes) if (probe.kind === 'readiness') probe.trigger();
    if (kind === 'readiness' || isSuccess) return this.#host.onChange();
    const message = `Container ${this.name} failed ${kind} probe, will be restarted`;
    this.#note('Killing', message);
    this.#end({ exitCode: 0, killed: true });
  }
}

/** Much starts within one second. */
function runningSince(startedAt: string): ContainerState {
  if (lastRunning.running.startedAt !== startedAt) lastRunning = { running: { startedAt } };
  return lastRunning;
}

let lastRunning = { running: { startedAt: '' } };

/** What is said of every container that starts: replicas share theirs. */
function startTexts(container: Container, role: ContainerFacts['role']): readonly EventText[] {
  if (lastTexts.container !== container || lastTexts.role !== role) {
    const { name, image = '' } = container;
    const say = (reason: string, message: string): EventText => ({ type: 'Normal', reason, message, fieldPath: fieldPathOf(role, name) });
    const texts = [
      say('Pulled', `Container image "${image}" already present on machine`),
      say('Created', `Created container: ${name}`),
      say('Started', `Started container ${name}`),
    ];
    lastTexts = { container, role, texts };
  }
  return lastTexts.texts;
}

let lastTexts: { readonly container: Container | null; readonly role: string; readonly texts: readonly EventText[] } = {
  container: null,
  role: '',
  texts: [],
};

/** What a probe says that was made to fail. */
function failureText({ httpGet, tcpSocket }: Probe): string {
  if (httpGet) return 'HTTP probe failed with statuscode: 503';
  return tcpSocket ? `dial tcp :${tcpSocket.port}: i/o timeout` : 'command exited with code 1';
}

/** `spec.containers{web}`, as events name a container. */
export function fieldPathOf(role: ContainerFacts['role'], name: string): string {
  return `spec.${role === 'main' ? 'containers' : 'initContainers'}{${name}}`;
}

/** `10s`, `1m20s`, `5m0s`, as Go prints a duration. */
function goDuration(us: number): string {
  const seconds = Math.round(us / 1_000_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
