// Who can reach whom under the NetworkPolicies of a store: sources by targets, the way out and the way in apart. Every
// cell is a packet through the rules that bind the sender and a packet through those that bind the receiver.

import type { NetworkPolicy, Node, Pod } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import { type Address, type Family, familyOf } from '../../net/address.ts';
import { boundPods } from './controller.ts';
import type { Connection } from './judge.ts';
import { PodIndex } from './pods.ts';
import { type MatrixHalf, PolicyFilter } from './policy-filter.ts';
import { policyRules } from './policy-rules.ts';
import { resolvePolicy } from './resolved-policy.ts';

/** A row. `key` is a view key, or any name for a place outside the cluster. */
export interface MatrixSource {
  readonly key: string;
  readonly address: Address;
}

/** A column. */
export interface MatrixTarget extends MatrixSource {
  readonly port: number;
  readonly protocol: Connection['protocol'];
}

export interface MatrixCell {
  readonly open: boolean;
  readonly egress: MatrixHalf;
  readonly ingress: MatrixHalf;
}

export interface ConnectivityMatrix {
  readonly sources: readonly MatrixSource[];
  readonly targets: readonly MatrixTarget[];
  /** By source, then target. Null for a pod and itself: that traffic meets no policy. */
  readonly cells: readonly (readonly (MatrixCell | null)[])[];
}

/** Works out the whole matrix for ends of one address family. */
export function connectivityMatrix(
  store: ObjectStore,
  { sources, targets, family = 4 }: { sources: readonly MatrixSource[]; targets: readonly MatrixTarget[]; family?: Family },
): ConnectivityMatrix {
  const { egress, ingress } = policyFilters(store, family);
  const nodes = new NodeAddresses(store);
  const cells: (MatrixCell | null)[][] = sources.map(() => []);
  // Few pairs of halves occur: cells that say the same are one.
  const known = new Map<MatrixHalf, Map<MatrixHalf, MatrixCell>>();
  for (const target of targets) {
    const own = nodes.ofPodAt(target.address);
    const [egressHalf, ingressHalf] = [egress.towards(target), ingress.towards(target)];
    for (const [row, { address }] of sources.entries()) {
      if (address === target.address) {
        cells[row]?.push(null);
        continue;
      }
      const out = egressHalf(address);
      const into = own.has(address) ? ingress.ask(address, target, own) : ingressHalf(address);
      const ofOut = known.get(out) ?? new Map<MatrixHalf, MatrixCell>();
      const cell = ofOut.get(into) ?? { open: out.open && into.open, egress: out, ingress: into };
      known.set(out, ofOut.set(into, cell));
      cells[row]?.push(cell);
    }
  }
  return { sources, targets, cells };
}

/** The pods of a store as rows. */
export function podSources(store: ObjectStore, family: Family = 4): MatrixSource[] {
  return store.list<Pod>('Pod').flatMap((pod) => {
    const addresses = [pod.status?.podIP ?? '', ...(pod.status?.podIPs ?? []).map(({ ip }) => ip)];
    const address = addresses.find((one) => one !== '' && familyOf(one) === family);
    return address ? [{ key: `Pod/${pod.metadata.namespace}/${pod.metadata.name}`, address }] : [];
  });
}

/** The pods of a store as columns: all of them on one port. */
export function podTargets(store: ObjectStore, port: { readonly port: number; readonly protocol: Connection['protocol'] }): MatrixTarget[] {
  return podSources(store).map((source) => ({ ...source, ...port }));
}

/** The rules that bind senders, and those that bind receivers. */
function policyFilters(store: ObjectStore, family: Family): { readonly egress: PolicyFilter; readonly ingress: PolicyFilter } {
  const index = new PodIndex(store);
  const policies = store.list<NetworkPolicy>('NetworkPolicy').map((policy) => resolvePolicy(policy, index));
  const bound = [...boundPods(policies).values()].flat();
  const rules = new Map(policies.map((policy) => [policy, policyRules(policy, family)]));
  return { egress: new PolicyFilter(bound, rules, 'egress', family), ingress: new PolicyFilter(bound, rules, 'ingress', family) };
}

/** Which addresses are the own node's of a pod: the node may always call. */
class NodeAddresses {
  readonly #ofNode = new Map<string, ReadonlySet<Address>>();
  readonly #nodeOfPod = new Map<Address, string>();

  constructor(store: ObjectStore) {
    for (const pod of new PodIndex(store).all) for (const address of pod.addresses) this.#nodeOfPod.set(address, pod.nodeName);
    for (const { metadata, status } of store.list<Node>('Node')) {
      this.#ofNode.set(metadata.name, new Set(status?.addresses?.map(({ address }) => address)));
    }
  }

  ofPodAt(address: Address): ReadonlySet<Address> {
    return this.#ofNode.get(this.#nodeOfPod.get(address) ?? '') ?? NO_ADDRESSES;
  }
}

const NO_ADDRESSES: ReadonlySet<Address> = new Set();
