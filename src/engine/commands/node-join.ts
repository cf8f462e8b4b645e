// A Node that is applied while the cluster runs: a machine is started for it and joins, as `kubeadm join` would do it. It
// gets the next free address and pod range, and is ready when its kubelet has registered. Left out: IPv6 of such a node.

import type { Node } from '../api/types.ts';
import { completeNewNode } from '../apiserver/bootstrap.ts';
import type { Cluster } from '../cluster.ts';

/** From the Node's creation until its kubelet says that it is ready. */
const JOIN_US = 2_000_000;

/** Starts a machine for every Node that comes from now on and has none. */
export function watchForJoins(cluster: Cluster): void {
  const { store, clock, network } = cluster;
  store.watch<Node>('Node', ({ type, object }) => {
    if (type !== 'ADDED' || network.machines.has(object.metadata.name)) return;
    clock.after(JOIN_US, () => {
      const node = store.get<Node>('Node', '', object.metadata.name);
      if (node && !network.machines.has(node.metadata.name)) join(cluster, node);
    });
  });
}

function join(cluster: Cluster, node: Node): void {
  const { store, settings } = cluster;
  const others = store.list<Node>('Node').filter((one) => one !== node);
  const { cidr: pods, mask: nodeMask } = settings.podRange;
  const completed = completeNewNode(node, others, { pods, nodeMask });
  const address = completed.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  const { podCIDR } = completed.spec ?? {};
  if (!address || !podCIDR) return;
  cluster.join({ name: node.metadata.name, address, podCIDR });
  store.update<Node>(completed);
}
