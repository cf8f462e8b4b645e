// ICMP errors (RFC 792, RFC 1122 section 3.2.2; net/ipv4/icmp.c icmp_send): when they are sent, from which address,
// and what errno they become at the sender (icmp_err_convert).

import type { Packet } from '../net/packet.ts';
import type { NetworkNamespace } from './netns.ts';
import type { Errno, SendOptions, SkBuff } from './skb.ts';

export interface ICMPErrorKind {
  readonly type: number;
  readonly code: number;
  readonly mtu?: number;
  /** The shorter way, of a redirect. */
  readonly gateway?: string;
}

/** Answers `skb` with an ICMP error, unless it is itself an error. */
export function sendICMPError(
  netns: NetworkNamespace,
  skb: SkBuff,
  kind: ICMPErrorKind,
  send: (packet: Packet, options: SendOptions) => Errno | null,
): void {
  const { packet } = skb;
  if (packet.transport.protocol === 'icmp' && packet.transport.quoted) return;
  if (packet.source === '0.0.0.0') return;
  const source = errorSource(netns, packet);
  if (!source) return;
  const transport = { protocol: 'icmp' as const, ...kind, id: 0, sequence: 0, quoted: packet };
  const error: Packet = {
    id: netns.context.newPacketId(),
    source,
    destination: packet.source,
    ttl: netns.sysctls.ip_default_ttl,
    dontFragment: false,
    transport,
  };
  send(error, { tag: skb.tag, direction: 'reply', about: packet.id, cause: skb, notBeforeUs: skb.timeUs });
}

/** The address the packet was for, if it is ours; otherwise that of the interface towards the sender. */
function errorSource(netns: NetworkNamespace, packet: Packet): string | null {
  if (netns.isLocal(packet.destination)) return packet.destination;
  if (netns.isLocal(packet.source)) return packet.source;
  const route = netns.routing.lookup(packet.source);
  if (!route || route.type === 'blackhole') return null;
  return route.source ?? netns.sourceAddress(netns.device(route.device), route.via ?? packet.source);
}

/** What a socket is told when this error comes back. */
export function errnoOf(type: number, code: number): Errno | null {
  if (type === 11) return 'EHOSTUNREACH';
  if (type !== 3) return null;
  switch (code) {
    case 0:
    case 6:
    case 9:
    case 11:
      return 'ENETUNREACH';
    case 2:
      return 'ENOPROTOOPT';
    case 3:
      return 'ECONNREFUSED';
    case 4:
      return 'EMSGSIZE';
    default:
      return 'EHOSTUNREACH';
  }
}

/** Whether a UDP socket hears of the error without asking for it: it may not pass (the `fatal` column of icmp_err_convert). */
export function isFatal(type: number, code: number): boolean {
  return type === 3 && [2, 3, 4, 6, 7, 8, 9, 10, 13, 14, 15].includes(code);
}

/** `--reject-with` names, as iptables-extensions(8) lists them; `tcp-reset` is no ICMP error. */
export const REJECT_TYPES: Readonly<Record<string, ICMPErrorKind>> = {
  'icmp-net-unreachable': { type: 3, code: 0 },
  'icmp-host-unreachable': { type: 3, code: 1 },
  'icmp-proto-unreachable': { type: 3, code: 2 },
  'icmp-port-unreachable': { type: 3, code: 3 },
  'icmp-net-prohibited': { type: 3, code: 9 },
  'icmp-host-prohibited': { type: 3, code: 10 },
  'icmp-admin-prohibited': { type: 3, code: 13 },
};
