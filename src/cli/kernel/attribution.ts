// Which flow a packet belongs to that an interface or a rule trace has seen, and which packet of the flow it is: known by
// what no translation changes, TCP sequence numbers, a marker in datagrams, the IP identification.

import { type Lab, type LabFlow, tunnelsOf } from '../../engine/conformance/kernel-walks/lab.ts';
import { type LabEvent, LostEvents } from './lab-process.ts';
import { type SeenPacket, TCP_ACK, TCP_SYN } from './packet-bytes.ts';

export interface Sighting {
  readonly timeNs: number;
  readonly machine: string;
  readonly ifc: string;
  readonly dir: 'rx' | 'tx';
  readonly packet: SeenPacket;
}

/** One walk through a base chain: the packet as it came there, and the rules that matched. */
export interface ChainVisit {
  readonly machine: string;
  readonly hook: string;
  readonly table: string;
  readonly packet: SeenPacket;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly events: LabEvent[];
}

/** Which flow a packet belongs to, and which packet of it this is. */
export class Attribution {
  readonly #flows: readonly LabFlow[];
  /** Initial sequence number of the client -> flow. */
  readonly #bySequence = new Map<number, number>();
  readonly #byMarker = new Map<string, number>();
  /** What only captures show, by what the rule trace shows of it: tunnels and errors carry too little of their insides there. */
  readonly #insides = new Map<string, SeenPacket>();

  constructor(lab: Lab, flows: readonly LabFlow[], sightings: readonly Sighting[], visits: readonly ChainVisit[]) {
    this.#flows = flows;
    for (const [i, flow] of flows.entries()) this.#byMarker.set(flow.marker.slice(1), i);
    for (const { machine, packet } of [...sightings, ...visits]) {
      this.#learnSequence(machine, packet);
      // A packet that found no neighbour is only seen in the error about it.
      if (packet.quoted) this.#learnSequence(machine, packet.quoted);
    }
    for (const { packet } of sightings) {
      const inside = packet.inner ?? packet.quoted;
      if (inside) this.#learnInside(packet, inside);
    }
    this.#learnStopped(lab, sightings, visits);
  }

  /** Tunnelled packets and errors that a rule stopped before any interface could show what is in them. */
  #learnStopped(lab: Lab, sightings: readonly Sighting[], visits: readonly ChainVisit[]): void {
    const tunnels = new Map(tunnelsOf(lab).map(({ machine, name, port }) => [`${machine} ${name}`, port]));
    const byHeader = new Map([...sightings, ...visits].map(({ machine, packet }) => [`${machine} ${packet.key}`, packet]));
    const lastWrapped = new Map<string, { packet: SeenPacket; port: number }>();
    for (const { machine, hook, oif, packet } of visits) {
      const port = tunnels.get(`${machine} ${oif}`);
      if (port !== undefined) lastWrapped.set(machine, { packet, port });
      if (hook !== 'OUTPUT' || this.#insides.has(outsideKey(packet))) continue;
      const wrapped = lastWrapped.get(machine);
      const quoted = packet.quotedKey === '' ? undefined : byHeader.get(`${machine} ${packet.quotedKey}`);
      if (quoted) this.#learnInside(packet, quoted);
      else if (packet.protocol === 'udp' && wrapped && wrapped.port === packet.destinationPort) this.#learnInside(packet, wrapped.packet);
    }
  }

  placeOf(packet: SeenPacket): { flow: number; key: string } | null {
    if (packet.protocol === 'icmp' && packet.icmp?.type !== 8 && packet.icmp?.type !== 0) {
      const quoted = packet.quoted ?? this.#insides.get(outsideKey(packet));
      const about = quoted ? this.placeOf(quoted) : null;
      return about && { flow: about.flow, key: `error ${packet.icmp?.type}/${packet.icmp?.code} ${packet.id} about ${packet.quotedKey}` };
    }
    const inner = packet.inner ?? this.#insides.get(outsideKey(packet));
    if (inner) return this.placeOf(inner);
    if (packet.protocol === 'tcp') return this.#placeOfTCP(packet);
    const flow = this.#byMarker.get(packet.marker.slice(1));
    return flow === undefined ? null : { flow, key: `${packet.marker.slice(0, 1)} ${packet.icmp?.type ?? ''} ${packet.id}` };
  }

  #placeOfTCP({ tcp, id }: SeenPacket): { flow: number; key: string } | null {
    if (!tcp) return null;
    const key = `${id} ${tcp.seq} ${tcp.ack} ${tcp.flags} ${tcp.dataLength}`;
    for (const number of [tcp.seq, tcp.ack]) {
      // The client sends fewer bytes than this.
      for (let back = 0; back < 512; back++) {
        const flow = this.#bySequence.get((number - back) >>> 0);
        if (flow !== undefined) return { flow, key };
      }
    }
    return null;
  }

  #learnSequence(machine: string, packet: SeenPacket): void {
    const { tcp, sourcePort, destination, destinationPort } = packet;
    if (!tcp || (tcp.flags & (TCP_SYN | TCP_ACK)) !== TCP_SYN || this.#bySequence.has(tcp.seq)) return;
    const flow = this.#flows.findIndex(
      ({ machine: from, port, address, otherwise, targetPort }) =>
        from === machine && port === sourcePort && [address, otherwise].includes(destination) && targetPort === destinationPort,
    );
    if (flow >= 0) this.#bySequence.set(tcp.seq, flow);
  }

  #learnInside(packet: SeenPacket, inside: SeenPacket): void {
    const key = outsideKey(packet);
    const known = this.#insides.get(key);
    const [before, now] = [known && this.placeOf(known), this.placeOf(inside)];
    if (before && now && (before.flow !== now.flow || before.key !== now.key)) {
      throw new LostEvents('two tunnelled packets carry the same identification: the trace cannot be told apart, try again');
    }
    if (now) this.#insides.set(key, inside);
  }
}

function outsideKey({ protocol, id, length, destinationPort, icmp, quotedKey }: SeenPacket): string {
  return icmp ? `icmp ${icmp.type}/${icmp.code} ${id} ${quotedKey}` : `${protocol} ${id} ${length} ${destinationPort}`;
}
