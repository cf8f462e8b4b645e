// kube-proxy in iptables mode: takes Services and EndpointSlices, writes iptables-restore input. Follows
// pkg/proxy/iptables/proxier.go, v1.33. Between service ports kube-proxy writes in random order; ours keeps the order in
// which Services were first seen. The process around it (watching, timing, loading) is kube-proxy-agent.ts.

import type { EndpointSlice, Node, Service } from '../../api/types.ts';
import type { NodePlace } from './categorize-endpoints.ts';
import { isServiceChainName } from './chain-names.ts';
import { staleFlows, type TrackedFlow, type UDPService } from './conntrack-cleanup.ts';
import { declareChain, filterChains, fixedFilterRules, fixedNATRules, hostRules, NAT_CHAINS, nodePortJumps } from './fixed-rules.ts';
import type { ProxyConfig } from './proxy-config.ts';
import type { ServicePortInfo } from './service-ports.ts';
import type { OwnChain } from './service-rules.ts';
import {
  block,
  NOTHING,
  type ReadService,
  SECTIONS,
  type Section,
  ServiceBatch,
  ServiceSnapshot,
  type ServiceText,
} from './service-texts.ts';

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

const LARGE_CLUSTER_ENDPOINTS = 1000;
const SYNC_PERIOD_US = 30_000_000;
const SERVICE_NAME = 'kubernetes.io/service-name';
const ZONE = 'topology.kubernetes.io/zone';

export class Proxier {
  readonly config: ProxyConfig;
  readonly #services = new Map<string, ServiceText>();
  /** Services whose own chains the next input writes. */
  readonly #declared = new Set<string>();
  /** Chains that were written and may no longer be needed. */
  readonly #leftChains = new Set<string>();
  readonly #texts = new Map<Section, string>();
  #endpointCount = 0;
  #ruleCount = 0;
  #fixedRules: number | null = null;
  #nodeLabels: string | null = null;
  #synced = false;
  #lastCleanupUs = Number.NEGATIVE_INFINITY;
  #stale: (flow: TrackedFlow) => boolean = () => false;
  /** Made for those who ask what a chain or a comment is about. */
  #chains: Map<string, OwnChain> | null = null;
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
    this.take(new ServiceBatch(full, full ? everything(state) : whatChanged(state, changed)), state.node);
    return { input: this.write(state), full };
  }

  /** Takes over Services as they are now, first the number of endpoints, then the rules that depend on it. */
  take({ full, services }: ServiceBatch, node: Node | undefined): void {
    const place = placeOf(node, this.config);
    const gone = new Set(full ? this.#services.keys() : []);
    let udpChanged = false;
    const note = (key: string, read: ReadService) => {
      const old = this.#services.get(key)?.read ?? NOTHING;
      this.#endpointCount += read.endpointCount - old.endpointCount;
      udpChanged ||= hasUDPEndpoints(read) || hasUDPEndpoints(old);
    };
    for (const service of services) {
      note(service.key, service.read(this.config, place));
      gone.delete(service.key);
    }
    for (const key of gone) note(key, NOTHING);
    const largeCluster = this.#endpointCount > LARGE_CLUSTER_ENDPOINTS;
    for (const service of services) this.#replace(service.key, service.write(this.config, place, largeCluster));
    for (const key of gone) this.#replace(key, null);
    for (const key of full ? this.#services.keys() : services.map((service) => service.key)) this.#declared.add(key);
    this.#servicePorts = null;
    this.#chains = null;
    this.#stale = udpChanged ? staleFlows(this.#udpServices()) : () => false;
  }

  /** The input that brings a host from the last one's state to what has been taken over since. */
  write(host: Pick<ProxyState, 'existingChains' | 'nowUs'> = {}): string {
    const { config } = this;
    this.#ruleCount = this.#fixedCount();
    for (const { ruleCount } of this.#services.values()) this.#ruleCount += ruleCount;
    const stale = this.#takeStaleChains(host);
    const declared = [...this.#declared];
    this.#declared.clear();
    const some = (section: Section) => declared.map((key) => this.#services.get(key)?.text[section] ?? '');
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

  /** How many rules the chains of the last input hold. */
  get ruleCount(): number {
    return this.#ruleCount;
  }

  /** How many there would be after a full sync of these Services. */
  countRules(batch: ServiceBatch, node: Node | undefined): number {
    return this.#fixedCount() + batch.countRules(this.config, placeOf(node, this.config));
  }

  #fixedCount(): number {
    this.#fixedRules ??= [fixedFilterRules, nodePortJumps, fixedNATRules].flatMap((rules) => rules(this.config)).length;
    return this.#fixedRules;
  }

  /** Which conntrack entries the last sync made stale; none when it changed no UDP service. */
  staleConntrack(): (flow: TrackedFlow) => boolean {
    return this.#stale;
  }

  /** What a KUBE-SVC-, KUBE-SVL-, KUBE-EXT-, KUBE-FW- or KUBE-SEP- chain belongs to; null for other chains. */
  describeChain(name: string): ChainDescription | null {
    const chain = this.#chainIndex.get(name);
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
    for (const [service, { read }] of this.#services) {
      const { ports } = read;
      const checked = ports.find(({ info }) => info.healthCheckNodePort !== 0);
      if (!checked) continue;
      const local = ports.flatMap(({ endpoints }) => endpoints.filter((endpoint) => endpoint.isLocal && endpoint.ready));
      const localEndpoints = new Set(local.map((endpoint) => endpoint.ip)).size;
      checks.push({ service, port: checked.info.healthCheckNodePort, localEndpoints });
    }
    return checks;
  }

  #replace(key: string, now: ServiceText | null): void {
    const old = this.#services.get(key);
    const entry = now && now.read.ports.length > 0 ? now : undefined;
    // A chain is named after its Service: none has another's.
    for (const { name } of old?.ownChains ?? []) this.#leftChains.add(name);
    if (this.#leftChains.size > 0) for (const { name } of entry?.ownChains ?? []) this.#leftChains.delete(name);
    this.#forgetTexts(old, entry);
    if (entry) this.#services.set(key, entry);
    else this.#services.delete(key);
  }

  get #chainIndex(): ReadonlyMap<string, OwnChain> {
    this.#chains ??= new Map([...this.#services.values()].flatMap(({ ownChains }) => ownChains.map((chain) => [chain.name, chain])));
    return this.#chains;
  }

  /** A section's whole text is kept while the part of no Service in it changes. */
  #forgetTexts(old: ServiceText | undefined, now: ServiceText | undefined): void {
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

  #takeStaleChains({ existingChains, nowUs }: Pick<ProxyState, 'existingChains' | 'nowUs'>): string[] {
    const largeCluster = this.#endpointCount > LARGE_CLUSTER_ENDPOINTS;
    const period = this.config.syncPeriodUs ?? SYNC_PERIOD_US;
    if (largeCluster && nowUs !== undefined && nowUs - this.#lastCleanupUs <= period) return [];
    this.#lastCleanupUs = nowUs ?? this.#lastCleanupUs;
    const isStale = (chain: string) => isServiceChainName(chain) && !this.#chainIndex.has(chain);
    const stale = existingChains ? [...existingChains].filter(isStale) : [...this.#leftChains];
    this.#leftChains.clear();
    return stale;
  }

  *#udpServices(): Iterable<UDPService> {
    for (const { read } of this.#services.values()) for (const port of read.ports) if (port.info.protocol === 'UDP') yield port;
  }

  #indexServicePorts(): Map<string, ServicePortInfo> {
    const index = new Map<string, ServicePortInfo>();
    for (const { read } of this.#services.values()) for (const { info } of read.ports) index.set(info.name, info);
    return index;
  }
}

function placeOf(node: Node | undefined, config: ProxyConfig): NodePlace {
  return {
    nodeName: config.nodeName,
    zone: node?.metadata.labels?.[ZONE] ?? '',
    preferSameNode: config.featureGates?.PreferSameTrafficDistribution ?? false,
  };
}

function everything({ services, endpointSlices }: ProxyState): ServiceSnapshot[] {
  const slices = slicesByService(endpointSlices, null);
  return services.map((service) => new ServiceSnapshot(keyOf(service), service, slices.get(keyOf(service)) ?? []));
}

function whatChanged(state: ProxyState, changed: ReadonlySet<string>): ServiceSnapshot[] {
  const slices = slicesByService(state.endpointSlices, changed);
  const names = serviceNames(changed);
  const services = new Map<string, Service>();
  for (const service of state.services) if (names.has(service.metadata.name)) services.set(keyOf(service), service);
  return Array.from(changed, (key) => new ServiceSnapshot(key, services.get(key), slices.get(key) ?? []));
}

function slicesByService(slices: readonly EndpointSlice[], wanted: ReadonlySet<string> | null): Map<string, EndpointSlice[]> {
  const found = new Map<string, EndpointSlice[]>();
  const names = wanted === null ? null : serviceNames(wanted);
  for (const slice of slices) {
    const name = slice.metadata.labels?.[SERVICE_NAME];
    if (!name || (names !== null && !names.has(name))) continue;
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

function hasUDPEndpoints({ ports }: ReadService): boolean {
  return ports.some(({ info, endpoints }) => info.protocol === 'UDP' && endpoints.length > 0);
}

function describe(info: ServicePortInfo, endpoint: string | null): ChainDescription {
  const { namespace, service, portName, protocol, name } = info;
  return { namespace, service, portName, protocol, servicePort: name, endpoint };
}
