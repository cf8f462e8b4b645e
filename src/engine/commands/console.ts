// Where commands are typed: a line is read and carried out at its moment, and what its tool prints is what comes of it.

import type { ActionOutcome } from '../actions.ts';
import { createApi } from '../apiserver/api.ts';
import type { Cluster } from '../cluster.ts';
import { NEVER, type Wait } from '../wait.ts';
import { applyManifest } from './apply.ts';
import { type Command, parseLine } from './command.ts';
import { lagCommand, setUsualLag } from './component-faults.ts';
import { drain } from './drain.ts';
import { Faults } from './faults.ts';
import { type Printed, runKubectl, type TimedApi } from './kubectl.ts';
import type { KubectlCommand } from './kubectl-line.ts';
import { watchForJoins } from './node-join.ts';

export class Console {
  readonly faults: Faults;
  readonly #cluster: Cluster;
  readonly #api: TimedApi;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.faults = new Faults(cluster);
    const { store, clock, settings, parts } = cluster;
    watchForJoins(cluster);
    this.#api = { ...createApi(store, settings.api, (input) => parts.admit(input)), clock };
  }

  /** Carries out a line. A bad one says what could stand where it went wrong. */
  run(line: string): ActionOutcome {
    const parsed = parseLine(line);
    return 'error' in parsed ? outcome({ problem: parsed.error }) : this.#carryOut(parsed.command, line);
  }

  /** `kubectl apply -f -` */
  apply(text: string): ActionOutcome {
    const { parts, sources } = this.#cluster;
    return this.#printed(applyManifest(this.#api, parts.parseManifest(text), (key) => sources.get(key)?.object));
  }

  /** The `cluster.lag` of a scenario; what cannot be read of it is a problem of its text. */
  setLags(lags: Readonly<Record<string, unknown>>): void {
    for (const [key, text] of Object.entries(lags)) {
      const command = lagCommand(key, String(text));
      if (typeof command !== 'string') setUsualLag(this.faults, command);
    }
  }

  #carryOut(command: Command, line: string): ActionOutcome {
    switch (command.type) {
      case 'kubectl':
        return this.#kubectl(command.command);
      case 'wait':
        return outcome({ completion: untilTime(this.#cluster.clock.nowUs + command.durationUs) });
      default:
        return outcome({ problem: this.faults.carryOut(command, line) });
    }
  }

  #kubectl(command: KubectlCommand): ActionOutcome {
    if (command.verb !== 'drain') return this.#printed(runKubectl(this.#api, command));
    const drained = outcome({});
    return Object.assign(drained, { completion: drain(this.#api, command, drained) });
  }

  /** Done when the cluster has come to rest again. */
  #printed({ lines, errors }: Printed): ActionOutcome {
    const { clock } = this.#cluster;
    const problem = errors.length > 0 ? errors.join('\n') : null;
    return outcome({ output: [...lines], problem, ...(lines.length > 0 && { completion: this.#cluster.rest(clock.nowUs) }) });
  }
}

function outcome(given: Partial<ActionOutcome>): ActionOutcome {
  return { completion: atOnce(), walks: [], samples: null, untraced: new Map(), output: [], problem: null, ...given };
}

function* atOnce(): Generator<Wait, void> {}

function* untilTime(untilUs: number): Generator<Wait, void> {
  yield { done: NEVER, untilUs };
}
