// What kube-proxy writes for one Service, kept for as long as the Service and its EndpointSlices stay as they are. Most
// Services read the same on every node, and are then read and written once for all nodes; those with a Local policy,
// topology hints or source ranges, once for each.

import type { EndpointSlice, Service } from '../../api/types.ts';
import { sloppyAddress } from './addresses.ts';
import { categorizeEndpoints, type NodePlace } from './categorize-endpoints.ts';
import { type EndpointInfo, endpointKey, endpointsOf } from './endpoints.ts';
import { declareChain } from './fixed-rules.ts';
import type { ProxyConfig } from './proxy-config.ts';
import { isWatched, type ServicePortInfo, servicePortsOf } from './service-ports.ts';
import { type OwnChain, writeServiceRules } from './service-rules.ts';

/** A Service and its EndpointSlices as of one moment. Without the Service nothing is written. */
export interface ServiceSnapshot {
  /** `namespace/name`. */
  readonly key: string;
  readonly service: Service | undefined;
  readonly slices: readonly EndpointSlice[];
}

/** The ports of a Service with their endpoints, as one node sees them; none for a Service that has no rules. */
export interface ReadService {
  readonly ports: readonly { readonly info: ServicePortInfo; readonly endpoints: readonly EndpointInfo[] }[];
  readonly endpointCount: number;
  readonly isSameEverywhere: boolean;
}

/** The rules of a Service as text. */
export interface ServiceText extends ReadService {
  readonly ownChains: readonly OwnChain[];
  readonly ruleCount: number;
  readonly text: Readonly<Record<Section, string>>;
}

/** Where in the input a Service's lines stand. */
export const SECTIONS = [
  'filterServices',
  'filterExternalServices',
  'filterNodePorts',
  'filterProxyFirewall',
  'natServices',
  'natNodePorts',
  'own',
] as const;

export type Section = (typeof SECTIONS)[number] | 'declarations';

export const NOTHING: ReadService = { ports: [], endpointCount: 0, isSameEverywhere: true };

/** What a Service reads as on every node. */
const EVERYWHERE = '';

/** Proxiers that share one must have the same config, but for the node that they are on. */
export class ServiceTexts {
  /** By node, or under EVERYWHERE. */
  readonly #reads = new WeakMap<ServiceSnapshot, Map<string, ReadService>>();
  readonly #texts = new WeakMap<ReadService, Map<string, ServiceText>>();
  readonly #counts = new WeakMap<readonly ServiceSnapshot[], { common: number; others: readonly ServiceSnapshot[] }>();

  /** The Service as the node at `place` sees it. */
  read(snapshot: ServiceSnapshot, config: ProxyConfig, place: NodePlace): ReadService {
    if (!snapshot.service) return NOTHING;
    const reads = this.#reads.get(snapshot) ?? new Map<string, ReadService>();
    const known = reads.get(EVERYWHERE) ?? reads.get(place.nodeName);
    if (known) return known;
    const read = readService(snapshot.service, snapshot.slices, config);
    this.#reads.set(snapshot, reads.set(read.isSameEverywhere ? EVERYWHERE : place.nodeName, read));
    return read;
  }

  /** Its rules. Large clusters save the comments of endpoint rules. */
  write(read: ReadService, config: ProxyConfig, place: NodePlace, largeCluster: boolean): ServiceText {
    const key = `${largeCluster}${read.isSameEverywhere ? '' : ` ${place.zone}`}`;
    const texts = this.#texts.get(read) ?? new Map<string, ServiceText>();
    const known = texts.get(key);
    if (known) return known;
    const text = writeService(read, config, place, largeCluster);
    this.#texts.set(read, texts.set(key, text));
    return text;
  }

  /** How many rules all of these make on a node. */
  countRules(snapshots: readonly ServiceSnapshot[], config: ProxyConfig, place: NodePlace): number {
    const read = (snapshot: ServiceSnapshot) => this.read(snapshot, config, place);
    const sum = (reads: readonly ReadService[]) => reads.reduce((count, one) => count + this.write(one, config, place, false).ruleCount, 0);
    let counted = this.#counts.get(snapshots);
    if (!counted) {
      const common = snapshots.map(read).filter((one) => one.isSameEverywhere);
      counted = { common: sum(common), others: snapshots.filter((snapshot) => !read(snapshot).isSameEverywhere) };
      this.#counts.set(snapshots, counted);
    }
    return counted.common + sum(counted.others.map(read));
  }
}

function readService(service: Service, slices: readonly EndpointSlice[], config: ProxyConfig): ReadService {
  const infos = servicePortsOf(service, config);
  if (infos.length === 0) return NOTHING;
  const watched = slices.filter((slice) => isWatched(slice.metadata.labels));
  const endpoints = endpointsOf(watched, config);
  const ports = infos.map((info) => ({ info, endpoints: endpoints.get(endpointKey(info.portName, info.protocol)) ?? [] }));
  const endpointCount = ports.reduce((count, port) => count + port.endpoints.length, 0);
  return { ports, endpointCount, isSameEverywhere: isSameEverywhere(infos, watched, config) };
}

/** Whether nothing that the rules depend on differs between nodes. */
function isSameEverywhere(infos: readonly ServicePortInfo[], slices: readonly EndpointSlice[], { ipFamily }: ProxyConfig): boolean {
  if (infos.some((info) => info.usesLocalEndpoints || info.loadBalancerSourceRanges.length > 0)) return false;
  const seen = new Set<string | null>();
  for (const { hints, addresses } of slices.flatMap((slice) => slice.endpoints ?? [])) {
    const address = sloppyAddress(addresses[0] ?? '', ipFamily);
    // Of an address that is listed twice, the endpoint that is the node's own counts.
    if (hints !== undefined || (address !== null && seen.has(address))) return false;
    seen.add(address);
  }
  return true;
}

function writeService(read: ReadService, config: ProxyConfig, place: NodePlace, largeCluster: boolean): ServiceText {
  const rules = read.ports.map(({ info, endpoints }) =>
    writeServiceRules({ info, endpoints: categorizeEndpoints(endpoints, info, place), config, largeCluster }),
  );
  const ownChains = rules.flatMap((part) => part.ownChains);
  const text = { declarations: block(ownChains.map((chain) => declareChain(chain.name))) } as Record<Section, string>;
  let ruleCount = 0;
  for (const section of SECTIONS) {
    const lines = rules.flatMap((part) => part[section]);
    text[section] = block(lines);
    ruleCount += lines.length;
  }
  return { ...read, ownChains, ruleCount, text };
}

/** Lines as one text, each with its end. */
export function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
