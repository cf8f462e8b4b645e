// What kube-proxy answers to whoever asks how its node does, as balancers do. On 10256 for the node as a whole: 503 once
// the node is on its way out, 200 otherwise. On the health check node port of a LoadBalancer Service with
// externalTrafficPolicy: Local: 200 on a node that has a ready endpoint of it, 503 on every other. Follows
// pkg/proxy/healthcheck/{proxy_health,service_health}.go (Kubernetes 1.33). Where kube-proxy is stopped nobody listens.

import type { EndpointSlice, Node, Service } from '../../api/types.ts';
import { formatTimestamp } from '../../apiserver/timestamp.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { Payload } from '../../net/packet.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import type { Listener } from '../../netstack/sockets.ts';
import { byteLength, httpMessage } from '../../programs/http-text.ts';
import type { KubeProxyAgent } from '../kube-proxy-agent.ts';

/** --healthz-port */
export const KUBE_PROXY_HEALTH_PORT = 10_256;
const LEAVING_TAINT = 'ToBeDeletedByClusterAutoscaler';

export interface CheckedNode {
  readonly name: string;
  readonly netns: NetworkNamespace;
}

export interface HealthCheckServers {
  /** kube-proxy listens on that node, too; without an agent its rules are the reader's own, and it stands by. */
  add(node: CheckedNode, agent: KubeProxyAgent | undefined): void;
}

/** Nobody listens before nodes are added. */
export function startHealthCheckServers(store: ObjectStore): HealthCheckServers {
  const servers: NodeServers[] = [];
  store.watch<Service>('Service', ({ type, object }) => {
    for (const server of servers) server.serve(object, type === 'DELETED' ? 0 : healthCheckPort(object));
  });
  return {
    add(node, agent) {
      const server = new NodeServers(store, node, agent);
      servers.push(server);
      for (const service of store.list<Service>('Service')) server.serve(service, healthCheckPort(service));
    },
  };
}

function healthCheckPort({ spec }: Service): number {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local' ? (spec.healthCheckNodePort ?? 0) : 0;
}

/** The sockets of one node's kube-proxy. */
class NodeServers {
  readonly #store: ObjectStore;
  readonly #node: CheckedNode;
  readonly #agent: KubeProxyAgent | undefined;
  /** By Service; '' is the node's own. A listener that is null waits for the process, or its port is taken. */
  readonly #sockets = new Map<string, { readonly port: number; readonly answer: () => Payload; listener: Listener | null }>();

  constructor(store: ObjectStore, node: CheckedNode, agent: KubeProxyAgent | undefined) {
    this.#store = store;
    this.#node = node;
    this.#agent = agent;
    this.#open('', KUBE_PROXY_HEALTH_PORT, () => this.#nodeAnswer());
    if (agent) agent.onProcess = () => this.#restart();
  }

  /** Listens for the Service on that port; 0: not any more. */
  serve({ metadata }: Service, port: number): void {
    const { namespace = '', name } = metadata;
    const key = `${namespace}/${name}`;
    const known = this.#sockets.get(key);
    if (port === (known?.port ?? 0)) return;
    if (known?.listener) this.#node.netns.sockets.close(known.listener);
    this.#sockets.delete(key);
    if (port !== 0) this.#open(key, port, () => this.#serviceAnswer(namespace, name));
  }

  #open(key: string, port: number, answer: () => Payload): void {
    this.#sockets.set(key, { port, answer, listener: this.#listen(port, answer) });
  }

  #restart(): void {
    for (const socket of this.#sockets.values()) {
      if (socket.listener) this.#node.netns.sockets.close(socket.listener);
      socket.listener = this.#listen(socket.port, socket.answer);
    }
  }

  #listen(port: number, answer: () => Payload): Listener | null {
    if (this.#agent?.isRunning === false) return null;
    const listener = listenerFor(port, answer);
    return this.#node.netns.sockets.listen(listener) === null ? listener : null;
  }

  #nodeAnswer(): Payload {
    const node = this.#store.get<Node>('Node', '', this.#node.name);
    const isLeaving =
      node === undefined || Boolean(node.metadata.deletionTimestamp) || (node.spec?.taints ?? []).some(({ key }) => key === LEAVING_TAINT);
    const now = formatTimestamp(this.#node.netns.context.clock.nowUs);
    return response(!isLeaving, `{"lastUpdated": "${now}","currentTime": "${now}", "nodeEligible": ${!isLeaving}}`);
  }

  #serviceAnswer(namespace: string, name: string): Payload {
    const count = this.#localEndpoints(namespace, name);
    const state = { service: { namespace, name }, localEndpoints: count, serviceProxyHealthy: true };
    return response(count > 0, `${JSON.stringify(state, null, '\t')}\n`, [`X-Load-Balancing-Endpoint-Weight: ${count}`]);
  }

  /** As far as this node's kube-proxy has heard. */
  #localEndpoints(namespace: string, name: string): number {
    if (!this.#agent) return localEndpoints(this.#store, { namespace, name }, this.#node.name);
    const checks = this.#agent.proxier.healthChecks();
    return checks.find(({ service }) => service === `${namespace}/${name}`)?.localEndpoints ?? 0;
  }
}

function response(isHealthy: boolean, body: string, more: readonly string[] = []): Payload {
  return httpMessage(
    [
      `HTTP/1.1 ${isHealthy ? '200 OK' : '503 Service Unavailable'}`,
      'Content-Type: application/json',
      'X-Content-Type-Options: nosniff',
      ...more,
      `Content-Length: ${byteLength(body)}`,
    ],
    body,
  );
}

function listenerFor(port: number, answer: () => Payload): Listener {
  return {
    protocol: 'tcp',
    address: '0.0.0.0',
    port,
    program: 'kube-proxy',
    onConnection: (connection) => {
      connection.onData = () => connection.send(answer());
    },
  };
}

/** Ready endpoints of the Service on one node. */
function localEndpoints(
  store: ObjectStore,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  node: string,
): number {
  const slices = store.listLabelled<EndpointSlice>('EndpointSlice', namespace, { 'kubernetes.io/service-name': name });
  const ready = slices.flatMap(({ endpoints }) => endpoints.filter((one) => one.nodeName === node && one.conditions?.ready !== false));
  return new Set(ready.flatMap(({ addresses }) => addresses)).size;
}
