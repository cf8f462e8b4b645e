// One node with many Services of three endpoints each, a client pod and a server pod. The endpoints of the last Service
// are three ports of the server pod, so that its connections pass every other Service's rule first.

import type { EndpointSlice, Service } from '../../engine/api/types.ts';
import { proxyConfigOf } from '../../engine/cluster-settings.ts';
import { addressAt, parseCIDR } from '../../engine/net/address.ts';
import { COMMON_EXTENSIONS } from '../../engine/netfilter/common-extensions.ts';
import { Ruleset } from '../../engine/netfilter/ruleset.ts';
import type { NetworkNamespace } from '../../engine/netstack/netns.ts';
import { connectTCP } from '../../engine/netstack/tcp.ts';
import { flannelRules } from '../../engine/node/cni/flannel.ts';
import { Proxier, type ProxyState } from '../../engine/node/kube-proxy/proxier.ts';
import { Machine, parsePodCIDR } from '../../engine/node/machine.ts';
import { Clock } from '../../engine/sim/clock.ts';
import { Recorder } from '../../engine/sim/recorder.ts';
import { SimulationContext } from '../../engine/sim/simulation-context.ts';

export const SERVER_PORTS = [8080, 8081, 8082];
const SERVER_PORT = 8080;
export const [CLIENT_ADDRESS, SERVER_ADDRESS, GATEWAY_ADDRESS] = ['10.244.1.2', '10.244.1.3', '10.244.1.1'];
const POD_CIDR = '10.244.1.0/24';
const CLUSTER_CIDR = '10.244.0.0/16';
const NODE_ADDRESS = '192.168.56.11';

const NODE = { name: 'node-1', address: NODE_ADDRESS, addresses: [NODE_ADDRESS], podCIDR: POD_CIDR };
const CONFIG = proxyConfigOf({ proxy: {} }, NODE, CLUSTER_CIDR);

/** The state of a cluster with `count` Services. */
export function manyServices(count: number): ProxyState {
  const last = count - 1;
  const others = Array.from({ length: last }, (_, place) => sliceOf(place, addressesOf('10.128.0.0/9', place), SERVER_PORT));
  // One address cannot be listed three times in a slice, but once in each of three, with another port in each.
  const served = SERVER_PORTS.map((port) => sliceOf(last, [SERVER_ADDRESS], port));
  return {
    node: undefined,
    services: Array.from({ length: count }, (_, place) => serviceNumber(place)),
    endpointSlices: [...others, ...served],
  };
}

/** The same state after one endpoint of a Service in the middle has moved, and which Service that is. */
export function oneEndpointChanged(state: ProxyState): { readonly state: ProxyState; readonly changed: ReadonlySet<string> } {
  const place = state.services.length >> 1;
  const endpointSlices = [...state.endpointSlices];
  const [, ...kept] = addressesOf('10.128.0.0/9', place);
  endpointSlices[place] = sliceOf(place, ['10.127.0.1', ...kept], SERVER_PORT);
  return { state: { ...state, endpointSlices }, changed: new Set([`default/${nameOf(place)}`]) };
}

export function newProxier(): Proxier {
  return new Proxier(CONFIG);
}

/** A rule set with what a host has before kube-proxy's first sync. */
export function hostRules(): Ruleset {
  const ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
  load(ruleset, newProxier().hostRules() + flannelRules(parsePodCIDR(CLUSTER_CIDR), parsePodCIDR(POD_CIDR)));
  return ruleset;
}

export function load(ruleset: Ruleset, text: string): void {
  const [problem] = ruleset.restore(text, { noflush: true, counters: true });
  if (problem) throw new Error(`line ${problem.line}: ${problem.message}`);
}

/** The cluster address of the last of `count` Services. */
export function lastClusterIP(count: number): string {
  return serviceNumber(count - 1).spec.clusterIP ?? '';
}

/** A node with both pods and these rules: opens and closes connections to the last Service, one after the other. */
export class OneNode {
  readonly #clock = new Clock();
  readonly #context: SimulationContext;
  readonly #client: NetworkNamespace;

  constructor(ruleset: Ruleset) {
    this.#context = new SimulationContext(this.#clock, 1, new Recorder());
    const machine = new Machine(this.#context, { name: 'node-1', address: NODE_ADDRESS, podCIDR: parsePodCIDR(POD_CIDR), mtu: 1500 });
    machine.netns.ruleset = ruleset;
    const [client, server] = [machine.addPod('default/client', CLIENT_ADDRESS), machine.addPod('default/server', SERVER_ADDRESS)];
    if (!client || !server) throw new Error('a pod got no address');
    this.#client = client.netns;
    for (const port of SERVER_PORTS) {
      server.netns.sockets.listen({
        protocol: 'tcp',
        address: '0.0.0.0',
        port,
        program: 'server',
        onConnection: (connection) => {
          connection.onClose = () => connection.close();
        },
      });
    }
  }

  connect(address: string, count: number, options: { readonly traced: boolean }): void {
    let connected = 0;
    for (let i = 0; i < count; i++) {
      const tag = options.traced ? this.#context.newTag() : 0;
      const onConnected = (connection: { close(): void }) => {
        connected++;
        connection.close();
      };
      const onError = () => {};
      connectTCP(this.#client, { address, port: 80, tag, onConnected, onError });
      this.#clock.advanceTo(this.#clock.nowUs + 10_000);
    }
    if (connected !== count) throw new Error(`${connected} of ${count} connections were made`);
  }
}

function nameOf(place: number): string {
  return `web-${place + 1}`;
}

function serviceNumber(place: number): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: nameOf(place), namespace: 'default' },
    spec: { type: 'ClusterIP', clusterIP: addressIn('10.96.0.0/12', place), ports: [{ name: 'http', protocol: 'TCP', port: 80 }] },
  };
}

function sliceOf(place: number, addresses: readonly string[], port: number): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${nameOf(place)}-${port}`, namespace: 'default', labels: { 'kubernetes.io/service-name': nameOf(place) } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address] })),
    ports: [{ name: 'http', protocol: 'TCP', port }],
  };
}

function addressesOf(network: string, place: number): string[] {
  return [0, 1, 2].map((n) => addressIn(network, 3 * place + n));
}

function addressIn(network: string, place: number): string {
  const cidr = parseCIDR(network);
  const address = cidr && addressAt(cidr, place + 10);
  if (!address) throw new Error(`${network} has no address ${place}`);
  return address;
}
