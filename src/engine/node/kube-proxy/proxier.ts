// kube-proxy in iptables mode: takes Services and EndpointSlices, writes iptables-restore input. Follows
// pkg/proxy/iptables/proxier.go, v1.33. Between service ports kube-proxy writes in random order; ours keeps the order in
// which Services were first seen. The process around it (watching, timing, loading) is kube-proxy-agent.ts.

import type { EndpointSlice, Node, Service } from '../../api/types.ts';
import { categorizeEndpoints, type NodePlace } from './categorize-endpoints.ts';
import { isServiceChainName } from './chain-names.ts';
import { staleFlows, type TrackedFlow, type UDPService } from './conntrack-cleanup.ts';
import { type EndpointInfo, endpointKey, endpointsOf } from './endpoints.ts';
import { declareChain, filterChains, fixedFilterRules, fixedNATRules, hostRules, NAT_CHAINS, nodePortJumps } from './fixed-rules.ts';
import type { ProxyConfig } from './proxy-config.ts';
import { isWatched, type ServicePortInfo, servicePortsOf } from './service-ports.ts';
import { type OwnChain, writeServiceRules } from './service-rules.ts';

export interface ProxyState {
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly node: Node | undefined;
  /** The chains of table nat on the host, for a host where others wrote; absent: those of earlier syncs. */
  readonly existingChains?: Iterable<string>;
  /** For the clean-up of stale chains in large clusters; absent: they are cleaned up at every sync. */
  readonly nowUs?: number;
}

export interface SyncResult {
  /** Input for `iptables-restore --noflush --counters`. */
  readonly input: string;
  readonly full: boolean;
}

/** What a chain, or a rule's comment, belongs to. */
export interface ChainDescription {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** `namespace/name:port`. */
  readonly servicePort: string;
  /** `10.0.1.1:80`, for the chain or rule of one endpoint. */
  readonly endpoint: string | null;
}

/** A health-check node port and what it answers from: status 200 while there is a local ready endpoint, else 503. */
export interface HealthCheck {
  readonly service: string;
  readonly port: number;
  readonly localEndpoints: number;
}

/** A Service as of its last change: rule text is kept, so that only what changed is written anew. */
interface ServiceEntry {
  readonly ports: readonly { readonly info: ServicePortInfo; readonly endpoints: readonly EndpointInfo[] }[];
  readonly endpointCount: number;
  readonly ownChains: readonly OwnChain[];
  readonly text: Readonly<Record<Section, string>>;
}

type Section =
  | 'filterServices'
  | 'filterExternalServices'
  | 'filterNodePorts'
  | 'filterProxyFirewall'
  | 'natServices'
  | 'natNodePorts'
  | 'own'
  | 'declarations';

const SECTIONS = [
  'filterServices',
  'filterExternalServices',
  'filterNodePorts',
  'filterProxyFirewall',
  'natServices',
  'natNodePorts',
  'own',
] as const;

const LARGE_CLUSTER_ENDPOINTS = 1000;
const SYNC_PERIOD_US = 30_000_000;
const SERVICE_NAME = 'kubernetes.io/service-name';
const ZONE = 'topology.kubernetes.io/zone';

export class Proxier {
  readonly config: ProxyConfig;
  readonly #services = new Map<string, ServiceEntry>();
  readonly #chains = new Map<string, OwnChain>();
  /** Chains that were written and may no longer be needed. */
  readonly #leftChains = new Set<string>();
  readonly #texts = new Map<Section, string>();
  #endpointCount = 0;
  #nodeLabels: string | null = null;
  #synced = false;
  #lastCleanupUs = Number.NEGATIVE_INFINITY;
  #stale: (flow: TrackedFlow) => boolean = () => false;
  #servicePorts: Map<string, ServicePortInfo> | null = null;

  constructor(config: ProxyConfig) {
    this.config = config;
  }

  /** `iptables-restore --noflush` input that gives an empty host kube-proxy's chains and the jumps to them. */
  hostRules(): string {
    return hostRules();
  }

  /**
   * Writes the rules for a state. `changed` names (`namespace/name`) the Services that changed, or whose EndpointSlices
   * did, since the last call; without it, at the first call and when the node's labels changed, everything is written.
   */
  sync(state: ProxyState, changed?: ReadonlySet<string>): SyncResult {
    const labels = JSON.stringify(state.node?.metadata.labels ?? {});
    const full = changed === undefined || !this.#synced || labels !== this.#nodeLabels;
    this.#nodeLabels = labels;
    this.#synced = true;
    const written = full ? this.#readAll(state) : this.#readChanged(state, changed);
    const declared = new Set(full ? this.#services.keys() : written);
    return { input: this.#write(declared, this.#takeStaleChains(state)), full };
  }

  /** Which conntrack entries the last sync made stale; none when it changed no UDP service. */
  staleConntrack(): (flow: TrackedFlow) => boolean {
    return this.#stale;
  }

  /** What a KUBE-SVC-, KUBE-SVL-, KUBE-EXT-, KUBE-FW- or KUBE-SEP- chain belongs to; null for other chains. */
  describeChain(name: string): ChainDescription | null {
    const chain = this.#chains.get(name);
    return chain ? describe(chain.servicePort, chain.endpoint?.text ?? null) : null;
  }

  /** What a rule belongs to by its comment, e.g. `ns1/svc1:p80 -> 10.0.1.1:80`; null for comments of other rules. */
  describeComment(comment: string): ChainDescription | null {
    this.#servicePorts ??= this.#indexServicePorts();
    const words = comment.split(' ');
    const arrow = words.indexOf('->');
    for (const word of words) {
      const info = this.#servicePorts.get(word);
      if (info) return describe(info, arrow < 0 ? null : (words[arrow + 1] ?? null));
    }
    return null;
  }

  /** The health-check node ports of LoadBalancer Services with externalTrafficPolicy Local. */
  healthChecks(): HealthCheck[] {
    const checks: HealthCheck[] = [];
    for (const [service, { ports }] of this.#services) {
      const checked = ports.find(({ info }) => info.healthCheckNodePort !== 0);
      if (!checked) continue;
      const local = ports.flatMap(({ endpoints }) => endpoints.filter((endpoint) => endpoint.isLocal && endpoint.ready));
      const localEndpoints = new Set(local.map((endpoint) => endpoint.ip)).size;
      checks.push({ service, port: checked.info.healthCheckNodePort, localEndpoints });
    }
    return checks;
  }

  #readAll(state: ProxyState): ReadonlySet<string> {
    const gone = new Set(this.#services.keys());
    const slices = slicesByService(state.endpointSlices, null);
    const reads = new Map<string, ServiceRead>();
    for (const service of state.services) {
      const key = keyOf(service);
      reads.set(key, this.#read(service, slices.get(key) ?? []));
      gone.delete(key);
    }
    for (const key of gone) reads.set(key, NOTHING);
    return this.#apply(reads, placeOf(state, this.config));
  }

  #readChanged(state: ProxyState, changed: ReadonlySet<string>): ReadonlySet<string> {
    const slices = slicesByService(state.endpointSlices, changed);
    const reads = new Map<string, ServiceRead>();
    for (const key of changed) reads.set(key, NOTHING);
    const names = serviceNames(changed);
    for (const service of state.services) {
      if (!names.has(service.metadata.name)) continue;
      const key = keyOf(service);
      if (changed.has(key)) reads.set(key, this.#read(service, slices.get(key) ?? []));
    }
    return this.#apply(reads, placeOf(state, this.config));
  }

  #read(service: Service, slices: readonly EndpointSlice[]): ServiceRead {
    const infos = servicePortsOf(service, this.config);
    if (infos.length === 0) return NOTHING;
    const endpoints = endpointsOf(slices, this.config);
    return infos.map((info) => ({ info, endpoints: endpoints.get(endpointKey(info.portName, info.protocol)) ?? [] }));
  }

  /** Takes over what was read, first the number of endpoints, then the rules that depend on it. */
  #apply(reads: ReadonlyMap<string, ServiceRead>, place: NodePlace): ReadonlySet<string> {
    let udpChanged = false;
    for (const [key, ports] of reads) {
      const old = this.#services.get(key);
      this.#endpointCount += countEndpoints(ports) - (old?.endpointCount ?? 0);
      udpChanged ||= hasUDPEndpoints(ports) || hasUDPEndpoints(old?.ports ?? NOTHING);
    }
    for (const [key, ports] of reads) this.#replace(key, ports, place);
    this.#servicePorts = null;
    this.#stale = udpChanged ? staleFlows(this.#udpServices()) : () => false;
    return new Set(reads.keys());
  }

  #replace(key: string, ports: ServiceRead, place: NodePlace): void {
    const old = this.#services.get(key);
    for (const { name } of old?.ownChains ?? []) {
      this.#chains.delete(name);
      this.#leftChains.add(name);
    }
    if (ports.length === 0) {
      this.#forgetTexts(old, undefined);
      this.#services.delete(key);
      return;
    }
    const entry = this.#compose(ports, place);
    this.#forgetTexts(old, entry);
    this.#services.set(key, entry);
    for (const chain of entry.ownChains) this.#chains.set(chain.name, chain);
  }

  /** A section's whole text is kept while the part of no Service in it changes. */
  #forgetTexts(old: ServiceEntry | undefined, now: ServiceEntry | undefined): void {
    for (const section of SECTIONS) if ((old?.text[section] ?? '') !== (now?.text[section] ?? '')) this.#texts.delete(section);
  }

  #textOf(section: Section): string {
    let text = this.#texts.get(section);
    if (text === undefined) {
      text = [...this.#services.values()].map((entry) => entry.text[section]).join('');
      this.#texts.set(section, text);
    }
    return text;
  }

  #compose(ports: ServiceRead, place: NodePlace): ServiceEntry {
    const largeCluster = this.#endpointCount > LARGE_CLUSTER_ENDPOINTS;
    const rules = ports.map(({ info, endpoints }) =>
      writeServiceRules({ info, endpoints: categorizeEndpoints(endpoints, info, place), config: this.config, largeCluster }),
    );
    const ownChains = rules.flatMap((part) => part.ownChains);
    const text = { declarations: block(ownChains.map((chain) => declareChain(chain.name))) } as Record<Section, string>;
    for (const section of SECTIONS) text[section] = block(rules.flatMap((part) => part[section]));
    return { ports, endpointCount: countEndpoints(ports), ownChains, text };
  }

  #takeStaleChains({ existingChains, nowUs }: ProxyState): string[] {
    const largeCluster = this.#endpointCount > LARGE_CLUSTER_ENDPOINTS;
    const period = this.config.syncPeriodUs ?? SYNC_PERIOD_US;
    if (largeCluster && nowUs !== undefined && nowUs - this.#lastCleanupUs <= period) return [];
    this.#lastCleanupUs = nowUs ?? this.#lastCleanupUs;
    const stale = [...(existingChains ?? this.#leftChains)].filter((chain) => isServiceChainName(chain) && !this.#chains.has(chain));
    this.#leftChains.clear();
    return stale;
  }

  #write(declared: ReadonlySet<string>, stale: readonly string[]): string {
    const { config } = this;
    const some = (section: Section) => [...declared].map((key) => this.#services.get(key)?.text[section] ?? '');
    return [
      '*filter\n',
      block(filterChains(config).map(declareChain)),
      this.#textOf('filterServices'),
      this.#textOf('filterExternalServices'),
      this.#textOf('filterNodePorts'),
      this.#textOf('filterProxyFirewall'),
      block(fixedFilterRules(config)),
      'COMMIT\n*nat\n',
      block(NAT_CHAINS.map(declareChain)),
      ...some('declarations'),
      block(stale.map(declareChain)),
      this.#textOf('natServices'),
      this.#textOf('natNodePorts'),
      ...some('own'),
      block(nodePortJumps(config)),
      block(fixedNATRules(config)),
      block(stale.map((chain) => `-X ${chain}`)),
      'COMMIT\n',
    ].join('');
  }

  *#udpServices(): Iterable<UDPService> {
    for (const { ports } of this.#services.values()) for (const port of ports) if (port.info.protocol === 'UDP') yield port;
  }

  #indexServicePorts(): Map<string, ServicePortInfo> {
    const index = new Map<string, ServicePortInfo>();
    for (const { ports } of this.#services.values()) for (const { info } of ports) index.set(info.name, info);
    return index;
  }
}

type ServiceRead = ServiceEntry['ports'];

const NOTHING: ServiceRead = [];

function placeOf({ node }: ProxyState, config: ProxyConfig): NodePlace {
  return {
    nodeName: config.nodeName,
    zone: node?.metadata.labels?.[ZONE] ?? '',
    preferSameNode: config.featureGates?.PreferSameTrafficDistribution ?? false,
  };
}

function slicesByService(slices: readonly EndpointSlice[], wanted: ReadonlySet<string> | null): Map<string, EndpointSlice[]> {
  const found = new Map<string, EndpointSlice[]>();
  const names = wanted === null ? null : serviceNames(wanted);
  for (const slice of slices) {
    const name = slice.metadata.labels?.[SERVICE_NAME];
    if (!name || (names !== null && !names.has(name)) || !isWatched(slice.metadata.labels)) continue;
    const key = `${slice.metadata.namespace ?? 'default'}/${name}`;
    if (wanted !== null && !wanted.has(key)) continue;
    const list = found.get(key);
    if (list) list.push(slice);
    else found.set(key, [slice]);
  }
  return found;
}

/** The names in `namespace/name` keys: a cheap first sieve over all objects. */
function serviceNames(keys: ReadonlySet<string>): Set<string> {
  return new Set([...keys].map((key) => key.slice(key.indexOf('/') + 1)));
}

function keyOf({ metadata }: Service): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function countEndpoints(ports: ServiceRead): number {
  return ports.reduce((count, { endpoints }) => count + endpoints.length, 0);
}

function hasUDPEndpoints(ports: ServiceRead): boolean {
  return ports.some(({ info, endpoints }) => info.protocol === 'UDP' && endpoints.length > 0);
}

function describe(info: ServicePortInfo, endpoint: string | null): ChainDescription {
  const { namespace, service, portName, protocol, name } = info;
  return { namespace, service, portName, protocol, servicePort: name, endpoint };
}

/** Lines as one text, each with its end. */
function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
