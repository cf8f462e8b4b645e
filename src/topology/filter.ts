// What of a cluster is drawn: the reader may hide the system's own pods or whole namespaces, or look at one object and what
// belongs to it. A walk of a large cluster is drawn with the machines that it visits.

import type { ObjectView, PodView, ServiceView, Walk } from '../protocol/messages.ts';
import type { DrawingFilter } from '../state/drawing-options.ts';
import { isNeighbourTalk } from '../state/stepping.ts';
import { serviceOf } from './followed.ts';
import { type Cluster, isNode, isPod, isService } from './graph.ts';
import { matchesSelector } from './selectors.ts';

export function isFiltering(filter: DrawingFilter): boolean {
  return filter.hideSystem || filter.hiddenNamespaces.length > 0 || filter.only !== null;
}

/** The cluster without what is hidden. `kept` are keys that are drawn whatever the filter says: the followed packet's ends. */
export function filterCluster(cluster: Cluster, filter: DrawingFilter, kept: readonly string[] = []): Cluster {
  if (!isFiltering(filter)) return cluster;
  const isWanted = wantedBy(cluster, filter);
  const isShown = (object: PodView | ServiceView) => kept.includes(object.key) || isWanted(object);
  return {
    nodes: cluster.nodes,
    podsByNode: new Map([...cluster.podsByNode].map(([node, pods]) => [node, pods.filter(isShown)])),
    unscheduled: cluster.unscheduled.filter(isShown),
    services: cluster.services.filter(isShown),
    hasBalancer: cluster.hasBalancer,
  };
}

function wantedBy(cluster: Cluster, { hideSystem, hiddenNamespaces, only }: DrawingFilter): (object: PodView | ServiceView) => boolean {
  const focus = only === null ? null : belongingTo(cluster, only);
  return (object) => {
    if (focus) return focus.has(object.key);
    return !(hideSystem && object.system) && !hiddenNamespaces.includes(object.namespace);
  };
}

/** An object and what belongs to it: a Service's pods, a pod's Services, a node's pods; and the nodes of all these pods. */
export function relatedTo(cluster: Cluster, key: string): ReadonlySet<string> {
  const own = belongingTo(cluster, key);
  const nodes = cluster.nodes.filter(({ name }) => cluster.podsByNode.get(name)?.some((pod) => own.has(pod.key)));
  return new Set([...own, ...nodes.map((node) => node.key)]);
}

function belongingTo(cluster: Cluster, key: string): ReadonlySet<string> {
  const pods = [...cluster.podsByNode.values(), cluster.unscheduled].flat();
  const service = cluster.services.find((each) => each.key === key);
  if (service) return new Set([key, ...pods.filter((pod) => matchesSelector(service, pod)).map((pod) => pod.key)]);
  const pod = pods.find((each) => each.key === key);
  if (pod) return new Set([key, ...cluster.services.filter((each) => matchesSelector(each, pod)).map((each) => each.key)]);
  const node = cluster.nodes.find((each) => each.key === key);
  return new Set([key, ...(node ? (cluster.podsByNode.get(node.name) ?? []).map((each) => each.key) : [])]);
}

/** Every namespace that has something to draw, by name. */
export function namespacesOf({ podsByNode, unscheduled, services }: Cluster): readonly string[] {
  return [...new Set([...podsByNode.values(), unscheduled, services].flat().map((object) => object.namespace))].sort();
}

/** Of a large cluster, what one walk meets: its machines with their pods, and the Services that it was addressed to. */
export function onPathOf(objects: readonly ObjectView[], walk: Walk, selection: string | null): ObjectView[] {
  // A broadcast asks every machine; only what went on counts.
  const packets = walk.packets.filter((packet) => !isNeighbourTalk(packet));
  const places = new Set(packets.flatMap((packet) => packet.hops.map((hop) => hop.node)));
  const pods = objects.filter(isPod);
  const nodes = new Set([...places, ...pods.flatMap((pod) => (places.has(`${pod.namespace}/${pod.name}`) ? (pod.node ?? []) : []))]);
  const services = new Set(packets.flatMap((packet) => serviceOf(objects, packet)?.key ?? []));
  return objects.filter((object) => {
    if (isNode(object)) return nodes.has(object.name);
    if (isPod(object)) return object.node !== null && nodes.has(object.node);
    return !isService(object) || services.has(object.key) || object.key === selection;
  });
}
