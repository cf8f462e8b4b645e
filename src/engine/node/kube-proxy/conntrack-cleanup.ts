// Which UDP flows outlive their endpoint and must be forgotten. Follows CleanStaleEntries in
// pkg/proxy/conntrack/cleanup.go, v1.33. TCP and SCTP are never touched.

import type { Address } from '../../net/address.ts';
import { joinHostPort } from '../../net/address.ts';
import type { EndpointInfo } from './endpoints.ts';
import type { ServicePortInfo } from './service-ports.ts';

/** What of a conntrack entry decides: where the flow was sent, and who answers. */
export interface TrackedFlow {
  readonly protocol: string;
  readonly destination: Address;
  readonly destinationPort: number;
  readonly replySource: Address;
  readonly replySourcePort: number;
}

export interface UDPService {
  readonly info: ServicePortInfo;
  readonly endpoints: readonly EndpointInfo[];
}

/** A predicate for the flows to a UDP service port that has serving endpoints, of which none answers the flow. */
export function staleFlows(services: Iterable<UDPService>): (flow: TrackedFlow) => boolean {
  const byAddress = new Map<string, ReadonlySet<string>>();
  const byNodePort = new Map<number, ReadonlySet<string>>();
  for (const { info, endpoints } of services) {
    const serving = new Set(endpoints.filter((endpoint) => endpoint.serving).map((endpoint) => endpoint.text));
    if (info.protocol !== 'UDP' || serving.size === 0) continue;
    for (const ip of [info.clusterIP, ...info.loadBalancerVIPs, ...info.externalIPs]) byAddress.set(joinHostPort(ip, info.port), serving);
    if (info.nodePort !== 0) byNodePort.set(info.nodePort, serving);
  }
  return (flow) => {
    if (flow.protocol.toLowerCase() !== 'udp') return false;
    const serving = byAddress.get(joinHostPort(flow.destination, flow.destinationPort)) ?? byNodePort.get(flow.destinationPort);
    return serving !== undefined && !serving.has(joinHostPort(flow.replySource, flow.replySourcePort));
  };
}
