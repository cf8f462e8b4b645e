// A Node that is applied while the cluster runs: a machine is started for it and joins, as `kubeadm join` would do it. It
// gets the next free address and pod range, and is ready when its kubelet has registered. A Node that was deleted and comes
// again is the machine that it was. Left out: IPv6 of such a node.

import type { Node } from '../api/types.ts';
import { completeNewNode } from '../apiserver/bootstrap.ts';
import type { Cluster } from '../cluster.ts';
import type { Machine } from '../node/machine.ts';

/** From the Node's creation until its kubelet says that it is ready. */
const JOIN_US = 2_000_000;

/** Starts a machine for every Node that comes from now on, if it has none. */
export function watchForJoins(cluster: Cluster): void {
  const { store, clock, network } = cluster;
  store.watch<Node>('Node', ({ type, object }) => {
    if (type !== 'ADDED') return;
    clock.after(JOIN_US, () => {
      const node = store.get<Node>('Node', '', object.metadata.name);
      if (node?.metadata.uid !== object.metadata.uid || !node) return;
      const machine = network.machines.get(node.metadata.name);
      if (machine) store.update<Node>(register(cluster, asMachine(node, machine)));
      else join(cluster, node);
    });
  });
}

function join(cluster: Cluster, node: Node): void {
  const { store } = cluster;
  const completed = register(cluster, node);
  const address = completed.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  const { podCIDR } = completed.spec ?? {};
  if (!address || !podCIDR) return;
  cluster.join({ name: node.metadata.name, address, podCIDR });
  store.update<Node>(completed);
}

/** The node with what its kubelet says of it. */
function register({ store, settings }: Cluster, node: Node): Node {
  const others = store.list<Node>('Node').filter(({ metadata }) => metadata.name !== node.metadata.name);
  const { cidr: pods, mask: nodeMask } = settings.podRange;
  return completeNewNode(node, others, { pods, nodeMask });
}

function asMachine(node: Node, { address, podCIDRText, name }: Machine): Node {
  const addresses = [
    { type: 'InternalIP', address },
    { type: 'Hostname', address: name },
  ];
  return { ...node, spec: { ...node.spec, podCIDR: podCIDRText, podCIDRs: [podCIDRText] }, status: { ...node.status, addresses } };
}
