// Who can reach whom under the NetworkPolicies of a store: sources by targets, the way out and the way in apart. Every
// cell is a packet through the rules that bind the sender and a packet through those that bind the receiver.

import type { Node, Pod } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import { type Address, type Family, familyOf } from '../../net/address.ts';
import { resolvePolicies } from './cluster-policy.ts';
import { boundPods } from './controller.ts';
import type { Connection } from './judge.ts';
import { PodIndex } from './pods.ts';
import { type FilterTarget, type MatrixHalf, PolicyFilter } from './policy-filter.ts';
import { policyRules } from './policy-rules.ts';

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
  const evaluator = new PolicyEvaluator(store, family);
  const cells: (MatrixCell | null)[][] = sources.map(() => []);
  for (const target of targets) {
    const cellFor = evaluator.towards(target);
    for (const [row, { address }] of sources.entries()) cells[row]?.push(address === target.address ? null : cellFor(address));
  }
  return { sources, targets, cells };
}

/** All NetworkPolicies of a store, as the packet filters of the nodes would apply them. */
export class PolicyEvaluator {
  readonly #egress: PolicyFilter;
  readonly #ingress: PolicyFilter;
  readonly #nodes: NodeAddresses;
  // Few pairs of halves occur: cells that say the same are one.
  readonly #known = new Map<MatrixHalf, Map<MatrixHalf, MatrixCell>>();

  constructor(store: ObjectStore, family: Family = 4) {
    const index = new PodIndex(store);
    const policies = resolvePolicies(store, index);
    const bound = [...boundPods(policies).values()].flat();
    const rules = new Map(policies.map((policy) => [policy, policyRules(policy, family)]));
    this.#egress = new PolicyFilter(bound, rules, 'egress', family);
    this.#ingress = new PolicyFilter(bound, rules, 'ingress', family);
    this.#nodes = new NodeAddresses(store);
  }

  /**
   * What policies say to connections to one target, by source. `seenAs` is the source that the target's node sees, where
   * it is translated on the way.
   */
  towards(target: FilterTarget): (source: Address, seenAs?: Address) => MatrixCell {
    const own = this.#nodes.ofPodAt(target.address);
    const [egressHalf, ingressHalf] = [this.#egress.towards(target), this.#ingress.towards(target)];
    return (source, seenAs = source) => {
      const out = egressHalf(source);
      const into = own.has(seenAs) ? this.#ingress.ask(seenAs, target, own) : ingressHalf(seenAs);
      const ofOut = this.#known.get(out) ?? new Map<MatrixHalf, MatrixCell>();
      const cell = ofOut.get(into) ?? { open: out.open && into.open, egress: out, ingress: into };
      this.#known.set(out, ofOut.set(into, cell));
      return cell;
    };
  }
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
