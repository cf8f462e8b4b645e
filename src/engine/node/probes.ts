// A probe of a container, again and again: when it is due, and how many results in a row it takes to change a verdict.
// Follows pkg/kubelet/prober/worker.go, Kubernetes 1.33. As there, the ticks count from the pod's beginning, so a probe
// with `initialDelaySeconds: 5` and `periodSeconds: 10` runs for the first time after 10 seconds.

import type { Probe } from '../api/types.ts';
import type { Task } from '../sim/clock.ts';
import type { Timers } from '../sim/held-timers.ts';
import type { ProbeResult } from './probe-requests.ts';

export type ProbeKind = 'readiness' | 'liveness' | 'startup';

export interface ProbeWorkerOptions {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly clock: Timers;
  /** Makes one probe. */
  run(onDone: (result: ProbeResult) => void): void;
  /** Every single result, as it comes. */
  onResult(result: ProbeResult): void;
  /** The verdict has changed, or for liveness and startup: the container must go. */
  onVerdict(isSuccess: boolean): void;
  /** Whether it is this probe's turn: readiness and liveness wait for startup. */
  isDue(): boolean;
}

export class ProbeWorker {
  readonly #options: ProbeWorkerOptions;
  readonly #periodUs: number;
  readonly #baseUs: number;
  #startedUs: number | null = null;
  #next: Task | null = null;
  /** Counts container starts: an answer to a probe of the last one is not heard. */
  #round = 0;
  #isRunning = false;
  #last: boolean | null = null;
  #inARow = 0;
  #verdict: boolean | null = null;

  /** `baseUs`: when the kubelet heard of the pod. */
  constructor(options: ProbeWorkerOptions, baseUs: number) {
    this.#options = options;
    this.#periodUs = (options.probe.periodSeconds || 10) * 1_000_000;
    this.#baseUs = baseUs;
  }

  get kind(): ProbeKind {
    return this.#options.kind;
  }

  /** Whether the container passes, as far as this probe has said anything: alive until it fails, ready when it succeeds. */
  get isPassing(): boolean {
    return this.#verdict ?? this.kind === 'liveness';
  }

  /** Whether the first word is still awaited, without which nobody knows how the pod does. */
  get isUndecided(): boolean {
    if (this.#startedUs === null || this.kind === 'liveness') return false;
    return this.#last === null || (this.#last && this.#verdict !== true);
  }

  /** The container has started, for the first time or again. */
  start(): void {
    this.stop();
    this.#startedUs = this.#options.clock.nowUs;
    if (this.kind === 'readiness') this.trigger();
    else this.#scheduleNext();
  }

  /** The container has ended: nothing is probed, and what is known of it is forgotten. */
  stop(): void {
    this.#round++;
    this.#next?.cancel();
    this.#next = null;
    this.#startedUs = null;
    this.#isRunning = false;
    this.#last = null;
    this.#inARow = 0;
    this.#verdict = null;
  }

  /** Probes at once, besides the ticks: readiness, when the container or its startup probe is through. */
  trigger(): void {
    if (this.#startedUs === null || this.#isRunning) return;
    this.#next?.cancel();
    this.#tick();
  }

  #scheduleNext(): void {
    const { clock } = this.#options;
    const ticks = Math.floor((clock.nowUs - this.#baseUs) / this.#periodUs) + 1;
    this.#next = clock.at(this.#baseUs + ticks * this.#periodUs, () => this.#tick());
  }

  #tick(): void {
    const { clock, probe, run, isDue } = this.#options;
    const upSeconds = Math.floor((clock.nowUs - (this.#startedUs ?? 0)) / 1_000_000);
    if (!isDue() || upSeconds < (probe.initialDelaySeconds ?? 0)) return this.#scheduleNext();
    const round = this.#round;
    this.#isRunning = true;
    run((result) => {
      if (round !== this.#round) return;
      this.#isRunning = false;
      this.#scheduleNext();
      this.#take(result);
    });
  }

  #take(result: ProbeResult): void {
    const { probe, onResult, onVerdict } = this.#options;
    onResult(result);
    if (result.kind === 'unknown') return;
    const isSuccess = result.kind === 'success';
    this.#inARow = this.#last === isSuccess ? this.#inARow + 1 : 1;
    this.#last = isSuccess;
    if (this.#inARow < (isSuccess ? probe.successThreshold || 1 : probe.failureThreshold || 3)) return;
    if (this.#verdict === isSuccess) return;
    this.#verdict = isSuccess;
    // A container that is going to be killed is left alone until it is back.
    if (!isSuccess && this.kind !== 'readiness') this.#next?.cancel();
    onVerdict(isSuccess);
  }
}
