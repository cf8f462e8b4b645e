// The documents of a text before there is a cluster: which is the Scenario, in which order they are applied, and which
// nodes they make together with what the cluster brings itself.

import type { KubeObject, Node } from './api/types.ts';
import type { ManifestObject } from './manifest/manifest.ts';
import { parseCIDR } from './net/address.ts';
import type { NodeSpec } from './node/cluster-network.ts';

export function isScenario(object: KubeObject): boolean {
  return object.kind === 'Scenario' && object.apiVersion.startsWith('packetwalk.dev/');
}

/** Namespaces and Nodes first, then Services that ask for an address, then the rest. */
export function inOrderOfApply(documents: readonly ManifestObject[]): ManifestObject[] {
  return [...documents].sort((a, b) => rank(a.object) - rank(b.object));
}

function rank(object: KubeObject): number {
  if (object.kind === 'Namespace') return 0;
  if (object.kind === 'Node' || object.kind === 'IngressClass') return 1;
  if (object.kind !== 'Service') return 4;
  const asksFor = object.spec?.clusterIP || object.spec?.ports?.some?.((port: { nodePort?: number }) => port.nodePort);
  return asksFor ? 2 : 3;
}

/** The nodes, as bootstrap completed them. */
export function nodesIn(own: readonly ManifestObject[], brought: readonly KubeObject[]): Node[] {
  const nodes = [...brought, ...own.map(({ object }) => object)].filter((object): object is Node => object.kind === 'Node');
  const byName = new Map<string, Node>();
  for (const node of nodes) if (!byName.has(node.metadata.name)) byName.set(node.metadata.name, node);
  return [...byName.values()];
}

/** Their addresses and pod ranges. */
export function nodeSpecs(own: readonly ManifestObject[], brought: readonly KubeObject[]): NodeSpec[] {
  return nodesIn(own, brought).flatMap((node) => {
    const address = node.status?.addresses?.find((one) => one.type === 'InternalIP')?.address;
    const podCIDR = node.spec?.podCIDR;
    if (!address || !podCIDR || !parseCIDR(podCIDR)) return [];
    return [{ name: node.metadata.name, address, podCIDR }];
  });
}
