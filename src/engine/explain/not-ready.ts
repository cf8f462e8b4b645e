// Why a pod is not ready, in the kubelet's words, and the line of YAML behind it: the probe that fails, the container
// that does not come up, the deletion that is under way.

import { pagesOf } from '../api/known-images.ts';
import type { Container, ContainerStatus, Event, Pod } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { TextEdit } from '../view.ts';
import type { Evidence } from './explain-walk.ts';
import { originOf } from './origin.ts';

export interface NotReady {
  /** `readiness probe failed: HTTP probe failed with statuscode: 404`, `CrashLoopBackOff`. */
  readonly text: string;
  /** The field of the pod that it comes from, `spec.containers[0].readinessProbe.httpGet.path`. */
  readonly path: string;
}

/** Null for a pod that is ready. */
export function whyNotReady(store: ObjectStore, pod: Pod): NotReady | null {
  if (pod.metadata.deletionTimestamp) return { text: 'it is being deleted', path: 'spec' };
  const { containerStatuses = [], initContainerStatuses = [], conditions = [], phase } = pod.status ?? {};
  if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return null;
  const initializing = initContainerStatuses.find(({ ready, started }) => !ready && !started);
  if (initializing) return ofContainer(store, pod, initializing, 'initContainers');
  const unready = containerStatuses.find(({ ready }) => !ready);
  if (unready) return ofContainer(store, pod, unready, 'containers');
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message;
  return { text: `${phase ?? 'Pending'}${unscheduled ? `: ${unscheduled}` : ''}`, path: 'spec' };
}

function ofContainer(store: ObjectStore, pod: Pod, status: ContainerStatus, list: 'containers' | 'initContainers'): NotReady {
  const index = (pod.spec[list] ?? []).findIndex(({ name }) => name === status.name);
  const path = `spec.${list}[${index}]`;
  const { state } = status;
  if ('waiting' in state) return { text: state.waiting.reason, path };
  if ('terminated' in state) return { text: state.terminated.reason, path };
  const container = pod.spec[list]?.[index];
  const kind = container?.startupProbe && !status.started ? 'startup' : 'readiness';
  if (!container?.[`${kind}Probe`]) return { text: pod.status?.phase ?? 'Pending', path };
  const failure = lastFailure(store, pod, kind);
  const field = `${path}.${kind}Probe`;
  if (!failure) return { text: `${kind} probe has not succeeded yet`, path: field };
  return { text: failure.charAt(0).toLowerCase() + failure.slice(1), path: `${field}${culprit(container, kind, failure)}` };
}

/** The message of the pod's newest event about that probe. */
function lastFailure(store: ObjectStore, { metadata }: Pod, kind: string): string | undefined {
  const about = new RegExp(`^${kind} probe `, 'i');
  const events = store
    .list<Event>('Event', metadata.namespace)
    .filter(({ involvedObject, reason, message }) => involvedObject.uid === metadata.uid && reason === 'Unhealthy' && about.test(message));
  return events.reduce<Event | undefined>((last, event) => (last && last.lastTimestamp > event.lastTimestamp ? last : event), undefined)
    ?.message;
}

/** The field of the probe that the message is about. */
function culprit(container: Container, kind: 'readiness' | 'startup', message: string): string {
  const probe = container[`${kind}Probe`];
  if (probe?.httpGet && message.includes('statuscode')) return '.httpGet.path';
  return probe?.httpGet ? '.httpGet.port' : probe?.tcpSocket ? '.tcpSocket.port' : '';
}

/** The edit that would let the probe through, where there is just one: the page or the port that the container has. */
export function probeSuggestion(evidence: Evidence, pod: Pod, { path }: NotReady): TextEdit | undefined {
  const [, index = '', field = ''] = /^spec\.containers\[(\d+)\]\.\w+Probe\.\w+\.(path|port)$/.exec(path) ?? [];
  const container = pod.spec.containers[Number(index)];
  const origin = originOf(evidence, pod);
  if (!container || field === '' || !origin?.source.has(`${origin.prefix}${path}`)) return undefined;
  const value = field === 'path' ? pagesOf(container)?.[0] : onlyPort(evidence, pod);
  return value === undefined
    ? undefined
    : { title: 'Suggested change', range: origin.source.rangeOf(`${origin.prefix}${path}`), newText: value };
}

function onlyPort(evidence: Evidence, { metadata }: Pod): string | undefined {
  const listeners = evidence.netnsOf(`${metadata.namespace}/${metadata.name}`)?.sockets.listeners() ?? [];
  const ports = new Set(
    listeners.filter(({ protocol, address }) => protocol === 'tcp' && !address.startsWith('127.')).map(({ port }) => port),
  );
  return ports.size === 1 ? String([...ports][0]) : undefined;
}
