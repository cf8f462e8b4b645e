// Protocol and port names, as /etc/protocols and /etc/services of a Debian node spell them (those a rule may name).

import type { Family } from '../net/address.ts';
import type { Protocol } from '../net/packet.ts';
import { fail, type ParseContext, parseUnsigned } from './extension.ts';

export const TCP = 6;
export const UDP = 17;
export const SCTP = 132;
export const ICMP = 1;
export const ICMPV6 = 58;

const PROTOCOL_NAMES: readonly (readonly [number, string])[] = [
  [ICMP, 'icmp'],
  [2, 'igmp'],
  [4, 'ipencap'],
  [TCP, 'tcp'],
  [UDP, 'udp'],
  [33, 'dccp'],
  [41, 'ipv6'],
  [43, 'ipv6-route'],
  [44, 'ipv6-frag'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [ICMPV6, 'ipv6-icmp'],
  [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'],
  [89, 'ospf'],
  [94, 'ipip'],
  [103, 'pim'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [SCTP, 'sctp'],
  [135, 'mobility-header'],
  [136, 'udplite'],
];

const NAME_OF = new Map(PROTOCOL_NAMES);
const NUMBER_OF = new Map<string, number>(PROTOCOL_NAMES.map(([number, name]) => [name, number]));
NUMBER_OF.set('icmpv6', ICMPV6).set('all', 0);

/** The number of a protocol given by name (any case) or number, or null. 0 stands for all. */
export function protocolNumber(text: string): number | null {
  return parseUnsigned(text, 255) ?? NUMBER_OF.get(text.toLowerCase()) ?? null;
}

/** `tcp`, or the number where it has no name. */
export function protocolName(number: number): string {
  return NAME_OF.get(number) ?? String(number);
}

/** The protocol number that a simulated packet carries in its IP header. */
export function numberOfPacketProtocol(protocol: Protocol, family: Family): number {
  switch (protocol) {
    case 'tcp':
      return TCP;
    case 'udp':
      return UDP;
    case 'sctp':
      return SCTP;
    case 'icmp':
      return family === 4 ? ICMP : ICMPV6;
  }
}

const SERVICE_PORTS: Readonly<Record<string, number>> = {
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  bgp: 179,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  syslog: 514,
  submission: 587,
  ldaps: 636,
  'domain-s': 853,
  imaps: 993,
  pop3s: 995,
  openvpn: 1194,
  nfs: 2049,
  mysql: 3306,
  postgresql: 5432,
  amqp: 5672,
  redis: 6379,
  'http-alt': 8080,
};

/** A port by number or service name. */
export function readPort(cx: ParseContext, text: string): number {
  const port = parseUnsigned(text, 0xffff) ?? SERVICE_PORTS[text] ?? null;
  if (port === null) fail(cx, `invalid port/service \`${text}' specified`);
  return port ?? 0;
}

export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/** `80`, `80:90`, `:90`, `80:`. */
export function readPortRange(cx: ParseContext, text: string): PortRange {
  const colon = text.indexOf(':');
  if (colon < 0) {
    const port = readPort(cx, text);
    return { min: port, max: port };
  }
  const low = text.slice(0, colon);
  const high = text.slice(colon + 1);
  const range = { min: low === '' ? 0 : readPort(cx, low), max: high === '' ? 0xffff : readPort(cx, high) };
  if (range.min > range.max) fail(cx, 'invalid portrange (min > max)');
  return range;
}

export function printPortRange(range: PortRange): string {
  return range.min === range.max ? String(range.min) : `${range.min}:${range.max}`;
}
