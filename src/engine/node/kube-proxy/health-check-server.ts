// kube-proxy's answer on the health check node port of a LoadBalancer Service with externalTrafficPolicy: Local: 200 on a
// node that has a ready endpoint of it, 503 on every other. Follows pkg/proxy/healthcheck/service_health.go (Kubernetes
// 1.33). It is asked by balancers, and by anybody else who wants to know why a node gets nothing.

import type { EndpointSlice, Service } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import type { Connection, Listener } from '../../netstack/sockets.ts';
import { byteLength, httpMessage } from '../../programs/http-text.ts';

interface CheckedNode {
  readonly name: string;
  readonly netns: NetworkNamespace;
}

/** Listens on every node for every Service that asks for it. */
export function startHealthCheckServers({ store, nodes }: { readonly store: ObjectStore; readonly nodes: readonly CheckedNode[] }): void {
  const open = new Map<string, { readonly port: number; readonly listeners: readonly (readonly [CheckedNode, Listener])[] }>();
  store.watch<Service>('Service', ({ type, object }) => {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const port = type === 'DELETED' ? 0 : healthCheckPort(object);
    const known = open.get(key);
    if (port === (known?.port ?? 0)) return;
    for (const [{ netns }, listener] of known?.listeners ?? []) netns.sockets.close(listener);
    open.delete(key);
    if (port === 0) return;
    const listeners = nodes.map((node) => [node, listenerFor(store, node, object, port)] as const);
    open.set(key, { port, listeners: listeners.filter(([{ netns }, listener]) => netns.sockets.listen(listener) === null) });
  });
}

function healthCheckPort({ spec }: Service): number {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local' ? (spec.healthCheckNodePort ?? 0) : 0;
}

function listenerFor(store: ObjectStore, node: CheckedNode, { metadata }: Service, port: number): Listener {
  const { namespace = '', name } = metadata;
  const answer = (connection: Connection) => {
    const count = localEndpoints(store, { namespace, name }, node.name);
    const body = `${JSON.stringify({ service: { namespace, name }, localEndpoints: count, serviceProxyHealthy: true }, null, '\t')}\n`;
    connection.send(
      httpMessage(
        [
          `HTTP/1.1 ${count > 0 ? '200 OK' : '503 Service Unavailable'}`,
          'Content-Type: application/json',
          'X-Content-Type-Options: nosniff',
          `X-Load-Balancing-Endpoint-Weight: ${count}`,
          `Content-Length: ${byteLength(body)}`,
        ],
        body,
      ),
    );
  };
  return {
    protocol: 'tcp',
    address: '0.0.0.0',
    port,
    program: 'kube-proxy',
    onConnection: (connection) => {
      connection.onData = () => answer(connection);
    },
  };
}

/** Ready endpoints of the Service on one node. */
export function localEndpoints(
  store: ObjectStore,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  node: string,
): number {
  const slices = store.listLabelled<EndpointSlice>('EndpointSlice', namespace, { 'kubernetes.io/service-name': name });
  const ready = slices.flatMap(({ endpoints }) => endpoints.filter((one) => one.nodeName === node && one.conditions?.ready !== false));
  return new Set(ready.flatMap(({ addresses }) => addresses)).size;
}
