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

/** The ports of a Service with their endpoints, as one node sees them; none for a Service that has no rules. */
export interface ReadService {
  readonly ports: readonly { readonly info: ServicePortInfo; readonly endpoints: readonly EndpointInfo[] }[];
  readonly endpointCount: number;
  readonly isSameEverywhere: boolean;
}

/** The rules of a Service as text. */
export interface ServiceText {
  readonly read: ReadService;
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

/** What one node, or every node, made of a Service; a node's own is made anew when its zone changes. */
interface Made {
  readonly zone: string;
  readonly read: ReadService;
  small: ServiceText | null;
  large: ServiceText | null;
}

/**
 * A Service and its EndpointSlices as of one moment. Proxiers that are given the same one must have the same config,
 * but for the node that they are on.
 */
export class ServiceSnapshot {
  /** `namespace/name`. */
  readonly key: string;
  readonly #service: Service | undefined;
  readonly #slices: readonly EndpointSlice[];
  #everywhere: Made | null = null;
  #byNode: Map<string, Made> | null = null;

  /** Without the Service nothing is written. */
  constructor(key: string, service: Service | undefined, slices: readonly EndpointSlice[]) {
    this.key = key;
    this.#service = service;
    this.#slices = slices;
  }

  /** The Service as the node at `place` sees it. */
  read(config: ProxyConfig, place: NodePlace): ReadService {
    return this.#made(config, place).read;
  }

  /** Its rules. Large clusters save the comments of endpoint rules. */
  write(config: ProxyConfig, place: NodePlace, largeCluster: boolean): ServiceText {
    const made = this.#made(config, place);
    const known = largeCluster ? made.large : made.small;
    if (known) return known;
    const text = writeService(made.read, config, place, largeCluster);
    if (largeCluster) made.large = text;
    else made.small = text;
    return text;
  }

  #made(config: ProxyConfig, place: NodePlace): Made {
    const known = this.#everywhere ?? this.#byNode?.get(place.nodeName);
    if (known && (known.read.isSameEverywhere || known.zone === place.zone)) return known;
    const read = this.#service ? readService(this.#service, this.#slices, config) : NOTHING;
    const made: Made = { zone: place.zone, read, small: null, large: null };
    if (read.isSameEverywhere) this.#everywhere = made;
    else {
      this.#byNode ??= new Map();
      this.#byNode.set(place.nodeName, made);
    }
    return made;
  }
}

/** What one sync has to look at: everything, or what changed. */
export class ServiceBatch {
  readonly full: boolean;
  readonly services: readonly ServiceSnapshot[];
  #common: { readonly count: number; readonly others: readonly ServiceSnapshot[] } | null = null;

  constructor(full: boolean, services: readonly ServiceSnapshot[]) {
    this.full = full;
    this.services = services;
  }

  /** How many rules all of these make on a node. */
  countRules(config: ProxyConfig, place: NodePlace): number {
    const count = (services: readonly ServiceSnapshot[]) =>
      services.reduce((sum, service) => sum + service.write(config, place, false).ruleCount, 0);
    if (!this.#common) {
      const isCommon = (service: ServiceSnapshot) => service.read(config, place).isSameEverywhere;
      this.#common = { count: count(this.services.filter(isCommon)), others: this.services.filter((one) => !isCommon(one)) };
    }
    return this.#common.count + count(this.#common.others);
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
function isSameEverywhere(
  infos: readonly ServicePortInfo[],
  slices: readonly EndpointSlice[],
  { ipFamily, detectLocal }: ProxyConfig,
): boolean {
  if (detectLocal.kind === 'nodeCIDR') return false;
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
  const [only, more] = rules;
  const ownChains = only && !more ? only.ownChains : rules.flatMap((part) => part.ownChains);
  const text = { declarations: block(ownChains.map((chain) => declareChain(chain.name))) } as Record<Section, string>;
  let ruleCount = 0;
  for (const section of SECTIONS) {
    const lines = only && !more ? only[section] : rules.flatMap((part) => part[section]);
    text[section] = block(lines);
    ruleCount += lines.length;
  }
  return { read, ownChains, ruleCount, text };
}

/** Lines as one text, each with its end. */
export function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
