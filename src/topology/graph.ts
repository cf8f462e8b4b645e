// From the engine's list of objects to what the drawing groups: machines with their pods, Services, pods without a node.

import type { NodeView, ObjectView, PodView, ServiceView } from '../protocol/messages.ts';

export interface Machines {
  readonly nodes: readonly NodeView[];
  /** By node name; every node has an entry. */
  readonly podsByNode: ReadonlyMap<string, readonly PodView[]>;
}

export interface Cluster extends Machines {
  /** Pods that no node runs. */
  readonly unscheduled: readonly PodView[];
  /** By namespace and name, what the cluster brings itself last. */
  readonly services: readonly ServiceView[];
  /** A machine before the nodes has the outer addresses; MetalLB's are on the nodes themselves. */
  readonly hasBalancer: boolean;
}

/** Groups the objects. The order of the input does not matter. */
export function clusterOf(objects: readonly ObjectView[]): Cluster {
  const nodes = objects.filter(isNode).sort(byName);
  const podsByNode = new Map<string, PodView[]>(nodes.map((node) => [node.name, []]));
  const unscheduled: PodView[] = [];
  for (const pod of objects.filter(isPod).sort(byKey)) {
    const home = pod.node === null ? undefined : podsByNode.get(pod.node);
    (home ?? unscheduled).push(pod);
  }
  const services = objects.filter(isService).sort((a, b) => Number(a.system) - Number(b.system) || byKey(a, b));
  const hasOuter = services.some(({ type, externalIP }) => type === 'LoadBalancer' && /\d/.test(externalIP));
  const hasBalancer = hasOuter && !objects.some(({ kind }) => kind === 'IPAddressPool');
  return { nodes, podsByNode, unscheduled, services, hasBalancer };
}

export function isNode(object: ObjectView): object is NodeView {
  return object.kind === 'Node';
}

export function isPod(object: ObjectView): object is PodView {
  return object.kind === 'Pod';
}

export function isService(object: ObjectView): object is ServiceView {
  return object.kind === 'Service';
}

const natural = new Intl.Collator('en', { numeric: true });

function byName(a: ObjectView, b: ObjectView): number {
  return natural.compare(a.name, b.name);
}

function byKey(a: ObjectView, b: ObjectView): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
