// Commands about interfaces, wires and packets: `ip link`, `tc qdisc`, power, partitions, and a packet taken in flight.
// Words of errors: iproute2 6.x.

import type { NetworkNamespace } from '../netstack/netns.ts';
import { printRoute } from '../netstack/routing.ts';
import type { Command } from './command.ts';
import type { Faults, Refusal } from './faults.ts';
import { printNetem } from './netem.ts';
import { keyOfPlace, notFound } from './places.ts';

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

/** ip-link(8): without its interface a machine has no routes by it either; `up` brings them back, as networkd does. */
export function applyLink(faults: Faults, { place, device: name, up }: Of<'link'>): Refusal {
  const netns = faults.netnsOf(place);
  if (typeof netns === 'string') return netns;
  const device = netns.devices.get(name);
  if (!device) return `Cannot find device "${name}"`;
  if (device.kind !== 'ethernet' && device.kind !== 'veth')
    return `${name}: only ethernet and veth interfaces can be set ${up ? 'up' : 'down'} here`;
  if (device.up === up) return null;
  faults.watchWires();
  device.up = up;
  const wire = `${netns.name} ${name}`;
  if (up) faults.wires.down.delete(wire);
  else faults.wires.down.add(wire);
  if (up) restoreRoutes(faults, netns, name);
  else removeRoutes(faults, netns, name);
  const at = keyOfPlace(faults, place);
  faults.mark(`link ${wire}`, up ? null : { undo: `${place}: ip link set ${name} up`, at: [at], text: `${name} is down` });
  faults.note(place, `${name} is ${up ? 'up' : 'down'}`, at);
  faults.reconnect();
  return null;
}

function removeRoutes(faults: Faults, netns: NetworkNamespace, device: string): void {
  faults.routes.set(`${netns.name} ${device}`, netns.routing.routes.filter((route) => route.device === device).map(printRoute));
  netns.routing.removeDevice(device);
  for (const [key, neighbour] of netns.neighbours) if (neighbour.device === device && neighbour.mac) netns.neighbours.delete(key);
}

function restoreRoutes(faults: Faults, netns: NetworkNamespace, device: string): void {
  const name = `${netns.name} ${device}`;
  for (const line of faults.routes.get(name) ?? []) netns.routing.add(line);
  faults.routes.delete(name);
}

/** tc-netem(8), at the root of an interface: it delays and loses what the interface sends. */
export function applyQdisc(faults: Faults, { place, verb, device, netem }: Of<'qdisc'>): Refusal {
  const netns = faults.netnsOf(place);
  if (typeof netns === 'string') return netns;
  if (!netns.devices.has(device)) return `Cannot find device "${device}"`;
  const { qdiscs } = faults.wires;
  const wire = `${netns.name} ${device}`;
  const known = qdiscs.get(wire);
  if (verb === 'del' && !known) return 'Error: Cannot delete qdisc with handle of zero.';
  if (verb === 'add' && known) return 'Error: Exclusivity flag on, cannot modify.';
  if (verb === 'change' && !known) return 'Error: Qdisc not found. To create specify NLM_F_CREATE flag.';
  faults.watchWires();
  if (netem) qdiscs.set(wire, { netem, random: known?.random ?? faults.cluster.context.random(`netem ${wire}`) });
  else qdiscs.delete(wire);
  const at = keyOfPlace(faults, place);
  const undo = `${place}: tc qdisc del dev ${device} root`;
  faults.mark(`qdisc ${wire}`, netem && { undo, at: [at], text: `${device}: ${printNetem(netem)}` });
  faults.note(place, netem ? `${device} has ${printNetem(netem)}` : `${device} sends at once again`, at);
  return null;
}

/** What is in memory is lost with the power: connections and processes. Addresses of pods stay. */
export function applyPower(faults: Faults, { node, on }: Of<'power'>): Refusal {
  const { network, kubelets, proxies } = faults.cluster;
  const machine = network.machines.get(node);
  const kubelet = kubelets.get(node);
  if (!machine || !kubelet) return notFound('nodes', node);
  const { dark } = faults.wires;
  if (dark.has(node) === !on) return null;
  faults.watchWires();
  const proxy = proxies.get(node);
  if (on) dark.delete(node);
  else {
    dark.add(node);
    for (const entry of machine.netns.conntrack.entries(faults.cluster.clock.nowUs)) machine.netns.conntrack.remove(entry);
  }
  faults.mark(`power ${node}`, on ? null : { undo: `${node}: power on`, at: [`Node//${node}`], text: 'no power' });
  for (const unit of ['kubelet', 'kube-proxy']) faults.mark(`stop ${unit} ${node}`, null);
  faults.note(node, on ? 'boots' : 'has no power', `Node//${node}`);
  if (proxy) proxy.isRunning = on;
  // The kubelet finds its containers dead.
  if (on) for (const run of kubelet.allRuns()) run.kill({ exitCode: 255, reason: 'Unknown' });
  kubelet.isRunning = on;
  faults.reconnect();
  return null;
}

/** Two machines whose frames do not reach each other; all others do. */
export function applyPartition(faults: Faults, { ends, cut }: Of<'partition'>): Refusal {
  const namespaces = ends.map((end) => faults.netnsOf(end));
  const refusal = namespaces.find((netns) => typeof netns === 'string');
  if (refusal !== undefined) return refusal as string;
  const [a, b] = ends;
  if (a.startsWith('pod/') || b.startsWith('pod/') || a === b) return 'two machines are expected: partition node-1 node-2';
  faults.watchWires();
  for (const netns of namespaces as NetworkNamespace[]) faults.wires.machineOf.set(netns.device('eth0').mac, netns.name);
  for (const pair of [`${a} ${b}`, `${b} ${a}`]) {
    if (cut) faults.wires.partitions.add(pair);
    else faults.wires.partitions.delete(pair);
  }
  const at = ends.map((end) => keyOfPlace(faults, end));
  const name = `partition ${ends.toSorted().join(' ')}`;
  faults.mark(name, cut ? { undo: `heal ${a} ${b}`, at, text: `${a} and ${b} do not reach each other` } : null);
  faults.note('wire', cut ? `${a} and ${b} no longer reach each other` : `${a} and ${b} reach each other`);
  faults.reconnect();
  return null;
}

/** Takes a packet when it crosses its next interface, from that hop on. */
export function applyPacket(faults: Faults, { packet, hop, deed }: Of<'packet'>): Refusal {
  faults.watchWires();
  faults.wires.grabs.set(packet, { hop, deed });
  return null;
}
