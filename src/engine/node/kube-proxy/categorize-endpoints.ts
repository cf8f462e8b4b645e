// Which endpoints a service port uses on this node. Follows CategorizeEndpoints in pkg/proxy/topology.go, v1.33.

import type { EndpointInfo } from './endpoints.ts';
import type { ServicePortInfo } from './service-ports.ts';

export interface CategorizedEndpoints {
  /** For the Cluster policy. */
  readonly cluster: readonly EndpointInfo[];
  /** For the Local policy. */
  readonly local: readonly EndpointInfo[];
  /** All that either list reaches: each gets a chain. */
  readonly reachable: readonly EndpointInfo[];
  readonly hasAny: boolean;
}

export interface NodePlace {
  readonly nodeName: string;
  readonly zone: string;
  readonly preferSameNode: boolean;
}

/** Splits the endpoints of a service port by the traffic policies, readiness and topology hints. */
export function categorizeEndpoints(
  endpoints: readonly EndpointInfo[],
  info: Pick<ServicePortInfo, 'usesClusterEndpoints' | 'usesLocalEndpoints'>,
  place: NodePlace,
): CategorizedEndpoints {
  const cluster = info.usesClusterEndpoints ? clusterEndpoints(endpoints, place) : [];
  if (!info.usesLocalEndpoints) return { cluster, local: [], reachable: cluster, hasAny: cluster.length > 0 };
  const local = readyOrTerminating(endpoints.filter((endpoint) => endpoint.isLocal));
  const hasAny = cluster.length > 0 || endpoints.some((endpoint) => endpoint.ready || isServingTerminating(endpoint));
  if (!info.usesClusterEndpoints) return { cluster, local, reachable: local, hasAny };
  const missing = local.filter((endpoint) => !cluster.includes(endpoint));
  return { cluster, local, reachable: missing.length === 0 ? cluster : [...cluster, ...missing], hasAny };
}

function clusterEndpoints(endpoints: readonly EndpointInfo[], place: NodePlace): readonly EndpointInfo[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length > 0) return byTopology(ready, place);
  return endpoints.filter(isServingTerminating);
}

/** Hints count only when every ready endpoint has them and at least one names this place. */
function byTopology(ready: readonly EndpointInfo[], { nodeName, zone, preferSameNode }: NodePlace): readonly EndpointInfo[] {
  if (preferSameNode && ready.every(({ nodeHints }) => nodeHints.length > 0)) {
    const near = ready.filter(({ nodeHints }) => nodeHints.includes(nodeName));
    if (near.length > 0) return near;
  }
  if (zone !== '' && ready.every(({ zoneHints }) => zoneHints.length > 0)) {
    const near = ready.filter(({ zoneHints }) => zoneHints.includes(zone));
    if (near.length > 0) return near;
  }
  return ready;
}

function readyOrTerminating(endpoints: readonly EndpointInfo[]): readonly EndpointInfo[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter(isServingTerminating);
}

function isServingTerminating(endpoint: EndpointInfo): boolean {
  return endpoint.serving && endpoint.terminating;
}
