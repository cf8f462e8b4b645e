// Commands about what runs in a pod: a process that ends, a probe that fails.

import type { Pod } from '../api/types.ts';
import type { ContainerRun, ProcessEnd as End } from '../node/kubelet-container.ts';
import type { Command, PodPlace, ProcessEnd } from './command.ts';
import type { Faults, Refusal } from './faults.ts';
import { notFound } from './places.ts';

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

/** Servers here end well on SIGTERM; what the kernel kills for its memory ends by SIGKILL. */
const ENDS: Readonly<Record<ProcessEnd, End>> = {
  kill: { exitCode: 0 },
  crash: { exitCode: 1, words: 'crashed' },
  oom: { exitCode: 137, reason: 'OOMKilled' },
};

/** The kubelet sees it and starts the container again, with back-off. */
export function applySignal(faults: Faults, { pod, end }: Of<'signal'>): Refusal {
  const runs = runsOf(faults, pod);
  if (typeof runs === 'string') return runs;
  const run = runs.find(({ isRunning, role }) => isRunning && (role === 'main' || pod.container !== null));
  if (!run) return `sh: kill: (1) - No such process`;
  const { name } = pod;
  faults.note(
    `pod ${name}`,
    `process 1 of container ${run.name} ends${end === 'kill' ? ': SIGTERM' : end === 'oom' ? ': OOMKilled' : ''}`,
    keyOf(pod),
  );
  run.kill(ENDS[end]);
  return null;
}

/** A process that hangs: the kernel goes on to answer for its sockets, the program does not. */
export function applyStop(faults: Faults, { pod, stopped }: Of<'stop'>): Refusal {
  const runs = runsOf(faults, pod);
  if (typeof runs === 'string') return runs;
  const run = runs.find(({ isRunning, role }) => isRunning && (role === 'main' || pod.container !== null));
  if (!run) return 'sh: kill: (1) - No such process';
  run.isStopped = stopped;
  const place = ['pod', pod.namespace, pod.name, ...(pod.container === null ? [] : [pod.container])].join('/');
  const fault = { undo: `${place}: kill -CONT 1`, at: [keyOf(pod)], text: 'process 1 is stopped' };
  faults.mark(`stop ${place}`, stopped ? fault : null, () => run.isStopped);
  faults.note(`pod ${pod.name}`, `process 1 of container ${run.name} ${stopped ? 'is stopped: SIGSTOP' : 'goes on: SIGCONT'}`, keyOf(pod));
  return null;
}

/** A container without such a probe has nothing that could fail. */
export function applyProbe(faults: Faults, { pod, probe, fails }: Of<'probe'>): Refusal {
  const runs = runsOf(faults, pod);
  if (typeof runs === 'string') return runs;
  const changed = runs.filter((run) => run.setFailing(probe, fails));
  if (changed.length === 0) return `pod ${pod.namespace}/${pod.name} has no ${probe}Probe`;
  const place = ['pod', pod.namespace, pod.name, ...(pod.container === null ? [] : [pod.container])].join('/');
  const undo = `${place}: pass ${probe}`;
  faults.mark(`probe ${place} ${probe}`, fails ? { undo, at: [keyOf(pod)], text: `${probe} probe fails` } : null);
  faults.note(`pod ${pod.name}`, `${fails ? 'begins' : 'stops'} to fail its ${probe} probe`, keyOf(pod));
  return null;
}

function keyOf({ namespace, name }: PodPlace): string {
  return `Pod/${namespace}/${name}`;
}

function runsOf(faults: Faults, { namespace, name, container }: PodPlace): readonly ContainerRun[] | string {
  const { store, kubelets } = faults.cluster;
  const pod = store.get<Pod>('Pod', namespace, name);
  if (!pod) return notFound('pods', name);
  const runs = kubelets.get(pod.spec.nodeName ?? '')?.runsOf(`${namespace}/${name}`, container) ?? [];
  if (runs.length > 0) return runs;
  return container === null
    ? `pod ${namespace}/${name} is not running`
    : `error: container ${container} not found in pod ${name}_${namespace}`;
}
