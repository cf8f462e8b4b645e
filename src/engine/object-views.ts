// The views of all objects, made anew only where something that they show has changed: a large cluster answers every
// command with all of its objects, and a view that stayed the same object need not be compared or sent again.

import { isSimulated } from './api/simulated-kinds.ts';
import type { KubeObject, Node, OwnerReference, Pod, Service } from './api/types.ts';
import { isSystemObject } from './apiserver/bootstrap.ts';
import type { Cluster } from './cluster.ts';
import { HIDDEN_KINDS, otherView, VIEW_KINDS, viewOf } from './cluster-view.ts';
import { podsToExplain, slicesOf } from './explain/endpoints.ts';
import type { NetworkNamespace } from './netstack/netns.ts';
import type { ObjectView } from './view.ts';

interface Kept {
  readonly view: ObjectView;
  /** Everything else that the view was made from; all of it is immutable. Null: nobody has noted it. */
  from: readonly unknown[] | null;
}

export class ObjectViews {
  readonly #cluster: Cluster;
  readonly #others: readonly ObjectView[];
  #kept = new Map<KubeObject, Kept>();
  /** What one object is looked at for; one list for all, for there are many objects. */
  readonly #parts: unknown[] = [];
  #isNoted = true;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#others = cluster.manifest.objects
      .filter(({ object }) => !isSimulated(object.apiVersion, object.kind) && !HIDDEN_KINDS.has(object.kind))
      .map(({ object }) => otherView(cluster, object, false));
  }

  /** The views as the cluster is now. What shows the same as before `goOn` is the same object. */
  all(): ObjectView[] {
    const before = this.#kept;
    this.#kept = new Map();
    const simulated = VIEW_KINDS.flatMap((kind) => this.#cluster.store.list(kind).map((object) => this.#view(object, before)));
    this.#isNoted = false;
    return [...simulated, ...this.#others];
  }

  /** The cluster, as it was looked at, is about to go on: notes what its views were made from. Most runs are looked at once. */
  goOn(): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    for (const [object, kept] of this.#kept) kept.from ??= [...this.#partsOf(object)];
  }

  #view(object: KubeObject, before: ReadonlyMap<KubeObject, Kept>): ObjectView {
    const known = before.get(object);
    const isKnown = known?.from && isSame(this.#partsOf(object), known.from);
    const view = isKnown ? known.view : viewOf(this.#cluster, object);
    this.#kept.set(object, isKnown ? known : { view, from: null });
    return view;
  }

  /** Good until it is called again. */
  #partsOf(object: KubeObject): readonly unknown[] {
    this.#parts.length = 0;
    addParts(this.#parts, this.#cluster, object, `${object.metadata.namespace}/${object.metadata.name}`);
    return this.#parts;
  }
}

function isSame(parts: readonly unknown[], before: readonly unknown[]): boolean {
  if (parts.length !== before.length) return false;
  for (let place = 0; place < parts.length; place++) if (parts[place] !== before[place]) return false;
  return true;
}

function addParts(parts: unknown[], cluster: Cluster, object: KubeObject, key: string): void {
  addOwners(parts, cluster, object);
  switch (object.kind) {
    case 'Node':
      return addNode(parts, cluster, object as Node);
    case 'Pod':
      return addPod(parts, cluster, object as Pod, key);
    case 'Service':
      return addService(parts, cluster, object as Service);
  }
}

/** Whose template an object comes from is told by its owners, as long as they are there. */
function addOwners(parts: unknown[], cluster: Cluster, object: KubeObject): void {
  let owner: KubeObject | undefined = object;
  for (let depth = 0; owner && depth < 5; depth++) {
    const references: readonly OwnerReference[] | undefined = owner.metadata.ownerReferences;
    const reference: OwnerReference | undefined = references?.find((one) => one.controller) ?? references?.[0];
    parts.push(references);
    if (!reference) return;
    owner = cluster.store.get(reference.kind, object.metadata.namespace ?? '', reference.name);
  }
}

function addNode(parts: unknown[], cluster: Cluster, { metadata: { name } }: Node): void {
  const machine = cluster.network.machines.get(name);
  const proxy = cluster.proxies.get(name);
  parts.push(proxy?.ruleCount, proxy?.isRunning, cluster.kubelets.get(name)?.isRunning, ...(proxy?.behind ?? []));
  if (!machine) return;
  addDevices(parts, machine.netns);
  for (const [pod, network] of machine.pods) parts.push(pod, network);
}

function addPod(parts: unknown[], cluster: Cluster, { spec }: Pod, key: string): void {
  const kubelet = cluster.kubelets.get(spec.nodeName ?? '');
  const netns = kubelet?.netnsOf(key);
  parts.push(netns);
  for (const { name } of spec.containers) parts.push(...(kubelet?.listensOf(key, name) ?? []), kubelet?.lastWordsOf(key, name));
  if (netns && !spec.hostNetwork) addDevices(parts, netns);
}

function addDevices(parts: unknown[], netns: NetworkNamespace): void {
  for (const device of netns.devices.values()) parts.push(device, device.master, device.up, device.addresses.length);
}

function addService(parts: unknown[], cluster: Cluster, service: Service): void {
  parts.push(...slicesOf(cluster.store, service));
  if (isSystemObject(service)) return;
  const { concerned, others } = podsToExplain(cluster.store, service);
  parts.push(null, ...concerned, null);
  for (const { metadata } of others) parts.push(metadata.uid, metadata.labels);
}
