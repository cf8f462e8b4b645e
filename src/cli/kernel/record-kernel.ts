// Brings what a kernel told (captures, rule trace, new connections) into the form that the engine's walks have. A trace
// id is not a packet's: it changes between the bridge's PREROUTING and FORWARD.

import { Buffer } from 'node:buffer';
import { byMachine, gatewayChoice, natChoice, tunnelChoice } from '../../engine/conformance/kernel-walks/engine-flow.ts';
import { type Lab, type LabFlow, linksOf, tunnelsOf } from '../../engine/conformance/kernel-walks/lab.ts';
import {
  connectionLine,
  familyLabel,
  firstOfEach,
  interfaceLine,
  outcomeLine,
  type RecordedFlow,
  type RecordedPacket,
  ruleLine,
} from '../../engine/conformance/kernel-walks/recorded-flow.ts';
import { Attribution, type ChainVisit, type Sighting } from './attribution.ts';
import type { LabReport } from './lab-process.ts';
import { addrOf, labelOf, parsePacket, parseParts, type SeenPacket } from './packet-bytes.ts';
import { type RuleTexts, ruleTexts } from './rule-texts.ts';

interface Journey {
  readonly sightings: Sighting[];
  readonly visits: ChainVisit[];
}

/** What the kernel did with each flow. */
export function recordKernel(lab: Lab, flows: readonly LabFlow[], report: LabReport): RecordedFlow[] {
  const tunnelPort = tunnelsOf(lab)[0]?.port ?? null;
  const sightings = readSightings(report, tunnelPort);
  const visits = readVisits(report, tunnelPort);
  const texts = new Map(lab.machines.map(({ name, rules }) => [name, ruleTexts(rules ?? '')]));
  const attribution = new Attribution(lab, flows, sightings, visits);
  const journeys = flows.map(() => new Map<string, Journey>());
  const journeyOf = (packet: SeenPacket) => {
    const place = attribution.placeOf(packet);
    if (!place) return null;
    const known = journeys[place.flow]?.get(place.key) ?? { sightings: [], visits: [] };
    journeys[place.flow]?.set(place.key, known);
    return known;
  };
  for (const sighting of sightings) journeyOf(sighting.packet)?.sightings.push(sighting);
  for (const visit of visits) journeyOf(visit.packet)?.visits.push(visit);
  return flows.map((flow, i) =>
    recordFlow(flow, [...(journeys[i]?.values() ?? [])], report.results[i] ?? { kind: 'nothing' }, lab, report, texts),
  );
}

function readSightings(report: LabReport, tunnelPort: number | null): Sighting[] {
  const sightings = report.packets.flatMap(([timeNs, machine, ifc, dir, kind, hex]) => {
    const packet = kind === 'ip' ? parsePacket(Buffer.from(hex, 'hex'), tunnelPort) : null;
    return packet ? [{ timeNs, machine, ifc, dir, packet }] : [];
  });
  return sightings.sort((a, b) => a.timeNs - b.timeNs);
}

function readVisits(report: LabReport, tunnelPort: number | null): ChainVisit[] {
  const open = new Map<string, ChainVisit>();
  const visits: ChainVisit[] = [];
  for (const event of report.events) {
    const key = `${event.machine} ${event.id}`;
    if (event.network !== null) {
      const packet = parseParts(Buffer.from(event.network, 'hex'), Buffer.from(event.transport, 'hex'), tunnelPort);
      open.delete(key);
      if (!packet) continue;
      const nameOf = (index: number) => (index === 0 ? null : (report.interfaces[event.machine]?.[index] ?? `if${index}`));
      const visit = {
        machine: event.machine,
        hook: event.chain,
        table: event.table,
        packet,
        iif: nameOf(event.iif),
        oif: nameOf(event.oif),
        events: [],
      };
      open.set(key, visit);
      visits.push(visit);
    }
    open.get(key)?.events.push(event);
  }
  return visits;
}

function recordFlow(
  flow: LabFlow,
  journeys: readonly Journey[],
  result: LabReport['results'][number],
  lab: Lab,
  report: LabReport,
  texts: ReadonlyMap<string, RuleTexts>,
): RecordedFlow {
  const timeOf = (journey: Journey) => journey.sightings[0]?.timeNs ?? 0;
  const inOrder = [...journeys].sort((a, b) => timeOf(a) - timeOf(b));
  const recorded = inOrder.map((journey) => ({ journey, packet: recordPacket(flow, journey, texts) }));
  const packets = firstOfEach(recorded.map(({ packet }) => packet));
  // What is sent again may take another tunnel port, and tells of connections that the first sending did not make.
  const kept = recorded.filter(({ packet }) => packets.includes(packet)).map(({ journey }) => journey);
  const connections = connectionsOf(kept, report);
  return {
    flow,
    outcome: outcomeLine(result),
    packets,
    connections: linesOfConnections(connections),
    choices: [
      ...translatedPorts(connections),
      ...kept.flatMap(({ visits }) => visits.flatMap((visit) => choicesOf(visit, texts))),
      ...kept.flatMap((journey) => [...gatewaysOf(journey.sightings, lab), ...tunnelPortsOf(journey, flow)]),
    ],
  };
}

function recordPacket(flow: LabFlow, { sightings, visits }: Journey, texts: ReadonlyMap<string, RuleTexts>): RecordedPacket {
  // A machine's own packet passes OUTPUT and POSTROUTING before any interface sees it.
  const origin =
    visits.find(({ hook, machine }) => hook === 'OUTPUT' && machine === (sightings[0] ?? visits[0])?.machine) ?? sightings[0] ?? visits[0];
  if (!origin) throw new Error('a journey without a packet');
  const { packet } = origin;
  const isRequest = packet.protocol === 'icmp' ? packet.icmp?.type === 8 : packet.sourcePort === flow.port;
  return {
    label: familyLabel(labelOf(packet), addrOf(packet)),
    from: origin.machine,
    isRequest,
    ...(packet.dontFragment === null ? {} : { dontFragment: packet.dontFragment }),
    interfaces: sightings.map(({ machine, ifc, dir, packet: seen }) => {
      const inner = seen.inner ? { inner: addrOf(seen.inner) } : {};
      return interfaceLine({ node: machine, ifc, dir, addr: addrOf(seen), ttl: seen.ttl, ...inner });
    }),
    rules: byMachine(visits.flatMap((visit) => linesOf(visit, texts).map((line) => ({ machine: visit.machine, line })))),
  };
}

function linesOf(visit: ChainVisit, texts: ReadonlyMap<string, RuleTexts>): string[] {
  const { machine, hook, table, packet, iif, oif } = visit;
  return visit.events.flatMap((event) => {
    // The end of a user-defined chain is told as well; it is no rule.
    if (event.type !== 'policy' && event.rule === null) return [];
    const rule = event.type === 'policy' ? 'policy' : (event.rule ?? 0);
    const text = texts.get(machine)?.text(table, event.chain, rule) ?? '';
    const verdict = / -j REJECT\b/.test(text) ? 'REJECT' : [event.verdict, event.target].filter((word) => word !== null).join(' ');
    const mark = `0x${event.mark.toString(16)}`;
    return [ruleLine({ node: machine, hook, table, chain: event.chain, rule, verdict, mark, iif, oif, addr: addrOf(packet) })];
  });
}

function choicesOf({ machine, table, events }: ChainVisit, texts: ReadonlyMap<string, RuleTexts>): string[] {
  return events.flatMap((event) => {
    const text = event.rule === null ? '' : (texts.get(machine)?.text(table, event.chain, event.rule) ?? '');
    return text.includes('--mode random') ? [`${machine} ${text}`] : [];
  });
}

/** Where a machine has a route with several gateways: the next machine that the packet came to. */
function gatewaysOf(sightings: readonly Sighting[], lab: Lab): string[] {
  return sightings.flatMap(({ machine, dir }, i) => {
    const choosing = lab.machines.some(({ name, routes }) => name === machine && routes.some((route) => route.includes(' nexthop ')));
    if (!choosing || dir !== 'tx') return [];
    const next = sightings.slice(i + 1).find((later) => later.dir === 'rx' && addressesAt(lab, later.machine, later.ifc).length > 0);
    return next ? addressesAt(lab, next.machine, next.ifc).map((address) => gatewayChoice(machine, address)) : [];
  });
}

/** Of each machine that wrapped the packet: its own outer packet, as it was before rules translated it. */
function tunnelPortsOf({ sightings, visits }: Journey, flow: LabFlow): string[] {
  const drawn = ({ machine, packet }: Sighting) =>
    visits.find((visit) => visit.machine === machine && visit.hook === 'OUTPUT' && visit.packet.key === packet.key)?.packet ?? packet;
  const wrapping = sightings.filter(({ packet, dir }, i) => packet.inner && dir === 'tx' && !sightings[i - 1]?.packet.inner);
  return wrapping.flatMap((sighting) => {
    const { inner } = sighting.packet;
    if (!inner) return [];
    const isBack = inner.destinationPort === flow.port;
    return [`${tunnelChoice(sighting.machine, labelOf(inner), isBack)} ${drawn(sighting).sourcePort}`];
  });
}

function addressesAt(lab: Lab, machine: string, ifc: string): string[] {
  const ends = linksOf(lab)
    .flatMap(({ ends: both }) => both)
    .filter((end) => end.machine === machine && end.name === ifc);
  return ends.flatMap(({ addresses }) => addresses.map((address) => address.split('/')[0] as string));
}

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' };

/** New connections whose first packet was one of this flow's. */
function connectionsOf(journeys: readonly Journey[], report: LabReport): LabReport['connections'] {
  const own = new Set(
    journeys.flatMap(({ sightings, visits }) => [...sightings, ...visits].map(({ machine, packet }) => tupleKey(machine, packet))),
  );
  return report.connections.filter(({ machine, original: { protocol, source, destination, sourcePort, destinationPort } }) =>
    own.has(`${machine} ${protocolName(protocol)} ${source} ${sourcePort} ${destination} ${destinationPort}`),
  );
}

function protocolName(number: number): string {
  return PROTOCOLS[number] ?? String(number);
}

function linesOfConnections(connections: LabReport['connections']): string[] {
  const lines = connections.map(({ machine, original, reply }) =>
    connectionLine(machine, protocolName(original.protocol), original, reply),
  );
  return [...new Set(lines)].sort();
}

function translatedPorts(connections: LabReport['connections']): string[] {
  const moved = connections.filter(({ original, reply }) => reply.destinationPort !== original.sourcePort);
  return moved.map(({ machine, original, reply }) => `${natChoice(machine, original)} ${reply.destinationPort}`);
}

function tupleKey(machine: string, { protocol, source, destination, sourcePort, destinationPort, icmp }: SeenPacket): string {
  const [from, to] = icmp ? [icmp.identifier, icmp.identifier] : [sourcePort, destinationPort];
  return `${machine} ${protocol} ${source} ${from} ${destination} ${to}`;
}
