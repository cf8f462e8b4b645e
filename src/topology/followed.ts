// What the drawing tells about the packet that the reader follows: where it stands, who sent it, which Service it was
// addressed to, what has been rewritten, and how it ends.

import type { Hop, ObjectView, PodView, ServiceView, TracedPacket, Walk } from '../protocol/messages.ts';
import { saysNoSuchName } from '../state/no-such-name.ts';
import type { Position } from '../state/position.ts';
import { carriedAt } from '../state/tunnel.ts';
import { type Band, formOf, type PacketLook } from '../ui/glyphs/packet-shape.ts';
import type { Ending, Verdict } from '../ui/glyphs/VerdictGlyph.tsx';
import { isPod, isService } from './graph.ts';
import { endsOf, hostOf } from './text.ts';

export interface Rewrite {
  readonly name: 'DNAT' | 'SNAT' | 'un-NAT';
  /** By a rule, or by conntrack without one. */
  readonly by: 'rule' | 'memory';
  readonly source: Change | null;
  readonly destination: Change | null;
}

export interface Change {
  readonly old: string;
  readonly now: string;
}

export interface Followed {
  readonly packet: TracedPacket;
  /** Index into `packet.hops`. */
  readonly index: number;
  readonly hop: Hop;
  /** Keys of the pods at the two ends of this packet's journey. */
  readonly source: string | null;
  readonly destination: string | null;
  readonly service: ServiceView | null;
  /** What this very hop rewrites. */
  readonly rewrite: Rewrite | null;
  /** ICMP errors and resets that answer this packet. */
  readonly answers: readonly TracedPacket[];
  /** Addresses of the packet inside, while a tunnel carries it. */
  readonly carried: string | null;
  /** How it ended, once the reader stands on its last hop. */
  readonly verdict: Verdict | null;
}

/** The packet at a position of a walk; null where the position is not of this walk. */
export function followedAt(objects: readonly ObjectView[], walk: Walk | null, position: Position | null): Followed | null {
  const packet = walk?.id === position?.walk ? walk?.packets.find((each) => each.id === position?.packet) : undefined;
  const index = packet?.hops.findIndex((hop) => hop.n === position?.hop) ?? -1;
  const hop = packet?.hops[index];
  if (!walk || !packet || !hop) return null;
  const answers = walk.packets.filter((each) => each.about === packet.id);
  return {
    packet,
    index,
    hop,
    source: podKey(objects, packet.from),
    destination: podKey(objects, packet.hops.at(-1)?.node ?? ''),
    service: serviceOf(objects, packet),
    rewrite: rewriteOf(packet, hop),
    answers,
    carried: carriedAt(packet, index + 1),
    verdict: index === packet.hops.length - 1 ? verdictOf(packet, answers) : null,
  };
}

function podKey(objects: readonly ObjectView[], place: string): string | null {
  return objects.find((each) => isPod(each) && `${each.namespace}/${each.name}` === place)?.key ?? null;
}

/** The Service whose address or nodePort the packet carries anywhere on its way. */
export function serviceOf(objects: readonly ObjectView[], packet: TracedPacket): ServiceView | null {
  const ends = new Set(packet.hops.flatMap((hop) => [hop.addr, hop.addr_after ?? '']).flatMap((addr) => Object.values(endsOf(addr))));
  const services = objects.filter(isService);
  return services.find((service) => frontEnds(objects, service).some((end) => ends.has(end))) ?? byHost(services, ends);
}

function frontEnds(objects: readonly ObjectView[], service: ServiceView): string[] {
  const outer = [...clusterIPsOf(service), service.externalIP, ...service.externalIPs].map(asHost);
  const nodes = objects.flatMap((each) => ('podCIDR' in each ? [each.address, each.second ?? ''] : [])).map(asHost);
  return service.ports.flatMap((port) => [
    ...outer.map((host) => `${host}:${port.port}`),
    ...(port.nodePort === null ? [] : nodes.map((node) => `${node}:${port.nodePort}`)),
  ]);
}

function byHost(services: readonly ServiceView[], ends: ReadonlySet<string>): ServiceView | null {
  const hosts = new Set([...ends].map(hostOf));
  return services.find((service) => clusterIPsOf(service).some((address) => hosts.has(address))) ?? null;
}

export function clusterIPsOf({ clusterIP, second }: ServiceView): readonly string[] {
  return second === undefined ? [clusterIP] : [clusterIP, second];
}

/** Of an object's two addresses the one that stands on the packet at this hop, before or after it. */
export function carriedAddress(object: PodView | ServiceView, followed: Followed | null): string | null {
  const [first, ...others] = object.kind === 'Pod' ? [object.address, object.second] : clusterIPsOf(object);
  const { addr = '', addr_after = '' } = followed?.hop ?? {};
  const ends = new Set([addr, addr_after].flatMap((text) => Object.values(endsOf(text)).map(hostOf)));
  return others.find((address) => ends.has(address ?? '')) ?? first ?? null;
}

/** As it stands before a port. */
function asHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** What a hop changed in the packet's addresses. */
export function rewriteOf(packet: TracedPacket, hop: Hop): Rewrite | null {
  if (hop.addr_after === undefined || hop.addr_after === hop.addr) return null;
  const before = endsOf(hop.addr);
  const after = endsOf(hop.addr_after);
  const change = (old: string, now: string) => (old === now ? null : { old, now });
  const destination = change(before.destination, after.destination);
  const memory = hop.kind === 'ct-nat';
  return {
    name: memory && packet.direction === 'reply' ? 'un-NAT' : destination ? 'DNAT' : 'SNAT',
    by: memory ? 'memory' : 'rule',
    source: change(before.source, after.source),
    destination,
  };
}

/** The end of the packet at which a rewrite shows. A reply's tail is the end that its reader knows. */
export function bandOf(rewrite: Rewrite): Band {
  const nose = rewrite.destination !== null && !(rewrite.name === 'un-NAT' && rewrite.source);
  return { end: nose ? 'nose' : 'tail', by: rewrite.by };
}

/** How a packet ended, as its glyph tells it. */
export function verdictOf(packet: TracedPacket, answers: readonly TracedPacket[]): Verdict | null {
  switch (packet.fate?.kind) {
    case 'delivered':
      return 'delivered';
    case 'refused':
      return 'refused';
    case 'no-socket':
      return packet.label === 'SYN' || packet.protocol !== 'tcp' ? 'refused' : 'reset';
    case 'dropped':
    case 'lost':
      return 'dropped';
    case 'unreachable':
    case 'expired':
      return 'unreachable';
    default:
      return answers.length > 0 ? 'refused' : null;
  }
}

/** The glyph at the packet's end. */
export function endingOf({ packet, verdict }: Pick<Followed, 'packet' | 'verdict'>): Ending | null {
  return verdict === 'delivered' && saysNoSuchName(packet) ? 'no-name' : verdict;
}

/** How the packet looks at a hop: its band stays after a rewrite, its ring only for the hop itself. */
export function lookAt(packet: TracedPacket, index: number, heading: PacketLook['heading'], flow = 1): PacketLook {
  const rewrites = packet.hops.slice(0, index + 1).flatMap((hop) => rewriteOf(packet, hop) ?? []);
  const last = rewrites.at(-1);
  const hop = packet.hops[index];
  return {
    form: formOf(packet.protocol),
    code: packet.label,
    filled: packet.direction === 'request',
    heading,
    flow,
    band: last && bandOf(last),
    fault: packet.label === 'RST' ? 'reset' : packet.about === undefined ? undefined : packet.protocol === 'icmp' ? 'error' : undefined,
    ring: hop !== undefined && rewriteOf(packet, hop) !== null,
    tunnel: carriedAt(packet, index + 1) !== null,
  };
}

/** The title of what is seen on the wire at this hop: of a tunnel's outer packet, `VXLAN, UDP`. */
export function followedTitle({ packet, carried }: Pick<Followed, 'packet' | 'carried'>): string {
  return carried === null ? packetTitle(packet) : 'VXLAN, UDP';
}

const segmentNames: Readonly<Record<string, string>> = { S·A: 'SYN-ACK' };

/** `TCP SYN-ACK`, `DNS A?`, `ICMP 3/3`. */
export function packetTitle(packet: TracedPacket): string {
  const name = segmentNames[packet.label] ?? packet.label;
  const protocol = packet.protocol.toUpperCase();
  if (packet.protocol === 'udp' && /^A+[?=]/.test(packet.label)) return `DNS ${name}`;
  return name.toUpperCase() === protocol ? protocol : `${protocol} ${name}`;
}
