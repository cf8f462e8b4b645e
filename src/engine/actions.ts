// What each kind of action sets off in a cluster, and when that is done.

import type { Cluster } from './cluster.ts';
import { answererOf } from './programs/client-words.ts';
import type { Action, TrafficSample, Walk } from './view.ts';
import type { Wait } from './wait.ts';

/** An action that has begun. The lists grow while it is under way. */
export interface ActionOutcome {
  /** Waits until all that it set off is done. */
  readonly completion: Generator<Wait, void>;
  readonly walks: Walk[];
  /** Of many requests: each; null for other actions. */
  readonly samples: TrafficSample[] | null;
  /** Of requests that left no trace: which was the first with each outcome, by its text. */
  readonly untraced: Map<string, number>;
  readonly output: string[];
  /** Why it could not be carried out. */
  problem: string | null;
}

/** So many of repeated requests are traced; the others are counted, at a fraction of the cost. */
export const TRACED_OF_LOAD = 12;

/** The longest that one request can take, its last packets included. */
const GIVE_UP_US = 120_000_000;

/** `traced` are the places of further requests of a load that leave a trace. */
export function startAction(cluster: Cluster, action: Action, traced: ReadonlySet<number> = new Set()): ActionOutcome {
  switch (action.type) {
    case 'send':
      return startRequests(cluster, action, traced);
    case 'deletePod':
      return deletePod(cluster, action);
    case 'apply':
      return cluster.console.apply(action.text);
    case 'command':
      return cluster.console.run(action.line);
    default:
      return action satisfies never;
  }
}

/** An action in a line, as the timeline says it. */
export function wordsOf(action: Action): string {
  switch (action.type) {
    case 'send':
      return `${action.from} asks ${action.to}${(action.times ?? 1) > 1 ? `, ${action.times} times` : ''}`;
    case 'deletePod':
      return `kubectl delete pod ${action.name}${action.namespace === 'default' ? '' : ` -n ${action.namespace}`}`;
    case 'apply':
      return 'kubectl apply -f -';
    case 'command':
      return action.line;
    default:
      return action satisfies never;
  }
}

function nothing(): ActionOutcome {
  return { completion: none(), walks: [], samples: null, untraced: new Map(), output: [], problem: null };
}

function* none(): Generator<Wait, void> {}

/** One request, or many: all start from here at their times, so that those under way cross each other. */
function startRequests(
  cluster: Cluster,
  { from, to, times = 1, everyUs = 0 }: Action & { type: 'send' },
  traced: ReadonlySet<number>,
): ActionOutcome {
  const { clock } = cluster;
  const startUs = clock.nowUs;
  let ended = 0;
  const isDone = () => ended === times || outcome.problem !== null;
  const completion = untilDone(isDone, startUs + times * everyUs + GIVE_UP_US);
  const outcome: ActionOutcome = { ...nothing(), completion, samples: times > 1 ? [] : null };
  const send = (nth: number) => {
    const isTraced = nth < TRACED_OF_LOAD || traced.has(nth);
    const problem = isTraced ? cluster.request(from, to, onWalk) : cluster.requestUntraced(from, to, (sample) => onSample(sample, nth));
    if (problem) outcome.problem ??= problem.error;
    else if (nth + 1 < times && everyUs > 0) clock.at(startUs + (nth + 1) * everyUs, () => send(nth + 1));
  };
  const onWalk = (walk: Walk) => {
    outcome.walks.push(walk);
    outcome.samples?.push(sampleOf(walk));
    ended++;
  };
  const onSample = (sample: TrafficSample, nth: number) => {
    outcome.samples?.push(sample);
    if (!outcome.untraced.has(sample.text)) outcome.untraced.set(sample.text, nth);
    ended++;
  };
  for (let nth = 0; nth < (everyUs > 0 ? 1 : times); nth++) send(nth);
  return outcome;
}

function* untilDone(done: () => boolean, untilUs: number): Generator<Wait, void> {
  yield { done, untilUs };
}

function sampleOf({ id, startUs, endUs, outcome: { ok, text } }: Walk): TrafficSample {
  return { startUs, endUs, ok, text, by: answererOf(text), walk: id };
}

/** As `kubectl delete pod` does; done when the cluster has come to rest again. */
function deletePod(cluster: Cluster, { namespace, name }: Action & { type: 'deletePod' }): ActionOutcome {
  if (!cluster.store.get('Pod', namespace, name)) {
    return { ...nothing(), problem: `Error from server (NotFound): pods "${name}" not found` };
  }
  cluster.store.delete('Pod', namespace, name);
  return { ...nothing(), completion: cluster.rest(cluster.clock.nowUs), output: [`pod "${name}" deleted`] };
}
