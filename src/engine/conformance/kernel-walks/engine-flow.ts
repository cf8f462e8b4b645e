// Sends one request through the engine, with a kernel's choices where it had any, and records it for the comparison.

import { destinationPortOf } from '../../net/packet.ts';
import type { CtEntry, Tuple } from '../../netfilter/conntrack.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import { type ClientResult, runRequest } from '../../programs/client.ts';
import { labelOf } from '../../sim/recorder.ts';
import type { SimulationContext } from '../../sim/simulation-context.ts';
import type { TracedPacket } from '../../sim/trace.ts';
import type { LabFlow } from './lab.ts';
import {
  connectionLine,
  familyLabel,
  firstOfEach,
  interfaceLine,
  outcomeLine,
  type RecordedFlow,
  type RecordedPacket,
  ruleLine,
} from './recorded-flow.ts';

const GIVE_UP_US = 120_000_000;
/** As long as a lab waits: no segment is sent again by then, and who asks for a neighbour knows that there is none. */
const FIRST_TRY_US = 800_000;
const LAB_RETRANS_MS = 100;
const LINGER_US = 300_000;
/** The kernel tunnelled no such packet. */
const UNKNOWN_PORT = 32_768;

/** `choices` are those of the same flow in a kernel. */
export function runEngineFlow(
  context: SimulationContext,
  places: ReadonlyMap<string, NetworkNamespace>,
  flow: LabFlow,
  choices: readonly string[],
): RecordedFlow {
  const { clock, recorder } = context;
  const chosen = new Set(choices);
  for (const netns of places.values()) {
    netns.sysctls.retrans_time_ms = LAB_RETRANS_MS;
    netns.statistic = (rule) => (chosen.has(`${netns.name} ${rule.text}`) ? 0 : 1 - 2 ** -31);
    netns.natPort = (original, { low }) => portOf(chosen, natChoice(netns.name, original)) ?? low;
    netns.routing.choose = (nexthops) => nexthops.find((via) => chosen.has(gatewayChoice(netns.name, via))) ?? (nexthops[0] as string);
    netns.tunnelSourcePort = (inner) =>
      portOf(
        chosen,
        tunnelChoice(netns.name, plainLabel(labelOf(inner), inner.transport.protocol), destinationPortOf(inner) === flow.port),
      ) ?? UNKNOWN_PORT;
  }
  forgetTunnels(places);
  const netns = places.get(flow.machine);
  if (!netns) throw new Error(`the lab has no machine ${flow.machine}`);
  const { scheme, address, otherwise, host, targetPort: port, path } = flow;
  const tag = context.newTag();
  const startUs = clock.nowUs;
  const ended: ClientResult[] = [];
  const hosts = [address, otherwise].flatMap((one) => (one === undefined ? [] : [{ address: one, names: [host] }]));
  const client = { netns, resolvConf: { nameservers: [], search: [], options: [] }, hosts };
  const { ephemeralPort, echoIdentifier } = netns.sockets;
  netns.sockets.ephemeralPort = () => flow.port;
  netns.sockets.echoIdentifier = () => flow.port;
  const leavePorts = () => Object.assign(netns.sockets, { ephemeralPort, echoIdentifier });
  runRequest(client, { scheme, host, port, path }, tag, (result) => {
    ended.push(result);
    leavePorts();
  });
  // A second attempt is to come from the same port; nobody else dials meanwhile.
  if (otherwise === undefined) leavePorts();
  const finish = (untilUs: number) => {
    clock.runUntil(() => ended.length > 0, untilUs);
    if (ended.length > 0) clock.advanceTo(clock.nowUs + LINGER_US);
  };
  finish(startUs + FIRST_TRY_US);
  const connections = newConnections(places, startUs, clock.nowUs);
  if (ended.length === 0) finish(startUs + GIVE_UP_US);
  const { own, others } = separate(recorder.packetsOf(tag), flow);
  const recorded = own.map((packet) => ({ packet, record: recordPacket(packet, flow) }));
  const packets = firstOfEach(recorded.map(({ record }) => record));
  const kept = recorded.filter(({ record }) => packets.includes(record)).map(({ packet }) => packet);
  return {
    flow,
    // Who answered through a proxy saw the proxy.
    outcome: outcomeLine(
      others.length > 0 && ended[0]?.kind === 'answered' ? { ...ended[0], text: '' } : (ended[0] ?? { kind: 'nothing' }),
    ),
    packets,
    connections: linesOf(connections, seenOf(kept)),
    choices,
  };
}

/**
 * The packets of the client's own connection, and those of another that a proxy opened to answer it. A packet that never
 * found its neighbour was on no interface: nobody can have seen it.
 */
function separate(packets: readonly TracedPacket[], flow: LabFlow): { own: TracedPacket[]; others: TracedPacket[] } {
  const sent = packets.filter(({ protocol, hops }) => protocol !== 'arp' && hops.length > 0);
  const dialled = new Set(sent.filter(({ label, from }) => label === 'SYN' && from !== flow.machine).flatMap(addressesOf));
  if (dialled.size === 0) return { own: sent, others: [] };
  const backwards = new Set([...dialled].map((addr) => addr.split('->').reverse().join('->')));
  const isOther = (packet: TracedPacket) => addressesOf(packet).some((addr) => dialled.has(addr) || backwards.has(addr));
  const others = sent.filter(isOther);
  const ids = new Set(others.map(({ id }) => id));
  return { own: sent.filter((packet) => !isOther(packet) && !ids.has(packet.about ?? 0)), others };
}

function addressesOf({ addr, hops }: TracedPacket): string[] {
  return [addr, ...hops.map((hop) => hop.addr)];
}

/** As the lab does: whether a tunnel's port was used shortly before is a matter of real time. */
function forgetTunnels(places: ReadonlyMap<string, NetworkNamespace>): void {
  for (const { conntrack, devices, context } of places.values()) {
    const ports = new Set([...devices.values()].flatMap(({ vxlan }) => (vxlan ? [vxlan.port] : [])));
    const outer = conntrack.entries(context.clock.nowUs).filter(({ original }) => ports.has(original.destinationPort));
    for (const entry of outer) conntrack.remove(entry);
  }
}

/** What a datagram carries is its own affair. */
function plainLabel(label: string, protocol: string): string {
  return protocol === 'udp' ? 'UDP' : label;
}

/** Which of several gateways a machine took. */
export function gatewayChoice(machine: string, via: string): string {
  return `${machine} nexthop via ${via}`;
}

/** The outer source port that a machine gave to a packet, `… port 41234` at its end. */
export function tunnelChoice(machine: string, label: string, isBack: boolean): string {
  return `${machine} tunnels ${label}${isBack ? ' back to the client' : ''} from port`;
}

/** The port that a machine gave to a connection in its translation, `… port 41234` at its end. */
export function natChoice(machine: string, { source, sourcePort, destination, destinationPort }: Omit<Tuple, 'protocol'>): string {
  return `${machine} translates ${source}:${sourcePort}->${destination}:${destinationPort} to port`;
}

function portOf(choices: ReadonlySet<string>, words: string): number | null {
  const choice = [...choices].find((one) => one.startsWith(`${words} `));
  return choice === undefined ? null : Number(choice.slice(words.length + 1));
}

function recordPacket(packet: TracedPacket, flow: LabFlow): RecordedPacket {
  const rules = packet.hops.flatMap((hop) => (hop.kind === 'rule' ? [{ machine: hop.node, line: ruleLine(hop) }] : []));
  return {
    label: familyLabel(plainLabel(packet.label, packet.protocol), packet.addr),
    from: packet.from,
    isRequest: isFromClient(packet, flow),
    dontFragment: packet.header?.dontFragment ?? false,
    interfaces: packet.hops.flatMap((hop) => (hop.kind === 'if' ? [interfaceLine(hop)] : [])),
    rules: byMachine(rules),
  };
}

function isFromClient({ protocol, label, addr }: TracedPacket, flow: LabFlow): boolean {
  if (protocol === 'icmp') return label === 'echo';
  return addr.slice(0, addr.indexOf('->')).endsWith(`:${flow.port}`);
}

/** Machines trace independently of each other: each machine's rules in order, machine after machine. */
export function byMachine(rules: readonly { readonly machine: string; readonly line: string }[]): string[] {
  const machines = [...new Set(rules.map(({ machine }) => machine))].sort();
  return machines.flatMap((machine) => rules.filter((rule) => rule.machine === machine).map(({ line }) => line));
}

/** Machine and addresses, as the packets were at each hop. */
function seenOf(packets: readonly TracedPacket[]): Set<string> {
  return new Set(packets.flatMap(({ hops }) => hops.map(({ node, addr }) => `${node} ${addr}`)));
}

interface NewConnection {
  readonly machine: string;
  readonly entry: CtEntry;
}

function newConnections(places: ReadonlyMap<string, NetworkNamespace>, sinceUs: number, nowUs: number): NewConnection[] {
  return [...places.values()].flatMap(({ name, conntrack }) => {
    const entries = conntrack.entries(nowUs).filter((entry) => entry.createdUs >= sinceUs);
    return entries.map((entry) => ({ machine: name, entry }));
  });
}

/** Those that the packets which are compared have made. */
function linesOf(connections: readonly NewConnection[], seen: ReadonlySet<string>): string[] {
  const made = connections.filter(({ machine, entry }) => seen.has(`${machine} ${addrOfTuple(entry.original)}`));
  return made.map(({ machine, entry: { original, reply } }) => connectionLine(machine, original.protocol, original, reply)).sort();
}

function addrOfTuple({ protocol, source, sourcePort, destination, destinationPort }: Tuple): string {
  if (protocol === 'icmp') return `${source}->${destination}`;
  return `${source}:${sourcePort}->${destination}:${destinationPort}`;
}
