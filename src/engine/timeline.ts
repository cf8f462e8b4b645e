// The control plane's half of the timeline: every change of an object that a reader would want to see, told as the
// deed of the component that makes such changes. kubelets and kube-proxies write their own lines into the journal.

import type { Condition, Deployment, EndpointSlice, KubeObject, Node, Pod } from './api/types.ts';
import type { ObjectStore, WatchEvent } from './apiserver/types.ts';
import { viewKey } from './explain/origin.ts';
import type { Journal } from './sim/journal.ts';

/** Kinds whose coming and going is a line. */
const TOLD = new Set(['Service', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Pod', 'Node', 'NetworkPolicy', 'Ingress']);

/** Writes into the journal what changes in the store, from now on. */
export function watchForTimeline(store: ObjectStore, journal: Journal): void {
  store.watchAll((event) => {
    for (const { lane, text } of linesOf(event, store)) journal.note(lane, text, viewKey(event.object));
  }, 'Event');
}

interface Line {
  readonly lane: string;
  readonly text: string;
}

function linesOf(event: WatchEvent, store: ObjectStore): Line[] {
  const { object } = event;
  switch (object.kind) {
    case 'Pod':
      return podLines(event as WatchEvent<Pod>, store);
    case 'EndpointSlice':
      return sliceLines(event as WatchEvent<EndpointSlice>);
    case 'Node':
      return nodeLines(event as WatchEvent<Node>);
    default:
      return TOLD.has(object.kind) ? objectLines(event) : [];
  }
}

function podLines({ type, object: pod, previous }: WatchEvent<Pod>, store: ObjectStore): Line[] {
  const { name } = pod.metadata;
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  const maker = owner ? owner.kind.toLowerCase() : 'kube-apiserver';
  const kubelet = `kubelet ${pod.spec.nodeName}`;
  if (type === 'ADDED') return [{ lane: maker, text: `creates pod ${name}` }];
  if (type === 'DELETED') return [{ lane: pod.spec.nodeName ? kubelet : 'kube-apiserver', text: `pod ${name} is gone` }];
  const lines: Line[] = [];
  if (pod.metadata.deletionTimestamp && !previous?.metadata.deletionTimestamp)
    lines.push({ lane: 'kube-apiserver', text: `pod ${name} is terminating` });
  if (pod.spec.nodeName && !previous?.spec.nodeName) lines.push({ lane: 'kube-scheduler', text: `binds ${name} to ${pod.spec.nodeName}` });
  if (pod.status?.phase !== previous?.status?.phase && pod.spec.nodeName)
    lines.push({ lane: kubelet, text: `${name} is ${pod.status?.phase}${pod.status?.podIP ? ` at ${pod.status.podIP}` : ''}` });
  const [isReady, wasReady] = [hasCondition(pod, 'Ready'), previous !== undefined && hasCondition(previous, 'Ready')];
  // The pods of a node that nobody hears from are not ready in the node controller's opinion; their kubelet is silent.
  const node = store.get<Node>('Node', '', pod.spec.nodeName ?? '');
  const lane = node && !hasCondition(node, 'Ready') ? 'node-lifecycle' : kubelet;
  if (isReady !== wasReady && pod.spec.nodeName) lines.push({ lane, text: `${name} is ${isReady ? 'ready' : 'not ready'}` });
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
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
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
