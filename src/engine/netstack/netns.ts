// One network namespace: interfaces, addresses, routes, neighbours, rules, connections, sockets. This file is the
// state; the layers that act on it (link, ip, tcp ...) are functions in files of their own, assembled in stack.ts.

import { type Address, cidrContains, type Family, familyOf, isLinkLocal, linkLocalAddress, parseCIDR } from '../net/address.ts';
import { addrOf, type NeighbourMessage, type Packet, type SCTPChunk, sourcePortOf } from '../net/packet.ts';
import { Conntrack } from '../netfilter/conntrack.ts';
import type { PortDraw } from '../netfilter/nat.ts';
import type { Ruleset } from '../netfilter/ruleset.ts';
import type { MachineFacts, Rule } from '../netfilter/types.ts';
import { hash32, type Random } from '../sim/random.ts';
import type { SimulationContext } from '../sim/simulation-context.ts';
import type { FateKind, Hook, TracedPacket } from '../sim/trace.ts';
import { createDevice, type Device, type NewDevice } from './device.ts';
import type { Reassembly } from './fragments.ts';
import type { HookPlace } from './hooks.ts';
import { PathMTUs } from './path-mtus.ts';
import type { Redirected } from './redirect.ts';
import { RoutingTable } from './routing.ts';
import type { Errno, SkBuff } from './skb.ts';
import { type SCTPClient, type SCTPConnect, SocketTable } from './sockets.ts';

/** sysctls that packets depend on, by their names under net.ipv4, net.ipv6.conf.all and net.bridge. */
export interface Sysctls {
  ip_forward: boolean;
  /** net.ipv6.conf.all.forwarding */
  forwarding: boolean;
  route_localnet: boolean;
  bridge_nf_call_iptables: boolean;
  bridge_nf_call_ip6tables: boolean;
  rp_filter: 0 | 1 | 2;
  send_redirects: boolean;
  ip_default_ttl: number;
  tcp_syn_retries: number;
  /** SYNs that are sent again without waiting longer than before, besides those of tcp_syn_retries. */
  tcp_syn_linear_timeouts: number;
  /** net.ipv4.neigh.default.retrans_time_ms: between two ARP requests. */
  retrans_time_ms: number;
}

/** net.ipv4.conf.INTERFACE.*, as far as an interface differs from the others. */
export interface InterfaceSysctls {
  /** The greater one of this and conf.all's counts. */
  rp_filter?: number;
  /** Either is enough. */
  route_localnet?: boolean;
  /** For what comes in by it; ip_forward sets it on all interfaces. */
  forwarding?: boolean;
  /** On unless it is switched off here and in conf.all: either is enough. */
  send_redirects?: boolean;
}

export interface Neighbour {
  readonly address: Address;
  readonly device: string;
  mac: string | null;
  state: 'INCOMPLETE' | 'REACHABLE' | 'FAILED' | 'PERMANENT';
  /** IPv6: its advertisement said that it forwards. */
  isRouter?: boolean;
  tries: number;
  /** The requests sent so far, where they are recorded. */
  readonly requests: TracedPacket[];
  /** Packets for it, and how each goes on once its MAC is known. */
  readonly waiting: { readonly skb: SkBuff; readonly send: (mac: string, skb: SkBuff) => void }[];
}

/** Upcalls from lower layers to higher ones, as the kernel registers its protocol handlers. */
export interface Handlers {
  /** A packet for this machine's IP layer, seen on `device`. */
  ip(device: Device, skb: SkBuff): void;
  /** A packet that the IP layer delivers to a transport. */
  transport(skb: SkBuff, device: Device): void;
  /** A piece of a packet came; true when it is whole again. */
  reassemble(skb: SkBuff): boolean;
  /** A REJECT rule matched: answer for the destination. */
  reject(skb: SkBuff, rejectWith: string, hook: Hook): void;
  /** No neighbour answered for the packet's next hop. */
  hostUnreachable(skb: SkBuff): void;
  /** A tunnel device has a packet to wrap. */
  encapsulate(device: Device, skb: SkBuff, destinationMac: string): void;
}

/** What not every machine has to speak: Neighbour Discovery and SCTP (more-protocols.ts). */
export interface MoreProtocols {
  /** Nobody knows yet who has an IPv6 address: asks for it. */
  solicitNeighbour(netns: NetworkNamespace, device: Device, neighbour: Neighbour): void;
  receiveNeighbourMessage(netns: NetworkNamespace, device: Device, message: NeighbourMessage, skb: SkBuff): void;
  /** Whether an interface listens to an IPv6 multicast group. */
  isGroupMember(netns: NetworkNamespace, device: Device, group: Address): boolean;
  receiveSCTP(netns: NetworkNamespace, chunk: SCTPChunk, skb: SkBuff): void;
  connectSCTP(netns: NetworkNamespace, options: SCTPConnect): SCTPClient | Errno;
}

function flowPort(inner: Packet): number {
  return 32_768 + (hash32(`${addrOf(inner)} ${inner.transport.protocol} ${sourcePortOf(inner)}`) % 28_232);
}

export class NetworkNamespace {
  readonly name: string;
  readonly context: SimulationContext;
  readonly sysctls: Sysctls = {
    ip_forward: false,
    forwarding: false,
    route_localnet: false,
    bridge_nf_call_iptables: true,
    bridge_nf_call_ip6tables: true,
    rp_filter: 0,
    send_redirects: true,
    ip_default_ttl: 64,
    tcp_syn_retries: 6,
    tcp_syn_linear_timeouts: 4,
    retrans_time_ms: 1000,
  };
  readonly devices = new Map<string, Device>();
  readonly routing = new RoutingTable();
  readonly sockets = new SocketTable();
  /** Makes the changes to a family's rules and connections that are due and could wait until somebody looks. */
  readonly whenLookedAt: Record<Family, (() => void) | null> = { 4: null, 6: null };
  handlers: Handlers | null = null;
  protocols: MoreProtocols | null = null;
  /** Answers the rarer matches, where rules may have them (machine-facts.ts). */
  facts: ((netns: NetworkNamespace, skb: SkBuff, place: HookPlace) => MachineFacts) | null = null;
  /** The outer source port of a tunnelled packet, by which the wire tells flows apart (udp_flow_src_port); replaced likewise. */
  tunnelSourcePort: (inner: Packet) => number = flowPort;
  #ruleset: Ruleset | null = null;
  #ruleset6: Ruleset | null = null;
  #nextIndex = 1;
  readonly #local = new Map<Address, Device>();
  // Most namespaces of a large cluster never see a packet: what only packets leave behind is made when it is asked for.
  #conntrack: Conntrack | null = null;
  #interfaceSysctls: Map<string, InterfaceSysctls> | null = null;
  #neighbours: Map<string, Neighbour> | null = null;
  #proxyARP: Set<Address> | null = null;
  #reassemblies: Map<string, Reassembly> | null = null;
  #pathMTUs: PathMTUs | null = null;
  #redirected: Map<Address, Redirected> | null = null;
  #natPort: PortDraw | null = null;
  #statistic: ((rule: Rule) => number) | null = null;

  constructor(context: SimulationContext, name: string) {
    this.name = name;
    this.context = context;
    this.addDevice({ name: 'lo', kind: 'loopback', addresses: ['127.0.0.1/8'] });
  }

  /** Set where rules are loaded; a namespace without rules tracks nothing. */
  get ruleset(): Ruleset | null {
    this.whenLookedAt[4]?.();
    return this.#ruleset;
  }

  set ruleset(ruleset: Ruleset | null) {
    this.#ruleset = ruleset;
  }

  /** The same for IPv6, what ip6tables loads. */
  get ruleset6(): Ruleset | null {
    this.whenLookedAt[6]?.();
    return this.#ruleset6;
  }

  set ruleset6(ruleset: Ruleset | null) {
    this.#ruleset6 = ruleset;
  }

  get conntrack(): Conntrack {
    this.whenLookedAt[4]?.();
    this.whenLookedAt[6]?.();
    this.#conntrack ??= new Conntrack();
    return this.#conntrack;
  }

  get interfaceSysctls(): Map<string, InterfaceSysctls> {
    this.#interfaceSysctls ??= new Map();
    return this.#interfaceSysctls;
  }

  get neighbours(): Map<string, Neighbour> {
    this.#neighbours ??= new Map();
    return this.#neighbours;
  }

  /** Addresses answered for by ARP though they are not ours (`ip neigh add proxy`). */
  get proxyARP(): Set<Address> {
    this.#proxyARP ??= new Set();
    return this.#proxyARP;
  }

  /** Pieces of packets that wait for the others. */
  get reassemblies(): Map<string, Reassembly> {
    this.#reassemblies ??= new Map();
    return this.#reassemblies;
  }

  /** What the ways to far addresses carry, as routers said (RFC 1191). */
  get pathMTUs(): PathMTUs {
    this.#pathMTUs ??= new PathMTUs(this.context.clock);
    return this.#pathMTUs;
  }

  /** Senders that were told of a shorter way. */
  get redirected(): Map<Address, Redirected> {
    this.#redirected ??= new Map();
    return this.#redirected;
  }

  /** Draws ports for translations; a comparison with a recorded kernel replaces it. */
  get natPort(): PortDraw {
    this.#natPort ??= drawPorts(this.context.random(`${this.name} nat`));
    return this.#natPort;
  }

  set natPort(draw: PortDraw) {
    this.#natPort = draw;
  }

  /** Draws numbers for `-m statistic`; replaced likewise. */
  get statistic(): (rule: Rule) => number {
    this.#statistic ??= drawNumbers(this.context.random(`${this.name} draws`));
    return this.#statistic;
  }

  set statistic(draw: (rule: Rule) => number) {
    this.#statistic = draw;
  }

  /** Adds an interface, its addresses and the connected routes that addresses bring. */
  addDevice(options: NewDevice): Device {
    const device = createDevice(this.name, this.#nextIndex++, options);
    this.devices.set(device.name, device);
    for (const { address, prefix } of device.addresses) this.#addAddress(device, address, prefix);
    return device;
  }

  /** `ip address add fd00::1/64 dev eth0`. The first IPv6 address brings the interface's link-local one and loopback's. */
  addAddress(name: string, text: string): void {
    const device = this.device(name);
    const [address = '', prefix] = text.split('/');
    const own = [{ address, prefix: Number(prefix) }];
    if (familyOf(address) === 6 && !device.addresses.some((one) => isLinkLocal(one.address))) {
      if (!this.#local.has('::1')) this.#addIPv6Loopback();
      own.push({ address: linkLocalAddress(device.mac), prefix: 64 });
    }
    device.addresses.push(...own);
    for (const one of own) this.#addAddress(device, one.address, one.prefix);
  }

  removeDevice(name: string): void {
    const device = this.devices.get(name);
    if (!device) return;
    this.devices.delete(name);
    this.routing.removeDevice(name);
    for (const { address } of device.addresses) this.#local.delete(address);
    for (const [key, neighbour] of this.neighbours) if (neighbour.device === name) this.neighbours.delete(key);
    const { master } = device;
    if (!master) return;
    master.ports.splice(master.ports.indexOf(device), 1);
    for (const [mac, port] of master.fdb) if (port === device) master.fdb.delete(mac);
  }

  device(name: string): Device {
    const device = this.devices.get(name);
    if (!device) throw new Error(`${this.name} has no interface ${name}`);
    return device;
  }

  /** Whether packets to `address` are delivered on this machine. */
  isLocal(address: Address): boolean {
    return this.#local.has(address) || address.startsWith('127.') || address === '::1';
  }

  /** Whether what comes in by an interface may be passed on; its own switch is the later one (IN_DEV_FORWARD). */
  forwardsFrom(device: string, family: Family): boolean {
    const { forwarding, ip_forward } = this.sysctls;
    return family === 6 ? forwarding : (this.interfaceSysctls.get(device)?.forwarding ?? ip_forward);
  }

  /** What an address is to this machine, or with `device` to that interface of it. */
  addressType(address: Address, device?: string | null): 'LOCAL' | 'UNICAST' | 'BROADCAST' | 'MULTICAST' {
    const asked = device ? this.devices.get(device)?.addresses.some((own) => own.address === address) : true;
    if (this.isLocal(address)) return asked ? 'LOCAL' : 'UNICAST';
    if (address.startsWith('ff') && familyOf(address) === 6) return 'MULTICAST';
    const first = Number(address.split('.')[0]);
    if (first >= 224 && first < 240) return 'MULTICAST';
    return address === '255.255.255.255' ? 'BROADCAST' : 'UNICAST';
  }

  /** The source address for packets that leave by `device` towards `nextHop` (inet_select_addr, ipv6_dev_get_saddr). */
  sourceAddress(device: Device, nextHop: Address): Address | null {
    const own = device.addresses.filter(({ address }) => mayAddress(address, nextHop));
    const sameNetwork = own.find(({ address, prefix }) => {
      const cidr = parseCIDR(`${address}/${prefix}`);
      return cidr !== null && cidrContains(cidr, nextHop);
    });
    const first = sameNetwork ?? own[0];
    return first?.address ?? [...this.#local.keys()].find((address) => mayAddress(address, nextHop)) ?? null;
  }

  /** Ends a packet here and says how. */
  end(skb: SkBuff, kind: FateKind, text: string): void {
    if (skb.record && !skb.record.fate) skb.record.fate = { kind, node: this.name, timeUs: skb.timeUs, text };
    // A lost piece is the end of the whole.
    if (skb.whole && skb.packet.fragment && kind !== 'forwarded') this.end(skb.whole, kind, text);
  }

  #addIPv6Loopback(): void {
    const loopback = this.device('lo');
    loopback.addresses.push({ address: '::1', prefix: 128 });
    this.#local.set('::1', loopback);
  }

  #addAddress(device: Device, address: Address, prefix: number): void {
    this.#local.set(address, device);
    const isIPv6 = familyOf(address) === 6;
    if (device.kind === 'loopback' || prefix === (isIPv6 ? 128 : 32)) return;
    const scope = isIPv6 ? 'metric 256' : `scope link src ${address}`;
    this.routing.add(`${address}/${prefix} dev ${device.name} proto kernel ${scope}`);
  }
}

function drawPorts(random: Random): PortDraw {
  return (_original, { low, size }) => low + random.below(size);
}

function drawNumbers(random: Random): () => number {
  return () => random.float();
}

/** Whether packets to `other` may come from an address: of one family and scope; loopback's is good on its own machine only. */
function mayAddress(address: Address, other: Address): boolean {
  if (address.startsWith('127.') || address === '::1' || familyOf(address) !== familyOf(other)) return false;
  return familyOf(address) === 4 || isLinkLocal(address) === isLinkLocal(other);
}
