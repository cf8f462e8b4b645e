// The views of all objects, made anew only where something that they show has changed: a large cluster answers every
// command with all of its objects, and a view that stayed the same object need not be compared or sent again.

import { isSimulated } from './api/simulated.ts';
import type { KubeObject, Node, Pod, Service } from './api/types.ts';
import { isSystemObject } from './apiserver/bootstrap.ts';
import type { Cluster } from './cluster.ts';
import { HIDDEN_KINDS, otherView, VIEW_KINDS, viewOf } from './cluster-view.ts';
import { podsToExplain, slicesOf } from './explain/endpoints.ts';
import { originOf, viewKey } from './explain/origin.ts';
import type { Device } from './netstack/device.ts';
import type { ObjectView } from './view.ts';

interface Kept {
  /** Everything that the view was made from; all of it is immutable. */
  readonly from: readonly unknown[];
  readonly view: ObjectView;
}

export class ObjectViews {
  readonly #cluster: Cluster;
  readonly #others: readonly ObjectView[];
  #kept = new Map<string, Kept>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#others = cluster.manifest.objects
      .filter(({ object }) => !isSimulated(object.apiVersion, object.kind) && !HIDDEN_KINDS.has(object.kind))
      .map(({ object }) => otherView(cluster, object, false));
  }

  /** The views as the cluster is now. What shows the same as the last time is the same object. */
  all(): ObjectView[] {
    const kept = new Map<string, Kept>();
    for (const kind of VIEW_KINDS) for (const object of this.#cluster.store.list(kind)) kept.set(viewKey(object), this.#view(object));
    this.#kept = kept;
    return [...Array.from(kept.values(), ({ view }) => view), ...this.#others];
  }

  #view(object: KubeObject): Kept {
    const known = this.#kept.get(viewKey(object));
    const from = madeFrom(this.#cluster, object);
    if (known && known.from.length === from.length && from.every((part, place) => part === known.from[place])) return known;
    return { from, view: viewOf(this.#cluster, object) };
  }
}

function madeFrom(cluster: Cluster, object: KubeObject): readonly unknown[] {
  const origin = originOf(cluster, object);
  const common = [object, origin?.source, origin?.prefix];
  switch (object.kind) {
    case 'Node':
      return [...common, ...partsOfNode(cluster, object as Node)];
    case 'Pod':
      return [...common, ...partsOfPod(cluster, object as Pod)];
    case 'Service':
      return [...common, ...partsOfService(cluster, object as Service)];
    default:
      return common;
  }
}

function partsOfNode(cluster: Cluster, { metadata: { name } }: Node): readonly unknown[] {
  const machine = cluster.network.machines.get(name);
  const rules = cluster.proxies.get(name)?.ruleCount;
  if (!machine) return [rules];
  return [rules, ...partsOfDevices(machine.netns.devices.values()), ...machine.pods.keys(), ...machine.pods.values()];
}

function partsOfPod(cluster: Cluster, pod: Pod): readonly unknown[] {
  const { spec, metadata } = pod;
  const netns = cluster.kubelets.get(spec.nodeName ?? '')?.netnsOf(`${metadata.namespace}/${metadata.name}`);
  const listens = spec.containers.map((container) => cluster.listensOf(pod, container.name).join());
  return [netns, ...listens, ...(netns && !spec.hostNetwork ? partsOfDevices(netns.devices.values()) : [])];
}

function partsOfDevices(devices: Iterable<Device>): readonly unknown[] {
  return Array.from(devices).flatMap((device) => [device, device.master, device.addresses.length]);
}

function partsOfService(cluster: Cluster, service: Service): readonly unknown[] {
  const slices = slicesOf(cluster.store, service);
  if (isSystemObject(service)) return slices;
  const { concerned, others } = podsToExplain(cluster.store, service);
  return [...slices, ...concerned, null, ...others.flatMap(({ metadata }) => [metadata.uid, metadata.labels])];
}
