// What a kubelet asks before it starts a pod that is bound to its node: the scheduler's questions once more, because
// whoever writes nodeName has passed the scheduler by. Follows pkg/kubelet/lifecycle/predicate.go and AdmissionCheck of
// pkg/scheduler, Kubernetes 1.33. Left out: operating systems, and critical pods that others have to make room for.

import { cpuMillis, parseQuantity } from '../api/quantity.ts';
import type { Node, Pod } from '../api/types.ts';
import { matchesNodeSelection, tolerates } from './scheduler-filters.ts';
import { demandOf, type HostPort, type PodDemand } from './scheduler-nodes.ts';

/** Why a pod is not started: the reason of its status, and the words behind it. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** Null for a pod that may start beside `others`, the pods that the kubelet has already. */
export function rejectionOf(pod: Pod, node: Node, others: () => readonly Pod[]): Rejection | null {
  const demand = demandOf(pod);
  return lackOf(demand, node, others) ?? misfitOf(pod, node, demand, others);
}

interface Resource {
  readonly name: string;
  of(demand: PodDemand): number;
  read(quantity: string): number | null;
}

const EVERY_NODES: readonly Resource[] = [
  { name: 'pods', of: () => 1, read: parseQuantity },
  { name: 'cpu', of: (demand) => demand.cpuMillis, read: cpuMillis },
  { name: 'memory', of: (demand) => demand.memoryBytes, read: parseQuantity },
];

function otherResource({ name }: { readonly name: string }): Resource {
  return { name, of: ({ others }) => others.find((one) => one.name === name)?.amount ?? 0, read: parseQuantity };
}

/** In the order in which the scheduler adds up: pods, CPU, memory, then what else the node has to offer. */
function lackOf(demand: PodDemand, node: Node, others: () => readonly Pod[]): Rejection | null {
  const { allocatable } = node.status ?? {};
  if (!allocatable) return null;
  const wanted = demand.others.length === 0 ? EVERY_NODES : [...EVERY_NODES, ...demand.others.map(otherResource)];
  for (const { name, of, read } of wanted) {
    // What the node does not state has no limit here, or is a device that it has never heard of.
    const stated: string | undefined = allocatable[name];
    const requested = of(demand);
    if (requested === 0 || stated === undefined) continue;
    const capacity = read(stated) ?? 0;
    if (name === 'pods' && others().length < capacity) continue;
    const used = others().reduce((sum, other) => sum + of(demandOf(other)), 0);
    if (used + requested <= capacity) continue;
    const amounts = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
    return { reason: `OutOf${name}`, message: `Node didn't have enough resource: ${name}, ${amounts}` };
  }
  return null;
}

function misfitOf(pod: Pod, node: Node, { hostPorts }: PodDemand, others: () => readonly Pod[]): Rejection | null {
  if (!matchesNodeSelection(pod, node)) return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  if (hostPorts.length > 0) {
    const taken = others().flatMap((other) => demandOf(other).hostPorts);
    const isTaken = hostPorts.some((port) => taken.some((one) => isConflict(port, one)));
    if (isTaken) return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  }
  const taint = node.spec?.taints?.find((one) => one.effect === 'NoExecute' && !tolerates(pod, one));
  return taint ? failed('TaintToleration', "node(s) had taints that the pod didn't tolerate") : null;
}

function failed(reason: string, why: string): Rejection {
  return { reason, message: `Predicate ${reason} failed: ${why}` };
}

function isConflict(one: HostPort, other: HostPort): boolean {
  const isSameAddress = one.ip === other.ip || one.ip === ANY_ADDRESS || other.ip === ANY_ADDRESS;
  return isSameAddress && one.protocol === other.protocol && one.port === other.port;
}

const ANY_ADDRESS = '0.0.0.0';
