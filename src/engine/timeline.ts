// The control plane's half of the timeline: every change of an object that a reader would want to see, told as the
// deed of the component that makes such changes. kubelets and kube-proxies write their own lines into the journal.

import type { Condition, Deployment, EndpointSlice, KubeObject, Node, Pod } from './api/types.ts';
import type { ObjectStore, WatchEvent } from './apiserver/types.ts';
import { controllerOf } from './controllers/controller.ts';
import { viewKey } from './explain/origin.ts';
import type { Journal } from './sim/journal.ts';

/** Kinds whose coming and going is a line. */
const TOLD = new Set([
  'Service',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Pod',
  'Node',
  'NetworkPolicy',
  'ClusterNetworkPolicy',
  'Ingress',
]);

/** Writes into the journal what changes in the store, from now on. */
export function watchForTimeline(store: ObjectStore, journal: Journal): void {
  store.watchAll((event) => {
    const lines = linesOf(event, store);
    if (lines.length === 0) return;
    const key = viewKey(event.object);
    for (const { lane, text } of lines) journal.note(lane, text, key);
  }, 'Event');
}

interface Line {
  readonly lane: string;
  readonly text: string;
}

const NO_LINES: readonly Line[] = [];

function linesOf(event: WatchEvent, store: ObjectStore): readonly Line[] {
  const { object } = event;
  switch (object.kind) {
    case 'Pod':
      return podLines(event as WatchEvent<Pod>, store);
    case 'EndpointSlice':
      return sliceLines(event as WatchEvent<EndpointSlice>);
    case 'Node':
      return nodeLines(event as WatchEvent<Node>);
    default:
      return TOLD.has(object.kind) ? objectLines(event) : NO_LINES;
  }
}

function podLines({ type, object: pod, previous }: WatchEvent<Pod>, store: ObjectStore): readonly Line[] {
  const { name } = pod.metadata;
  const { nodeName } = pod.spec;
  if (type === 'ADDED') return [{ lane: controllerOf(pod)?.kind.toLowerCase() ?? 'kube-apiserver', text: `creates pod ${name}` }];
  if (type === 'DELETED') return [{ lane: nodeName ? `kubelet ${nodeName}` : 'kube-apiserver', text: `pod ${name} is gone` }];
  const lines: Line[] = [];
  if (pod.metadata.deletionTimestamp && !previous?.metadata.deletionTimestamp)
    lines.push({ lane: 'kube-apiserver', text: `pod ${name} is terminating` });
  if (!nodeName) return lines;
  if (!previous?.spec.nodeName) lines.push({ lane: 'kube-scheduler', text: `binds ${name} to ${nodeName}` });
  if (pod.status === previous?.status) return lines;
  const kubelet = `kubelet ${nodeName}`;
  if (pod.status?.phase !== previous?.status?.phase)
    lines.push({ lane: kubelet, text: `${name} is ${pod.status?.phase}${pod.status?.podIP ? ` at ${pod.status.podIP}` : ''}` });
  const [isReady, wasReady] = [hasCondition(pod, 'Ready'), previous !== undefined && hasCondition(previous, 'Ready')];
  if (isReady === wasReady) return lines;
  // The pods of a node that nobody hears from are not ready in the node controller's opinion; their kubelet is silent.
  const node = store.get<Node>('Node', '', nodeName);
  const lane = node && !hasCondition(node, 'Ready') ? 'node-lifecycle' : kubelet;
  lines.push({ lane, text: `${name} is ${isReady ? 'ready' : 'not ready'}` });
  return lines;
}

function sliceLines({ type, object: slice }: WatchEvent<EndpointSlice>): Line[] {
  const service = slice.metadata.labels?.['kubernetes.io/service-name'] ?? slice.metadata.name;
  if (type === 'DELETED') return [{ lane: 'endpointslice', text: `deletes the slice of ${service}` }];
  const ready = slice.endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  return [{ lane: 'endpointslice', text: `${service}: ${ready} of ${slice.endpoints.length} endpoints ready` }];
}

function nodeLines(event: WatchEvent<Node>): Line[] {
  const { object: node, previous, type } = event;
  if (type !== 'MODIFIED') return objectLines(event);
  const { name } = node.metadata;
  const lines: Line[] = [];
  const [isReady, wasReady] = [hasCondition(node, 'Ready'), previous !== undefined && hasCondition(previous, 'Ready')];
  if (isReady !== wasReady) lines.push({ lane: 'node-lifecycle', text: `${name} is ${isReady ? 'Ready' : 'NotReady'}` });
  if (Boolean(node.spec?.unschedulable) !== Boolean(previous?.spec?.unschedulable))
    lines.push({ lane: 'kube-apiserver', text: `${name} is ${node.spec?.unschedulable ? 'cordoned' : 'uncordoned'}` });
  return lines;
}

function objectLines({ type, object, previous }: WatchEvent): Line[] {
  const what = `${object.kind.toLowerCase()} ${object.metadata.name}`;
  const owner = controllerOf(object);
  const lane = owner ? owner.kind.toLowerCase() : 'kube-apiserver';
  if (type === 'ADDED') return [{ lane, text: `${owner ? 'creates ' : ''}${what}${owner ? '' : ' is created'}` }];
  if (type === 'DELETED') return [{ lane: 'kube-apiserver', text: `${what} is deleted` }];
  const [now, before] = [replicasOf(object), previous && replicasOf(previous)];
  if (now !== undefined && before !== undefined && now !== before) return [{ lane, text: `scales ${what} from ${before} to ${now}` }];
  return previous && previous.spec !== object.spec && !owner ? [{ lane, text: `${what} is changed` }] : [];
}

function replicasOf(object: KubeObject): number | undefined {
  return (object as Deployment).spec?.replicas;
}

function hasCondition(object: KubeObject & { status?: { conditions?: Condition[] } }, type: string): boolean {
  return object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
