// Builds a cluster from a scenario's text and runs it on virtual time: objects are admitted and stored, controllers
// make more of them, kubelets and kube-proxies turn them into machines and rules. Commands act on it in order.

import { withDefaultIngressClass } from './api/default-ingress-class.ts';
import { isDualStack } from './api/ip-families.ts';
import { isNamed } from './api/kinds.ts';
import type { Ingress, IngressClass, KubeObject, Pod, Scenario } from './api/types.ts';
import { bootstrapObjects } from './apiserver/bootstrap.ts';
import { createObjectStore } from './apiserver/store.ts';
import type { ObjectStore } from './apiserver/types.ts';
import { type ClusterSettings, clusterDNSOf, PROXY_CONNTRACK, proxyConfigOf } from './cluster-settings.ts';
import type { Console } from './commands/console.ts';
import type { Lesson } from './commands/lesson.ts';
import { type Controller, keyOf } from './controllers/controller.ts';
import type { LoadBalancerProvider } from './controllers/controller-manager.ts';
import { explainWalk } from './explain/explain-walk.ts';
import type { Manifest, ManifestObject } from './manifest/manifest.ts';
import { type CIDR, formatCIDR } from './net/address.ts';
import type { DNSRecord } from './net/packet.ts';
import { RuleTexts } from './netfilter/rule-text.ts';
import { Ruleset } from './netfilter/ruleset.ts';
import type { NetworkNamespace } from './netstack/netns.ts';
import {
  ClusterNetwork,
  type CNIMode,
  CONTROL_PLANE_ADDRESS,
  INTERNET_ADDRESS,
  LOAD_BALANCER_ADDRESS,
  type NodeSpec,
  ROUTER_ADDRESS,
  WORLD_ADDRESS,
} from './node/cluster-network.ts';
import { clusterNetwork, flannelRules } from './node/cni/flannel.ts';
import { Proxier } from './node/kube-proxy/proxier.ts';
import { KubeProxyAgent } from './node/kube-proxy-agent.ts';
import { Kubelet } from './node/kubelet.ts';
import type { LoadBalancer } from './node/load-balancer.ts';
import type { Machine } from './node/machine.ts';
import { PodFeed } from './node/pod-feed.ts';
import { ServiceChanges } from './node/service-changes.ts';
import { inOrderOfApply, isScenario, nodeSpecs, nodesIn } from './own-documents.ts';
import type { Parts } from './parts.ts';
import { type ClientHost, runRequest } from './programs/client.ts';
import { answererOf, clientWords } from './programs/client-words.ts';
import { hostsFor, resolvConfFor } from './programs/dns/resolv-conf.ts';
import { watchForDNS } from './programs/dns/server.ts';
import type { ProxiedRequest } from './programs/ingress/directory.ts';
import type { Ingresses } from './programs/ingress/start.ts';
import { parseSource, parseTarget, type Source, type Target } from './programs/target.ts';
import { acceptedInVain, scenarioProblems } from './scenario-problems.ts';
import { Clock } from './sim/clock.ts';
import { Recorder } from './sim/recorder.ts';
import { SimulationContext } from './sim/simulation-context.ts';
import { watchForTimeline } from './timeline.ts';
import type { FaultView, Problem, TrafficSample, Walk } from './view.ts';
import { NEVER, type Wait } from './wait.ts';
import { startWorldPrograms } from './world-programs.ts';

/** Long enough for every controller, kubelet and kube-proxy to come to rest. */
const CONVERGE_US = 8_000_000;
/** Slow probes and ordered starts may take longer: a step at a time until nothing has happened for a while, and not for ever. */
const QUIET_US = 1_000_000;
const CONVERGE_LIMIT_US = 600_000_000;
/** After the client has its answer: time for the last packets to arrive. */
const LINGER_US = 300_000;
/** No client here waits longer than this, its last packets included. */
const GIVE_UP_US = 120_000_000;

const CNI_MODES: readonly CNIMode[] = ['host-gw', 'vxlan', 'none'];

export class Cluster {
  readonly clock = new Clock();
  readonly store: ObjectStore;
  readonly network: ClusterNetwork;
  readonly manifest: Manifest;
  readonly scenario: Scenario | null;
  readonly lesson: Lesson;
  readonly problems: Problem[];
  /** Where the scenario text defines an object, by view key. */
  readonly sources = new Map<string, ManifestObject>();
  readonly kubelets = new Map<string, Kubelet>();
  readonly proxies = new Map<string, KubeProxyAgent>();
  readonly context: SimulationContext;
  readonly parts: Parts;
  readonly settings: ClusterSettings;
  readonly controllers: readonly Controller[];
  #console: Console | null = null;
  readonly #ingresses: Ingresses;
  /** Nodes write much the same rules. */
  readonly #ruleTexts = new RuleTexts();
  #startMachine: (machine: Machine) => void = () => {};
  #loadBalancer: LoadBalancer | null = null;
  #lastChangeUs = 0;

  constructor(text: string, seed: number, parts: Parts) {
    this.parts = parts;
    this.manifest = parts.parseManifest(text);
    this.problems = [...this.manifest.problems];
    const scenarioText = this.manifest.objects.find(({ object }) => isScenario(object));
    this.scenario = (scenarioText?.object as Scenario | undefined) ?? null;
    // It has no name: others are found by theirs.
    if (scenarioText) this.sources.set('Scenario//', scenarioText);
    this.lesson = this.scenario ? parts.readLesson(this.scenario) : { actions: [], errors: [] };
    this.context = new SimulationContext(this.clock, seed, new Recorder());
    this.store = createObjectStore(this.clock, seed);
    this.store.watchAll(({ object }) => {
      if (object.kind !== 'Event') this.#lastChangeUs = this.clock.nowUs;
    }, 'Event');
    watchForTimeline(this.store, this.context.journal);
    // Documents without names are for tools and for us, not for the API server.
    const own = this.manifest.objects.filter(({ object }) => isNamed(object.apiVersion));
    const documents = this.manifest.objects.filter(({ object }) => !isNamed(object.apiVersion));
    const settings = parts.readSettings(documents, this.problems);
    const secondFamily = isDualStack(
      this.manifest.objects.map(({ object }) => object),
      settings.api,
    )
      ? parts.secondFamily()
      : null;
    const serviceCIDRs = secondFamily?.serviceCIDRs(settings.api.serviceCIDRs) ?? settings.api.serviceCIDRs;
    this.settings = { ...settings, api: { ...settings.api, serviceCIDRs } };
    const { api, podRange } = this.settings;
    const completed = bootstrapObjects(
      own.map(({ object }) => object),
      { services: api.serviceCIDRs[0] ?? '', pods: podRange.cidr, nodeMask: podRange.mask },
    );
    const brought = secondFamily ? secondFamily.completeNodes(completed, podRange.second) : completed;
    this.network = new ClusterNetwork(this.context, {
      cni: this.cni,
      nodes: nodeSpecs(own, brought),
      cloudProvider: this.loadBalancer === 'cloud',
      podMTU: this.scenario?.cluster?.podMTU ?? null,
      networkMTU: this.scenario?.cluster?.networkMTU ?? null,
      protocols: parts.protocols,
    });
    secondFamily?.addTo(this.network, nodesIn(own, brought));
    const hostOf = (namespace: string, name: string) => this.#podHost(namespace, name);
    this.#ingresses = parts.startIngresses({ store: this.store, clock: this.clock, hostOf });
    this.#startMachines(secondFamily !== null);
    for (const object of brought) this.store.create(object);
    this.controllers = parts.startControllers({
      store: this.store,
      clock: this.clock,
      loadBalancer: this.loadBalancer,
    });
    if (this.scenario?.cluster?.lag) this.console.setLags(this.scenario.cluster.lag);
    this.#apply(own, brought);
    this.problems.push(...this.manifest.objects.filter(({ object }) => isScenario(object)).flatMap((item) => scenarioProblems(this, item)));
  }

  /** Where commands are typed; made when the first one is. */
  get console(): Console {
    this.#console ??= this.parts.createConsole(this);
    return this.#console;
  }

  /** What commands have broken, until others mend it. */
  get faults(): readonly FaultView[] {
    return this.#console?.faults.active ?? [];
  }

  /** A cluster that has come to rest. */
  static atRest(text: string, seed: number, parts: Parts): Cluster {
    const cluster = new Cluster(text, seed, parts);
    cluster.converge();
    return cluster;
  }

  get cni(): CNIMode {
    const wanted = this.scenario?.cluster?.cni;
    return CNI_MODES.find((mode) => mode === wanted) ?? 'host-gw';
  }

  /** Who gives Services of type LoadBalancer their addresses; null: nobody. */
  get loadBalancer(): LoadBalancerProvider | null {
    const { loadBalancer, cloudProvider } = this.scenario?.cluster ?? {};
    if (loadBalancer === undefined) return cloudProvider === true ? 'cloud' : null;
    return loadBalancer === 'cloud' || loadBalancer === 'metallb' ? loadBalancer : null;
  }

  /** Whether the CNI enforces NetworkPolicies. */
  get enforcesPolicies(): boolean {
    return this.scenario?.cluster?.networkPolicy !== false;
  }

  /** What the cloud's firewall before the nodes lets in; null: there is none. */
  get firewall(): readonly string[] | null {
    const { firewall } = this.scenario?.cluster ?? {};
    return firewall ? (firewall.allow ?? []) : null;
  }

  /** The address of a node's end of the VXLAN tunnel. */
  tunnelAddressOf(node: string): string | null {
    return this.network.machines.get(node)?.netns.devices.get('flannel.1')?.addresses[0]?.address ?? null;
  }

  /** Places that are no Kubernetes object, by address. */
  get places(): ReadonlyMap<string, string> {
    const places = new Map([
      [WORLD_ADDRESS, 'the world client'],
      [ROUTER_ADDRESS, 'router'],
      [INTERNET_ADDRESS, 'the internet host'],
      [CONTROL_PLANE_ADDRESS, 'control-plane'],
      [LOAD_BALANCER_ADDRESS, 'load-balancer'],
    ]);
    for (const [second, first] of this.network.secondAddresses) places.set(second, places.get(first) ?? second);
    return places;
  }

  /** The namespace of a place in a trace. */
  netnsOf(place: string): NetworkNamespace | null {
    const [namespace, name] = place.split('/') as [string, string | undefined];
    if (name === undefined) return this.network.machines.get(place)?.netns ?? null;
    const pod = this.store.get<Pod>('Pod', namespace, name);
    return this.kubelets.get(pod?.spec.nodeName ?? '')?.netnsOf(place) ?? null;
  }

  /** `tcp 0.0.0.0:80`, one per socket that a container's program has open. */
  listensOf(pod: Pod, container: string): readonly string[] {
    const kubelet = this.kubelets.get(pod.spec.nodeName ?? '');
    return kubelet?.listensOf(keyOf(pod), container) ?? [];
  }

  /** The last line of a container's log, where its program has ended with one. */
  lastWordsOf(pod: Pod, container: string): string {
    const kubelet = this.kubelets.get(pod.spec.nodeName ?? '');
    return kubelet?.lastWordsOf(keyOf(pod), container) ?? '';
  }

  get words(): Parts {
    return this.parts;
  }

  /** What ingress controllers did for a walk. */
  proxiedRequests(walk: number): readonly ProxiedRequest[] {
    return this.#ingresses.requestsOf(walk);
  }

  /** What the forwarder answers. The hosts of Ingress rules are known to it at the addresses of their Ingress, as if an external-dns ran. */
  get #records(): readonly DNSRecord[] {
    const own = this.#ingresses.records();
    const names = new Set(own.map(({ name }) => name));
    return [...own, ...this.network.records.filter(({ name }) => !names.has(name))];
  }

  #podHost(namespace: string, name: string): ClientHost | null {
    const host = this.clientHost({ kind: 'pod', namespace, name, container: null });
    return 'error' in host ? null : host;
  }

  /** Waits until every controller, kubelet and kube-proxy has come to rest; in the beginning also for the balancer's probes. */
  *rest(sinceUs: number): Generator<Wait, void> {
    const limitUs = sinceUs + CONVERGE_LIMIT_US;
    yield { done: NEVER, untilUs: sinceUs + CONVERGE_US };
    const isUnsettled = () => this.#isUnsettled() || (sinceUs === 0 && this.#loadBalancer?.isSettling === true);
    while (isUnsettled() && this.clock.nowUs < limitUs) yield { done: NEVER, untilUs: this.clock.nowUs + QUIET_US };
  }

  /** Advances the clock until the cluster has come to rest. */
  converge(): void {
    for (const { untilUs } of this.rest(this.clock.nowUs)) this.clock.advanceTo(untilUs);
  }

  #isUnsettled(): boolean {
    return this.clock.nowUs - this.#lastChangeUs < QUIET_US || [...this.kubelets.values()].some((kubelet) => kubelet.isSettling);
  }

  /** Sends one request and follows it to its end. An error when SOURCE or TARGET cannot be read or is not there. */
  send(from: string, to: string): Walk | { readonly error: string } {
    const ended: Walk[] = [];
    const problem = this.request(from, to, (walk) => ended.push(walk));
    if (problem) return problem;
    this.clock.runUntil(() => ended.length > 0, this.clock.nowUs + GIVE_UP_US);
    return ended[0] ?? fail('a client ended without an outcome');
  }

  /** Starts one request; `onWalk` is called once, when its last packets have had time to arrive. */
  request(from: string, to: string, onWalk: (walk: Walk) => void): { readonly error: string } | null {
    const read = this.#read(from, to);
    if ('error' in read) return read;
    const id = this.context.newTag();
    const startUs = this.clock.nowUs;
    const nameserver = read.host.resolvConf.nameservers[0] ?? '';
    runRequest(read.host, read.target, id, (result, lookup) => {
      const endUs = this.clock.nowUs;
      this.clock.after(LINGER_US, () => {
        const packets = this.context.recorder.packetsOf(id);
        onWalk(explainWalk(this, { ...read, from, to, result, lookup, endUs, id, startUs, nameserver, packets }));
      });
    });
    return null;
  }

  /** Starts one request that leaves no trace: what counts is who answered, and when. */
  requestUntraced(from: string, to: string, onSample: (sample: TrafficSample) => void): { readonly error: string } | null {
    const read = this.#read(from, to);
    if ('error' in read) return read;
    const startUs = this.clock.nowUs;
    runRequest(read.host, read.target, 0, (result, lookup) => {
      const { nowUs: endUs } = this.clock;
      const { kind, text } = clientWords({ target: read.target, result, lookup, elapsedUs: endUs - startUs });
      onSample({ startUs, endUs, ok: kind === 'answered', text, by: answererOf(text) });
    });
    return null;
  }

  #read(from: string, to: string): { source: Source; target: Target; host: ClientHost } | { readonly error: string } {
    const source = parseSource(from);
    if ('error' in source) return source;
    const target = parseTarget(to);
    if ('error' in target) return target;
    const host = this.clientHost(source.value);
    if ('error' in host) return host;
    return { source: source.value, target: target.value, host };
  }

  /** The namespace, resolver file and hosts that a source sends from. */
  clientHost(source: Source): ClientHost | { readonly error: string } {
    const nodeResolvConf = { nameservers: [ROUTER_ADDRESS], search: [], options: [] };
    const localhost = [{ address: '127.0.0.1', names: ['localhost'] }];
    switch (source.kind) {
      case 'world':
        return { netns: this.network.world, resolvConf: nodeResolvConf, hosts: localhost };
      case 'node': {
        const machine = this.network.machines.get(source.name);
        if (!machine) return { error: `nodes "${source.name}" not found` };
        return { netns: machine.netns, resolvConf: nodeResolvConf, hosts: localhost };
      }
      case 'pod': {
        const pod = this.store.get<Pod>('Pod', source.namespace, source.name);
        const netns = this.kubelets.get(pod?.spec.nodeName ?? '')?.netnsOf(`${source.namespace}/${source.name}`);
        if (!pod) return { error: `pods "${source.name}" not found` };
        if (!netns) return { error: `pod ${source.namespace}/${source.name} is not running: it has no network yet` };
        const { dnsDomain: clusterDomain } = this.settings;
        const resolvConf = resolvConfFor(pod, { clusterDNS: [clusterDNSOf(this.settings)], clusterDomain, nodeResolvConf });
        return { netns, resolvConf, hosts: hostsFor(pod, clusterDomain) };
      }
    }
  }

  /** A machine for a node that joins while the cluster runs: its kubelet and kube-proxy start, and others learn of it. */
  join(spec: NodeSpec): void {
    this.#startMachine(this.network.join(spec));
  }

  #startMachines(isDualStack: boolean): void {
    const { store, clock, network } = this;
    const { dnsDomain } = this.settings;
    const dnsIndex = watchForDNS(store);
    const dnsIndexOf = (node: string) => this.#console?.faults.dnsIndexOf(node) ?? dnsIndex();
    const pods = new PodFeed(store);
    const changes = new ServiceChanges(store);
    const machines = [...network.machines.values()];
    const podNetwork = clusterNetwork(
      machines.map((machine) => machine.podCIDR),
      this.settings.podRange.cidr,
    );
    const healthChecks = this.parts.startHealthCheckServers(store);
    const start = (machine: Machine) => {
      const upstream = () => this.#records;
      const options = {
        machine,
        store,
        pods,
        clock,
        dnsIndexOf,
        forwarder: ROUTER_ADDRESS,
        upstream,
        ingresses: this.#ingresses,
        portmap: this.parts.portmap,
        rejectionOf: this.parts.rejectionOf,
        dnsDomain,
      };
      this.#startKubeProxy(machine, podNetwork, changes);
      healthChecks.add(machine, this.proxies.get(machine.name));
      this.#applyNodeSettings(machine);
      // There may be pods for it already, and they need the node's rules.
      this.kubelets.set(machine.name, new Kubelet(options));
    };
    for (const machine of machines) start(machine);
    if (isDualStack) {
      const configOf = (machine: Machine) => this.#proxyConfigOf(machine, podNetwork);
      this.parts.secondFamily().start({
        network,
        store,
        clock,
        extensions: this.parts.extensions,
        configOf,
        proxies: this.proxies,
        minSyncPeriodUs: this.settings.proxy.minSyncPeriodUs,
      });
    }
    const rulesetsOf = ({ name, netns }: Machine) => {
      const own = this.settings.nodes.get(name);
      return [own?.ruleset ? null : netns.ruleset, own?.ruleset6 ? null : netns.ruleset6].filter((one) => one !== null);
    };
    const rulesets = new Map(machines.map((machine) => [machine.name, rulesetsOf(machine)]));
    // Whoever was given these lists sees the node that joins later.
    this.#startMachine = (machine) => {
      start(machine);
      machines.push(machine);
      rulesets.set(machine.name, rulesetsOf(machine));
    };
    this.#startGuards(machines, rulesets);
    startWorldPrograms(network, () => this.#records);
  }

  /** Who decides about packets besides kube-proxy: policies, announcers of addresses, a firewall, a balancer. */
  #startGuards(nodes: readonly Machine[], rulesets: ReadonlyMap<string, readonly Ruleset[]>): void {
    const { store, clock, network } = this;
    if (this.enforcesPolicies)
      this.parts.startNetworkPolicyController({
        store,
        clock,
        nodes: rulesets,
        established: this.scenario?.cluster?.establishedConnections,
      });
    if (this.loadBalancer === 'metallb') this.parts.startMetalLBSpeakers({ store, clock, nodes });
    if (this.firewall) this.parts.startCloudFirewall(network, this.firewall);
    if (network.loadBalancer) this.#loadBalancer = this.parts.startLoadBalancer({ netns: network.loadBalancer, store, clock, nodes });
  }

  /** The rules of kube-proxy and flannel, and who keeps them; or the node's own, which nobody touches. */
  #startKubeProxy(machine: Machine, podNetwork: CIDR, changes: ServiceChanges): void {
    const { name: nodeName, netns } = machine;
    const own = this.settings.nodes.get(nodeName)?.ruleset ?? null;
    const ruleset = own ?? new Ruleset({ family: 4, extensions: this.parts.extensions, texts: this.#ruleTexts });
    netns.ruleset = ruleset;
    const config = this.#proxyConfigOf(machine, podNetwork);
    if (config.localhostNodePorts) netns.sysctls.route_localnet = true;
    const { conntrackMax, conntrackTimeouts } = this.settings.proxy;
    netns.conntrack.max = conntrackMax ?? PROXY_CONNTRACK.max;
    const timeouts = Object.entries({ ...PROXY_CONNTRACK.timeouts, ...conntrackTimeouts }).filter(([, seconds]) => seconds > 0);
    Object.assign(netns.conntrack.timeouts, Object.fromEntries(timeouts));
    if (own) return;
    const proxier = new Proxier(config);
    ruleset.loadLater(proxier.hostRules());
    const kept = this.settings.nonMasqueradeCIDRs;
    if (this.cni !== 'none') ruleset.loadLater(flannelRules(podNetwork, machine.podCIDR, { masquerades: kept === null }));
    if (kept !== null) load(ruleset, this.parts.ipMasqAgentRules(kept));
    this.proxies.set(
      nodeName,
      new KubeProxyAgent({
        nodeName,
        netns,
        ruleset,
        store: this.store,
        clock: this.clock,
        proxier,
        changes,
        minSyncPeriodUs: this.settings.proxy.minSyncPeriodUs,
      }),
    );
  }

  #proxyConfigOf({ name, address, netns, podCIDRText: podCIDR }: Machine, podNetwork: CIDR) {
    const own = [...netns.devices.values()].flatMap(({ kind, addresses }) => (kind === 'loopback' ? [] : addresses));
    const node = { name, address, addresses: own.map((one) => one.address), podCIDR };
    return proxyConfigOf(this.settings, node, formatCIDR(podNetwork));
  }

  #applyNodeSettings({ name, netns }: Machine): void {
    const settings = this.settings.nodes.get(name);
    if (!settings) return;
    Object.assign(netns.sysctls, settings.sysctls);
    Object.assign(netns.conntrack.timeouts, settings.timeouts);
    for (const [device, own] of settings.interfaces) netns.interfaceSysctls.set(device, own);
    if (settings.conntrackMax !== undefined) netns.conntrack.max = settings.conntrackMax;
    netns.facts = settings.facts;
    if (settings.ruleset6) netns.ruleset6 = settings.ruleset6;
  }

  #withClass(ingress: Ingress): Ingress {
    return withDefaultIngressClass(ingress, this.store.list<IngressClass>('IngressClass'));
  }

  /** kubectl apply: each is admitted. */
  #apply(own: readonly ManifestObject[], brought: readonly KubeObject[]): void {
    const existing: KubeObject[] = [...brought];
    for (const item of inOrderOfApply(own)) {
      const wanted = item.object.kind === 'Ingress' ? this.#withClass(item.object as Ingress) : item.object;
      const { object, errors } = this.parts.admit({ operation: 'create', object: wanted, cluster: this.settings.api, existing });
      this.problems.push(...this.parts.problemsFor(errors, item));
      if (errors.length > 0) continue;
      this.problems.push(...acceptedInVain(this, item));
      existing.push(object);
      this.sources.set(`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`, item);
      if (!this.store.get(object.kind, object.metadata.namespace ?? '', object.metadata.name)) this.store.create(object);
    }
  }
}

function fail(message: string): never {
  throw new Error(message);
}

function load(ruleset: Ruleset, text: string): void {
  const problem = ruleset.restore(text, { noflush: true })[0];
  if (problem) throw new Error(`a node's own rule does not load, line ${problem.line}: ${problem.message}`);
}
