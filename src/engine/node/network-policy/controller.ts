// The NetworkPolicy controller of every node: hears of policies, pods and namespaces, and after a short delay each node
// holds the rules that its own pods need. Follows NetworkPolicyController in kube-router's pkg/controllers/netpol, v2.
// What all nodes work out alike, which pods a selector finds, is worked out once here.

import type { Pod } from '../../api/types.ts';
import { isEqual } from '../../apiserver/equality.ts';
import type { ObjectStore, WatchEvent } from '../../apiserver/types.ts';
import type { Ruleset } from '../../netfilter/ruleset.ts';
import type { Clock } from '../../sim/clock.ts';
import { resolvePolicies } from './cluster-policy.ts';
import { type BoundPod, type EstablishedConnections, nodeRules } from './node-rules.ts';
import { inheritPolicyPod, PodIndex, type PolicyPod, policyPod } from './pods.ts';
import { type PolicyRules, policyRules } from './policy-rules.ts';
import type { ResolvedPolicy } from './resolved-policy.ts';
import { RuleWriter } from './rule-writer.ts';

const SYNC_LAG_US = 20_000;
const POLICY_KINDS = ['NetworkPolicy', 'ClusterNetworkPolicy'];

export interface NetworkPolicyControllerOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Nodes by name, each with the packet filters of its address families. */
  readonly nodes: ReadonlyMap<string, readonly Ruleset[]>;
  readonly established?: EstablishedConnections;
}

/** Starts the controller. As long as there is no NetworkPolicy it writes nothing. */
export function startNetworkPolicyController({ store, clock, nodes, established = 'keep' }: NetworkPolicyControllerOptions): void {
  const writers = new Map<string, readonly RuleWriter[]>();
  let isWaiting = false;
  let hasWritten = false;
  const sync = () => {
    isWaiting = false;
    // A node may have joined meanwhile.
    for (const [name, rulesets] of nodes)
      if (!writers.has(name))
        writers.set(
          name,
          rulesets.map((ruleset) => new RuleWriter(ruleset)),
        );
    hasWritten = hasPolicies(store);
    syncNodes(store, writers, established);
  };
  const onChange = (event: WatchEvent | null) => {
    if (!hasWritten && !hasPolicies(store)) return;
    if ((event && !matters(event)) || isWaiting) return;
    isWaiting = true;
    clock.after(SYNC_LAG_US, sync);
  };
  for (const kind of [...POLICY_KINDS, 'Pod', 'Namespace']) store.watch(kind, onChange);
  onChange(null);
}

function hasPolicies(store: ObjectStore): boolean {
  return POLICY_KINDS.some((kind) => store.list(kind).length > 0);
}

function syncNodes(store: ObjectStore, writers: ReadonlyMap<string, readonly RuleWriter[]>, established: EstablishedConnections): void {
  const index = new PodIndex(store);
  const bound = boundPods(resolvePolicies(store, index));
  const rules = { 4: new Map<ResolvedPolicy, PolicyRules>(), 6: new Map<ResolvedPolicy, PolicyRules>() };
  for (const [node, ofNode] of writers) {
    for (const writer of ofNode) {
      const known = rules[writer.family];
      const rulesOf = (policy: ResolvedPolicy) => {
        const found = known.get(policy) ?? policyRules(policy, writer.family);
        known.set(policy, found);
        return found;
      };
      writer.write(nodeRules(bound.get(node) ?? [], rulesOf, writer.family, established));
    }
  }
}

/** By node: every pod that some policy binds, with those policies. */
export function boundPods(policies: readonly ResolvedPolicy[]): Map<string, BoundPod[]> {
  const binding = new Map<PolicyPod, { pod: PolicyPod; ingress: ResolvedPolicy[]; egress: ResolvedPolicy[] }>();
  for (const policy of policies) {
    for (const pod of policy.targets) {
      const bound = binding.get(pod) ?? { pod, ingress: [], egress: [] };
      binding.set(pod, bound);
      if (policy.ingress) bound.ingress.push(policy);
      if (policy.egress) bound.egress.push(policy);
    }
  }
  const byNode = new Map<string, BoundPod[]>();
  for (const bound of binding.values()) {
    const others = byNode.get(bound.pod.nodeName);
    if (others) others.push(bound);
    else byNode.set(bound.pod.nodeName, [bound]);
  }
  return byNode;
}

/** Most changes of a pod are news about its health, which no policy asks. */
function matters({ type, object, previous }: WatchEvent): boolean {
  if (object.kind === 'Pod' && !previous) return policyPod(object as Pod) !== null;
  if (type !== 'MODIFIED' || !previous) return true;
  if (object.kind === 'Pod') return inheritPolicyPod(object as Pod, previous as Pod);
  if (object.kind === 'Namespace') return !isEqual(object.metadata.labels, previous.metadata.labels);
  return !isEqual(object.spec ?? null, previous.spec ?? null);
}
