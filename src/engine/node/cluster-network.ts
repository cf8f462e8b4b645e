// The machines and the wires of a cluster: nodes, the control plane and the world's client on one network, a router
// beyond it that drops what it cannot return, one internet host, and the forwarder that answers names for all.
//
//   world .100 ─┐                      ┌─ internet 203.0.113.10
//   node-1 .11 ─┼─ wire 192.168.56/24 ─┤
//   node-2 .12 ─┘          router .1 ──┘   everything else: dropped, nobody is told

import { type CIDR, cidrContains, parseCIDR } from '../net/address.ts';
import type { DNSRecord } from '../net/packet.ts';
import { connect, enslave } from '../netstack/link.ts';
import type { MoreProtocols, NetworkNamespace } from '../netstack/netns.ts';
import { createNetworkNamespace } from '../netstack/stack.ts';
import type { SimulationContext } from '../sim/simulation-context.ts';
import { addVxlanDevice, type FlannelNode, meetVxlanPeers, routeHostGateway } from './cni/flannel.ts';
import { Machine } from './machine.ts';

const NODE_NETWORK = '192.168.56.0/24';
export const ROUTER_ADDRESS = '192.168.56.1';
export const WORLD_ADDRESS = '192.168.56.100';
export const CONTROL_PLANE_ADDRESS = '192.168.56.10';
export const LOAD_BALANCER_ADDRESS = '192.168.56.2';
export const INTERNET_ADDRESS = '203.0.113.10';
/** Names that the forwarder knows besides the nodes' own. */
export const INTERNET_NAMES = ['example.com', 'www.example.com', 'api.example.com', 'db.example.com', 'my.database.example.com'];

const WIRE_LATENCY_US = 50;
const INTERNET_LATENCY_US = 8_000;

export type CNIMode = 'host-gw' | 'vxlan' | 'none';

export interface NodeSpec {
  readonly name: string;
  readonly address: string;
  readonly podCIDR: string;
}

export interface NetworkOptions {
  readonly cni: CNIMode;
  readonly nodes: readonly NodeSpec[];
  readonly cloudProvider: boolean;
  /** What pods and the tunnel are told; null: what fits the nodes' links. */
  readonly podMTU?: number | null;
  /** What the switch between the nodes carries, though their links say 1500. */
  readonly networkMTU?: number | null;
  /** What machines speak besides IPv4, TCP and UDP. */
  readonly protocols?: MoreProtocols;
}

export class ClusterNetwork {
  readonly context: SimulationContext;
  readonly cni: CNIMode;
  readonly machines = new Map<string, Machine>();
  readonly wire: NetworkNamespace;
  readonly world: NetworkNamespace;
  readonly router: NetworkNamespace;
  readonly internet: NetworkNamespace;
  readonly controlPlane: NetworkNamespace;
  /** The cloud's balancer, where there is one: it has the outer addresses and passes packets on to nodes unchanged. */
  readonly loadBalancer: NetworkNamespace | null;
  /** Whoever is on the node network besides nodes, by IPv4 address. */
  readonly hosts = new Map<string, NetworkNamespace>();
  /** Their IPv6 addresses, each with the IPv4 address that it stands beside; none in a single-stack cluster. */
  readonly secondAddresses = new Map<string, string>();
  /** What the forwarder answers besides A records. */
  readonly moreRecords: DNSRecord[] = [];
  readonly #protocols: MoreProtocols | undefined;
  readonly podMTU: number;
  readonly #networkMTU: number | null;

  constructor(context: SimulationContext, options: NetworkOptions) {
    this.context = context;
    this.#protocols = options.protocols;
    this.cni = options.cni;
    this.#networkMTU = options.networkMTU ?? null;
    this.podMTU = options.podMTU ?? (options.cni === 'vxlan' ? 1450 : 1500);
    this.wire = createNetworkNamespace(context, 'wire');
    this.wire.sysctls.bridge_nf_call_iptables = false;
    this.wire.addDevice({ name: 'br0', kind: 'bridge' });
    this.router = this.#host('router', ROUTER_ADDRESS);
    this.router.sysctls.ip_forward = true;
    this.internet = createNetworkNamespace(context, 'internet', options.protocols);
    this.#joinInternet();
    this.world = this.#host('world', WORLD_ADDRESS);
    this.controlPlane = this.#host('control-plane', CONTROL_PLANE_ADDRESS);
    this.loadBalancer = options.cloudProvider ? this.#host('load-balancer', LOAD_BALANCER_ADDRESS) : null;
    if (this.loadBalancer) {
      Object.assign(this.loadBalancer.sysctls, { ip_forward: true, send_redirects: false });
      this.loadBalancer.interfaceSysctls.set('eth0', { send_redirects: false });
    }
    for (const netns of [this.world, this.controlPlane]) netns.routing.add(`default via ${ROUTER_ADDRESS} dev eth0`);
    for (const node of options.nodes) this.#addMachine(node);
    this.#joinForeignNodes();
    this.#routePods();
  }

  /** What the forwarder answers: internet names, and the nodes by their names. */
  get records(): readonly DNSRecord[] {
    const a = (name: string, data: string): DNSRecord => ({ name: `${name}.`, type: 'A', ttl: 300, data });
    return [
      ...INTERNET_NAMES.map((name) => a(name, INTERNET_ADDRESS)),
      ...[...this.machines.values()].map((one) => a(one.name, one.address)),
      ...this.moreRecords,
    ];
  }

  /** One more node on the wire of a cluster that runs: every other learns the way to its pods. */
  join(spec: NodeSpec): Machine {
    const others: FlannelNode[] = [...this.machines.values()];
    const machine = this.#addMachine(spec);
    if (!cidrContains(parseCIDR(NODE_NETWORK) as CIDR, spec.address)) this.#joinForeignNode(machine);
    if (this.cni === 'host-gw') {
      routeHostGateway(machine, others);
      for (const other of others) routeHostGateway(other, [machine]);
    }
    if (this.cni === 'vxlan') {
      addVxlanDevice(machine, this.podMTU);
      meetVxlanPeers(machine, others);
      for (const other of others) meetVxlanPeers(other, [machine]);
    }
    return machine;
  }

  #addMachine(spec: NodeSpec): Machine {
    const podCIDR = parseCIDR(spec.podCIDR);
    if (!podCIDR) throw new Error(`node ${spec.name} has no valid podCIDR: ${spec.podCIDR}`);
    const machine = new Machine(this.context, {
      name: spec.name,
      address: spec.address,
      podCIDR,
      mtu: this.podMTU,
      protocols: this.#protocols,
    });
    this.machines.set(spec.name, machine);
    this.#plug(machine.netns, spec.name);
    machine.netns.routing.add(`default via ${ROUTER_ADDRESS} dev eth0 proto static`);
    return machine;
  }

  /** Nodes that the user put into other networks hang on the same switch: everybody is told that they are on the link. */
  #joinForeignNodes(): void {
    const home = parseCIDR(NODE_NETWORK) as CIDR;
    for (const machine of this.machines.values()) if (!cidrContains(home, machine.address)) this.#joinForeignNode(machine);
  }

  #joinForeignNode(machine: Machine): void {
    const hosts = [this.router, this.world, this.controlPlane, this.loadBalancer, ...[...this.machines.values()].map(({ netns }) => netns)];
    machine.netns.routing.add(`${NODE_NETWORK} dev eth0 scope link`);
    for (const host of hosts) if (host && host !== machine.netns) host.routing.add(`${machine.address}/32 dev eth0 scope link`);
  }

  #routePods(): void {
    const nodes: FlannelNode[] = [...this.machines.values()];
    if (this.cni === 'vxlan') for (const node of nodes) addVxlanDevice(node, this.podMTU);
    for (const node of nodes) {
      const others = nodes.filter((other) => other !== node);
      if (this.cni === 'host-gw') routeHostGateway(node, others);
      if (this.cni === 'vxlan') meetVxlanPeers(node, others);
    }
  }

  #host(name: string, address: string): NetworkNamespace {
    const netns = createNetworkNamespace(this.context, name, this.#protocols);
    this.hosts.set(address, netns);
    netns.addDevice({ name: 'eth0', kind: 'ethernet', addresses: [`${address}/24`] });
    this.#plug(netns, name);
    return netns;
  }

  /** A cable from the machine's eth0 to a port of the switch. */
  #plug(netns: NetworkNamespace, name: string): void {
    const mtu = this.#networkMTU === null ? {} : { mtu: this.#networkMTU };
    const port = this.wire.addDevice({ name: `to-${name}`, kind: 'ethernet', ...mtu });
    connect({ netns, device: netns.device('eth0') }, { netns: this.wire, device: port }, WIRE_LATENCY_US);
    enslave(this.wire.device('br0'), port, { hairpin: false });
  }

  #joinInternet(): void {
    const { router, internet } = this;
    const outside = router.addDevice({ name: 'eth1', kind: 'ethernet', addresses: ['203.0.113.1/24'] });
    const uplink = internet.addDevice({ name: 'eth0', kind: 'ethernet', addresses: [`${INTERNET_ADDRESS}/24`] });
    connect({ netns: router, device: outside }, { netns: internet, device: uplink }, INTERNET_LATENCY_US);
    internet.routing.add('default via 203.0.113.1 dev eth0');
    router.routing.add('blackhole default');
  }
}
