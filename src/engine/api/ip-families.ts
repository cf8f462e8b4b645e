// Whether a cluster has one address family or two: the Scenario says so, kubeadm's ranges, or a Node that has one of each.

import type { ClusterConfig, KubeObject, Node, Scenario } from './types.ts';

export function isDualStack(objects: readonly KubeObject[], { serviceCIDRs }: ClusterConfig): boolean {
  if (serviceCIDRs.length > 1) return true;
  return objects.some((object) => {
    if (object.kind === 'Scenario') return (object as Scenario).cluster?.ipFamilies?.includes('IPv6') === true;
    const ranges = object.kind === 'Node' ? (object as Node).spec?.podCIDRs : undefined;
    return ranges?.some((range) => range.includes(':')) === true;
  });
}
