// The endpoints of a Service as its EndpointSlices tell them. Follows pkg/proxy/endpointslicecache.go, v1.33.

import type { EndpointSlice } from '../../api/types.ts';
import { type Address, joinHostPort } from '../../net/address.ts';
import { sloppyAddress } from './addresses.ts';
import type { ProxyConfig } from './proxy-config.ts';

export interface EndpointInfo {
  readonly ip: Address;
  readonly port: number;
  /** `10.0.1.1:80`, `[fd00::1]:80`. */
  readonly text: string;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

/** Service ports join slice ports by name and protocol alone. */
export function endpointKey(portName: string, protocol: string): string {
  return `${portName}/${protocol}`;
}

/** The endpoints of one Service by endpointKey, each list ordered by the text of `ip:port`. */
export function endpointsOf(slices: readonly EndpointSlice[], config: ProxyConfig): Map<string, EndpointInfo[]> {
  const found = new Map<string, Map<string, EndpointInfo>>();
  for (const slice of slices) if (slice.addressType === config.ipFamily) addSlice(found, slice, config);
  return new Map([...found].map(([key, endpoints]) => [key, [...endpoints.values()].sort(byText)]));
}

function byText(a: EndpointInfo, b: EndpointInfo): number {
  return a.text < b.text ? -1 : 1;
}

function addSlice(found: Map<string, Map<string, EndpointInfo>>, slice: EndpointSlice, config: ProxyConfig): void {
  for (const { name, protocol = 'TCP', port } of slice.ports ?? []) {
    // The API server makes an absent name an empty one; what is still without a name, kube-proxy passes over.
    if (name === undefined || name === null || !port) continue;
    const key = endpointKey(name, protocol);
    const endpoints = found.get(key) ?? new Map<string, EndpointInfo>();
    found.set(key, endpoints);
    for (const endpoint of slice.endpoints ?? []) {
      const info = endpointInfo(endpoint, port, config);
      // The same address in two slices is one endpoint; if one of them says it is local, it is.
      if (info && (info.isLocal || !endpoints.has(info.text))) endpoints.set(info.text, info);
    }
  }
}

function endpointInfo(endpoint: EndpointSlice['endpoints'][number], port: number, config: ProxyConfig): EndpointInfo | null {
  const ip = sloppyAddress(endpoint.addresses[0] ?? '', config.ipFamily);
  if (ip === null) return null;
  const { conditions, hints } = endpoint;
  return {
    ip,
    port,
    text: joinHostPort(ip, port),
    isLocal: endpoint.nodeName === config.nodeName,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    zoneHints: hints?.forZones?.map(({ name }) => name) ?? [],
    nodeHints: hints?.forNodes?.map(({ name }) => name) ?? [],
  };
}
