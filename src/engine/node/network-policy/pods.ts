// The pods and namespaces that NetworkPolicies can find, and what their selectors choose among them. Follows
// ListPodsByNamespaceAndLabels and evalPodPeer in kube-router's pkg/controllers/netpol/policy.go, v2: pods on the host's
// network have no address of their own, and finished ones none any more; no selector finds either.

import { matchesSelector } from '../../api/label-selector.ts';
import type { Container, LabelSelector, Namespace, NetworkPolicyPeer, Pod } from '../../api/types.ts';
import { isEqual } from '../../apiserver/equality.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { Address } from '../../net/address.ts';

export interface PolicyPod {
  readonly namespace: string;
  readonly name: string;
  readonly nodeName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly addresses: readonly Address[];
  readonly namedPorts: readonly { readonly name: string; readonly protocol: string; readonly number: number }[];
}

/** Answers selectors, each only once: an index lives as long as nothing changes. Equal questions get the same array. */
export class PodIndex {
  readonly all: readonly PolicyPod[];
  readonly #byNamespace = new Map<string, PolicyPod[]>();
  readonly #namespaces: readonly Namespace[];
  readonly #pods = new Map<string, readonly PolicyPod[]>();
  readonly #selected = new Map<string, readonly string[]>();

  constructor(store: ObjectStore) {
    this.all = store.list<Pod>('Pod').flatMap((pod) => policyPod(pod) ?? []);
    this.#namespaces = store.list<Namespace>('Namespace');
    for (const pod of this.all) {
      const others = this.#byNamespace.get(pod.namespace);
      if (others) others.push(pod);
      else this.#byNamespace.set(pod.namespace, [pod]);
    }
  }

  /** Pods of one namespace; a missing selector finds them all. */
  select(namespace: string, selector: LabelSelector | null | undefined): readonly PolicyPod[] {
    const key = `${namespace} ${JSON.stringify(selector ?? {})}`;
    const known = this.#pods.get(key);
    if (known) return known;
    const found = (this.#byNamespace.get(namespace) ?? []).filter((pod) => matchesSelector(pod.labels, selector ?? {}));
    this.#pods.set(key, found);
    return found;
  }

  /** Pods that a peer of a policy in `namespace` names by selectors: none for an ipBlock. */
  selectPeer(namespace: string, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): readonly PolicyPod[] {
    if (ipBlock) return [];
    if (!namespaceSelector) return podSelector ? this.select(namespace, podSelector) : [];
    return this.#selectNamespaces(namespaceSelector).flatMap((name) => this.select(name, podSelector));
  }

  #selectNamespaces(selector: LabelSelector): readonly string[] {
    const key = JSON.stringify(selector);
    const known = this.#selected.get(key);
    if (known) return known;
    const found = this.#namespaces
      .filter(({ metadata }) => matchesSelector(metadata.labels, selector))
      .map(({ metadata }) => metadata.name);
    this.#selected.set(key, found);
    return found;
  }
}

/** The pod as policies see it; null for one that they do not see. The same pod gives the same record. */
export function policyPod(pod: Pod): PolicyPod | null {
  const known = policyPods.get(pod);
  if (known !== undefined) return known;
  const made = readPod(pod);
  policyPods.set(pod, made);
  return made;
}

/** Stored objects never change: what was read from one holds as long as it is there. */
const policyPods = new WeakMap<Pod, PolicyPod | null>();

/** Lets a changed pod keep its record where policies see no difference. Answers whether they do. */
export function inheritPolicyPod(pod: Pod, previous: Pod): boolean {
  const before = policyPod(previous);
  if (!isEqual(policyPod(pod), before)) return true;
  policyPods.set(pod, before);
  return false;
}

function readPod({ metadata, spec, status }: Pod): PolicyPod | null {
  if (spec.hostNetwork || status?.phase === 'Succeeded' || status?.phase === 'Failed') return null;
  const addresses = [...new Set([...(status?.podIPs ?? []).map(({ ip }) => ip), ...(status?.podIP ? [status.podIP] : [])])];
  if (addresses.length === 0) return null;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    nodeName: spec.nodeName ?? '',
    labels: metadata.labels ?? {},
    addresses,
    namedPorts: [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)].flatMap(namedPortsOf),
  };
}

/** An init container that goes on running beside the others. */
function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

function namedPortsOf({ ports }: Container): PolicyPod['namedPorts'] {
  return (ports ?? []).flatMap(({ name, protocol, containerPort }) =>
    name ? [{ name, protocol: protocol ?? 'TCP', number: containerPort }] : [],
  );
}
