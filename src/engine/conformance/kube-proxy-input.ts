// What kube-proxy writes for the objects of a vector.

import type { EndpointSlice, KubeObject, Node, Service } from '../api/types.ts';
import { Proxier, type ProxyState } from '../node/kube-proxy/proxier.ts';
import type { ProxyConfig } from '../node/kube-proxy/proxy-config.ts';
import type { VectorCase } from './suites.ts';

/** The iptables-restore input of the case's last sync; a partial one follows a full one of the objects before. */
export function writeInput(testCase: VectorCase): string {
  const { proxy, objects, previousObjects, changedServices, existingServiceChains, mode } = testCase;
  const proxier = new Proxier(proxy);
  const existing = existingServiceChains ? { existingChains: existingServiceChains } : {};
  if (previousObjects) proxier.sync(stateOf(previousObjects, proxy));
  const changed = mode === 'partial' ? new Set<string>(changedServices) : undefined;
  return proxier.sync({ ...stateOf(objects, proxy), ...existing }, changed).input;
}

function stateOf(objects: readonly KubeObject[], config: ProxyConfig): ProxyState {
  const ofKind = <T extends KubeObject>(kind: string) => objects.filter((object): object is T => object.kind === kind);
  return {
    services: ofKind<Service>('Service'),
    endpointSlices: ofKind<EndpointSlice>('EndpointSlice'),
    node: ofKind<Node>('Node').find((node) => node.metadata.name === config.nodeName),
  };
}
