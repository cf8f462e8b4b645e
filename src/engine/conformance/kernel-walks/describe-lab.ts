// Describes a cluster's network as a lab: what stands in its namespaces is written down, nothing is decided here.

import { cidrContains, familyOf, parseCIDR } from '../../net/address.ts';
import type { Ruleset } from '../../netfilter/ruleset.ts';
import type { Device } from '../../netstack/device.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import { printRoute, type Route } from '../../netstack/routing.ts';
import type { ClusterNetwork } from '../../node/cluster-network.ts';
import { isSilent } from '../../programs/server.ts';
import type { TableName } from '../../sim/trace.ts';
import type { Lab, LabDevice, LabEnd, LabListener, LabMachine, LabPart } from './lab.ts';

/** Every network namespace of a cluster, by the name that traces call it. */
export function placesOf(network: ClusterNetwork): Map<string, NetworkNamespace> {
  const machines = [...network.machines.values()];
  const pods = machines.flatMap((machine) => [...machine.pods.values()].map((pod) => pod.netns));
  const { wire, router, internet, world, controlPlane, loadBalancer } = network;
  const outside = [router, internet, world, controlPlane, ...(loadBalancer ? [loadBalancer] : [])];
  const all = [wire, ...outside, ...machines.map((machine) => machine.netns), ...pods];
  return new Map(all.map((netns) => [netns.name, netns]));
}

export function describeLab(places: ReadonlyMap<string, NetworkNamespace>): Lab {
  const segments = findSegments(places);
  return { machines: [...places.values()].map((netns) => describeMachine(netns, places, segments)), parts: describeParts(places) };
}

function describeMachine(netns: NetworkNamespace, places: ReadonlyMap<string, NetworkNamespace>, segments: readonly Segment[]): LabMachine {
  const { sysctls } = netns;
  return {
    name: netns.name,
    sysctls: {
      'net.ipv4.ip_forward': Number(sysctls.ip_forward),
      'net.ipv4.fib_multipath_hash_policy': 1,
      'net.ipv4.ip_default_ttl': sysctls.ip_default_ttl,
      'net.ipv4.conf.all.route_localnet': Number(sysctls.route_localnet),
      'net.ipv4.conf.all.rp_filter': sysctls.rp_filter,
      'net.ipv4.conf.all.send_redirects': Number(sysctls.send_redirects),
      'net.ipv4.conf.default.send_redirects': 1,
      'net.bridge.bridge-nf-call-iptables': Number(sysctls.bridge_nf_call_iptables),
    },
    interfaceSysctls: describeInterfaces(netns),
    routes: netns.routing.routes.filter((route) => route.protocol !== 'kernel' && route.destination?.family !== 6).map(routeWords),
    neighbours: [...fixedNeighbours(netns), ...answeredByProxy(netns, places)],
    rules: netns.ruleset ? rulesThatLoadAlike(netns.ruleset) : null,
    sets: netns.ruleset?.addressSets.save() ?? '',
    listeners: describeListeners(netns),
    warmUp: neighboursToMeet(netns, segments),
  };
}

function describeInterfaces({ interfaceSysctls, devices }: NetworkNamespace): NonNullable<LabMachine['interfaceSysctls']> {
  const own = [...interfaceSysctls].filter(([name]) => devices.has(name));
  return Object.fromEntries(
    own.map(([name, values]) => [name, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]))]),
  );
}

/** As `ip route add` takes it: with several gateways each names its interface. */
function routeWords(route: Route): string {
  if (route.nexthops.length === 0) return printRoute(route);
  const bare = printRoute({ ...route, device: '', nexthops: [] });
  return [bare, ...route.nexthops.map((via) => `nexthop via ${via} dev ${route.device}`)].join(' ');
}

function fixedNeighbours(netns: NetworkNamespace): LabMachine['neighbours'] {
  return [...netns.neighbours.values()].flatMap(({ address, device, mac, state }) =>
    state === 'PERMANENT' && mac && familyOf(address) === 4 ? [{ address, device, mac }] : [],
  );
}

/** A kernel answers ARP in another's place only where the way there leaves by another interface: here everybody is told. */
function answeredByProxy(netns: NetworkNamespace, places: ReadonlyMap<string, NetworkNamespace>): LabMachine['neighbours'] {
  const proxies = [...places.values()].filter((one) => one !== netns && one.proxyARP.size > 0);
  const hasEthernet = netns.devices.get('eth0')?.kind === 'ethernet';
  if (!hasEthernet) return [];
  return proxies.flatMap((proxy) => [...proxy.proxyARP].map((address) => ({ address, device: 'eth0', mac: proxy.device('eth0').mac })));
}

/** iptables-save names built-in chains that hang on no hook, too; restoring its text would create them. */
export function rulesThatLoadAlike(ruleset: Ruleset): string {
  let table = '';
  const lines = ruleset.save().split('\n');
  const kept = lines.filter((line) => {
    if (line.startsWith('*')) table = line.slice(1);
    const chain = /^:(\S+) [A-Z]/.exec(line)?.[1];
    return chain === undefined || ruleset.isRegistered(table as TableName, chain);
  });
  return kept.join('\n');
}

function describeListeners(netns: NetworkNamespace): LabListener[] {
  return netns.sockets.listeners().flatMap(({ protocol, address, port, program }) => {
    if (protocol === 'sctp' || (familyOf(address) === 6 && !isHeardInLab(protocol, address))) return [];
    const words = { program, name: netns.name.split('/').at(-1) ?? '', ...(isSilent(program) ? { silent: true } : {}) };
    return [{ protocol, address: address === '::' && protocol === 'udp' ? '0.0.0.0' : address, port, ...words }];
  });
}

/** A lab has no IPv6 but a machine's own ::1, and there TCP only. */
function isHeardInLab(protocol: 'tcp' | 'udp', address: string): boolean {
  return address === '::' || (address === '::1' && protocol === 'tcp');
}

/** A part can be made as soon as it is the next of every machine that it has an interface on. */
function describeParts(places: ReadonlyMap<string, NetworkNamespace>): LabPart[] {
  const waiting = new Map([...places.values()].map((netns) => [netns.name, [...netns.devices.values()].filter(hasPlace)]));
  const parts: LabPart[] = [];
  const isNext = (machine: string, name: string) => waiting.get(machine)?.[0]?.name === name;
  for (let made = true; made; ) {
    made = false;
    for (const netns of places.values()) {
      const own = waiting.get(netns.name) ?? [];
      for (let device = own[0]; device && (!device.peer || isNext(device.peer.place, device.peer.name)); device = own[0]) {
        parts.push(describePart(netns, device, places));
        own.shift();
        if (device.peer) waiting.get(device.peer.place)?.shift();
        made = true;
      }
    }
  }
  return parts;
}

/** Loopback is there from the beginning; a cable whose other end is gone leads nowhere. */
function hasPlace({ kind, peer, vxlan }: Device): boolean {
  return kind === 'bridge' || (vxlan !== null && familyOf(vxlan.local) === 4) || peer !== null;
}

function describePart(netns: NetworkNamespace, device: Device, places: ReadonlyMap<string, NetworkNamespace>): LabPart {
  const facts = describeDevice(netns, device);
  if (device.vxlan) {
    const { vni, local, port, fdb } = device.vxlan;
    return { kind: 'tunnel', ...facts, vni, local, port, fdb: [...fdb].map(([mac, remote]) => ({ mac, remote })) };
  }
  const other = device.peer && places.get(device.peer.place);
  if (!device.peer || !other) return { kind: 'bridge', ...facts };
  const ends = [describeEnd(netns, device), describeEnd(other, other.device(device.peer.name))] as const;
  return { kind: 'link', latencyUs: device.latencyUs, ends };
}

function describeEnd(netns: NetworkNamespace, device: Device): LabEnd {
  return { ...describeDevice(netns, device), bridge: device.master?.name ?? null, hairpin: device.hairpin };
}

function describeDevice(netns: NetworkNamespace, { name, mac, mtu, addresses }: Device): LabDevice {
  const own = addresses.filter(({ address }) => familyOf(address) === 4);
  return { machine: netns.name, name, mac, mtu, addresses: own.map(({ address, prefix }) => `${address}/${prefix}`) };
}

/** The addresses that hear each other's ARP, with the machine that has each. */
type Segment = readonly { readonly machine: string; readonly address: string }[];

function findSegments(places: ReadonlyMap<string, NetworkNamespace>): Segment[] {
  const addressesOf = (netns: NetworkNamespace, device: Device | undefined) =>
    (device?.addresses ?? []).flatMap(({ address }) => (familyOf(address) === 4 ? [{ machine: netns.name, address }] : []));
  const farEnd = (device: Device) => {
    const netns = device.peer ? places.get(device.peer.place) : undefined;
    return netns && device.peer ? addressesOf(netns, netns.devices.get(device.peer.name)) : [];
  };
  return [...places.values()].flatMap((netns) =>
    [...netns.devices.values()].flatMap((device) => {
      if (device.kind === 'bridge') return [[...addressesOf(netns, device), ...device.ports.flatMap(farEnd)]];
      return device.peer && !device.master ? [[...addressesOf(netns, device), ...farEnd(device)]] : [];
    }),
  );
}

function neighboursToMeet(netns: NetworkNamespace, segments: readonly Segment[]): string[] {
  const own = [...netns.devices.values()].flatMap(({ addresses }) => addresses);
  const networks = own.map(({ address, prefix }) => parseCIDR(`${address}/${prefix}`));
  const heard = segments.filter((segment) => segment.some(({ machine }) => machine === netns.name)).flat();
  const others = heard.filter(({ machine, address }) => {
    return machine !== netns.name && networks.some((network) => network && network.prefix < 32 && cidrContains(network, address));
  });
  return [...new Set(others.map(({ address }) => address))];
}
