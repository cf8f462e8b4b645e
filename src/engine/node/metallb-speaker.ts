// MetalLB's speakers in layer 2 mode: one node answers ARP for a Service's address, and so gets all its packets; its
// kube-proxy rules do the rest. Follows metallb/metallb speaker/layer2_controller.go, v0.14. The speakers know each other
// at once here; node selectors and interfaces of an L2Advertisement are left out.

import { FROM_POOL, isAdvertised, METALLB_NAMESPACE } from '../api/metallb.ts';
import type { EndpointSlice, KubeObject, L2Advertisement, Service } from '../api/types.ts';
import { recordEvent } from '../apiserver/events.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Clock } from '../sim/clock.ts';
import { sha256 } from './kube-proxy/sha256.ts';

const LAG_US = 20_000;

export interface SpeakerOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly nodes: readonly { readonly name: string; readonly netns: NetworkNamespace }[];
}

/** Starts the speakers of all nodes. */
export function startMetalLBSpeakers(options: SpeakerOptions): void {
  const { store, clock, nodes } = options;
  /** By address: the node that answers for it. */
  const announced = new Map<string, string>();
  let isWaiting = false;
  const sync = () => {
    isWaiting = false;
    const wanted = electedNodes(options);
    for (const [address, node] of announced) {
      if (wanted.get(address)?.node !== node) nodes.find(({ name }) => name === node)?.netns.proxyARP.delete(address);
    }
    for (const [address, { node, service }] of wanted) {
      if (announced.get(address) === node) continue;
      nodes.find(({ name }) => name === node)?.netns.proxyARP.add(address);
      const message = `announcing from node "${node}" with protocol "layer2"`;
      recordEvent({ store, clock, component: 'metallb-speaker', host: node }, service, { type: 'Normal', reason: 'nodeAssigned', message });
    }
    announced.clear();
    for (const [address, { node }] of wanted) announced.set(address, node);
  };
  const onChange = () => {
    if (isWaiting) return;
    isWaiting = true;
    clock.after(LAG_US, sync);
  };
  for (const kind of ['Service', 'EndpointSlice', 'L2Advertisement', 'Node']) store.watch<KubeObject>(kind, onChange);
}

/** Every address that is told of, with the node whose turn it is. */
function electedNodes({ store, nodes }: SpeakerOptions): Map<string, { readonly node: string; readonly service: Service }> {
  const advertisements = store.list<L2Advertisement>('L2Advertisement', METALLB_NAMESPACE);
  const elected = new Map<string, { node: string; service: Service }>();
  for (const service of store.list<Service>('Service')) {
    const address = service.status?.loadBalancer?.ingress?.[0]?.ip;
    const pool = service.metadata.annotations?.[FROM_POOL];
    if (!address || pool === undefined || !isAdvertised(advertisements, pool)) continue;
    const ready = readyNodes(store, service);
    // Where nobody is ready, nobody answers.
    if (ready.size === 0) continue;
    const able = service.spec.externalTrafficPolicy === 'Local' ? nodes.filter(({ name }) => ready.has(name)) : nodes;
    const [first] = able.map(({ name }) => name).sort((a, b) => compareHashes(`${a}#${address}`, `${b}#${address}`));
    if (first !== undefined) elected.set(address, { node: first, service });
  }
  return elected;
}

function compareHashes(a: string, b: string): number {
  const [one, other] = [sha256(a), sha256(b)];
  const place = one.findIndex((byte, index) => byte !== other[index]);
  return place < 0 ? 0 : (one[place] ?? 0) - (other[place] ?? 0);
}

/** The nodes of the Service's ready endpoints. */
function readyNodes(store: ObjectStore, { metadata }: Service): ReadonlySet<string> {
  const slices = store.listLabelled<EndpointSlice>('EndpointSlice', metadata.namespace ?? '', {
    'kubernetes.io/service-name': metadata.name,
  });
  const ready = slices.flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions?.ready !== false));
  return new Set(ready.flatMap(({ nodeName }) => nodeName ?? []));
}
