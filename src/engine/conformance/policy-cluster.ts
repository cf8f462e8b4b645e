// The cluster of one `netpol` case: a store, the controllers that a verdict depends on, and nodes that have nothing but
// their packet filters. Pods without a node stand on that of their hostIP, or else of their /24.

import { withDefaults } from '../api/defaulting.ts';
import type { EndpointSlice, KubeObject, Node, Pod, Service } from '../api/types.ts';
import { resourceOf } from '../apiserver/resources.ts';
import { createObjectStore } from '../apiserver/store.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { SERVICE_NAME_LABEL, startEndpointSliceController } from '../controllers/endpointslice.ts';
import { type Address, familyOf, parseAddress } from '../net/address.ts';
import { COMMON_EXTENSIONS } from '../netfilter/common-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { startNetworkPolicyController } from '../node/network-policy/controller.ts';
import { type ConnectionEnd, judge, type PolicyNode } from '../node/network-policy/judge.ts';
import { Clock } from '../sim/clock.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A new connection between places as the vectors name them: `ns/pod`, `ns/pod#6`, `ip:A`, `node:N`. */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly port: number | string;
  readonly protocol: Protocol;
  readonly seenAs?: string;
  /** It was addressed to a Service: what comes back to its own pod has left it before. */
  readonly isRewritten?: boolean;
}

export interface Reference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export class PolicyCluster {
  readonly #clock = new Clock();
  readonly #store: ObjectStore = createObjectStore(this.#clock, 1);
  readonly #nodes = new Map<string, CaseNode>();

  /** `objects`: all that the case will ever apply, for the nodes among them. */
  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) {
      if (object.kind === 'Node') this.#node(object.metadata.name);
      if (object.kind === 'Pod') this.#node(nodeNameOf(object as Pod));
    }
    const nodes = new Map([...this.#nodes].map(([name, node]) => [name, [...node.rulesets]]));
    startNetworkPolicyController({ store: this.#store, clock: this.#clock, nodes });
    startEndpointSliceController({ store: this.#store, clock: this.#clock });
  }

  apply(objects: readonly KubeObject[]): void {
    for (const given of objects) {
      const object = withDefaults(inNamespace(given));
      if (object.kind === 'Pod') this.#place(object as Pod);
      if (object.kind === 'Node')
        for (const address of addressesOf(object as Node)) this.#node(object.metadata.name).addresses.add(address);
      this.#put(object);
    }
    this.#settle();
  }

  delete(references: readonly Reference[]): void {
    for (const { kind, namespace, name } of references) {
      if (kind === 'Namespace') this.#emptyNamespace(name);
      this.#remove(kind, namespace ?? (resourceOf(kind).namespaced ? 'default' : ''), name);
    }
    this.#settle();
  }

  /** Whether the connection gets through; one that stays in its pod always does. */
  isAllowed({ from, to, port, protocol, seenAs, isRewritten = false }: Attempt): boolean {
    const [source, destination] = [this.#end(from, to), this.#end(to, from)];
    if (isLoopback(destination.address) || (source.address === destination.address && !isRewritten)) return true;
    const seen = seenAs === undefined ? {} : { seenAs: this.#end(seenAs, to).address };
    return judge({ from: source, to: destination, protocol, port: this.#portOf(to, port, protocol), ...seen }).allowed;
  }

  /** The ready endpoints behind a Service's port, as EndpointSlices list them. */
  backendsOf({ to, port, from }: Attempt): { name: string; to: string; port: number }[] {
    const [namespace = '', name = ''] = to.slice('svc:'.length).split('#')[0]?.split('/') ?? [];
    const service = this.#store.get<Service>('Service', namespace, name);
    const servicePort = service?.spec.ports?.find((one) => one.port === port || one.name === port);
    const family = to.endsWith('#6') || from.endsWith('#6') ? 'IPv6' : 'IPv4';
    const slices = this.#store.list<EndpointSlice>('EndpointSlice', namespace).filter((slice) => {
      return slice.metadata.labels?.[SERVICE_NAME_LABEL] === name && slice.addressType === family;
    });
    return slices.flatMap(({ ports = [], endpoints }) =>
      ports.flatMap((one) => {
        if ((one.name ?? '') !== (servicePort?.name ?? '') || one.port === undefined) return [];
        const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
        const { port: targetPort } = one;
        return ready.map(({ addresses: [address = ''], targetRef }) => ({
          name: targetRef ? `${targetRef.namespace}/${targetRef.name}` : address,
          to: `ip:${address}`,
          port: targetPort,
        }));
      }),
    );
  }

  /** `ns/pod`, `ns/pod#6`, `ip:A`, `node:N`; of a node's addresses the one in the family of the other end. */
  #end(text: string, other: string): ConnectionEnd {
    if (text.startsWith('ip:')) return this.#endAt(parseAddress(text.slice(3)) ?? text.slice(3));
    const family = text.endsWith('#6') || other.endsWith('#6') || (other.startsWith('ip:') && other.slice(3).includes(':')) ? 6 : 4;
    if (text.startsWith('node:')) return this.#endAt(pick([...this.#node(text.slice(5)).addresses], family, text));
    const pod = this.#pod(text);
    if (!pod) throw new Error(`no pod ${text}`);
    const own = [pod.status?.podIP ?? '', ...(pod.status?.podIPs ?? []).map(({ ip }) => ip)].filter((address) => address !== '');
    return this.#endAt(text.endsWith('#6') ? pick(own, 6, text) : (own.find((one) => familyOf(one) === family) ?? own[0] ?? ''));
  }

  #endAt(address: Address): ConnectionEnd {
    for (const node of this.#nodes.values()) if (node.addresses.has(address)) return { address, node };
    const pod = this.#store
      .list<Pod>('Pod')
      .find(({ status }) => status?.podIP === address || status?.podIPs?.some(({ ip }) => ip === address));
    return { address, node: pod ? this.#node(pod.spec.nodeName ?? '') : null };
  }

  /** A port by name is looked up where the connection goes. */
  #portOf(to: string, port: number | string, protocol: Protocol): number {
    if (typeof port === 'number') return port;
    const ports = this.#pod(to)?.spec.containers.flatMap((container) => container.ports ?? []);
    const found = ports?.find((one) => one.name === port && (one.protocol ?? 'TCP') === protocol);
    if (!found) throw new Error(`${to} has no port ${port}/${protocol}`);
    return found.containerPort;
  }

  #pod(text: string): Pod | undefined {
    const [namespace = '', name = ''] = text.split('#')[0]?.split('/') ?? [];
    return this.#store.get<Pod>('Pod', namespace, name);
  }

  #node(name: string): CaseNode {
    const node = this.#nodes.get(name) ?? new CaseNode();
    this.#nodes.set(name, node);
    return node;
  }

  #place(pod: Pod): void {
    const name = nodeNameOf(pod);
    pod.spec.nodeName = name;
    const { hostIP, podIP } = pod.status ?? {};
    // A pod on the host's network has the addresses of its node.
    for (const address of [hostIP, pod.spec.hostNetwork ? podIP : undefined]) if (address) this.#node(name).addresses.add(address);
    // EndpointSlices list no pods of unknown nodes.
    if (!this.#store.get('Node', '', name)) this.#put({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
  }

  #put(object: KubeObject): void {
    const { namespace = '', name } = object.metadata;
    // A case may leave out namespaces that every cluster has.
    if (namespace !== '' && !this.#store.get('Namespace', '', namespace)) {
      this.#put(withDefaults({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
    }
    if (this.#store.get(object.kind, namespace, name)) this.#store.update(object);
    else this.#store.create(object);
  }

  /** What the namespace controller does before it lets a namespace go. */
  #emptyNamespace(namespace: string): void {
    for (const kind of this.#store.kinds) {
      if (!resourceOf(kind).namespaced) continue;
      for (const { metadata } of this.#store.list(kind, namespace)) this.#remove(kind, namespace, metadata.name);
    }
    const stored = this.#store.get('Namespace', '', namespace);
    if (stored) this.#store.update({ ...stored, spec: { ...stored.spec, finalizers: [] } });
  }

  #remove(kind: string, namespace: string, name: string): void {
    if (this.#store.get(kind, namespace, name)) this.#store.delete(kind, namespace, name, { gracePeriodSeconds: 0 });
  }

  #settle(): void {
    while (this.#clock.step());
  }
}

class CaseNode implements PolicyNode {
  readonly addresses = new Set<Address>();
  readonly rulesets = [
    new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS }),
    new Ruleset({ family: 6, extensions: COMMON_EXTENSIONS }),
  ] as const;

  ruleset(family: 4 | 6): Ruleset {
    return this.rulesets[family === 4 ? 0 : 1];
  }
}

/** As kubectl sends it: without a namespace it goes to `default`. */
function inNamespace(object: KubeObject): KubeObject {
  if (object.metadata.namespace || !resourceOf(object.kind).namespaced) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}

function nodeNameOf({ spec, status }: Pod): string {
  return spec.nodeName || status?.hostIP || `node of ${(status?.podIP ?? '').split('.').slice(0, 3).join('.')}`;
}

function addressesOf(node: Node): Address[] {
  return (node.status?.addresses ?? []).flatMap(({ address }) => parseAddress(address) ?? []);
}

function pick(addresses: readonly Address[], family: 4 | 6, what: string): Address {
  const found = addresses.find((address) => familyOf(address) === family);
  if (!found) throw new Error(`${what} has no IPv${family} address`);
  return found;
}

function isLoopback(address: Address): boolean {
  return address.startsWith('127.') || address === '::1';
}
