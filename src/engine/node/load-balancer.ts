// The cloud's load balancer as a machine on the node network: it answers ARP for the addresses that Services of type
// LoadBalancer were given, and passes each connection on to one healthy node, addresses unchanged (a pass-through
// balancer; the node's kube-proxy rules know the address). It knows of a node's health what its probes say: of Services
// with externalTrafficPolicy: Local it asks their health check node port, for all others kube-proxy itself on 10256.
// Interval, timeout and thresholds are those of kubernetes/cloud-provider-gcp providers/gce/gce_healthchecks.go. Without
// a healthy node it drops; a balancer that "fails open" would try all of them.

import type { EndpointSlice, Node, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Clock } from '../sim/clock.ts';
import { KUBE_PROXY_HEALTH_PORT } from './kube-proxy/health-check-server.ts';
import { type ProbeResult, runProbe } from './probe-requests.ts';
import { ProbeWorker } from './probes.ts';

const CHECK = { periodSeconds: 8, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
const LANE = 'load-balancer';
/** The service controller leaves such nodes out of every balancer. */
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

interface Backend {
  readonly name: string;
  readonly address: string;
}

export interface LoadBalancerOptions {
  readonly netns: NetworkNamespace;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Nodes that join are added to it. */
  readonly nodes: readonly Backend[];
}

export interface LoadBalancer {
  /** Whether a change of endpoints is so new that no probe has had the chance to see it. */
  readonly isSettling: boolean;
}

/** One node as a backend for all Services that are checked on one port. */
interface Check {
  readonly worker: ProbeWorker;
  readonly port: number;
  readonly node: Backend;
  /** When the last probe that was answered was sent. */
  askedUs: number;
}

/** Starts probing, and keeps the balancer's routes in step with Services and with what the probes say. */
export function startLoadBalancer(options: LoadBalancerOptions): LoadBalancer {
  return new Balancer(options);
}

class Balancer implements LoadBalancer {
  readonly #options: LoadBalancerOptions;
  /** By port and node. */
  readonly #checks = new Map<string, Check>();
  #changedUs = 0;

  constructor(options: LoadBalancerOptions) {
    this.#options = options;
    const { store, clock, netns } = options;
    store.watch<Service>('Service', ({ type, object, previous }) => {
      for (const address of outerAddresses(previous ?? object)) {
        if (type !== 'DELETED' && outerAddresses(object).includes(address)) continue;
        netns.proxyARP.delete(address);
        netns.routing.replace(address, null);
      }
      this.#sync();
    });
    store.watch<Node>('Node', () => this.#sync());
    store.watch<EndpointSlice>('EndpointSlice', () => {
      this.#changedUs = clock.nowUs;
    });
  }

  get isSettling(): boolean {
    return [...this.#checks.values()].some(({ port, askedUs }) => port !== KUBE_PROXY_HEALTH_PORT && askedUs <= this.#changedUs);
  }

  /** Probes every backend on every port that a Service is checked on, no others, and routes anew. */
  #sync(): void {
    const ports = new Set(this.#services().map(checkPort));
    const pairs = this.#backends().flatMap((node) => [...ports].map((port) => ({ port, node })));
    const wanted = new Map<string, (typeof pairs)[number]>(pairs.map((pair) => [`${pair.port} ${pair.node.name}`, pair]));
    for (const [key, { worker }] of this.#checks) {
      if (wanted.has(key)) continue;
      worker.stop();
      this.#checks.delete(key);
    }
    for (const [key, { port, node }] of wanted) if (!this.#checks.has(key)) this.#check(key, port, node);
    this.#route();
  }

  #services(): readonly Service[] {
    return this.#options.store.list<Service>('Service').filter((service) => outerAddresses(service).length > 0);
  }

  #backends(): readonly Backend[] {
    const { store, nodes } = this.#options;
    const takesPart = (node: Node | undefined) => node !== undefined && node.metadata.labels?.[EXCLUDED] === undefined;
    return nodes.filter(({ name }) => takesPart(store.get<Node>('Node', '', name)));
  }

  #check(key: string, port: number, node: Backend): void {
    const { netns, clock } = this.#options;
    let sentUs = 0;
    let last: ProbeResult | null = null;
    const worker = new ProbeWorker(
      {
        kind: 'readiness',
        probe: CHECK,
        clock,
        run: (onDone) => {
          sentUs = clock.nowUs;
          const httpGet = { port, path: '/healthz' };
          runProbe({ netns, podIP: node.address, container: { name: 'kube-proxy' } }, { ...CHECK, httpGet }, onDone);
        },
        onResult: (result) => {
          last = result;
          check.askedUs = sentUs;
        },
        onVerdict: (isHealthy) => {
          netns.context.journal.note(LANE, verdictWords(check, isHealthy, last), `Node//${node.name}`);
          this.#route();
        },
        isDue: () => true,
      },
      clock.nowUs,
    );
    const check: Check = { worker, port, node, askedUs: 0 };
    this.#checks.set(key, check);
    worker.start();
  }

  #route(): void {
    const { netns } = this.#options;
    for (const service of this.#services()) {
      const port = checkPort(service);
      const healthy = [...this.#checks.values()].filter((check) => check.port === port && check.worker.isPassing);
      const hops = this.#inOrder(healthy).map((via) => `nexthop via ${via}`);
      for (const address of outerAddresses(service)) {
        netns.proxyARP.add(address);
        netns.routing.replace(address, hops.length > 0 ? `${address} dev eth0 proto static ${hops.join(' ')}` : `blackhole ${address}`);
      }
    }
  }

  /** Their addresses in the order of the nodes, whoever was probed first. */
  #inOrder(checks: readonly Check[]): readonly string[] {
    const names = new Set(checks.map(({ node }) => node.name));
    return this.#options.nodes.filter(({ name }) => names.has(name)).map(({ address }) => address);
  }
}

/** Where a node is asked for the Service's sake. */
function checkPort({ spec }: Service): number {
  return (spec.externalTrafficPolicy === 'Local' ? spec.healthCheckNodePort : undefined) ?? KUBE_PROXY_HEALTH_PORT;
}

function verdictWords({ node, port }: Check, isHealthy: boolean, last: ProbeResult | null): string {
  if (isHealthy) return `${node.name} passes its health check on port ${port}: it gets connections`;
  const why = last && 'message' in last ? last.message : 'no answer';
  return `${node.name} fails ${CHECK.failureThreshold} health checks in a row on port ${port}: it gets no more connections (${why})`;
}

function outerAddresses(service: Service): readonly string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
}
