// ICMP errors (RFC 792, RFC 1122 section 3.2.2, RFC 4443; net/ipv4/icmp.c icmp_send, net/ipv6/icmp.c icmp6_send): when
// they are sent, from which address, and what errno they become at the sender (icmp_err_convert, icmpv6_err_convert).

import { isIPv6, type Packet } from '../net/packet.ts';
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
  if (packet.source === '0.0.0.0' || packet.destination.startsWith('ff')) return;
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

/** The ICMPv6 error that says what an ICMP error does (RFC 7915 section 4.2). */
export function asICMPv6({ type, code, ...more }: ICMPErrorKind): ICMPErrorKind {
  const [type6, code6] = ICMPV6_ERRORS[`${type}/${code}`] ?? [1, 0];
  return { ...more, type: type6, code: code6 };
}

const ICMPV6_ERRORS: Readonly<Record<string, readonly [number, number]>> = {
  '3/0': [1, 0],
  '3/1': [1, 3],
  '3/2': [4, 1],
  '3/3': [1, 4],
  '3/4': [2, 0],
  '11/0': [3, 0],
};

/** What a socket is told when this error about a packet of its own comes back. */
export function errnoOf(type: number, code: number, quoted: Packet): Errno | null {
  if (isIPv6(quoted)) return type === 1 ? (UNREACHABLE6[code] ?? 'EHOSTUNREACH') : (ERRORS6[type] ?? null);
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
export function isFatal(type: number, code: number, quoted: Packet): boolean {
  if (isIPv6(quoted)) return type === 4 || (type === 1 && [1, 4, 5, 6].includes(code));
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
  'icmp6-no-route': { type: 1, code: 0 },
  'icmp6-adm-prohibited': { type: 1, code: 1 },
  'icmp6-addr-unreachable': { type: 1, code: 3 },
  'icmp6-port-unreachable': { type: 1, code: 4 },
  'icmp6-policy-fail': { type: 1, code: 5 },
  'icmp6-reject-route': { type: 1, code: 6 },
};

/** ICMPv6 destination unreachable by code, and the other errors by type. */
const UNREACHABLE6: readonly Errno[] = ['ENETUNREACH', 'EACCES', 'EHOSTUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED', 'EACCES', 'EACCES'];
const ERRORS6: Readonly<Record<number, Errno>> = { 2: 'EMSGSIZE', 3: 'EHOSTUNREACH', 4: 'EPROTO' };
